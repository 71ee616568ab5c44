/// The receivers of a group, block after block, eight per row as lanes.
struct ReceiverLanes {
    /// Some neighbours, and the box around them.
    struct Block {
        var rows: Range<Int>
        /// From the group's centre.
        var centre: SIMD3<Float>
        var half: SIMD3<Float>
    }

    /// What rows are counted from, so that single precision is enough.
    let centre: SIMD3<Double>
    /// Of the box around all, from the centre.
    let half: SIMD3<Float>
    private(set) var blocks: [Block] = []
    /// Places from the centre.
    private(set) var x: [SIMD8<Float>] = []
    private(set) var y: [SIMD8<Float>] = []
    private(set) var z: [SIMD8<Float>] = []
    /// Receivers by row and lane; -1 where a row is not full.
    private(set) var number: [Int32] = []
    /// The lanes of each row that hold a receiver.
    private(set) var lanes: [UInt8] = []

    /// - Parameters:
    ///   - numbers: receivers of the group.
    ///   - blocks: of these, which are a block each.
    init(_ receivers: [SIMD3<Double>], numbers: [Int32], blocks parts: [Range<Int>]) {
        let boxes = parts.map { part in
            numbers[part].reduce(into: SceneBounds.empty) { $0.include(receivers[Int($1)]) }
        }
        let all = boxes.reduce(SceneBounds.empty) { $0.union($1) }
        centre = 0.5 * (all.minimum + all.maximum)
        half = ReceiverLanes.half(all)
        for (part, box) in zip(parts, boxes) {
            let first = lanes.count
            for start in stride(from: part.lowerBound, to: part.upperBound, by: 8) {
                append(numbers[start..<min(start + 8, part.upperBound)], receivers)
            }
            blocks.append(
                Block(
                    rows: first..<lanes.count, centre: SIMD3<Float>(0.5 * (box.minimum + box.maximum) - centre),
                    half: ReceiverLanes.half(box)))
        }
    }

    private mutating func append(_ members: ArraySlice<Int32>, _ receivers: [SIMD3<Double>]) {
        var row = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
        var lane = 0
        for member in members {
            let place = SIMD3<Float>(receivers[Int(member)] - centre)
            row.0[lane] = place.x
            row.1[lane] = place.y
            row.2[lane] = place.z
            number.append(member)
            lane += 1
        }
        for _ in lane..<8 { number.append(-1) }
        x.append(row.0)
        y.append(row.1)
        z.append(row.2)
        lanes.append(UInt8(truncatingIfNeeded: (1 << lane) - 1))
    }

    private static func half(_ box: SceneBounds) -> SIMD3<Float> { SIMD3<Float>(box.size / 2) * 1.000_001 + 1e-4 }
}
