/// A tree of boxes over faces, eight to a row as lanes: a lane of a row stands for a row of the level below, a lane of
/// the lowest level for a face.
struct FaceRows {
    struct Boxes: BitwiseCopyable {
        var x: SIMD8<Float>
        var y: SIMD8<Float>
        var z: SIMD8<Float>
        /// Half the edges; far below 0 where a lane is empty.
        var halfX: SIMD8<Float>
        var halfY: SIMD8<Float>
        var halfZ: SIMD8<Float>
    }

    /// The planes of eight faces: `normal . p = foot`.
    struct Planes: BitwiseCopyable {
        var x: SIMD8<Float> = .zero
        var y: SIMD8<Float> = .zero
        var z: SIMD8<Float> = .zero
        var foot: SIMD8<Float> = .zero
        var face = SIMD8<Int32>(repeating: -1)
    }

    /// Rows of boxes, level after level, the lowest first.
    private(set) var boxes: [Boxes] = []
    private(set) var planes: [Planes] = []
    /// First row of each level, and one past the last; the highest level has one row.
    private(set) var levelStart: [Int] = [0]

    /// - Parameter order: all faces, neighbours near each other.
    init(order: [Int32], frames: UnsafeBufferPointer<FaceFrame>) {
        var all: [Box] = []
        for (at, face) in order.enumerated() {
            if at & 7 == 0 { planes.append(Planes()) }
            let frame = frames[Int(face)]
            let row = planes.count - 1
            planes[row].x[at & 7] = Float(frame.normal.x)
            planes[row].y[at & 7] = Float(frame.normal.y)
            planes[row].z[at & 7] = Float(frame.normal.z)
            planes[row].foot[at & 7] = Float(dot(frame.origin, frame.normal))
            planes[row].face[at & 7] = face
            all.append(FaceRows.box(frame))
        }
        while true {
            let made = stride(from: 0, to: all.count, by: 8).map { all[$0..<min(all.count, $0 + 8)] }
            boxes += made.map(FaceRows.row)
            levelStart.append(boxes.count)
            if made.count <= 1 { return }
            all = made.map(FaceRows.union)
        }
    }

    private typealias Box = (low: SIMD3<Float>, high: SIMD3<Float>)

    private static func union(_ boxes: ArraySlice<Box>) -> Box {
        var all = boxes[boxes.startIndex]
        for box in boxes {
            all.low = pointwiseMin(all.low, box.low)
            all.high = pointwiseMax(all.high, box.high)
        }
        return all
    }

    /// The box of the rectangle around a face.
    private static func box(_ frame: FaceFrame) -> Box {
        let r = frame.rectangle
        let along = frame.u * ((r[0] + r[1]) / 2)
        let across = frame.v * ((r[2] + r[3]) / 2)
        let centre = frame.origin + along + across
        var half = SIMD3<Double>.zero
        for axis in 0..<3 {
            let length: Double = abs(frame.u[axis]) * (r[1] - r[0])
            let width: Double = abs(frame.v[axis]) * (r[3] - r[2])
            half[axis] = (length + width) / 2 + 1e-3
        }
        return (SIMD3<Float>(centre - half), SIMD3<Float>(centre + half))
    }

    private static func row(_ part: ArraySlice<Box>) -> Boxes {
        let none = SIMD8<Float>(repeating: -1e9)
        var made = Boxes(x: .zero, y: .zero, z: .zero, halfX: none, halfY: none, halfZ: none)
        for (lane, box) in part.enumerated() {
            let centre = (box.low + box.high) / 2
            let half = (box.high - box.low) / 2 * 1.000_001 + 1e-5
            made.x[lane] = centre.x
            made.y[lane] = centre.y
            made.z[lane] = centre.z
            made.halfX[lane] = half.x
            made.halfY[lane] = half.y
            made.halfZ[lane] = half.z
        }
        return made
    }
}
