/// Boxes of space around the receivers of one question, as lanes.
struct ReceiverRegion: Sendable {
    /// The centres of eight boxes; those missing in the last row repeat its first.
    struct Row: Sendable {
        var x: SIMD8<Float>
        var y: SIMD8<Float>
        var z: SIMD8<Float>
    }

    private(set) var rows: [Row] = []
    /// Boxes.
    private(set) var count = 0
    /// The box around all of them.
    let centre: SIMD3<Float>
    let halfAround: SIMD3<Float>

    /// Half the edges of every box in metres: how far a receiver may move from where it was asked for. Those of users
    /// move along the ground.
    static let half = SIMD3<Float>(2, 2, 0.5)

    /// - Parameter receivers: at least one. One that may still move by half as far within another's box gets none.
    init(around receivers: [SIMD3<Double>]) {
        var (low, high) = (SIMD3<Float>(receivers[0]), SIMD3<Float>(receivers[0]))
        for receiver in receivers {
            low = pointwiseMin(low, SIMD3<Float>(receiver))
            high = pointwiseMax(high, SIMD3<Float>(receiver))
        }
        centre = (low + high) / 2
        halfAround = (high - low) / 2 * 1.000_001 + ReceiverRegion.half
        for receiver in receivers where !contains(receiver, within: ReceiverRegion.half / 2) {
            let place = SIMD3<Float>(receiver)
            let lane = count & 7
            if lane == 0 {
                rows.append(
                    Row(x: SIMD8(repeating: place.x), y: SIMD8(repeating: place.y), z: SIMD8(repeating: place.z)))
            }
            rows[rows.count - 1].x[lane] = place.x
            rows[rows.count - 1].y[lane] = place.y
            rows[rows.count - 1].z[lane] = place.z
            count += 1
        }
    }

    /// Whether a point lies in a box.
    func contains(_ point: SIMD3<Double>) -> Bool { contains(point, within: ReceiverRegion.half) }

    private func contains(_ point: SIMD3<Double>, within half: SIMD3<Float>) -> Bool {
        let p = SIMD3<Float>(point)
        return rows.contains { row in
            let x = magnitude(row.x - p.x) - half.x
            let y = magnitude(row.y - p.y) - half.y
            let z = magnitude(row.z - p.z) - half.z
            return anyLane(greater(greater(x, y), z) .<= 0)
        }
    }
}
