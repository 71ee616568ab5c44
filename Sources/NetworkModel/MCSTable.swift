/// Modulation and coding schemes of the shared downlink channel up to 256QAM (TS 38.214 Table 5.1.3.1-2).
package enum MCSTable {
    /// Spectral efficiency of MCS 0 to 27, bit/s/Hz: modulation order times code rate.
    package static let spectralEfficiency: [Double] = [
        0.2344, 0.3770, 0.6016, 0.8770, 1.1758, 1.4766, 1.6953, 1.9141, 2.1602, 2.4063, 2.5703, 2.7305, 3.0293, 3.3223,
        3.6094, 3.9023, 4.2129, 4.5234, 4.8164, 5.1152, 5.3320, 5.5547, 5.8906, 6.2266, 6.5703, 6.9141, 7.1602, 7.4063,
    ]
    /// Indices that carry new data; 28 to 31 are reserved.
    package static let indices = 0...27
    /// Highest scheme of 16QAM and of 64QAM.
    package static let highest16QAM = 10
    package static let highest64QAM = 19
    /// Stands on the wire for a cell whose schemes nothing caps.
    package static let uncapped = UInt32.max

    /// Ceiling of the spectral efficiency under a highest scheme, bit/s/Hz: that of the scheme, at most `most`; `most`
    /// where nothing is capped, or the index is none of the table's.
    package static func ceiling(_ index: UInt32, most: Double) -> Double {
        guard let index = Int(exactly: index), indices.contains(index) else { return most }
        return min(most, spectralEfficiency[index])
    }

    /// The highest scheme that a ceiling stands for; `uncapped` where it is not below `most`.
    package static func index(ceiling: Float, most: Double) -> UInt32 {
        guard ceiling < Float(most) else { return uncapped }
        return indices.last { Float(spectralEfficiency[$0]) <= ceiling }.map { UInt32($0) } ?? 0
    }
}
