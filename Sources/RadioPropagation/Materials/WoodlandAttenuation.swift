internal import Glibc

/// What vegetation takes of a wave that goes through it: ITU-R P.833-10 section 2.1, equation (1),
/// `A = A_m (1 - exp(-d gamma / A_m))`, d the metres in foliage.
///
/// Specific attenuation gamma and greatest attenuation A_m are those that the recommendation gives for mixed woodland
/// from 106 MHz to 2.1 GHz, on straight lines between its frequencies where both axes are logarithmic; beyond them
/// gamma goes on with the mean slope of the table, A_m by the recommendation's `A_m = A_1 f^alpha` for that woodland.
package struct WoodlandAttenuation: Sendable, Equatable {
    /// Attenuation of the first metre, dB/m.
    package let specificDbPerMetre: Double
    /// Beyond any depth waves find other ways, over and around: dB.
    package let maximumDb: Double

    /// MHz, dB/m, dB.
    private static let table: [(megahertz: Double, specific: Double, maximum: Double)] = [
        (105.9, 0.04, 9.4), (466.475, 0.12, 18), (949, 0.17, 26.5), (1_852.2, 0.30, 29), (2_117.5, 0.34, 34.1),
    ]
    /// Exponent of A_m over frequency.
    private static let maximumSlope = 0.42

    /// - Parameter frequencyHz: carrier, above 0.
    package init(frequencyHz: Double) {
        precondition(frequencyHz > 0, "a carrier has a frequency above 0")
        let table = WoodlandAttenuation.table
        let megahertz = frequencyHz / 1e6
        let (first, last) = (table[0], table[table.count - 1])
        let slope = log(last.specific / first.specific) / log(last.megahertz / first.megahertz)
        func beyond(_ end: (megahertz: Double, specific: Double, maximum: Double)) -> (Double, Double) {
            let ratio = megahertz / end.megahertz
            return (
                end.specific * pow(ratio, slope), end.maximum * pow(ratio, WoodlandAttenuation.maximumSlope)
            )
        }
        if megahertz <= first.megahertz {
            (specificDbPerMetre, maximumDb) = beyond(first)
        } else if megahertz >= last.megahertz {
            (specificDbPerMetre, maximumDb) = beyond(last)
        } else {
            var upper = 1
            while table[upper].megahertz < megahertz { upper += 1 }
            let (low, high) = (table[upper - 1], table[upper])
            let part = log(megahertz / low.megahertz) / log(high.megahertz / low.megahertz)
            specificDbPerMetre = low.specific * pow(high.specific / low.specific, part)
            maximumDb = low.maximum * pow(high.maximum / low.maximum, part)
        }
    }

    /// Attenuation of a path with so many metres in foliage, dB.
    package func attenuationDb(metres: Double) -> Double {
        maximumDb * (1 - exp(-metres * specificDbPerMetre / maximumDb))
    }
}
