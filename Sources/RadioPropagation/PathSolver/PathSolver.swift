package import Numerics

/// Finds the paths from transmitters to receivers in one scene: exact, complete, none twice.
///
/// What a transmitter can reach over faces is found once and kept (`BeamTree`), independently of receivers: receivers
/// that move cost microseconds, and the paths are the same as those of a solver that has seen nothing before.
///
/// Positions may lie anywhere, outside the scene or inside a wall: then walls stand in the way and few paths are left.
/// A receiver within 1 cm of the transmitter has no line of sight; reflected paths it has. A position that is not
/// finite, or beyond 1e9 m, is an error. Not for several threads at once: copy the solver. What one question takes may
/// be spread over processors (`spreading`); its answer is the same.
package struct PathSolver {
    package let settings: PathSettings
    let spreading: WorkSpreading
    var scene: PathScene
    var reaches: [TransmitterReach] = []
    private var clock = 0
    private var askedOnce: SIMD3<Double>?

    /// - Parameter spreading: how what a new transmitter reaches is spread over processors.
    package init(
        index: SceneIndex, settings: PathSettings = PathSettings(), spreading: WorkSpreading = .inOrder
    ) {
        precondition(settings.maxDepth >= 0 && settings.maxTransmitters > 0 && settings.maxCandidates > 0)
        precondition(settings.reflectionsBeforeDiffraction >= 0 && settings.reflectionsThroughWalls >= 0)
        self.settings = settings
        self.spreading = spreading
        scene = PathScene(index)
    }

    package var index: SceneIndex { scene.index }

    /// The paths of one transmitter to all receivers.
    ///
    /// - Parameter goesOn: asked a few dozen times a second; false ends the search, and the paths found so far are
    ///   returned with `isComplete` false.
    package mutating func solve(
        transmitter: SIMD3<Double>, receivers: [SIMD3<Double>],
        goesOn: (PathProgress) -> Bool = { _ in true }
    ) throws(PathError) -> PathGeometry {
        try PathSolver.check(transmitter, receivers)
        if isAskedOnce(transmitter, receivers) { return joined(transmitter, receivers[0], goesOn) }
        return withoutActuallyEscaping(goesOn) { goesOn in
            let at = reach(of: transmitter, for: receivers, goesOn: goesOn)
            func continues(_ done: Int) -> Bool {
                goesOn(PathProgress(stage: .receivers, done: done, total: receivers.count))
            }
            var paths = PathCollector()
            paths.isComplete = reaches[at].tree.isComplete
            let isMirrored = settings.interactions.contains(.specular) && settings.maxDepth > 0
            let isCrowd = isMirrored && receivers.count > ReflectionSearch.fewReceivers
            // What straight paths cross on their way is asked of each by itself.
            let isSeenByGroups = isCrowd && !settings.interactions.contains(.transmission)
            if !isSeenByGroups { addStraight(transmitter, receivers, to: &paths) }
            if isMirrored {
                if !isCrowd {
                    var search = ReflectionSearch(scene: scene, tree: reaches[at].tree, goesOn: continues)
                    search.search(&reaches[at].cells, receivers: receivers, into: &paths)
                } else {
                    GroupSearch.search(
                        reaches[at].cells.lanes, scene: scene, tree: reaches[at].tree, receivers: receivers,
                        sight: isSeenByGroups && settings.interactions.contains(.lineOfSight), spreading: spreading,
                        into: &paths, goesOn: continues)
                }
            }
            if let wedges = reaches[at].wedges, !wedges.search(receivers, into: &paths, goesOn: continues) {
                paths.isComplete = false
            }
            if let patches = reaches[at].patches, !patches.search(receivers, into: &paths, goesOn: continues) {
                paths.isComplete = false
            }
            if let through = reaches[at].through {
                let isWhole = through.search(receivers, into: &paths, goesOn: continues)
                if !isWhole || !through.isComplete { paths.isComplete = false }
            }
            return paths.geometry(transmitter: transmitter, receivers: receivers, spreading: spreading)
        }
    }

    /// Candidate face sequences known of a transmitter; nil where it has not been asked for.
    package func candidateCount(of transmitter: SIMD3<Double>) -> Int? {
        reaches.first { $0.tree.source == transmitter }?.tree.nodes.count
    }

    // MARK: - One question about a transmitter

    /// Whether half trees are the cheaper way: a large scene, one receiver, a transmitter that is new.
    private mutating func isAskedOnce(_ transmitter: SIMD3<Double>, _ receivers: [SIMD3<Double>]) -> Bool {
        let simple: Interactions = [.lineOfSight, .specular, .transmission]
        guard receivers.count == 1, settings.maxDepth >= 2, settings.interactions.contains(.specular),
            settings.interactions.isSubset(of: simple), settings.reflectionsThrough == 0,
            scene.pieces.count >= settings.largeScenePieces, askedOnce != transmitter,
            !reaches.contains(where: { $0.tree.source == transmitter })
        else { return false }
        askedOnce = transmitter
        return true
    }

    private func joined(
        _ transmitter: SIMD3<Double>, _ receiver: SIMD3<Double>, _ goesOn: (PathProgress) -> Bool
    ) -> PathGeometry {
        let join = withoutActuallyEscaping(goesOn) { goesOn in
            BeamJoin(transmitter: transmitter, receiver: receiver, depth: settings.maxDepth, growth(goesOn))
        }
        var paths = PathCollector()
        paths.isComplete = join.tree.isComplete
        addStraight(transmitter, [receiver], to: &paths)
        var search = ReflectionSearch(scene: scene, tree: join.tree) { _ in true }
        search.search(nodes: join.leaves, receiver: receiver, into: &paths)
        return paths.geometry(transmitter: transmitter, receivers: [receiver])
    }

    // MARK: - Transmitters

    /// What is known of a transmitter, found now if it is new or was not asked for by receivers here.
    private mutating func reach(
        of transmitter: SIMD3<Double>, for receivers: [SIMD3<Double>], goesOn: @escaping (PathProgress) -> Bool
    ) -> Int {
        clock += 1
        if let known = reaches.firstIndex(where: { $0.tree.source == transmitter && $0.tree.isComplete }) {
            if let region = reaches[known].tree.region, !receivers.allSatisfy(region.contains) {
                var tree = reaches[known].tree
                tree.widen(growth(goesOn))
                reaches[known] = TransmitterReach(
                    tree: tree, scene: scene, settings: settings, spreading: spreading, lastUse: clock)
            }
            reaches[known].lastUse = clock
            return known
        }
        reaches.removeAll { $0.tree.source == transmitter }
        let tree = BeamTree(
            source: transmitter, depth: treeDepth, region: region(around: receivers), growth(goesOn))
        if reaches.count >= settings.maxTransmitters,
            let oldest = reaches.indices.min(by: { reaches[$0].lastUse < reaches[$1].lastUse })
        {
            reaches.remove(at: oldest)
        }
        reaches.append(
            TransmitterReach(
                tree: tree, scene: scene, settings: settings, spreading: spreading, lastUse: clock))
        return reaches.count - 1
    }

    private func growth(_ goesOn: @escaping (PathProgress) -> Bool) -> BeamTree.Growth {
        BeamTree.Growth(scene: scene, spreading: spreading, maxNodes: settings.maxCandidates) { done, known in
            goesOn(PathProgress(stage: .candidates, done: done, total: known))
        }
    }

    /// Where the last level of a new tree is to be known; nil where it is better known everywhere.
    private func region(around receivers: [SIMD3<Double>]) -> ReceiverRegion? {
        // Other searches take what is seen after a level as well, and need that level whole.
        let others = settings.interactions.contains(.diffraction) ? settings.reflectionsBeforeDiffraction + 1 : 1
        guard scene.pieces.count >= settings.largeScenePieces, treeDepth > others,
            (1...ReflectionSearch.fewReceivers).contains(receivers.count)
        else { return nil }
        return ReceiverRegion(around: receivers)
    }

    /// Levels of the tree: the reflections of a path, and one more to know what is seen after those before a bend.
    private var treeDepth: Int {
        var depth = settings.interactions.contains(.specular) ? settings.maxDepth : 0
        if settings.interactions.contains(.diffraction) {
            depth = max(depth, settings.reflectionsBeforeDiffraction + 1)
        }
        if settings.interactions.contains(.diffuse) { depth = max(depth, 1) }
        return depth
    }

    private static func check(_ transmitter: SIMD3<Double>, _ receivers: [SIMD3<Double>]) throws(PathError) {
        guard isInRange(transmitter) else { throw .transmitterOutOfRange }
        for index in receivers.indices where !isInRange(receivers[index]) { throw .receiverOutOfRange(index: index) }
    }

    private static func isInRange(_ point: SIMD3<Double>) -> Bool {
        max(abs(point.x), abs(point.y), abs(point.z)) <= 1e9 && !(point.x + point.y + point.z).isNaN
    }

    // MARK: - Straight paths

    /// Lines of sight, and straight paths through walls.
    private func addStraight(
        _ transmitter: SIMD3<Double>, _ receivers: [SIMD3<Double>], to paths: inout PathCollector
    ) {
        let wanted = settings.interactions
        guard wanted.contains(.lineOfSight) || wanted.contains(.transmission) else { return }
        let size = PathSolver.straightPart
        let (scene, count) = (scene, receivers.count)
        let parts = spreading.map((count + size - 1) / size) { part in
            var rays = RayBatch()
            for number in (part * size)..<min(count, (part + 1) * size) {
                rays.addStraight(transmitter, receivers, number)
            }
            rays.test(scene.index)
            return rays
        }
        for rays in parts {
            for ray in 0..<rays.count {
                let number = rays.owner[ray]
                if !rays.isBlocked(ray) {
                    if wanted.contains(.lineOfSight) { paths.open(receiver: number) }
                } else if wanted.contains(.transmission) {
                    addCrossings(transmitter, receivers[number], number, to: &paths)
                }
            }
        }
    }

    /// Receivers whose straight paths are tested one after the other.
    private static let straightPart = 8_192

    private func addCrossings(
        _ transmitter: SIMD3<Double>, _ receiver: SIMD3<Double>, _ number: Int, to paths: inout PathCollector
    ) {
        let crossings = scene.crossings(from: transmitter, to: receiver)
        guard !crossings.isEmpty, crossings.count <= settings.maxCrossings else { return }
        paths.open(receiver: number)
        for crossing in crossings { paths.add(crossing.point, .transmission, face: crossing.face) }
    }
}

/// What a transmitter can reach, and when it was last asked for.
struct TransmitterReach {
    var tree: BeamTree
    var cells: BeamCells
    var wedges: WedgeSearch?
    var patches: PatchSearch?
    var through: ThroughSearch?
    var lastUse: Int

    init(tree: BeamTree, scene: PathScene, settings: PathSettings, spreading: WorkSpreading, lastUse: Int) {
        self.tree = tree
        self.lastUse = lastUse
        let isMirrored = settings.interactions.contains(.specular)
        cells = BeamCells(
            isMirrored
                ? BeamLanes(tree, scene: scene, depth: settings.maxDepth, spreading: spreading) : BeamLanes())
        if settings.interactions.contains(.diffraction) {
            wedges = WedgeSearch(scene: scene, tree: tree, reflections: settings.reflectionsBeforeDiffraction)
        }
        if settings.interactions.contains(.diffuse) {
            patches = PatchSearch(scene: scene, tree: tree, settings: settings)
        }
        let reflections = settings.reflectionsThrough
        if reflections > 0 {
            through = ThroughSearch(scene: scene, source: tree.source, reflections: reflections, settings: settings)
        }
    }
}
