/// All face sequences that a point may reach by mirror reflections: a tree whose nodes are images of the point, each
/// with the part of its last face that the image's rays can pass. It does not depend on any receiver.
struct BeamTree: Sendable {
    struct Node: Sendable {
        /// The point mirrored in the sequence's faces.
        var image: SIMD3<Double>
        /// Part of the face that is reached, in the axes of its frame.
        var rectangle: SIMD4<Double>
        var parent: Int32
        var face: Int32
    }

    let source: SIMD3<Double>
    var nodes: [Node] = []
    /// First node of each depth (depth 1 first), and one past the last.
    var levelStart: [Int] = [0]
    /// All sequences of `maxDepth` faces are there; false where a limit or the caller ended the search.
    var isComplete = true
    /// Beams traced to make this tree; those taken over from an older tree are not counted.
    var tracedCount = 0

    /// An image nearer than this to the plane of a face would leave it along the plane: no reflection.
    static let leastHeightMetres = 1e-6

    /// - Parameter goesOn: asked every few hundred beams with done and known nodes.
    init(source: SIMD3<Double>) {
        self.source = source
    }

    init(
        source: SIMD3<Double>, depth: Int, tracer: inout BeamTracer, maxNodes: Int, goesOn: (Int, Int) -> Bool
    ) {
        self.source = source
        guard depth > 0 else { return }
        tracer.trace(transmitter: source)
        append(tracer, parent: -1, image: source)
        levelStart.append(nodes.count)
        for level in 1..<max(1, depth) {
            for node in levelStart[level - 1]..<levelStart[level] {
                if nodes.count > maxNodes || (node & 255 == 255 && !goesOn(node, nodes.count)) {
                    isComplete = false
                    break
                }
                let leaving = nodes[node]
                tracer.trace(
                    Beam(
                        apex: leaving.image, frame: tracer.scene.frames[Int(leaving.face)],
                        rectangle: leaving.rectangle, face: leaving.face))
                append(tracer, parent: Int32(node), image: leaving.image)
                tracedCount += 1
            }
            levelStart.append(nodes.count)
            if !isComplete { break }
        }
    }

    var depth: Int { levelStart.count - 1 }

    mutating func append(_ tracer: borrowing BeamTracer, parent: Int32, image: SIMD3<Double>) {
        for reach in tracer.reached {
            let frame = tracer.scene.frames[Int(reach.face)]
            guard abs(frame.height(of: image)) > BeamTree.leastHeightMetres else { continue }
            nodes.append(
                Node(image: frame.image(of: image), rectangle: reach.rectangle, parent: parent, face: reach.face))
        }
    }

    /// Faces of a node's sequence, from the source's side on.
    func faces(of node: Int, into faces: inout [Int32]) {
        faces.removeAll(keepingCapacity: true)
        var at = Int32(node)
        while at >= 0 {
            faces.append(nodes[Int(at)].face)
            at = nodes[Int(at)].parent
        }
        faces.reverse()
    }
}
