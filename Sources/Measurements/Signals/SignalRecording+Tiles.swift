internal import Foundation

extension SignalRecording {
    /// Samples that are read at a time.
    private static let chunkSamples = 1 << 15

    /// What a recording gave.
    package struct Summary: Sendable, Equatable {
        package var tiles = 0
        /// Samples at the ends of captures that are too few for a spectrum.
        package var leftOut = 0
    }

    /// Cuts the recording into tiles and hands them on one by one; what is held at a time does not grow with the file.
    ///
    /// - Parameters:
    ///   - seconds: that a tile should last, about: it has whole spectra, and ends with its capture.
    ///   - body: takes a tile.
    /// - Throws: `MeasurementError` where the samples cannot be read, and what `body` throws.
    package func tiles(ofSeconds seconds: Double, _ body: (SignalTile) throws -> Void) throws -> Summary {
        guard let handle = FileHandle(forReadingAtPath: dataPath) else {
            throw MeasurementError(dataPath, "no file of samples that can be read")
        }
        defer { try? handle.close() }
        var summary = Summary()
        let wanted = max(1.0, min(1e12, seconds * rateHz))
        for capture in captures {
            var builder = TileBuilder(wanted: Int(wanted))
            var start = capture.samples.lowerBound
            func end() throws {
                let count = builder.samples
                if let tile = builder.finish(self, capture, from: start) {
                    summary.tiles += 1
                    try body(tile)
                } else {
                    summary.leftOut += count
                }
                start += count
            }
            try handle.seek(toOffset: UInt64(capture.samples.lowerBound * format.sampleBytes))
            var next = capture.samples.lowerBound
            while next < capture.samples.upperBound {
                let count = min(Self.chunkSamples, capture.samples.upperBound - next)
                let data = try handle.read(upToCount: count * format.sampleBytes) ?? Data()
                guard data.count == count * format.sampleBytes else {
                    throw MeasurementError(dataPath, "it became shorter while it was read")
                }
                try data.withUnsafeBytes { bytes in
                    for index in 0..<count {
                        builder.take(format.sample(bytes, at: index * format.sampleBytes), next + index)
                        if builder.samples == builder.capacity { try end() }
                    }
                }
                next += count
            }
            if builder.samples > 0 { try end() }
        }
        return summary
    }
}
