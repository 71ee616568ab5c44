internal import ContextStore
internal import Foundation
internal import Measurements

/// A recorded signal as tiles of the context database: for each stretch of time a spectrogram and a few samples.
struct SignalImport: Sendable {
    /// Tiles that are put in at a time.
    private static let batchTiles = 32

    /// Of stretches for which the recording names no cell.
    let cell: Int?
    let tileSeconds: Double
    /// Name of the run that the recording belongs to in a server that runs share; nil elsewhere.
    let runName: String?

    struct Summary: Hashable, Sendable, Codable {
        /// Stretches of time, each with two rows.
        var tiles = 0
        /// Rows that were not there.
        var changed = 0
        /// Samples at the ends of captures that are too few for a spectrum.
        var leftOut = 0
    }

    /// - Parameters:
    ///   - cell: of stretches for which the recording names none.
    ///   - tileSeconds: that a tile lasts, about.
    ///   - run: that it belongs to in a server that runs share.
    init(cell: Int? = nil, tileSeconds: Double = 1, run: String? = nil) {
        runName = run
        self.cell = cell
        self.tileSeconds = tileSeconds
    }

    /// Puts a recording in; rows that are there stay. Throws `MeasurementError` and `ContextStoreError`.
    func run(_ recording: SignalRecording, into repository: any ContextRepository) throws -> Summary {
        var summary = Summary()
        var batch: [SpectrumTile] = []
        func put() throws {
            summary.changed += try repository.insert(records: batch)
            batch.removeAll(keepingCapacity: true)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let read = try recording.tiles(ofSeconds: tileSeconds) { tile in
            batch += try rows(tile, recording, encoder)
            if batch.count >= 2 * SignalImport.batchTiles { try put() }
        }
        try put()
        (summary.tiles, summary.leftOut) = (read.tiles, read.leftOut)
        return summary
    }

    /// The spectrogram of a tile and its excerpt; both have the tile's descriptor.
    private func rows(
        _ tile: SignalTile, _ recording: SignalRecording, _ encoder: JSONEncoder
    ) throws -> [SpectrumTile] {
        let descriptor = String(decoding: try encoder.encode(tile.descriptor), as: UTF8.self)
        let name = (runName.map { $0 + "/" } ?? "") + "\(recording.name)@\(tile.at)"
        let spectrogram = SpectrumTile(
            id: name + "/spectrogram", at: tile.at, cell: tile.cell ?? cell, kind: "spectrogram",
            centreHz: tile.centreHz, spanHz: recording.rateHz, durationSeconds: tile.durationSeconds, rows: tile.rows,
            columns: tile.levels.count / max(1, tile.rows), format: "i8", descriptor: descriptor,
            data: tile.levels.map { UInt8(bitPattern: $0) })
        let samples = tile.excerpt.count / 2
        let passed = Double(tile.excerptStart - tile.descriptor.sampleStart) / recording.rateHz
        let excerpt = SpectrumTile(
            id: name + "/iq", at: tile.at + Int64((passed * 1e6).rounded()), cell: tile.cell ?? cell, kind: "iq",
            centreHz: tile.centreHz, spanHz: recording.rateHz,
            durationSeconds: Double(samples) / recording.rateHz, rows: 1, columns: samples, format: "cf32",
            descriptor: descriptor,
            data: tile.excerpt.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } })
        return [spectrogram, excerpt]
    }
}
