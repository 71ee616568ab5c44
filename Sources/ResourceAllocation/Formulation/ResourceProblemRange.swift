/// Ranges of a `ResourceProblem`'s numbers, which no radio network leaves: for the check of values and for the schema.
package enum ResourceProblemRange {
    /// Fairness exponent.
    package static let alpha: ClosedRange<Double> = 0...10
    package static let snrGapDb: ClosedRange<Double> = 0...40
    package static let maxEfficiencyBpsPerHz: ClosedRange<Double> = 0.01...60
    package static let energyWeightPerWatt: ClosedRange<Double> = 0...1e6
    package static let confidence: ClosedRange<Double> = 0.5...0.999_999
    package static let frequencyHz: ClosedRange<Double> = 1e6...1e13
    package static let bandwidthHz: ClosedRange<Double> = 1...1e11
    package static let downlinkPart: ClosedRange<Double> = 1e-6...1
    /// Budgets, caps and circuits.
    package static let watts: ClosedRange<Double> = 0...1e6
    package static let load: ClosedRange<Double> = 0...1
    /// Rates, demands and backhauls.
    package static let mbps: ClosedRange<Double> = 0...1e9
    package static let amplifierEfficiency: ClosedRange<Double> = 1e-6...1
    package static let gainOffsetDb: ClosedRange<Double> = -200...200
    /// Of UEs and slices.
    package static let weight: ClosedRange<Double> = 1e-9...1e9
    package static let boundMs: ClosedRange<Double> = 1e-3...1e6
    package static let violation: ClosedRange<Double> = 1e-12...0.999
    /// Symbols of a code word.
    package static let symbols: ClosedRange<Double> = 1...1e9
    package static let errorProbability: ClosedRange<Double> = 1e-12...0.5
    package static let coverageSnrDb: ClosedRange<Double> = -100...200
    package static let packetBits: ClosedRange<Double> = 1...1e9
    package static let gainDb: ClosedRange<Double> = -320...60
    package static let gainDeviationDb: ClosedRange<Double> = 0...40
    /// Backgrounds and limits of incumbents.
    package static let levelDbm: ClosedRange<Double> = -250...100
    /// P0 of the uplink per subband (TS 38.331 `p0-NominalWithGrant`, -202 to 24 dBm).
    package static let p0Dbm: ClosedRange<Double> = -202...24
    package static let subbands: ClosedRange<Int> = 1...4_096
    /// Most cells.
    package static let mostCells = 1 << 17
}
