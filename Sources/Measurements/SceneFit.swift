internal import Foundation
internal import Learning
internal import Numerics
internal import RadioPropagation

/// Finds what a scene's drawing lacks from readings: constants of the materials, and crowns along the streets.
///
/// Paths are traced once; each trial solves their fields anew, so that a trial is exact however far it goes: a slab's
/// reflection swings with its permittivity, and a derivative at the drawing's constants leads astray. The cost is the
/// negative logarithm of the posterior: generalised least squares under `ReadingCovariance`, in which blocked readings
/// hardly count, and normal priors.
struct SceneFit {
    struct Row {
        var place: SIMD3<Double>
        var cell: UInt32
        var phone: UInt32
        var readingDb: Double
    }

    /// Paths of one cell to its rows.
    struct Bundle {
        var geometry: PathGeometry
        var antenna: Antenna
        /// Row of each receiver.
        var rows: [Int]
    }

    /// Readings at most: the cost grows with their third power.
    static let mostRows = 600
    /// Standard deviations of the constants' logarithms, and the farthest that is tried.
    private static let deviation = 0.3
    private static let reach = 0.75
    /// Paths this far below a receiver's strongest are left out, as a power ratio.
    private static let faintest = 3e-3

    let rows: [Row]
    let bundles: [Bundle]
    /// Row of each path, over all bundles.
    let rowOfPath: [Int]
    let scene: Scene
    let faces: SceneFaces
    let frequencyHz: Double
    let offsetDb: Double
    var covariance: ReadingCovariance
    var correction = SceneCorrection()
    /// Powers of the paths with the corrected materials, and what the crowns leave of them.
    private(set) var powers: [Double] = []
    var left: [Double]
    let shouldStop: () -> Bool

    init(
        rows: [Row], bundles: [Bundle], index: SceneIndex, frequencyHz: Double, offsetDb: Double,
        shouldStop: @escaping () -> Bool
    ) {
        self.rows = rows
        self.bundles = bundles
        self.frequencyHz = frequencyHz
        self.offsetDb = offsetDb
        self.shouldStop = shouldStop
        scene = index.scene
        faces = index.faces
        rowOfPath = bundles.flatMap { bundle in bundle.geometry.receiver.map { bundle.rows[Int($0)] } }
        left = Array(repeating: 1, count: rowOfPath.count)
        covariance = ReadingCovariance(rows, noiseVariance: 2)
        correction.materials = scene.materials.map { SceneCorrection.Material(name: $0.name) }
        powers = solve(correction)
    }

    /// The whole search.
    mutating func run() {
        covariance.weighBlocked(residual(powers, left))
        for pass in 0..<3 {
            searchMaterials(isCoarse: pass < 2)
            covariance.weighBlocked(residual(powers, left))
            if shouldStop() { return }
            searchCrowns()
            covariance.weighBlocked(residual(powers, left))
        }
        searchMaterials(isCoarse: false)
    }

    // MARK: - The model

    /// Readings less the model's gains.
    func residual(_ powers: [Double], _ left: [Double]) -> [Double] {
        gains(powers, left).enumerated().map { rows[$0].readingDb - $1 }
    }

    func gains(_ powers: [Double], _ left: [Double]) -> [Double] {
        var sums = Array(repeating: 0.0, count: rows.count)
        for path in rowOfPath.indices { sums[rowOfPath[path]] += powers[path] * left[path] }
        return sums.map { offsetDb + 10 * log10(max($0, 1e-30)) }
    }

    private func solve(_ correction: SceneCorrection) -> [Double] {
        let other = correction.applied(to: scene, frequencyHz: frequencyHz)
        guard let fields = try? FieldSolver(scene: other, faces: faces, frequencyHz: frequencyHz) else { return powers }
        return bundles.flatMap { bundle in
            let paths = fields.solve(bundle.geometry)
            return (0..<paths.count).map {
                paths.amplitude(of: $0, transmitterAntenna: bundle.antenna).squaredMagnitude
            }
        }
    }

    // MARK: - Materials

    private func cost(_ trial: SceneCorrection, _ powers: [Double]) -> Double {
        let prior = trial.materials.reduce(0) {
            $0 + $1.logPermittivity * $1.logPermittivity + $1.logConductivity * $1.logConductivity
        }
        return covariance.cost(residual(powers, left)) + 0.5 * prior / (SceneFit.deviation * SceneFit.deviation)
    }

    /// Each material in turn: a comb over its permittivity (the cost has several valleys), then ever finer steps.
    private mutating func searchMaterials(isCoarse: Bool) {
        var best = cost(correction, powers)
        for _ in 0..<(isCoarse ? 2 : 1) {
            for material in usedMaterials() {
                if isCoarse {
                    for step in -10...10 {
                        attempt(&best) {
                            $0.materials[material].logPermittivity = SceneFit.reach / 10 * Double(step)
                        }
                    }
                    for step in -2...2 {
                        attempt(&best) { $0.materials[material].logConductivity = 0.3 * Double(step) }
                    }
                }
                refine(material, &best)
            }
        }
    }

    private mutating func refine(_ material: Int, _ best: inout Double) {
        for step in [0.05, 0.02] {
            for signed in [step, -step] {
                for _ in 0..<3 where attempt(&best, { $0.materials[material].logPermittivity += signed }) {}
                for _ in 0..<3 where attempt(&best, { $0.materials[material].logConductivity += 3 * signed }) {}
            }
        }
    }

    @discardableResult
    private mutating func attempt(_ best: inout Double, _ change: (inout SceneCorrection) -> Void) -> Bool {
        var trial = correction
        change(&trial)
        let isInReach = trial.materials.allSatisfy { abs($0.logPermittivity) < 1 && abs($0.logConductivity) < 1.5 }
        guard isInReach, !shouldStop() else { return false }
        let powers = solve(trial)
        let cost = cost(trial, powers)
        guard cost < best - 1e-9 else { return false }
        (best, correction, self.powers) = (cost, trial, powers)
        return true
    }

    /// Materials that something is made of and whose constants are known.
    private func usedMaterials() -> [Int] {
        let made = scene.objects.map(\.material)
        return scene.materials.indices.filter { material in
            made.contains(material) && (try? scene.materials[material].properties(frequencyHz: frequencyHz)) != nil
        }
    }

    /// A geometry without the paths that are much weaker than the strongest of their receiver.
    static func audible(_ geometry: PathGeometry, powers: [Double]) -> PathGeometry {
        var kept = PathGeometry(transmitter: geometry.transmitter, receivers: geometry.receivers)
        for receiver in geometry.receivers.indices {
            let paths = geometry.paths(of: receiver)
            let strongest = powers[paths].max() ?? 0
            for path in paths where powers[path] > faintest * strongest {
                let vertices = geometry.vertices(of: path)
                kept.receiver.append(Int32(receiver))
                kept.point += geometry.point[vertices]
                kept.kind += geometry.kind[vertices]
                kept.face += geometry.face[vertices]
                if !geometry.patchArea.isEmpty { kept.patchArea += geometry.patchArea[vertices] }
                kept.vertexStart.append(Int32(kept.point.count))
            }
        }
        return kept
    }
}
