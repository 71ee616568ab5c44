internal import Foundation
internal import RadioPropagation

/// What `dtnet radio map` shows of its cells.
enum MapQuantity: String, Sendable, CaseIterable {
    /// Path gain, of the server where there are several transmitters.
    case gain
    /// Signal over noise and interference.
    case sinr
    /// Power from all transmitters but the server.
    case interference
}

/// The values of a map: a server by cell where there are several transmitters, the quantity, and the same by subband.
struct MapValues {
    /// Columns of the table beyond the place.
    var header: [String]
    /// Name of the server by cell; nil where there is one transmitter only.
    var servers: [String?]?
    /// Rows by column, `[column][cell]`, dB or dBm; nil where there is nothing. The first is over all subbands.
    var columns: [[Double?]]

    /// - Parameters:
    ///   - server: transmitter that serves all cells; nil takes the one received best.
    ///   - noiseWatts: in one subband.
    init(
        _ quantity: MapQuantity, maps: [RadioMap], transmitters: [MapTransmitter], server: Int?, noiseWatts: Double
    ) {
        let subbands = transmitters[0].powerWatts.count
        let powers = InterferenceMap(
            maps: maps, powersWatts: transmitters.flatMap(\.powerWatts), subbands: subbands,
            loads: transmitters.map(\.load))
        let count = maps[0].gains.count
        let serving = server.map { [Int?](repeating: $0, count: count) } ?? powers.servers()
        switch quantity {
        case .gain:
            columns = [serving.enumerated().map { cell, server in server.flatMap { maps[$0].gainDb(cell) } }]
            header = ["path_gain_db"]
        case .sinr:
            let all = powers.widebandSINR(servers: serving, noiseWatts: noiseWatts)
            let each = (0..<subbands).map { powers.sinr(servers: serving, subband: $0, noiseWatts: noiseWatts) }
            columns = ([all] + each).map { $0.map { MapValues.decibels($0) } }
            header = MapValues.names("sinr", "db", subbands)
        case .interference:
            let each = (0..<subbands).map { powers.interference(servers: serving, subband: $0) }
            let all = (0..<count).map { cell in each.reduce(0) { $0 + $1[cell] } }
            columns = ([all] + each).map { $0.map { MapValues.decibels($0 * 1_000) } }
            header = MapValues.names("interference", "dbm", subbands)
        }
        if subbands == 1 || quantity == .gain {
            columns = [columns[0]]
            header = [header[0]]
        }
        guard transmitters.count > 1 else { return }
        servers = serving.map { $0.map { transmitters[$0].name } }
        header.insert("cell", at: 0)
    }

    private static func names(_ name: String, _ unit: String, _ subbands: Int) -> [String] {
        ["\(name)_\(unit)"] + (1...subbands).map { "\(name)_\($0)_\(unit)" }
    }

    private static func decibels(_ value: Double) -> Double? { value > 0 ? 10 * log10(value) : nil }
}
