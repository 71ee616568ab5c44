/// A tree of boxes over convex pieces, laid out flat; a child's box lies in its parent's.
struct PieceTree {
    struct Node {
        var centre: SIMD4<Float>
        var half: SIMD4<Float>
        /// First piece in `order` of a leaf; of an inner node its first child, the second follows it.
        var first: Int32
        /// Pieces of a leaf, 0 for an inner node.
        var count: Int32
    }

    private(set) var nodes: [Node] = []
    /// Piece numbers, leaf after leaf.
    private(set) var order: [Int32]

    private static let leafCount = 4

    init(_ pieces: FacePieces) {
        order = (0..<Int32(pieces.count)).map { $0 }
        let boxes = (0..<pieces.count).map { piece in
            Box(
                low: SIMD3(pieces.x[piece].min(), pieces.y[piece].min(), pieces.z[piece].min()),
                high: SIMD3(pieces.x[piece].max(), pieces.y[piece].max(), pieces.z[piece].max()))
        }
        nodes.append(Node(centre: .zero, half: .zero, first: 0, count: 0))
        var open: [(node: Int, range: Range<Int>)] = [(0, 0..<pieces.count)]
        while let (node, range) = open.popLast() {
            let box = range.reduce(Box.empty) { $0.union(boxes[Int(order[$1])]) }
            var made = Node(
                centre: SIMD4((box.low + box.high) / 2, 0), half: SIMD4((box.high - box.low) / 2 * 1.000_001 + 1e-5, 0),
                first: Int32(range.lowerBound), count: Int32(range.count))
            if range.count > PieceTree.leafCount {
                let axis = PieceTree.longestAxis(range.map { boxes[Int(order[$0])].middle })
                let sorted = order[range].sorted {
                    (boxes[Int($0)].middle[axis], $0) < (boxes[Int($1)].middle[axis], $1)
                }
                order.replaceSubrange(range, with: sorted)
                let middle = (range.lowerBound + range.upperBound) / 2
                made.first = Int32(nodes.count)
                made.count = 0
                nodes.append(contentsOf: [made, made])
                open.append((nodes.count - 2, range.lowerBound..<middle))
                open.append((nodes.count - 1, middle..<range.upperBound))
            }
            nodes[node] = made
        }
    }

    private struct Box {
        var low: SIMD3<Float>
        var high: SIMD3<Float>

        static let empty = Box(low: SIMD3(repeating: .infinity), high: SIMD3(repeating: -.infinity))

        var middle: SIMD3<Float> { (low + high) / 2 }

        func union(_ other: Box) -> Box {
            Box(low: pointwiseMin(low, other.low), high: pointwiseMax(high, other.high))
        }
    }

    private static func longestAxis(_ points: [SIMD3<Float>]) -> Int {
        var low = SIMD3<Float>(repeating: .infinity)
        var high = SIMD3<Float>(repeating: -.infinity)
        for point in points {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        let size = high - low
        if size.x >= size.y && size.x >= size.z { return 0 }
        return size.y >= size.z ? 1 : 2
    }
}
