/// Finds the paths from transmitters to receivers in one scene: exact, complete, none twice.
///
/// What a transmitter can reach over faces is found once and kept (`BeamTree`), independently of receivers: receivers
/// that move cost microseconds, and the paths are the same as those of a solver that has seen nothing before.
///
/// Positions may lie anywhere, outside the scene or inside a wall: then walls stand in the way and few paths are left.
/// A receiver within 1 cm of the transmitter has no line of sight; reflected paths it has. A position that is not
/// finite is an error. Single-threaded; for several threads, copy the solver.
package struct PathSolver {
    package let settings: PathSettings
    private let scene: PathScene
    private var reaches: [TransmitterReach] = []
    private var clock = 0

    package init(index: SceneIndex, settings: PathSettings = PathSettings()) {
        precondition(settings.maxDepth >= 0 && settings.maxTransmitters > 0 && settings.maxCandidates > 0)
        self.settings = settings
        scene = PathScene(index)
    }

    package var index: SceneIndex { scene.index }

    /// The paths of one transmitter to all receivers.
    ///
    /// - Parameter goesOn: asked every millisecond or so; false ends the search, and the paths found so far are
    ///   returned with `isComplete` false.
    package mutating func solve(
        transmitter: SIMD3<Double>, receivers: [SIMD3<Double>],
        goesOn: (PathProgress) -> Bool = { _ in true }
    ) throws(PathError) -> PathGeometry {
        try PathSolver.check(transmitter, receivers)
        return withoutActuallyEscaping(goesOn) { goesOn in
            let at = reach(of: transmitter, goesOn: goesOn)
            var paths = PathCollector()
            if settings.interactions.contains(.lineOfSight) {
                addLineOfSight(transmitter, receivers, to: &paths)
            }
            if settings.interactions.contains(.specular), settings.maxDepth > 0 {
                paths.isComplete = reaches[at].tree.isComplete
                var search = ReflectionSearch(scene: scene, tree: reaches[at].tree) { done in
                    goesOn(PathProgress(stage: .receivers, done: done, total: receivers.count))
                }
                search.search(reaches[at].lanes, receivers: receivers, into: &paths)
            }
            return paths.geometry(transmitter: transmitter, receivers: receivers)
        }
    }

    /// Candidate face sequences known of a transmitter; nil where it has not been asked for.
    package func candidateCount(of transmitter: SIMD3<Double>) -> Int? {
        reaches.first { $0.tree.source == transmitter }?.tree.nodes.count
    }

    // MARK: - Transmitters

    /// What is known of a transmitter, found now if it is new.
    private mutating func reach(of transmitter: SIMD3<Double>, goesOn: (PathProgress) -> Bool) -> Int {
        clock += 1
        if let known = reaches.firstIndex(where: { $0.tree.source == transmitter && $0.tree.isComplete }) {
            reaches[known].lastUse = clock
            return known
        }
        reaches.removeAll { $0.tree.source == transmitter }
        let limit = settings.maxCandidates
        var tracer = BeamTracer(scene: scene)
        let tree = BeamTree(
            source: transmitter, depth: settings.interactions.contains(.specular) ? settings.maxDepth : 0,
            tracer: &tracer, maxNodes: limit
        ) { done, known in goesOn(PathProgress(stage: .candidates, done: done, total: known)) }
        if reaches.count >= settings.maxTransmitters,
            let oldest = reaches.indices.min(by: { reaches[$0].lastUse < reaches[$1].lastUse })
        {
            reaches.remove(at: oldest)
        }
        reaches.append(TransmitterReach(tree: tree, lanes: BeamLanes(tree, scene: scene), lastUse: clock))
        return reaches.count - 1
    }

    private static func check(_ transmitter: SIMD3<Double>, _ receivers: [SIMD3<Double>]) throws(PathError) {
        guard isFinite(transmitter) else { throw .transmitterNotFinite }
        for index in receivers.indices where !isFinite(receivers[index]) { throw .receiverNotFinite(index: index) }
    }

    private static func isFinite(_ point: SIMD3<Double>) -> Bool {
        point.x.isFinite && point.y.isFinite && point.z.isFinite
    }

    // MARK: - Line of sight

    private func addLineOfSight(
        _ transmitter: SIMD3<Double>, _ receivers: [SIMD3<Double>], to paths: inout PathCollector
    ) {
        var rays = RayBatch()
        for (number, receiver) in receivers.enumerated()
        where length(receiver - transmitter) > ReflectionSearch.leastSegmentMetres {
            rays.add(transmitter, receiver, -1, -1, number)
        }
        rays.test(scene.index)
        for ray in 0..<rays.count where !rays.isBlocked(ray) { paths.open(receiver: rays.owner[ray]) }
    }
}

/// What a transmitter can reach, and when it was last asked for.
struct TransmitterReach {
    var tree: BeamTree
    var lanes: BeamLanes
    var lastUse: Int
}
