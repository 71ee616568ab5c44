internal import Glibc

/// How often a transport block fails, by its scheme and the SINR that it meets.
///
/// Over the gap to the Shannon bound, so that a scheme's threshold is `2^eta - 1`, eta its spectral efficiency: there a
/// tenth of the blocks fails, the target of the channel quality indicator (TS 38.214 section 5.2.2.1). About it the
/// rate of failures is logistic in dB. A code of n symbols cannot fall faster than the normal approximation to the
/// finite block length (Polyanskiy, Poor, Verdu 2010): from 90 to 10 % within 0.3 dB at 2,500 symbols, one subband of
/// 2.5 MHz for 1 ms, at 2 bit/s/Hz. Receivers that estimate the channel take some three times that; 1.1 dB is assumed.
package enum BlockErrorCurve {
    /// Share of blocks that fail at the threshold.
    package static let rateAtThreshold = 0.1
    /// Scale of the logistic law, dB: 2 ln 9 times it lie between 90 and 10 %.
    package static let scaleDb: Float = 0.25
    /// From the threshold down to where half of the blocks fails, dB.
    package static let thresholdMarginDb: Float = scaleDb * Float(log(1 / rateAtThreshold - 1))

    /// Threshold of each scheme of `MCSTable` over the gap, dB, ascending.
    package static let thresholdDb: [Float] = MCSTable.spectralEfficiency.map { Float(10 * log10(exp2($0) - 1)) }

    /// Share of the blocks of scheme `mcs` that fail at a SINR over the gap, dB; 0...1.
    package static func errorRate(mcs: Int, sinrOverGapDb: Float) -> Float {
        let above = sinrOverGapDb - thresholdDb[mcs] + thresholdMarginDb
        return 1 / (1 + exp(above / scaleDb))
    }

    /// The fastest scheme whose threshold a SINR over the gap reaches, dB; 0 where it reaches none.
    package static func scheme(sinrOverGapDb: Float) -> Int {
        var (low, high) = (0, thresholdDb.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if thresholdDb[middle] <= sinrOverGapDb + 1e-3 { low = middle } else { high = middle }
        }
        return low
    }
}
