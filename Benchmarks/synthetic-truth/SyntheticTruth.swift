internal import Foundation
internal import Numerics
internal import RadioPropagation

/// A city that the twin knows by its drawings only (issue 3): the truth has other material constants, lorries, trees,
/// shadowing and phones with biases. Everything is a function of the seed.
struct SyntheticTruth {
    static let frequencyHz = 3.5e9
    static let samples = 500
    static let phones = 10
    /// Loss of a tree's crown, dB per metre, and its radius and height, metres.
    static let crownLossDbPerMetre = 0.8
    static let crownRadiusMetres = 3.0
    static let crownHeightMetres = 6.0

    /// What the twin holds.
    let drawing: Scene
    /// Materials as the waves meet them.
    let trueMaterials: [RadioMaterial]
    let site: SIMD3<Double>
    let trees: [SIMD3<Double>]
    let lorries: [Lorry]
    /// Whether the street of each tree is driven.
    let isTreeOnDrivenStreet: [Bool]
    /// Training positions on some streets, test positions on the others.
    let train: [SIMD3<Double>]
    let test: [SIMD3<Double>]
    private let generator: CounterGenerator

    private enum Draw { static let material: UInt64 = 1, lorry: UInt64 = 2, tree: UInt64 = 3, place: UInt64 = 4 }

    init(seed: UInt64) throws {
        let generator = CounterGenerator(seed: seed, purpose: 0x517)
        let city = CityBlocks(columns: 4, rows: 4, seed: seed)
        let pitch = city.blockMetres + city.streetMetres
        let half = 4 * pitch / 2 + city.streetMetres / 2
        let streets = (0..<5).map { Double($0) * pitch - half + city.streetMetres / 2 }
        drawing = try city.scene()
        site = SIMD3(streets[2] + 4, streets[2] + 4, 8)
        /// A point on street `street` (0..<5 along y, 5..<10 along x), `along` -1...1, `across` metres off its centre.
        func point(_ street: Int, along: Double, across: Double, height: Double) -> SIMD3<Double> {
            let centre = streets[street % 5] + across
            let way = along * (half - 2)
            return street < 5 ? SIMD3(centre, way, height) : SIMD3(way, centre, height)
        }
        trueMaterials = SyntheticTruth.disturbed(drawing.materials, generator)
        // Six streets are driven, four are not; which, is drawn.
        let order = (0..<10).sorted { generator.bits(UInt64($0), 41) < generator.bits(UInt64($1), 41) }
        let driven = order[..<6]
        lorries = (0..<30).map { lorry in
            let key = UInt64(lorry)
            let street = Int(generator.bits(key, Draw.lorry) % 10)
            let side = generator.bits(key, 21) % 2 == 0 ? 4.5 : -4.5
            let at = point(street, along: generator.uniform(key, 22, in: -1..<1), across: side, height: 0)
            return Lorry(at: at, alongY: street < 5, isOnDrivenStreet: driven.contains(street))
        }
        let streetOfTree = (0..<40).map { Int(generator.bits(UInt64($0), Draw.tree) % 10) }
        trees = streetOfTree.enumerated().map { tree, street in
            let key = UInt64(tree)
            let side = generator.bits(key, 31) % 2 == 0 ? 6.0 : -6.0
            return point(
                street, along: generator.uniform(key, 32, in: -1..<1), across: side,
                height: SyntheticTruth.crownHeightMetres)
        }
        isTreeOnDrivenStreet = streetOfTree.map(driven.contains)
        func places(_ chosen: ArraySlice<Int>, _ count: Int, _ draw: UInt64) -> [SIMD3<Double>] {
            (0..<count).map { index in
                let key = UInt64(index)
                let street = chosen[chosen.startIndex + Int(generator.bits(key, draw) % UInt64(chosen.count))]
                return point(
                    street, along: generator.uniform(key, draw + 1, in: -1..<1),
                    across: generator.uniform(key, draw + 2, in: -3..<3), height: 1.5)
            }
        }
        train = places(driven, SyntheticTruth.samples, 50)
        test = places(order[6...], 2 * SyntheticTruth.samples, 60).filter { place in
            !driven.contains { street in
                abs((street < 5 ? place.x : place.y) - streets[street % 5]) < city.streetMetres / 2 + 3
            }
        }
        self.generator = generator
    }

    /// Each material's permittivity and conductivity off by exp(N(0, 0.3)).
    private static func disturbed(_ materials: [RadioMaterial], _ generator: CounterGenerator) -> [RadioMaterial] {
        materials.enumerated().map { index, material in
            var other = material
            guard let known = try? material.properties(frequencyHz: frequencyHz) else { return material }
            other.law = .constant(
                relativePermittivity: known.relativePermittivity
                    * exp(0.3 * generator.normal(UInt64(index), Draw.material)),
                conductivity: known.conductivity * exp(0.3 * generator.normal(UInt64(index), 11)))
            return other
        }
    }

