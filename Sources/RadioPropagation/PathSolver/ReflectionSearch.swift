/// Makes candidate sequences exact for receivers: mirror images in Double, points on the faces, nothing in between.
///
/// A path is refused where one of its segments is shorter than 1 cm, as Sionna RT does.
struct ReflectionSearch {
    private let scene: PathScene
    private let tree: BeamTree
    private let goesOn: (Int) -> Bool

    /// Candidate paths of a block of receivers that wait for their rays.
    private var receiver: [Int32] = []
    private var node: [Int32] = []
    private var start: [Int32] = []
    private var points: [SIMD3<Double>] = []
    private var faces: [Int32] = []
    private var found: [Int32] = []
    private var rays = RayBatch()

    static let leastSegmentMetres = 1e-2
    /// Receivers per block: their beams are looked up together.
    private static let blockCount = 64

    init(scene: PathScene, tree: BeamTree, goesOn: @escaping (Int) -> Bool) {
        self.scene = scene
        self.tree = tree
        self.goesOn = goesOn
    }

    /// Adds the reflected paths of all receivers.
    mutating func search(_ lanes: BeamLanes, receivers: [SIMD3<Double>], into paths: inout PathCollector) {
        if receivers.count <= 16 {
            lanes.rows.withUnsafeBufferPointer { rows in
                for number in receivers.indices { collect(rows, number, receivers[number]) }
            }
            release(receivers, into: &paths)
            return
        }
        var rows: [BeamLanes.Row] = []
        var wider: [BeamLanes.Row] = []
        let blocks = ReceiverBlocks(receivers, blockCount: ReflectionSearch.blockCount)
        for group in blocks.groups {
            lanes.rows.withUnsafeBufferPointer {
                BeamLanes.narrow($0, centre: group.centre, half: group.half, into: &wider)
            }
            for block in group.blocks {
                wider.withUnsafeBufferPointer {
                    BeamLanes.narrow($0, centre: block.centre, half: block.half, into: &rows)
                }
                rows.withUnsafeBufferPointer { rows in
                    for at in block.members {
                        let number = Int(blocks.order[at])
                        collect(rows, number, receivers[number])
                    }
                }
                release(receivers, into: &paths)
                if !goesOn(block.members.upperBound) {
                    paths.isComplete = false
                    return
                }
            }
        }
    }

    // MARK: - Candidates

    @inline(__always)
    private mutating func collect(
        _ rows: UnsafeBufferPointer<BeamLanes.Row>, _ number: Int, _ position: SIMD3<Double>
    ) {
        found.removeAll(keepingCapacity: true)
        BeamLanes.select(rows, holding: position, into: &found)
        for candidate in found { unfold(Int(candidate), number, position) }
    }

    /// Points of a sequence, from the receiver back to the source; nothing where one misses its face.
    private mutating func unfold(_ candidate: Int, _ number: Int, _ position: SIMD3<Double>) {
        let first = points.count
        var at = candidate
        var from = position
        let least = ReflectionSearch.leastSegmentMetres * ReflectionSearch.leastSegmentMetres
        while at >= 0 {
            let step = tree.nodes[at]
            let frame = scene.frames[Int(step.face)]
            let own = frame.height(of: from)
            let other = frame.height(of: step.image)
            guard own * other < 0 else { return drop(first) }
            let meet = from + (step.image - from) * (own / (own - other))
            let local = meet - frame.origin
            let u = local.x * frame.u.x + local.y * frame.u.y + local.z * frame.u.z
            let v = local.x * frame.v.x + local.y * frame.v.y + local.z * frame.v.z
            guard scene.outlines.contains(face: Int(step.face), u, v) else { return drop(first) }
            let d = meet - from
            guard d.x * d.x + d.y * d.y + d.z * d.z > least else { return drop(first) }
            points.append(meet)
            faces.append(step.face)
            from = meet
            at = Int(step.parent)
        }
        let d = tree.source - from
        guard d.x * d.x + d.y * d.y + d.z * d.z > least else { return drop(first) }
        receiver.append(Int32(number))
        node.append(Int32(candidate))
        start.append(Int32(first))
    }

    private mutating func drop(_ first: Int) {
        points.removeLast(points.count - first)
        faces.removeLast(faces.count - first)
    }

    // MARK: - Rays

    /// Tests the waiting paths segment by segment from the receiver on, and hands over those that nothing blocks.
    private mutating func release(_ receivers: [SIMD3<Double>], into paths: inout PathCollector) {
        start.append(Int32(points.count))
        var open = Array(receiver.indices)
        var leg = 0
        while !open.isEmpty {
            rays.clear()
            for path in open {
                let first = Int(start[path])
                let count = Int(start[path + 1]) - first
                if leg > count { continue }
                let from = leg == 0 ? receivers[Int(receiver[path])] : points[first + leg - 1]
                let to = leg == count ? tree.source : points[first + leg]
                rays.add(
                    from, to, leg == 0 ? -1 : faces[first + leg - 1], leg == count ? -1 : faces[first + leg], path)
            }
            if rays.count == 0 { break }
            rays.test(scene.index)
            var kept: [Int] = []
            for path in open where Int(start[path + 1]) - Int(start[path]) < leg { kept.append(path) }
            for ray in 0..<rays.count where !rays.isBlocked(ray) { kept.append(rays.owner[ray]) }
            open = kept
            leg += 1
        }
        for path in open {
            paths.open(receiver: Int(receiver[path]))
            for vertex in (Int(start[path])..<Int(start[path + 1])).reversed() {
                paths.add(points[vertex], .specular, face: faces[vertex])
            }
        }
        receiver.removeAll(keepingCapacity: true)
        node.removeAll(keepingCapacity: true)
        start.removeAll(keepingCapacity: true)
        points.removeAll(keepingCapacity: true)
        faces.removeAll(keepingCapacity: true)
    }
}

/// Segments that wait for one question to the scene.
struct RayBatch {
    private var from: [SIMD3<Double>] = []
    private var to: [SIMD3<Double>] = []
    private var ignoring: [SIMD2<Int32>] = []
    private var blocked: [Bool] = []
    private(set) var owner: [Int] = []

    var count: Int { owner.count }

    mutating func clear() {
        from.removeAll(keepingCapacity: true)
        to.removeAll(keepingCapacity: true)
        ignoring.removeAll(keepingCapacity: true)
        owner.removeAll(keepingCapacity: true)
    }

    /// - Parameters:
    ///   - first: face that the segment starts on, -1 for none.
    ///   - last: face that it ends on.
    @inline(__always)
    mutating func add(
        _ start: SIMD3<Double>, _ end: SIMD3<Double>, _ first: Int32, _ last: Int32, _ path: Int
    ) {
        from.append(start)
        to.append(end)
        ignoring.append(SIMD2(first, last))
        owner.append(path)
    }

    mutating func test(_ index: SceneIndex) {
        blocked = [Bool](repeating: false, count: owner.count)
        from.withUnsafeBufferPointer { from in
            to.withUnsafeBufferPointer { to in
                ignoring.withUnsafeBufferPointer { ignoring in
                    blocked.withUnsafeMutableBufferPointer { blocked in
                        index.occlusions(from: from, to: to, ignoring: ignoring, into: blocked)
                    }
                }
            }
        }
    }

    func isBlocked(_ ray: Int) -> Bool { blocked[ray] }
}
