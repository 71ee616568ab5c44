internal import Glibc
internal import NetworkModel

/// The scheme that carries most on average over what a SINR may turn out to be: of largest `eta (1 - block error
/// rate)`, the SINR normal in dB about its prediction. Looked up in a table of 0.1 dB by half a dB of deviation.
package enum SchemeAdvice {
    /// Standard deviation of a link whose own is not known, dB: that of a reading of a subband.
    package static let usualDeviationDb: Float = 2
    /// Standard deviations beyond are taken for it, dB.
    private static let mostDeviationDb: Float = 12
    private static let deviationStepDb: Float = 0.5
    private static let lowestDb: Float = -20
    private static let highestDb: Float = 50
    private static let stepDb: Float = 0.1
    private static let columns = Int((highestDb - lowestDb) / stepDb) + 1

    private static let table: [UInt8] = {
        let rows = Int(mostDeviationDb / deviationStepDb) + 1
        return (0..<(rows * columns)).map { index in
            UInt8(
                best(
                    sinrOverGapDb: lowestDb + Float(index % columns) * stepDb,
                    deviationDb: Float(index / columns) * deviationStepDb))
        }
    }()

    /// Makes the table, so that no decision waits for it.
    package static func prepare() { _ = table }

    /// The scheme of most expected goodput.
    ///
    /// - Parameters:
    ///   - sinrOverGapDb: predicted SINR over the gap to the Shannon bound, dB; finite.
    ///   - deviationDb: its standard deviation, dB; finite, negative is 0.
    package static func scheme(sinrOverGapDb: Float, deviationDb: Float) -> Int {
        let column = ((min(highestDb, max(lowestDb, sinrOverGapDb)) - lowestDb) / stepDb).rounded()
        let row = (min(mostDeviationDb, max(0, deviationDb)) / deviationStepDb).rounded()
        return Int(table[Int(row) * columns + Int(column)])
    }

    /// Schemes for every UE of a problem on every subband at the powers of all cells (C x K watts), U x K; `none` where
    /// nothing is sent.
    ///
    /// - Parameter linkDeviationDb: standard deviation of every link, U x L dB.
    package static func schemes(
        _ problem: Problem, powerWatts: [Double], linkDeviationDb: [Float], none: UInt32
    ) -> [UInt32] {
        let quality = Evaluation.quality(problem, powerWatts: powerWatts, linkDeviationDb: linkDeviationDb)
        return zip(quality.sinrOverGapDb, quality.deviationDb).map { sinr, deviation in
            sinr.isFinite ? UInt32(scheme(sinrOverGapDb: sinr, deviationDb: deviation)) : none
        }
    }

    /// Expected goodput of a scheme, bit/s/Hz.
    ///
    /// The mean of a logistic law over a normal variable is taken for the logistic law of
    /// `mean / sqrt(1 + pi sd^2 / 8)` (MacKay 1992), within 0.02 of the integral.
    package static func goodput(mcs: Int, sinrOverGapDb: Float, deviationDb: Float) -> Float {
        let scale = BlockErrorCurve.scaleDb
        let mean = (sinrOverGapDb - BlockErrorCurve.thresholdDb[mcs] + BlockErrorCurve.thresholdMarginDb) / scale
        let deviation = deviationDb / scale
        let widening: Float = 1 + 0.125 * Float.pi * deviation * deviation
        let failures = exp(-mean / widening.squareRoot())
        return Float(MCSTable.spectralEfficiency[mcs]) / (1 + failures)
    }

    private static func best(sinrOverGapDb: Float, deviationDb: Float) -> Int {
        var (best, most) = (0, Float(-1))
        for mcs in MCSTable.indices {
            let goodput = goodput(mcs: mcs, sinrOverGapDb: sinrOverGapDb, deviationDb: deviationDb)
            if goodput > most { (best, most) = (mcs, goodput) }
        }
        return best
    }
}
