internal import Foundation
internal import Learning

/// One scene on its way from the prior to the posterior of what a drawing lacks, given readings: materials' constants
/// and a number of trees and vehicles that is not known, moved by Metropolis steps (Green 1995, reversible jumps).
///
/// Paths are traced once; each trial of constants solves their fields anew, so that it is exact however far it goes: a
/// slab's reflection swings with its permittivity. Each trial of clutter takes the change of the powers it meets.
/// Shadowing, level and biases are integrated out: the likelihood is that of generalised least squares under
/// `ReadingPrecision`, whose spreads (`ReadingLaw`) are inferred with the scene. A reading may be blocked or lit by
/// what no hypothesis shows: a mixture.
struct SceneSampler {
    /// Deviation of the constants' logarithms before any reading, and how far its own logarithm may deviate from it:
    /// it is inferred from how far the materials move.
    private static let assumedMaterialDeviation = 0.25
    private static let materialDeviationSpread = 0.5
    /// Farther than this no constant's logarithm is tried.
    private static let materialReach = 1.2
    /// Sweeps between trials of other spreads of the readings: each costs as much as a matrix's inversion.
    private static let sweepsPerLaw = 5
    /// Variance of a reading that something unknown blocks or lights, dB^2, and how often that is.
    private static let outlierVariance = 100.0
    private static let outlierShare = 0.1
    /// What a thing must gain in log-likelihood to be as likely as not: clutter is not there to explain what the model
    /// leaves out, such as mirrors of metal.
    private static let clutterPenalty = 4.0
    private static let clutterMoves = 40

    let problem: SceneProblem
    var draws: Draws
    var precision: ReadingPrecision
    private(set) var law = ReadingLaw()
    private var isOutlier: [Bool]
    private var materialDeviation = SceneSampler.assumedMaterialDeviation
    private var sweeps = 0
    var materials: [SceneHypothesis.Material]
    var clutter: [[Clutter]] = [[], []]
    /// Power of each path with the constants, and the share that the clutter leaves.
    private(set) var powers: [Double]
    var left: [Double]
    /// Power of each reading, all paths together.
    var sums: [Double] = []
    var residual: [Double] = []
    /// Precision times residual.
    var projected: [Double] = []
    /// Inverse temperature of the likelihood.
    var inverseTemperature: Double
    var trial: ClutterTrial
    var places: [BirthPlaces]

    /// - Parameter inverseTemperature: inverse temperature of the likelihood, 0...1.
    init(_ problem: SceneProblem, inverseTemperature: Double, seed: UInt64) {
        self.problem = problem
        self.inverseTemperature = inverseTemperature
        draws = Draws(seed: seed)
        precision = problem.precision
        isOutlier = Array(repeating: false, count: problem.readings.count)
        materials = problem.drawnMaterials
        for material in problem.materials {
            materials[material].logPermittivity = materialDeviation * draws.normal()
            materials[material].logConductivity = materialDeviation * draws.normal()
        }
        powers = problem.drawnPowers
        for chosen in problem.materials.indices { problem.solve(materials, touching: chosen, into: &powers) }
        left = Array(repeating: 1, count: powers.count)
        trial = ClutterTrial(paths: powers.count, readings: problem.readings.count)
        places = Array(repeating: BirthPlaces(problem.prior.squares.count), count: 2)
        sums = summed(powers)
        residual = residuals(sums)
        projected = precision.product(residual)
    }

    /// The scene as it stands.
    var hypothesis: SceneHypothesis { SceneHypothesis(materials: materials, clutter: clutter[0] + clutter[1]) }

    /// Some steps of everything.
    mutating func sweep() {
        moveMaterial()
        moveMaterialDeviation()
        for _ in 0..<SceneSampler.clutterMoves { moveClutter() }
        drawOutliers()
        sweeps += 1
        if sweeps % SceneSampler.sweepsPerLaw == 0 { moveLaw() }
    }

    private func summed(_ powers: [Double]) -> [Double] {
        var sums = Array(repeating: 0.0, count: problem.readings.count)
        for path in powers.indices { sums[problem.readingOfPath[path]] += powers[path] * left[path] }
        return sums
    }

    private func residuals(_ sums: [Double]) -> [Double] {
        zip(problem.readings, sums).map { $0.gainDb - 10 * log10(max($1, 1e-30)) }
    }

