internal import Glibc
internal import NetworkModel

/// The choice among the schemes of `MCSTable` from a predicted SINR and how well it is known.
package struct ModulationAndCoding: Sendable {
    /// Share of blocks that may fail at the recommended scheme: the usual target of the first transmission.
    package static let targetErrorRate = 0.1
    /// Standard normal quantile of `1 - targetErrorRate`.
    private static let margin: Float = 1.2816

    /// Least SINR in dB at which each scheme is decoded, ascending: `Gamma (2^eta - 1)`, Gamma the gap to the Shannon
    /// bound.
    package let thresholdDb: [Float]

    package init(snrGapDb: Double) {
        thresholdDb = MCSTable.spectralEfficiency.map { Float(snrGapDb + 10 * log10(exp2($0) - 1)) }
    }

    /// The fastest scheme that a SINR, normal in dB about its prediction, carries with the target error rate; nil where
    /// even MCS 0 fails more often.
    package func recommended(sinrDb: Float, deviationDb: Float) -> Int? {
        let sure = sinrDb - ModulationAndCoding.margin * max(0, deviationDb)
        guard sure >= thresholdDb[0] else { return nil }
        var (low, high) = (0, thresholdDb.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if thresholdDb[middle] <= sure { low = middle } else { high = middle }
        }
        return low
    }

    /// Layers, 1 or 2, that carry more on two ways out of the antenna with the given shares of the power than one layer
    /// on all of it; power is split evenly between two.
    package static func recommendedRank(sinrDb: Float, shares: [Float]) -> Int {
        guard shares.count > 1, shares[0] > 0, shares[1] > 0 else { return 1 }
        let sinr = pow(10, sinrDb / 10)
        let one = log2(1 + sinr)
        let two = log2(1 + 0.5 * sinr * shares[0]) + log2(1 + 0.5 * sinr * shares[1])
        return two > one ? 2 : 1
    }
}
