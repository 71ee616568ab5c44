/// Receivers put into blocks of neighbours, and blocks into groups: what none of a block can see is ruled out once.
struct ReceiverBlocks {
    struct Block {
        /// Members as places in `order`.
        var members: Range<Int>
        var centre: SIMD3<Float>
        var half: SIMD3<Float>
    }

    struct Group {
        var blocks: [Block]
        var centre: SIMD3<Float>
        var half: SIMD3<Float>
    }

    /// Receiver numbers, block after block.
    private(set) var order: [Int32]
    private(set) var groups: [Group] = []

    private static let blocksPerGroup = 32

    init(_ receivers: [SIMD3<Double>], blockCount: Int) {
        order = (0..<Int32(receivers.count)).map { $0 }
        let large = blockCount * ReceiverBlocks.blocksPerGroup
        for range in split(0..<receivers.count, receivers, until: large) {
            var group = Group(blocks: [], centre: .zero, half: .zero)
            (group.centre, group.half) = box(range, receivers)
            for part in split(range, receivers, until: blockCount) {
                let (centre, half) = box(part, receivers)
                group.blocks.append(Block(members: part, centre: centre, half: half))
            }
            groups.append(group)
        }
    }

    /// Halves a range across its longer side until each part is small enough.
    private mutating func split(
        _ range: Range<Int>, _ receivers: [SIMD3<Double>], until limit: Int
    ) -> [Range<Int>] {
        if range.count <= limit { return range.isEmpty ? [] : [range] }
        let (_, half) = box(range, receivers)
        let axis = half.x >= half.y && half.x >= half.z ? 0 : (half.y >= half.z ? 1 : 2)
        let sorted = order[range].sorted {
            (receivers[Int($0)][axis], $0) < (receivers[Int($1)][axis], $1)
        }
        order.replaceSubrange(range, with: sorted)
        let middle = (range.lowerBound + range.upperBound) / 2
        return split(range.lowerBound..<middle, receivers, until: limit)
            + split(middle..<range.upperBound, receivers, until: limit)
    }

    private func box(_ range: Range<Int>, _ receivers: [SIMD3<Double>]) -> (SIMD3<Float>, SIMD3<Float>) {
        var low = SIMD3<Double>(repeating: .infinity)
        var high = SIMD3<Double>(repeating: -.infinity)
        for at in range {
            low = pointwiseMin(low, receivers[Int(order[at])])
            high = pointwiseMax(high, receivers[Int(order[at])])
        }
        return (SIMD3<Float>((low + high) / 2), SIMD3<Float>((high - low) / 2) * 1.000_001 + 1e-4)
    }
}
