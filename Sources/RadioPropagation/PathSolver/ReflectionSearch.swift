internal import Numerics

/// Makes candidate sequences exact for receivers: mirror images in Double, points on the faces, nothing in between.
///
/// A path is refused where one of its segments is shorter than 1 cm, as Sionna RT does.
struct ReflectionSearch {
    let scene: PathScene
    let tree: BeamTree
    private let goesOn: (Int) -> Bool

    /// Candidate paths of a block of receivers that wait for their rays.
    private var receiver: [Int32] = []
    private var start: [Int32] = []
    private var points: [SIMD3<Double>] = []
    private var faces: [Int32] = []
    private var found: [Int32] = []
    private var rays = RayBatch()

    static let leastSegmentMetres = 1e-2

    init(scene: PathScene, tree: BeamTree, goesOn: @escaping (Int) -> Bool) {
        self.scene = scene
        self.tree = tree
        self.goesOn = goesOn
    }

    /// Receivers up to this many are looked up by the cells of space that they lie in, more of them in blocks.
    static let fewReceivers = 256

    /// Adds the paths of some sequences to one receiver.
    mutating func search(nodes: [Int32], receiver: SIMD3<Double>, into paths: inout PathCollector) {
        for candidate in nodes { unfold(Int(candidate), 0, receiver) }
        release([receiver], into: &paths)
    }

    /// Adds the reflected paths of a few receivers.
    mutating func search(_ cells: inout BeamCells, receivers: [SIMD3<Double>], into paths: inout PathCollector) {
        for number in receivers.indices {
            cells.withRows(at: receivers[number]) { collect($0, number, receivers[number]) }
            if number & 15 == 15 {
                release(receivers, into: &paths)
                if !goesOn(number) {
                    paths.isComplete = false
                    return
                }
            }
        }
        release(receivers, into: &paths)
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
    mutating func unfold(_ candidate: Int, _ number: Int, _ position: SIMD3<Double>) {
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
        start.append(Int32(first))
    }

    /// Candidate paths that wait for their rays.
    var waitingCount: Int { receiver.count }

    /// Where the candidate that waits last leaves its last face.
    var lastMeeting: SIMD3<Double> { points[Int(start[start.count - 1])] }

    /// Forgets the candidate that waits last.
    mutating func dropLast() {
        drop(Int(start.removeLast()))
        receiver.removeLast()
    }

    private mutating func drop(_ first: Int) {
        points.removeLast(points.count - first)
        faces.removeLast(faces.count - first)
    }

    // MARK: - Rays

    /// Tests the waiting paths segment by segment from the receiver on, and hands over those that nothing blocks.
    mutating func release(_ receivers: [SIMD3<Double>], into paths: inout PathCollector) {
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
        start.removeAll(keepingCapacity: true)
        points.removeAll(keepingCapacity: true)
        faces.removeAll(keepingCapacity: true)
    }
}
