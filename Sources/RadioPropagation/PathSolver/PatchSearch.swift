internal import Numerics

/// First-order diffuse scattering: the faces that a transmitter sees, cut into patches with one seeded point each.
struct PatchSearch {
    private struct Patch {
        var point: SIMD3<Double>
        var face: Int32
        var area: Double
        /// The transmitter lies on the side that the face's normal looks to.
        var isAbove: Bool
    }

    private let scene: PathScene
    private var patches: [Patch] = []

    /// Patches grow by a half until there are no more than the settings allow; those that the transmitter does not see
    /// are dropped.
    init(scene: PathScene, tree: BeamTree, settings: PathSettings) {
        self.scene = scene
        let seen = tree.depth > 0 ? Array(tree.nodes[tree.levelStart[0]..<tree.levelStart[1]]) : []
        var edge = settings.patchMetres
        while PatchSearch.count(seen, edge: edge) > settings.maxPatches, edge < 1e6 { edge *= 1.5 }
        let draw = CounterGenerator(seed: settings.seed, purpose: 0xD1F)
        var rays = RayBatch()
        var found: [Patch] = []
        for node in seen {
            let frame = scene.frames[Int(node.face)]
            let (columns, rows) = PatchSearch.grid(node.rectangle, edge: edge)
            let width = (node.rectangle[1] - node.rectangle[0]) / Double(columns)
            let height = (node.rectangle[3] - node.rectangle[2]) / Double(rows)
            for cell in 0..<(columns * rows) {
                let key = UInt64(node.face) << 32 | UInt64(cell)
                let u = node.rectangle[0] + (Double(cell % columns) + draw.uniform(key, 0)) * width
                let v = node.rectangle[2] + (Double(cell / columns) + draw.uniform(key, 1)) * height
                guard scene.outlines.contains(face: Int(node.face), u, v) else { continue }
                let point = frame.origin + frame.u * u + frame.v * v
                guard length(point - tree.source) > ReflectionSearch.leastSegmentMetres else { continue }
                rays.add(tree.source, point, -1, node.face, found.count)
                found.append(
                    Patch(
                        point: point, face: node.face, area: width * height,
                        isAbove: frame.height(of: tree.source) > 0))
            }
        }
        rays.test(scene.index)
        patches = found.indices.filter { !rays.isBlocked($0) }.map { found[$0] }
    }

    private static func grid(_ rectangle: SIMD4<Double>, edge: Double) -> (columns: Int, rows: Int) {
        (
            max(1, Int(((rectangle[1] - rectangle[0]) / edge).rounded(.up))),
            max(1, Int(((rectangle[3] - rectangle[2]) / edge).rounded(.up)))
        )
    }

    private static func count(_ nodes: [BeamTree.Node], edge: Double) -> Int {
        nodes.reduce(0) { sum, node in
            let (columns, rows) = grid(node.rectangle, edge: edge)
            return sum + columns * rows
        }
    }

    /// Adds the scattered paths of all receivers. False where the caller ended the search.
    func search(
        _ receivers: [SIMD3<Double>], into paths: inout PathCollector, goesOn: (Int) -> Bool
    ) -> Bool {
        var rays = RayBatch()
        for (number, receiver) in receivers.enumerated() {
            rays.clear()
            for (index, patch) in patches.enumerated() {
                let isAbove = scene.frames[Int(patch.face)].height(of: receiver) > 0
                guard isAbove == patch.isAbove,
                    length(receiver - patch.point) > ReflectionSearch.leastSegmentMetres
                else { continue }
                rays.add(receiver, patch.point, -1, patch.face, index)
            }
            rays.test(scene.index)
            for ray in 0..<rays.count where !rays.isBlocked(ray) {
                let patch = patches[rays.owner[ray]]
                paths.open(receiver: number)
                paths.add(patch.point, .diffuse, face: patch.face, patchArea: patch.area)
            }
            if !goesOn(number) { return false }
        }
        return true
    }
}
