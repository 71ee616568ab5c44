internal import ArgumentParser
internal import ContextStore
internal import Foundation

/// `dtnet context stats`: how much a run has kept, since when, and what it had to drop.
struct ContextStatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Print rows, bytes, oldest and newest row of each table, and what was dropped.")

    @OptionGroup var places: ContextPlaces

    @Flag(help: "Print the figures as JSON.")
    var json = false

    /// The figures of one store.
    private struct Store: Encodable {
        var store: String
        var tables: [TableStatistics]
        /// Rows that its writers could not write.
        var dropped: Int64
    }

    func run() async throws {
        try ToolFailure.fromStore {
            let places = try places.open()
            defer { for place in places { place.repository.close() } }
            let stores = try places.map { place in
                let counters = try place.repository.records(CounterRow.self)
                return Store(
                    store: place.name, tables: try place.repository.statistics(),
                    dropped: counters.filter { $0.name == CounterRow.droppedRows }.reduce(0) { $0 + $1.value })
            }
            try show(stores)
        }
    }

    private func show(_ stores: [Store]) throws {
        guard !json else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            Terminal.result(String(decoding: try encoder.encode(stores), as: UTF8.self))
            return
        }
        var table = TextTable(["store", "table", "rows", "bytes", "oldest", "newest"], numeric: [2, 3])
        for store in stores {
            for figures in store.tables where figures.rows > 0 {
                table.add([
                    store.store, figures.table, "\(figures.rows)", figures.bytes.map { "\($0)" } ?? "-",
                    figures.oldest.map(ContextTime.text) ?? "-", figures.newest.map(ContextTime.text) ?? "-",
                ])
            }
        }
        for line in table.lines { Terminal.result(line) }
        let dropped = stores.filter { $0.dropped > 0 }.map { "\($0.store) \($0.dropped)" }
        Terminal.result("rows dropped: " + (dropped.isEmpty ? "none" : dropped.joined(separator: ", ")))
    }
}
