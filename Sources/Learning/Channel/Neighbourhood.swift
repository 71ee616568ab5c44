/// The inducing points that a prediction is made from: the nearest of the same cell, the nearest of other cells, and
/// the latest of the same device. At most `most`, in no particular order.
struct Neighbourhood {
    static let sameCell = 16
    static let otherCells = 8
    static let latest = 4
    static let most = sameCell + otherCells + latest

    /// Indices of the points, and how many of them are of the same cell: these come first, nearest first.
    private(set) var indices: [Int32] = []
    private(set) var sameCellCount = 0
    /// Squared distance in metres of those.
    private(set) var squaredMetres: [Float] = []

    /// - Parameter place: nil takes the latest points of the device only.
    init(of points: InducingPoints, place: ChannelPlace?, cell: UInt32, phone: UInt32) {
        var same = NearestList(Neighbourhood.sameCell)
        var others = NearestList(Neighbourhood.otherCells)
        var recent = NearestList(Neighbourhood.latest)
        if let place {
            Neighbourhood.scan(points, place.position, cell: cell, same: &same, others: &others)
        }
        if phone != .max {
            points.phone.withUnsafeBufferPointer { phones in
                for index in 0..<points.count where phones[index] == phone {
                    recent.offer(Int32(index), Float(-points.seconds[index]))
                }
            }
        }
        indices.reserveCapacity(Neighbourhood.most)
        indices.append(contentsOf: same.indices)
        sameCellCount = same.indices.count
        squaredMetres = same.keys
        indices.append(contentsOf: others.indices)
        for index in recent.indices where !indices.contains(index) { indices.append(index) }
    }

    private static func scan(
        _ points: InducingPoints, _ position: SIMD3<Float>, cell: UInt32, same: inout NearestList,
        others: inout NearestList
    ) {
        points.x.withUnsafeBufferPointer { x in
            points.y.withUnsafeBufferPointer { y in
                points.z.withUnsafeBufferPointer { z in
                    points.cell.withUnsafeBufferPointer { cells in
                        for index in 0..<points.count {
                            let dx = x[index] - position.x
                            let dy = y[index] - position.y
                            let dz = z[index] - position.z
                            let square = dx * dx + dy * dy + dz * dz
                            if cells[index] == cell {
                                if square < same.limit { same.offer(Int32(index), square) }
                            } else if square < others.limit {
                                others.offer(Int32(index), square)
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The entries of smallest key, ascending, ties in the order offered.
private struct NearestList {
    let capacity: Int
    private(set) var indices: [Int32] = []
    private(set) var keys: [Float] = []
    /// A key that is not below this one is not taken.
    private(set) var limit = Float.infinity

    init(_ capacity: Int) {
        self.capacity = capacity
        indices.reserveCapacity(capacity + 1)
        keys.reserveCapacity(capacity + 1)
    }

    mutating func offer(_ index: Int32, _ key: Float) {
        guard key < limit else { return }
        var place = keys.count
        while place > 0, keys[place - 1] > key { place -= 1 }
        keys.insert(key, at: place)
        indices.insert(index, at: place)
        if keys.count > capacity {
            keys.removeLast()
            indices.removeLast()
        }
        if keys.count == capacity { limit = keys[capacity - 1] }
    }
}
