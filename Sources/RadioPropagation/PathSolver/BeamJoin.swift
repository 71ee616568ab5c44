/// Candidates between one transmitter and one receiver without the whole tree of either: one tree from each side to
/// about half the depth, joined where the image of one end lies in a beam of the other. Beams miss nothing, so neither
/// does the join.
struct BeamJoin {
    /// Candidate sequences as chains from the transmitter.
    private(set) var tree: BeamTree
    /// Ends of the chains.
    private(set) var leaves: [Int32] = []
    private let scene: PathScene

    init(transmitter: SIMD3<Double>, receiver: SIMD3<Double>, depth: Int, _ growth: BeamTree.Growth) {
        scene = growth.scene
        tree = BeamTree(source: transmitter)
        let back = (depth + 1) / 2
        let behind = BeamTree(source: receiver, depth: back, growth)
        let ahead = BeamTree(source: transmitter, depth: depth - back, growth)
        tree.isComplete = behind.isComplete && ahead.isComplete
        var found: [Int32] = []
        BeamLanes(behind, scene: scene, depth: back).rows.withUnsafeBufferPointer {
            BeamLanes.select($0, holding: transmitter, into: &found)
        }
        for node in found { add(ahead, -1, behind, node) }
        let last = BeamLanes(behind, scene: scene, level: back)
        for start in ahead.nodes.indices {
            found.removeAll(keepingCapacity: true)
            last.rows.withUnsafeBufferPointer {
                BeamLanes.select($0, holding: ahead.nodes[start].image, into: &found)
            }
            for node in found where behind.nodes[Int(node)].face != ahead.nodes[start].face {
                add(ahead, Int32(start), behind, node)
            }
        }
    }

    /// Appends the faces from the transmitter to `start`, then those from `end` back to the receiver.
    private mutating func add(_ ahead: BeamTree, _ start: Int32, _ behind: BeamTree, _ end: Int32) {
        var faces: [Int32] = []
        if start >= 0 { ahead.faces(of: Int(start), into: &faces) }
        var at = end
        while at >= 0 {
            faces.append(behind.nodes[Int(at)].face)
            at = behind.nodes[Int(at)].parent
        }
        var parent: Int32 = -1
        var image = tree.source
        for face in faces {
            image = scene.frames[Int(face)].image(of: image)
            tree.nodes.append(BeamTree.Node(image: image, rectangle: .zero, parent: parent, face: face))
            parent = Int32(tree.nodes.count - 1)
        }
        leaves.append(parent)
    }
}