    /// Whether new residuals are taken, by Metropolis' rule.
    ///
    /// - Parameter priorGain: what the logarithm of the prior gains, less what the proposal already holds of it.
    private mutating func takes(_ new: [Double], priorGain: Double) -> Bool {
        let newProjected = precision.product(new)
        var gain = 0.0
        for row in residual.indices { gain += 0.5 * (residual[row] * projected[row] - new[row] * newProjected[row]) }
        guard log(draws.uniform()) < inverseTemperature * gain + priorGain else { return false }
        (residual, projected) = (new, newProjected)
        return true
    }

    // MARK: - Materials

    /// Tries other constants for one material: near, less near, or any.
    private mutating func moveMaterial() {
        guard !problem.materials.isEmpty else { return }
        let chosen = draws.index(below: problem.materials.count)
        let number = problem.materials[chosen]
        let before = materials[number]
        var after = before
        let way = draws.uniform()
        if way < 0.3 {
            after.logPermittivity = materialDeviation * draws.normal()
            if way < 0.15 { after.logConductivity = materialDeviation * draws.normal() }
        } else {
            let step = way < 0.65 ? 0.03 : 0.1
            after.logPermittivity += step * draws.normal()
            after.logConductivity += 3 * step * draws.normal()
        }
        let reach = SceneSampler.materialReach
        guard abs(after.logPermittivity) < reach, abs(after.logConductivity) < reach else { return }
        let variance = materialDeviation * materialDeviation
        var others = materials
        others[number] = after
        var solved = powers
        problem.solve(others, touching: chosen, into: &solved)
        // A draw from the prior carries its prior in the proposal.
        let gain = way < 0.3 ? 0 : 0.5 * (SceneSampler.square(before) - SceneSampler.square(after)) / variance
        let newSums = summed(solved)
        guard takes(residuals(newSums), priorGain: gain) else { return }
        (materials, powers, sums) = (others, solved, newSums)
    }

    private static func square(_ material: SceneHypothesis.Material) -> Double {
        material.logPermittivity * material.logPermittivity + material.logConductivity * material.logConductivity
    }

    /// Tries another spread of the constants, given how far they are off.
    private mutating func moveMaterialDeviation() {
        let other = materialDeviation * exp(0.3 * draws.normal())
        let squares = problem.materials.reduce(0.0) { $0 + SceneSampler.square(materials[$1]) }
        func logPosterior(_ deviation: Double) -> Double {
            let distance = log(deviation / SceneSampler.assumedMaterialDeviation) / SceneSampler.materialDeviationSpread
            return -0.5 * distance * distance - 0.5 * squares / (deviation * deviation)
                - 2 * Double(problem.materials.count) * log(deviation)
        }
        if log(draws.uniform()) < logPosterior(other) - logPosterior(materialDeviation) { materialDeviation = other }
    }

    // MARK: - The rest

    /// Logarithm of the prior weight of one more thing, less that of proposing its place with a density relative to the
    /// even one.
    func birthWeight(density: Double) -> Double { -SceneSampler.clutterPenalty - log(density) }

    /// Tries other spreads of the readings, given the scene.
    private mutating func moveLaw() {
        let other = law.moved(&draws)
        guard let prior = law.logPrior, let otherPrior = other.logPrior else { return }
        let noise = isOutlier.map { $0 ? SceneSampler.outlierVariance : other.noiseVariance }
        let threshold = log(draws.uniform()) - otherPrior + prior
        let (temperature, residual) = (inverseTemperature, residual)
        let isTaken = precision.tryLaw(
            other, noise: noise, rows: problem.readings, residual: residual, projected: projected
        ) { threshold < temperature * $0 }
        guard isTaken else { return }
        law = other
        projected = precision.product(residual)
    }

    /// Which readings are outliers, each given all others.
    private mutating func drawOutliers() {
        for row in residual.indices {
            let own = precision.matrix[row * precision.count + row]
            let error = projected[row] / own
            let spread = max(0.05, 1 / own - precision.noise[row])
            let plain = spread + law.noiseVariance
            let wide = spread + SceneSampler.outlierVariance
            let odds =
                log(SceneSampler.outlierShare / (1 - SceneSampler.outlierShare))
                + inverseTemperature * 0.5 * (error * error * (1 / plain - 1 / wide) - log(wide / plain))
            isOutlier[row] = draws.uniform() < 1 / (1 + exp(-max(-500, min(500, odds))))
            let variance = isOutlier[row] ? SceneSampler.outlierVariance : law.noiseVariance
            if variance != precision.noise[row] { precision.setNoise(variance, of: row, projected: &projected) }
        }
    }
}
