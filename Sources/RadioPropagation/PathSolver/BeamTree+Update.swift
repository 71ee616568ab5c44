// A tree after a change of the scene: beams that pass nowhere near it are taken over.
extension BeamTree {
    /// - Parameters:
    ///   - touched: for each node whether its beam meets the box around the change.
    ///   - newFace: number in the new scene of each face, -1 where it is gone.
    ///   - growth: in the new scene.
    func updated(touched: [Bool], newFace: [Int32], _ growth: Growth) -> BeamTree {
        var made = BeamTree(source: source)
        made.region = region
        guard depth > 0 else { return made }
        var childStart = [Int](repeating: 0, count: nodes.count + 1)
        for node in nodes where node.parent >= 0 { childStart[Int(node.parent) + 1] += 1 }
        childStart[0] = levelStart[1]
        for node in nodes.indices { childStart[node + 1] += childStart[node] }
        var tracer = BeamTracer(scene: growth.scene)
        var twins = Twins(faceCount: growth.scene.faceCount)
        made.addRoots(growth)
        twins.match(made.nodes[...], with: nodes[0..<levelStart[1]], newFace: newFace)
        for level in 1..<max(1, depth) {
            for node in made.levelStart[level - 1]..<made.levelStart[level] {
                if made.nodes.count > growth.maxNodes || (node % 64 == 0 && !growth.goesOn(node, made.nodes.count)) {
                    made.isComplete = false
                    return made
                }
                let twin = twins.old[node]
                let children = twin < 0 ? 0..<0 : childStart[twin]..<childStart[twin + 1]
                if twin >= 0, !touched[twin], children.allSatisfy({ newFace[Int(nodes[$0].face)] >= 0 }) {
                    for child in children {
                        var copy = nodes[child]
                        copy.parent = Int32(node)
                        copy.face = newFace[Int(copy.face)]
                        made.nodes.append(copy)
                        twins.old.append(child)
                    }
                    continue
                }
                let leaving = made.nodes[node]
                let first = made.nodes.count
                tracer.trace(Beam(leaving: leaving, growth.scene))
                BeamTree.append(
                    tracer.reached, to: &made.nodes, parent: Int32(node), image: leaving.image, growth.scene)
                made.tracedCount += 1
                twins.match(made.nodes[first...], with: nodes[children], newFace: newFace)
            }
            made.levelStart.append(made.nodes.count)
        }
        return made
    }

    /// The node of the old tree that is the same as each node of the new one, -1 where there is none.
    private struct Twins {
        var old: [Int] = []
        private var oldOfFace: [Int]

        init(faceCount: Int) {
            oldOfFace = [Int](repeating: -1, count: faceCount)
        }

        /// Matches the children of one node, old and new.
        mutating func match(_ new: ArraySlice<Node>, with known: ArraySlice<Node>, newFace: [Int32]) {
            for at in known.indices where newFace[Int(known[at].face)] >= 0 {
                oldOfFace[Int(newFace[Int(known[at].face)])] = at
            }
            for node in new {
                let at = oldOfFace[Int(node.face)]
                let isSame = at >= 0 && known[at].rectangle == node.rectangle && known[at].image == node.image
                old.append(isSame ? at : -1)
            }
            for at in known.indices where newFace[Int(known[at].face)] >= 0 {
                oldOfFace[Int(newFace[Int(known[at].face)])] = -1
            }
        }
    }
}
