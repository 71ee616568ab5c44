/// A stretch of a recording: how its power spreads over time and frequency, and some samples of its strongest moment.
package struct SignalTile: Sendable, Equatable {
    /// What was found in it, for those who look for tiles. Levels are in dB to full scale.
    package struct Descriptor: Sendable, Equatable, Encodable {
        /// File name of the recording, and where the tile lies in it.
        package var recording: String
        package var sampleStart: Int
        package var sampleCount: Int
        package var rateHz: Double
        package var meanDbfs: Double
        package var peakDbfs: Double
        /// Of what is there always, per Hz: the lower quartile of the mean spectrum.
        package var noiseFloorDbfsPerHz: Double
        /// Between the frequencies below and above which 0.5 % of the power over the floor lies (ITU-R SM.443-4), in
        /// Hz; 0 where nothing stands 3 dB above the floor.
        package var occupiedHz: Double
        package var occupiedLowHz: Double?
        package var occupiedHighHz: Double?
        /// Share of the spectrogram 6 dB above the floor.
        package var occupancy: Double
        /// Of the annotations on it.
        package var labels: [String]

        private enum CodingKeys: String, CodingKey {
            case recording, occupancy, labels
            case sampleStart = "sample_start"
            case sampleCount = "sample_count"
            case rateHz = "rate_hz"
            case meanDbfs = "mean_dbfs"
            case peakDbfs = "peak_dbfs"
            case noiseFloorDbfsPerHz = "noise_floor_dbfs_per_hz"
            case occupiedHz = "occupied_hz"
            case occupiedLowHz = "occupied_low_hz"
            case occupiedHighHz = "occupied_high_hz"
        }
    }

    /// Of its first sample, microseconds since 1970.
    package var at: Int64
    package var cell: Int?
    package var centreHz: Double
    package var durationSeconds: Double
    /// Moments of the spectrogram.
    package var rows: Int
    /// Whole dB to full scale per bin, moments first, frequencies ascending; -128 is that or less.
    package var levels: [Int8]
    package var descriptor: Descriptor
    /// First sample of the excerpt, counted in the file, and its samples: in phase, in quadrature, full scale is 1.
    package var excerptStart: Int
    package var excerpt: [Float]
}
