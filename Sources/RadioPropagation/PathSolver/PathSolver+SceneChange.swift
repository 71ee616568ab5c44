extension PathSolver {
    /// Goes on in a changed scene. What each known transmitter reaches is found again only where its beams meet the box
    /// around the change; the paths are those of a solver made for the new scene.
    ///
    /// - Parameters:
    ///   - changed: the box around everything that came, went or moved (`SceneEdit.changed`).
    ///   - goesOn: asked now and then; transmitters that are left when it says no are forgotten, to be found again
    ///     when asked for.
    package mutating func replaceScene(
        by index: SceneIndex, changed: SceneBounds, goesOn: @escaping () -> Bool = { true }
    ) {
        let next = PathScene(index)
        let newFace = PathSolver.numbers(of: scene, in: next)
        var kept: [TransmitterReach] = []
        for reach in reaches where reach.tree.isComplete && goesOn() {
            let all = BeamLanes(reach.tree, scene: scene, depth: reach.tree.depth, spreading: spreading)
            var touched = [Bool](repeating: false, count: reach.tree.nodes.count)
            if !changed.isEmpty {
                let centre = SIMD3<Float>((changed.minimum + changed.maximum) / 2)
                let half = SIMD3<Float>(changed.size / 2) * 1.000_001 + 1e-2
                var rows: [BeamLanes.Row] = []
                all.rows.withUnsafeBufferPointer { BeamLanes.narrow($0, centre: centre, half: half, into: &rows) }
                for row in rows {
                    for lane in 0..<8 where row.node[lane] >= 0 { touched[Int(row.node[lane])] = true }
                }
            }
            let growth = BeamTree.Growth(
                scene: next, spreading: spreading, maxNodes: settings.maxCandidates, goesOn: { _, _ in goesOn() })
            let tree = reach.tree.updated(touched: touched, newFace: newFace, growth)
            guard tree.isComplete || goesOn() else { break }
            kept.append(
                TransmitterReach(
                    tree: tree, scene: next, settings: settings, spreading: spreading, lastUse: reach.lastUse))
        }
        scene = next
        reaches = kept
    }

    /// Beams that were traced for a transmitter since it, or the scene, was last new; nil where it is not known.
    package func tracedBeamCount(of transmitter: SIMD3<Double>) -> Int? {
        reaches.first { $0.tree.source == transmitter }?.tree.tracedCount
    }

    /// For each face of a scene the same face's number in another, -1 where it is not there: faces that agree in every
    /// bit of plane and outline.
    private static func numbers(of old: PathScene, in new: PathScene) -> [Int32] {
        func key(_ frame: FaceFrame) -> [Double] {
            [frame.origin.x, frame.origin.y, frame.origin.z, frame.normal.x, frame.normal.y, frame.normal.z]
                + (0..<4).map { frame.rectangle[$0] }
        }
        let keys = new.frames.map(key)
        let order = keys.indices.sorted { (one, two) in
            keys[one].lexicographicallyPrecedes(keys[two]) || (keys[one] == keys[two] && one < two)
        }
        return old.frames.map { frame in
            let wanted = key(frame)
            var low = 0
            var high = order.count
            while low < high {
                let middle = (low + high) / 2
                if keys[order[middle]].lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
            }
            let isFound = low < order.count && keys[order[low]] == wanted && new.frames[order[low]].u == frame.u
            return isFound ? Int32(order[low]) : -1
        }
    }
}
