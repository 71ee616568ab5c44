internal import Glibc

/// Diffracted paths: one bend over a wedge, at the point where both sides make equal angles with the edge (Keller's
/// cone), after the reflections that the settings allow. Both sides must be free; the transmitter's last image and the
/// receiver must lie outside the wedge's solid. Paths of the lit region are included, as UTD needs them.
struct WedgeSearch {
    private let scene: PathScene
    private let tree: BeamTree
    /// Wedges of each face: `start[face] ..< start[face + 1]` in `wedges`.
    private let start: [Int32]
    private let wedges: [Int32]

    private struct Candidate {
        /// Node of the tree, -1 for the transmitter itself.
        var node: Int32
        var wedge: Int32
    }

    private let candidates: [Candidate]

    /// - Parameter reflections: before the bend, at most; the tree must be one level deeper.
    init(scene: PathScene, tree: BeamTree, reflections: Int) {
        self.scene = scene
        self.tree = tree
        let all = scene.index.faces.wedges
        var pairs: [(face: Int32, wedge: Int32)] = []
        for (number, wedge) in all.enumerated() where !wedge.isReentrant {
            pairs.append((wedge.faces.x, Int32(number)))
            if wedge.faces.y >= 0 { pairs.append((wedge.faces.y, Int32(number))) }
        }
        pairs.sort { ($0.face, $0.wedge) < ($1.face, $1.wedge) }
        var start = [Int32](repeating: 0, count: scene.faceCount + 1)
        for pair in pairs { start[Int(pair.face) + 1] += 1 }
        for face in 0..<scene.faceCount { start[face + 1] += start[face] }
        self.start = start
        wedges = pairs.map(\.wedge)
        candidates = WedgeSearch.candidates(tree, reflections, start, wedges, wedgeCount: all.count)
    }

    /// Each wedge of a face that the transmitter, or an image, may see.
    private static func candidates(
        _ tree: BeamTree, _ reflections: Int, _ start: [Int32], _ wedges: [Int32], wedgeCount: Int
    ) -> [Candidate] {
        var made: [Candidate] = []
        var seen = [Int32](repeating: -2, count: wedgeCount)
        for level in 0..<min(reflections + 1, tree.depth) {
            for node in tree.levelStart[level]..<tree.levelStart[level + 1] {
                let parent = tree.nodes[node].parent
                let face = Int(tree.nodes[node].face)
                for at in Int(start[face])..<Int(start[face + 1]) where seen[Int(wedges[at])] != parent {
                    seen[Int(wedges[at])] = parent
                    made.append(Candidate(node: parent, wedge: wedges[at]))
                }
            }
        }
        return made
    }

    /// Adds the diffracted paths of all receivers. False where the caller ended the search.
    func search(
        _ receivers: [SIMD3<Double>], into paths: inout PathCollector, goesOn: (Int) -> Bool
    ) -> Bool {
        var rays = RayBatch()
        var points: [SIMD3<Double>] = []
        var chosen: [Int] = []
        for (number, receiver) in receivers.enumerated() {
            rays.clear()
            points.removeAll(keepingCapacity: true)
            chosen.removeAll(keepingCapacity: true)
            for (index, candidate) in candidates.enumerated() {
                guard let bend = bend(candidate, receiver) else { continue }
                let faces = scene.index.faces.wedges[Int(candidate.wedge)].faces
                rays.add(receiver, bend, faces.x, faces.y, points.count)
                points.append(bend)
                chosen.append(index)
            }
            rays.test(scene.index)
            for ray in 0..<rays.count where !rays.isBlocked(ray) {
                connect(candidates[chosen[ray]], points[ray], number, into: &paths)
            }
            if !goesOn(number) { return false }
        }
        return true
    }

    /// The point of the edge that divides the bend evenly; nil beside the edge or where an end lies in the solid.
    private func bend(_ candidate: Candidate, _ receiver: SIMD3<Double>) -> SIMD3<Double>? {
        let wedge = scene.index.faces.wedges[Int(candidate.wedge)]
        let source = candidate.node < 0 ? tree.source : tree.nodes[Int(candidate.node)].image
        guard WedgeSearch.isOutside(source, wedge), WedgeSearch.isOutside(receiver, wedge) else { return nil }
        let (origin, along) = (wedge.line.origin, wedge.line.along)
        let one = source - origin
        let two = receiver - origin
        let s = dot(one, along)
        let t = dot(two, along)
        let p = max(0, dot(one, one) - s * s).squareRoot()
        let q = max(0, dot(two, two) - t * t).squareRoot()
        guard p > ReflectionSearch.leastSegmentMetres, q > ReflectionSearch.leastSegmentMetres else { return nil }
        let at = (s * q + t * p) / (p + q)
        return wedge.line.part.contains(at) ? origin + along * at : nil
    }

    /// Whether a point sees at least one face from outside; a half plane has no inside.
    private static func isOutside(_ point: SIMD3<Double>, _ wedge: SceneFaces.Wedge) -> Bool {
        if wedge.faces.y < 0 { return true }
        let from = point - wedge.a
        return dot(from, wedge.firstNormal) > 0 || dot(from, wedge.secondNormal) > 0
    }

    /// Unfolds the reflections before the bend, and adds the path where they are on their faces and nothing blocks
    /// them.
    private func connect(
        _ candidate: Candidate, _ bend: SIMD3<Double>, _ number: Int, into paths: inout PathCollector
    ) {
        var points = [bend]
        var steps: [Int32] = []
        var at = candidate.node
        let wedge = scene.index.faces.wedges[Int(candidate.wedge)]
        while at >= 0 {
            let node = tree.nodes[Int(at)]
            guard node.face != wedge.faces.x, node.face != wedge.faces.y || !steps.isEmpty,
                let meet = scene.meeting(face: Int(node.face), from: points[points.count - 1], to: node.image)
            else { return }
            points.append(meet)
            steps.append(node.face)
            at = node.parent
        }
        points.append(tree.source)
        for leg in 0..<(points.count - 1) {
            let least = ReflectionSearch.leastSegmentMetres
            guard length(points[leg + 1] - points[leg]) > least else { return }
            // At the edge both faces begin; a ray may ignore two faces, and one is the reflector's.
            let first = leg == 0 ? wedge.faces.x : steps[leg - 1]
            let last = leg < steps.count ? steps[leg] : (leg == 0 ? wedge.faces.y : -1)
            if scene.index.isOccluded(from: points[leg], to: points[leg + 1], ignoring: SIMD2(first, last)) { return }
        }
        paths.open(receiver: number)
        for step in steps.indices.reversed() { paths.add(points[step + 1], .specular, face: steps[step]) }
        paths.add(bend, .diffraction, face: candidate.wedge)
    }
}
