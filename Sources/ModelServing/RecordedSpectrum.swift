package import ContextStore
internal import Foundation
package import LanguageEngine
package import NetworkModel

/// What was recorded of the spectrum in a cell: the newest spectrogram that the stores of a run hold of it, as a
/// passage that names the row. In a server that runs share, tiles of a run have its name before their ids.
package struct RecordedSpectrum {
    /// Rows that are looked at for a spectrogram: excerpts stand among them.
    private static let rows = 8

    /// The numbers of a descriptor that are shown; a tile from elsewhere may lack any.
    private struct Descriptor: Decodable {
        var meanDbfs: Double?
        var peakDbfs: Double?
        var occupiedHz: Double?
        var occupiedLowHz: Double?
        var occupancy: Double?
        var labels: [String]?
    }

    private let stores: [RunStores.Store]

    init(stores: [RunStores.Store]) { self.stores = stores }

    /// Reads one store.
    ///
    /// - Parameter prefix: what the ids of the run's tiles begin with in it; empty where it holds no other's.
    package init(of repository: any ContextRepository, prefix: String = "") {
        self.init(stores: [.init(repository: repository, prefix: prefix)])
    }

    /// The passage of the first of these cells of which anything was recorded; nil where nothing was, or nothing can be
    /// read.
    package func passage(cells: [CellID]) -> LanguageEngine.Passage? {
        for cell in cells {
            var query = ContextQuery(.tile)
            (query.cell, query.newestFirst, query.limit) = (cell.index, true, RecordedSpectrum.rows)
            let tiles = stores.flatMap { $0.records(SpectrumTile.self, query) }
            let spectrograms = tiles.filter { $0.kind == "spectrogram" }
            if let newest = spectrograms.max(by: { $0.at < $1.at }) {
                return LanguageEngine.Passage(
                    id: "tile \(newest.id)", title: "Spectrum recorded in cell \(cell.index)",
                    body: RecordedSpectrum.words(newest))
            }
        }
        return nil
    }

    private static func words(_ tile: SpectrumTile) -> String {
        func number(_ value: Double, _ unit: String) -> String { String(format: "%.4g", value) + " " + unit }
        var parts = [number(tile.spanHz / 1e6, "MHz") + " around " + number(tile.centreHz / 1e6, "MHz")]
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let found = try? decoder.decode(Descriptor.self, from: Data(tile.descriptor.utf8)) else {
            return parts[0]
        }
        if let mean = found.meanDbfs { parts.append("mean " + number(mean, "dBFS")) }
        if let peak = found.peakDbfs { parts.append("peak " + number(peak, "dBFS")) }
        if let width = found.occupiedHz, width > 0 {
            let low = found.occupiedLowHz.map { " from " + number($0 / 1e6, "MHz") } ?? ""
            parts.append("occupied " + number(width / 1e6, "MHz") + low)
        }
        if let part = found.occupancy { parts.append("busy " + number(100 * part, "%")) }
        if let labels = found.labels, !labels.isEmpty { parts.append("labels " + labels.joined(separator: " ")) }
        return parts.joined(separator: ", ")
    }
}
