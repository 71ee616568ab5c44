internal import Numerics

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
    /// Where sequences of as many faces as the tree is deep are known; nil means everywhere.
    var region: ReceiverRegion?
    /// Beams traced to make this tree; those taken over from an older tree are not counted.
    var tracedCount = 0

    /// An image nearer than this to the plane of a face would leave it along the plane: no reflection.
    static let leastHeightMetres = 1e-6

    init(source: SIMD3<Double>) {
        self.source = source
    }

    /// What a tree grows with.
    struct Growth {
        let scene: PathScene
        let spreading: WorkSpreading
        /// Nodes at most.
        let maxNodes: Int
        /// Asked before every few hundred beams with done and known nodes; false ends the search.
        let goesOn: (Int, Int) -> Bool
    }

    /// - Parameter region: where the sequences of `depth` faces are wanted; nil wants them everywhere.
    init(source: SIMD3<Double>, depth: Int, region: ReceiverRegion? = nil, _ growth: Growth) {
        self.source = source
        guard depth > 0 else { return }
        addRoots(growth)
        while isComplete, self.depth < depth {
            self.region = self.depth + 1 == depth ? region : nil
            grow(growth)
        }
    }

    /// Adds the first level: what the source sees.
    mutating func addRoots(_ growth: Growth) {
        let (scene, source) = (growth.scene, source)
        let parts = growth.spreading.map(BeamTracer.transmitterParts) { part in
            var tracer = BeamTracer(scene: scene)
            tracer.trace(part: part, of: source)
            return tracer.reached
        }
        var all: [BeamTracer.Reach] = []
        var slot = [Int32](repeating: -1, count: scene.faceCount)
        for reach in parts.joined() {
            let known = Int(slot[Int(reach.face)])
            if known >= 0 {
                all[known].rectangle = BeamTracer.union(all[known].rectangle, reach.rectangle)
            } else {
                slot[Int(reach.face)] = Int32(all.count)
                all.append(reach)
            }
        }
        BeamTree.append(all, to: &nodes, parent: -1, image: source, scene)
        levelStart.append(nodes.count)
    }

    /// Appends the images of a point in the faces that its beam reached.
    static func append(
        _ reached: [BeamTracer.Reach], to nodes: inout [Node], parent: Int32, image: SIMD3<Double>, _ scene: PathScene
    ) {
        for reach in reached {
            let frame = scene.frames[Int(reach.face)]
            guard abs(frame.height(of: image)) > BeamTree.leastHeightMetres else { continue }
            nodes.append(
                Node(image: frame.image(of: image), rectangle: reach.rectangle, parent: parent, face: reach.face))
        }
    }

    /// Finds the last level again, everywhere.
    mutating func widen(_ growth: Growth) {
        nodes.removeSubrange(levelStart[depth - 1]...)
        levelStart.removeLast()
        region = nil
        grow(growth)
    }

    /// Adds a level: what the beams of the last one reach.
    private mutating func grow(_ growth: Growth) {
        let beams = levelStart[depth - 1]..<levelStart[depth]
        // Parts and rounds are the same however they are spread, and so are the nodes.
        let part = region == nil ? BeamTree.partBeams : BeamTree.regionPartBeams
        var first = beams.lowerBound
        while isComplete, first < beams.upperBound {
            guard nodes.count <= growth.maxNodes, growth.goesOn(first, nodes.count) else {
                isComplete = false
                break
            }
            let round = first..<min(beams.upperBound, first + part * BeamTree.roundParts)
            isComplete = append(children(of: round, by: part, growth), maxNodes: growth.maxNodes)
            tracedCount += round.count
            first = round.upperBound
        }
        levelStart.append(nodes.count)
    }

    /// Beams that are traced one after the other, and such parts of which the caller is asked in between.
    private static let partBeams = 16
    private static let regionPartBeams = 256
    private static let roundParts = 32

    /// What the beams of some nodes reach, in the order of the nodes.
    private func children(of round: Range<Int>, by size: Int, _ growth: Growth) -> [[Node]] {
        let (scene, region) = (growth.scene, region)
        return nodes.withUnsafeBufferPointer { buffer in
            nonisolated(unsafe) let nodes = buffer
            return growth.spreading.map((round.count + size - 1) / size) { part in
                let first = round.lowerBound + part * size
                let beams = first..<min(round.upperBound, first + size)
                var made: [Node] = []
                if let region {
                    var reach = RegionReach(scene: scene, region: region)
                    for node in beams {
                        reach.trace(nodes[node], parent: Int32(node), into: &made)
                    }
                } else {
                    var tracer = BeamTracer(scene: scene)
                    for node in beams {
                        tracer.trace(Beam(leaving: nodes[node], scene))
                        BeamTree.append(
                            tracer.reached, to: &made, parent: Int32(node), image: nodes[node].image, scene)
                    }
                }
                return made
            }
        }
    }

    /// Appends nodes beam by beam until there are more than the limit; false where some were left out.
    private mutating func append(_ parts: [[Node]], maxNodes: Int) -> Bool {
        for part in parts {
            for node in part {
                if nodes.count > maxNodes, node.parent != nodes[nodes.count - 1].parent { return false }
                nodes.append(node)
            }
        }
        return true
    }

    var depth: Int { levelStart.count - 1 }

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

extension Beam {
    /// The beam that leaves a node.
    init(leaving node: BeamTree.Node, _ scene: PathScene) {
        self.init(
            apex: node.image, frame: scene.frames[Int(node.face)], rectangle: node.rectangle, face: node.face)
    }
}
