/// Receivers put into groups of neighbours, and groups into blocks: what none of a block can see is ruled out once.
struct ReceiverBlocks {
    /// Some receivers and the box around them.
    struct Block {
        /// Numbers of the receivers.
        var members: [Int32]
        var centre: SIMD3<Float>
        var half: SIMD3<Float>
    }

    private let receivers: [SIMD3<Double>]
    private let blockCount: Int
    private(set) var groups: [Block] = []

    private static let blocksPerGroup = 32

    /// - Parameter blockCount: receivers of a block at most.
    init(_ receivers: [SIMD3<Double>], blockCount: Int) {
        self.receivers = receivers
        self.blockCount = blockCount
        groups = split((0..<Int32(receivers.count)).map { $0 }, until: blockCount * ReceiverBlocks.blocksPerGroup)
    }

    func blocks(of group: Int) -> [Block] { split(groups[group].members, until: blockCount) }

    /// Halves receivers across their longer side until each part is small enough.
    private func split(_ members: [Int32], until limit: Int) -> [Block] {
        guard !members.isEmpty else { return [] }
        let (centre, half) = box(members)
        if members.count <= limit { return [Block(members: members, centre: centre, half: half)] }
        let axis = half.x >= half.y && half.x >= half.z ? 0 : (half.y >= half.z ? 1 : 2)
        let sorted = members.sorted {
            (receivers[Int($0)][axis], $0) < (receivers[Int($1)][axis], $1)
        }
        let middle = sorted.count / 2
        return split(Array(sorted[..<middle]), until: limit) + split(Array(sorted[middle...]), until: limit)
    }

    private func box(_ members: [Int32]) -> (SIMD3<Float>, SIMD3<Float>) {
        var low = SIMD3<Double>(repeating: .infinity)
        var high = SIMD3<Double>(repeating: -.infinity)
        for number in members {
            low = pointwiseMin(low, receivers[Int(number)])
            high = pointwiseMax(high, receivers[Int(number)])
        }
        return (SIMD3<Float>((low + high) / 2), SIMD3<Float>((high - low) / 2) * 1.000_001 + 1e-4)
    }
}
