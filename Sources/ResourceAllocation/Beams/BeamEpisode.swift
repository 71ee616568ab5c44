internal import Glibc
internal import Numerics

/// What one user would receive on every beam over time, and what a controller may learn of it: measurements with
/// noise. What is decided changes nothing of it, so that all controllers meet the same world.
package struct BeamEpisode: Sendable {
    /// Highest spectral efficiency in bit/s/Hz: MCS 27 of TS 38.214 Table 5.1.3.1-2.
    package static let highestRate: Float = 7.4063
    /// A beam counts as lost where it is more than this below the best one, in dB.
    package static let lossDb: Float = 6
    /// Standard deviation of a measurement in dB.
    package static let deviationDb: Float = 1
    /// SNR in dB that a receiver reads where there is nothing but noise.
    package static let floorDb: Float = -10
    /// Binary logarithm of a ratio per dB.
    private static let log2PerDb: Float = 0.332_192_81

    /// Number of beams, 2 or more.
    package let beams: Int
    /// Number of steps, 1 or more.
    package let steps: Int
    /// True SNR in dB, steps by beams.
    private let snrDb: [Float]
    /// SNR in dB of the best beam of every step.
    private let bestDb: [Float]
    private let draw: CounterGenerator

    /// - Parameters:
    ///   - snrDb: SNR of every beam at every step in dB, steps by beams, finite.
    ///   - seed: seed of the noise of the measurements.
    package init(beams: Int, snrDb: [Float], seed: UInt64) {
        precondition(beams >= 2 && !snrDb.isEmpty && snrDb.count % beams == 0)
        self.beams = beams
        self.snrDb = snrDb
        steps = snrDb.count / beams
        bestDb = (0..<(snrDb.count / beams)).map { snrDb[($0 * beams)..<(($0 + 1) * beams)].max() ?? 0 }
        draw = CounterGenerator(seed: seed, purpose: 0x4245_4D4E)
    }

    /// Spectral efficiency in bit/s/Hz at an SNR in dB: Shannon's bound, `highestRate` at most.
    package static func rate(_ snrDb: Float) -> Float { min(highestRate, log2(1 + exp2(snrDb * log2PerDb))) }

    /// Rate in bit/s/Hz on a beam at a step after what probes take: `cost` of the step each.
    func rate(of beam: Int, at step: Int, probes: Int, cost: Double) -> Float {
        BeamEpisode.rate(snrDb[step * beams + beam]) * max(0, 1 - Float(cost) * Float(probes))
    }

    /// Rate in bit/s/Hz of the best beam of a step, without probes.
    func bestRate(at step: Int) -> Float { BeamEpisode.rate(bestDb[step]) }

    /// Whether a beam is lost at a step.
    func isLost(_ beam: Int, at step: Int) -> Bool { snrDb[step * beams + beam] < bestDb[step] - BeamEpisode.lossDb }

    /// A measurement in dB of a beam at a step, the same whenever it is asked for: normal noise in dB on the SNR, and
    /// the receiver's own noise below.
    func measuredDb(_ beam: Int, _ step: Int) -> Float {
        let index = step * beams + beam
        let noisy = snrDb[index] + BeamEpisode.deviationDb * Float(draw.normal(UInt64(index)))
        let linear = exp2(noisy * BeamEpisode.log2PerDb) + exp2(BeamEpisode.floorDb * BeamEpisode.log2PerDb)
        return log2(linear) / BeamEpisode.log2PerDb
    }
}
