internal import ArgumentParser
internal import ContextStore
internal import Foundation
internal import NetworkModel

/// `dtnet context query`: rows of one table, or passages by full text.
struct ContextQueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Print rows that a run has kept, by table, cell, KPI, time or text.",
        discussion: """
            Tables: \(ContextTable.all.map(\.name).joined(separator: ", ")). With --search, passages of the documents \
            that match any of the words, best first.
            """)

    @OptionGroup var places: ContextPlaces

    @Argument(
        help: "Table.", completion: .list(ContextTable.all.map(\.name)),
        transform: { name in
            guard let table = ContextTable.named(name) else {
                let known = ContextTable.all.map(\.name).joined(separator: ", ")
                throw ValidationError("there is no table '\(name)'; there are \(known)")
            }
            return table
        })
    var table: ContextTable = .measurement

    @Option(parsing: .unconditional, help: "Index of the cell; -1 is the network.")
    var cell: Int?

    @Option(parsing: .unconditional, help: "Id of the user; -1 is a cell as a whole.")
    var ue: Int?

    @Option(help: "KPI of measurements and aggregates, e.g. DRB.UEThpDl; engine of twin errors.")
    var kpi: String?

    @Option(help: "Node that kept the row.")
    var source: String?

    @Option(help: "Begin, e.g. 2026-11-28T17:48:14Z or seconds since 1970.", transform: ContextTime.parse)
    var from: Int64?

    @Option(help: "End.", transform: ContextTime.parse)
    var to: Int64?

    @Option(help: "The last of what was kept, e.g. 1min.", transform: ToolArguments.duration)
    var last: Instant.Span?

    @Option(help: "Seconds that an aggregate covers: \(Aggregate.fineSeconds) or \(Aggregate.coarseSeconds).")
    var tier: Int?

    @Option(help: "Part of any text of the row.")
    var text: String?

    @Option(help: "Tiles that share some of a band, in Hz: 3.40e9..3.42e9.", transform: ContextQueryCommand.band)
    var band: ClosedRange<Double>?

    @Option(
        help: "Tiles whose descriptor has a number so large or small, e.g. 'peak_dbfs>=-20'; may be repeated.",
        transform: ContextQueryCommand.bound)
    var descriptor: [DescriptorBound] = []

    @Option(help: "Words and, in quotes, phrases to search the documents for.")
    var search: String?

    @Option(parsing: .unconditional, help: "Rows at most.")
    var limit = 50

    @Flag(help: "Newest rows first; without it the oldest of the time asked for.")
    var newest = false

    @Flag(help: "Print an array of JSON objects.")
    var json = false

    func validate() throws {
        guard (1...10_000_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000000") }
        if last != nil, from != nil || to != nil { throw ValidationError("--last goes with neither --from nor --to") }
        if let from, let to, from > to { throw ValidationError("--from is later than --to") }
        let tiers = [Aggregate.fineSeconds, Aggregate.coarseSeconds]
        if let tier, !tiers.contains(tier) {
            throw ValidationError("--tier is \(tiers[0]) or \(tiers[1]) seconds, not \(tier)")
        }
    }

    func run() async throws {
        try ToolFailure.fromStore {
            let places = try places.open()
            defer { for place in places { place.repository.close() } }
            if let search {
                try show(passages: ContextQueryCommand.terms(search), places)
            } else {
                try show(rows(places))
            }
        }
    }

    private static func band(_ text: String) throws -> ClosedRange<Double> {
        let parts = text.components(separatedBy: "..").map { Double($0) }
        guard parts.count == 2, let low = parts[0], let high = parts[1], low <= high, high.isFinite, low >= 0 else {
            throw ValidationError("'\(text)' is no band: write the lowest and the highest frequency, 3.40e9..3.42e9")
        }
        return low...high
    }

    private static func bound(_ text: String) throws -> DescriptorBound {
        guard let bound = DescriptorBound(text) else {
            throw ValidationError(
                "'\(text)' bounds nothing: write a key of the descriptor, >= or <=, and a number: peak_dbfs>=-20")
        }
        return bound
    }

    // MARK: Rows

    private func rows(_ places: [ContextPlaces.Place]) throws -> [ContextRow] {
        var query = ContextQuery(table)
        (query.cell, query.ue, query.metric, query.source) = (cell, ue, kpi, source)
        (query.tierSeconds, query.from, query.to, query.text) = (tier, from, to, text)
        (query.limit, query.newestFirst, query.band, query.descriptor) = (limit, newest, band, descriptor)
        let time = table.time.flatMap(table.index)
        if let last {
            // The newest of all stores: a run may be over since long.
            var end: Int64?
            var newestRow = query
            (newestRow.limit, newestRow.newestFirst) = (1, true)
            for place in places {
                guard let row = try place.repository.rows(newestRow).first else { continue }
                guard let time else { break }
                end = max(end ?? .min, row.values[time].integer ?? .min)
            }
            query.from = end.map { $0 - last.nanoseconds / 1_000 }
        }
        var rows = try places.flatMap { try $0.repository.rows(query) }
        guard let time else { return Array(rows.prefix(limit)) }
        func at(_ row: ContextRow) -> Int64 { row.values[time].integer ?? 0 }
        // Sorting keeps the order of equals by their place.
        let order = rows.indices.sorted { left, right in
            let (a, b) = (at(rows[left]), at(rows[right]))
            return a == b ? left < right : newest ? a > b : a < b
        }
        rows = order.prefix(limit).map { rows[$0] }
        return rows
    }

    private func show(_ rows: [ContextRow]) throws {
        // The bucket is the time once more.
        let shown = table.columns.indices.filter { table.columns[$0].name != "bucket" }
        guard !json else {
            var bytes = Array("[".utf8)
            for (index, row) in rows.enumerated() {
                bytes.append(contentsOf: (index == 0 ? "\n" : ",\n").utf8)
                var fields: [UInt8] = []
                JSONLine.appendFields(table, row.values, to: &fields)
                bytes.append(contentsOf: "{".utf8)
                bytes.append(contentsOf: fields.dropFirst())
                bytes.append(UInt8(ascii: "}"))
            }
            Terminal.result(String(decoding: bytes, as: UTF8.self) + "\n]")
            return
        }
        let numeric = shown.indices.filter { [.integer, .real].contains(table.columns[shown[$0]].kind) }
        var text = TextTable(shown.map { table.columns[$0].name }, numeric: Set(numeric))
        for row in rows { text.add(shown.map { field(row.values[$0], table.columns[$0].name) }) }
        for line in text.lines { Terminal.result(line) }
        if rows.count == limit { Terminal.progress("\(limit) rows; there may be more: see --limit") }
    }

    private func field(_ value: ContextValue, _ column: String) -> String {
        switch value {
        case .null: "-"
        case .integer(let number): column.hasSuffix("_us") ? ContextTime.text(number) : "\(number)"
        case .real(let number): String(format: "%.6g", number)
        case .text(let text): ContextQueryCommand.oneLine(text, 80)
        case .blob(let bytes): "\(bytes.count) bytes"
        }
    }

    /// Without line ends and control characters, cut at so many characters.
    private static func oneLine(_ text: String, _ most: Int) -> String {
        let line = text.map {
            $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? " " : $0
        }
        return line.count > most ? String(line.prefix(most - 3)) + "..." : String(line)
    }

    // MARK: Passages

    /// Words, and phrases in quotes.
    package static func terms(_ text: String) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            index % 2 == 1 ? [String(part)] : part.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    private func show(passages terms: [String], _ places: [ContextPlaces.Place]) throws {
        var found: [Passage] = []
        for place in places {
            for passage in try place.repository.search(PassageQuery(terms, limit: limit))
            where !found.contains(where: { $0.id == passage.id }) { found.append(passage) }
        }
        let best = found.sorted { ($1.score, $0.id) < ($0.score, $1.id) }.prefix(limit)
        guard !json else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            Terminal.result(String(decoding: try encoder.encode(best.map(PassageOutput.init)), as: UTF8.self))
            return
        }
        var table = TextTable(["score", "passage", "title", "source", "text"], numeric: [0])
        for passage in best {
            table.add([
                String(format: "%.2f", passage.score), passage.id, ContextQueryCommand.oneLine(passage.title, 40),
                ContextQueryCommand.oneLine(passage.source, 30), ContextQueryCommand.oneLine(passage.body, 80),
            ])
        }
        for line in table.lines { Terminal.result(line) }
    }
}

/// A passage as JSON.
private struct PassageOutput: Encodable {
    var id: String
    var title: String
    var topic: String
    var source: String
    var body: String
    var score: Double

    init(_ passage: Passage) {
        id = passage.id
        title = passage.title
        topic = passage.topic
        source = passage.source
        body = passage.body
        score = passage.score
    }
}