    /// A parked lorry, 10 m x 2.5 m x 3.5 m, of metal.
    struct Lorry {
        var at: SIMD3<Double>
        var alongY: Bool
        var isOnDrivenStreet: Bool
    }

    // MARK: - Gains

    /// What someone knows of the truth beside the drawing.
    struct Knowledge {
        enum Clutter { case none, onDrivenStreets, all }
        var hasConstants: Bool
        var lorries: Clutter
        var trees: Clutter

        static let drawing = Knowledge(hasConstants: false, lorries: .none, trees: .none)
        static let everything = Knowledge(hasConstants: true, lorries: .all, trees: .all)
    }

    /// Path gains (dB) without shadowing as someone knows them; nil where nothing arrives.
    func gains(_ places: [SIMD3<Double>], knowing: Knowledge, _ settings: PathSettings) throws -> [Double?] {
        let index = try SceneIndex(scene(knowing))
        let fields = try FieldSolver(scene: index.scene, faces: index.faces, frequencyHz: SyntheticTruth.frequencyHz)
        var solver = PathSolver(index: index, settings: settings)
        let crowns = trees.indices.filter {
            knowing.trees == .all || knowing.trees == .onDrivenStreets && isTreeOnDrivenStreet[$0]
        }.map { trees[$0] }
        let paths = fields.solve(try solver.solve(transmitter: site, receivers: places))
        return places.indices.map { receiver in
            var power = 0.0
            for path in paths.paths(of: receiver) {
                var crossed = 0.0
                var from = site
                for vertex in paths.geometry.vertices(of: path) {
                    crossed += SyntheticTruth.metres(in: crowns, from, paths.geometry.point[vertex])
                    from = paths.geometry.point[vertex]
                }
                crossed += SyntheticTruth.metres(in: crowns, from, places[receiver])
                let loss = pow(10, -0.1 * SyntheticTruth.crownLossDbPerMetre * crossed)
                power += loss * paths.amplitude(of: path).squaredMagnitude
            }
            return power > 0 ? 10 * log10(power) : nil
        }
    }

    private func scene(_ knowing: Knowledge) throws -> Scene {
        var scene = Scene(
            name: drawing.name, vertices: drawing.vertices, triangles: drawing.triangles, objects: drawing.objects,
            materials: knowing.hasConstants ? trueMaterials : drawing.materials, foliage: drawing.foliage)
        for (number, lorry) in lorries.enumerated() {
            guard knowing.lorries == .all || knowing.lorries == .onDrivenStreets && lorry.isOnDrivenStreet else {
                continue
            }
            let reach = lorry.alongY ? SIMD2(1.25, 5.0) : SIMD2(5.0, 1.25)
            var builder = SceneBuilder(scene)
            let metal = builder.index(of: try ITUMaterials.material(named: "itu_metal"))
            let centre = SIMD2(lorry.at.x, lorry.at.y)
            builder.addBuilding(
                name: "lorry \(number)", material: metal, from: centre - reach, to: centre + reach, heightMetres: 3.5)
            scene = builder.scene()
        }
        return scene
    }

    /// Metres of a segment that lie in crowns.
    private static func metres(in crowns: [SIMD3<Double>], _ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
        let way = b - a
        let length = (way * way).sum().squareRoot()
        guard length > 0 else { return 0 }
        let unit = way / length
        var sum = 0.0
        for tree in crowns {
            let towards = tree - a
            let along = (towards * unit).sum()
            let reach = SyntheticTruth.crownRadiusMetres * SyntheticTruth.crownRadiusMetres
            let chord = reach - ((towards * towards).sum() - along * along)
            guard chord > 0 else { continue }
            sum += max(0, min(length, along + chord.squareRoot()) - max(0, along - chord.squareRoot()))
        }
        return sum
    }

    /// Shadowing of 3 dB that decorrelates as exp(-d / 20 m): 200 plane waves whose wave numbers are drawn from
    /// that correlation's spectrum in the plane.
    func shadow(_ at: SIMD3<Double>) -> Double {
        var sum = 0.0
        for wave in UInt64(0)..<200 {
            let u = generator.uniform(wave, 71, in: 0..<1)
            let number = (1 / ((1 - u) * (1 - u)) - 1).squareRoot() / 20
            let angle = generator.uniform(wave, 72, in: 0..<(2 * .pi))
            let phase = generator.uniform(wave, 73, in: 0..<(2 * .pi))
            sum += cos(number * (at.x * cos(angle) + at.y * sin(angle)) + phase)
        }
        return 3 * sum / 10
    }

    /// Bias of a phone, within 2 dB.
    func bias(_ phone: Int) -> Double { generator.uniform(UInt64(phone), 81, in: -2..<2) }

    /// What is left of fading in a reading, and its quantisation: 1 dB.
    func noise(_ reading: Int) -> Double { generator.normal(UInt64(reading), 82) }
}
