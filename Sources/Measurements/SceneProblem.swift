internal import Foundation
internal import Learning
internal import Numerics
internal import RadioPropagation

/// What a scene is learnt from, and stays the same whatever it turns out to be: readings, paths, open
/// ground.
struct SceneProblem {
    /// Paths of one cell to its readings.
    struct Bundle {
        var geometry: PathGeometry
        var antenna: Antenna
        /// Number of the first of its paths among all.
        var firstPath: Int
    }

    /// Paths that touch a material, or all: geometry, antenna, and the number of each path among all.
    struct Part {
        var geometry: PathGeometry
        var antenna: Antenna
        var paths: [Int]
    }

    let readings: [SceneReading]
    let bundles: [Bundle]
    /// Reading of each path, and the paths of each reading: they lie together.
    let readingOfPath: [Int]
    let pieces: SegmentGrid
    let prior: ClutterPrior
    let wavelengthMetres: Double
    /// Precision of the readings under the spreads assumed, none of them blocked.
    let precision: ReadingPrecision
    /// Materials that something is made of and whose constants are known, by number, and what touches each.
    let materials: [Int]
    let touching: [[Part]]
    let drawnPowers: [Double]
    private let scene: Scene
    private let faces: SceneFaces
    private let frequencyHz: Double

    /// Paths this far below a reading's strongest are left out, as a power ratio.
    private static let faintest = 1e-3

    /// - Parameters:
    ///   - readings: cell by cell, in the order of `traced`.
    ///   - traced: per cell its paths to its readings, each of which has one with power, and its antenna.
    init(
        readings: [SceneReading], traced: [(geometry: PathGeometry, antenna: Antenna)], index: SceneIndex,
        fields: FieldSolver, sites: [SIMD3<Double>]
    ) {
        self.readings = readings
        scene = index.scene
        faces = index.faces
        frequencyHz = fields.frequencyHz
        wavelengthMetres = fields.wavelengthMetres
        var bundles: [Bundle] = []
        var powers: [Double] = []
        var readingOfPath: [Int] = []
        var materialsOfPath: [[Int]] = []
        var first = 0
        for (geometry, antenna) in traced {
            let all = SceneProblem.powers(fields.solve(geometry), antenna)
            let kept = SceneProblem.part(of: geometry) { path in
                let others = geometry.paths(of: Int(geometry.receiver[path]))
                return all[path] > SceneProblem.faintest * (all[others].max() ?? 0)
            }
            let solved = fields.solve(kept.geometry)
            bundles.append(Bundle(geometry: kept.geometry, antenna: antenna, firstPath: powers.count))
            powers += SceneProblem.powers(solved, antenna)
            readingOfPath += kept.geometry.receiver.map { first + Int($0) }
            materialsOfPath += (0..<kept.geometry.count).map { path in
                kept.geometry.vertices(of: path).map { Int(solved.materialOfVertex[$0]) }
            }
            first += geometry.receivers.count
        }
        self.bundles = bundles
        self.readingOfPath = readingOfPath
        drawnPowers = powers
        pieces = SegmentGrid(SceneProblem.pieces(bundles))
        prior = ClutterPrior(index: index, readings: readings.map(\.place), sites: sites)
        let law = ReadingLaw()
        precision = ReadingPrecision(
            readings, law, noise: Array(repeating: law.noiseVariance, count: readings.count))
        let made = index.scene.objects.map(\.material)
        let used = index.scene.materials.indices.filter { material in
            made.contains(material)
                && (try? index.scene.materials[material].properties(frequencyHz: fields.frequencyHz)) != nil
        }
        materials = used
        touching = used.map { material in
            bundles.compactMap { bundle in
                let part = SceneProblem.part(of: bundle.geometry) {
                    materialsOfPath[bundle.firstPath + $0].contains(material)
                }
                guard !part.paths.isEmpty else { return nil }
                return Part(
                    geometry: part.geometry, antenna: bundle.antenna, paths: part.paths.map { bundle.firstPath + $0 })
            }
        }
    }

    /// The drawing with other constants.
    func fields(_ materials: [SceneHypothesis.Material]) -> FieldSolver? {
        let other = SceneHypothesis(materials: materials).applied(to: scene, frequencyHz: frequencyHz)
        return try? FieldSolver(scene: other, faces: faces, frequencyHz: frequencyHz)
    }

    /// The drawing's materials, unchanged, by number.
    var drawnMaterials: [SceneHypothesis.Material] { scene.materials.map { SceneHypothesis.Material(name: $0.name) } }

    /// Puts the powers of the paths that touch a material, with these constants, into `powers`.
    func solve(_ hypothesis: [SceneHypothesis.Material], touching material: Int, into powers: inout [Double]) {
        guard let fields = fields(hypothesis) else { return }
        for part in touching[material] {
            let solved = SceneProblem.powers(fields.solve(part.geometry), part.antenna)
            for (path, power) in zip(part.paths, solved) { powers[path] = power }
        }
    }

    private static func powers(_ paths: PathSet, _ antenna: Antenna) -> [Double] {
        (0..<paths.count).map { paths.amplitude(of: $0, transmitterAntenna: antenna).squaredMagnitude }
    }

    /// The paths of a geometry that are wanted, and their numbers in it.
    private static func part(
        of geometry: PathGeometry, _ isWanted: (Int) -> Bool
    ) -> (geometry: PathGeometry, paths: [Int]) {
        var kept = PathGeometry(transmitter: geometry.transmitter, receivers: geometry.receivers)
        var paths: [Int] = []
        for path in 0..<geometry.count where isWanted(path) {
            let vertices = geometry.vertices(of: path)
            kept.receiver.append(geometry.receiver[path])
            kept.point += geometry.point[vertices]
            kept.kind += geometry.kind[vertices]
            kept.face += geometry.face[vertices]
            if !geometry.patchArea.isEmpty { kept.patchArea += geometry.patchArea[vertices] }
            kept.vertexStart.append(Int32(kept.point.count))
            paths.append(path)
        }
        return (kept, paths)
    }

    private static func pieces(_ bundles: [Bundle]) -> [(from: SIMD3<Double>, to: SIMD3<Double>, path: Int)] {
        var pieces: [(from: SIMD3<Double>, to: SIMD3<Double>, path: Int)] = []
        for bundle in bundles {
            let geometry = bundle.geometry
            for path in 0..<geometry.count {
                var from = geometry.transmitter
                for vertex in geometry.vertices(of: path) {
                    pieces.append((from, geometry.point[vertex], bundle.firstPath + path))
                    from = geometry.point[vertex]
                }
                pieces.append((from, geometry.receivers[Int(geometry.receiver[path])], bundle.firstPath + path))
            }
        }
        return pieces
    }
}

extension SceneHypothesis {
    /// The scene with these constants; materials of other names, or unknown at the frequency, stay.
    func applied(to scene: Scene, frequencyHz: Double) -> Scene {
        let corrected = scene.materials.map { material in
            var other = material
            guard let factors = materials.first(where: { $0.name == material.name }),
                factors.logPermittivity != 0 || factors.logConductivity != 0,
                let known = try? material.properties(frequencyHz: frequencyHz)
            else { return material }
            // A permittivity below that of air is none.
            other.law = .constant(
                relativePermittivity: max(1, known.relativePermittivity * exp(factors.logPermittivity)),
                conductivity: known.conductivity * exp(factors.logConductivity))
            return other
        }
        return Scene(
            name: scene.name, vertices: scene.vertices, triangles: scene.triangles, objects: scene.objects,
            materials: corrected, notes: scene.notes, foliage: scene.foliage)
    }
}
