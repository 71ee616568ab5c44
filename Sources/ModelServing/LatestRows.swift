internal import ContextStore
internal import Foundation
internal import LanguageEngine
internal import NetworkModel

/// What the newest rows of a run's stores say of the cells that findings are about: KPIs, errors of the twins, the last
/// directive with its outcome, the last incident. A passage per cell, which names the rows.
struct LatestRows {
    /// Cells that are looked at, at most.
    static let cells = 2
    /// Rows count for so long before the newest of all stores, microseconds; incidents count however old they are.
    private static let window: Int64 = 60_000_000
    /// Rows of one cell that are looked at in a store, of each table. They come several times a second.
    private static let samples = 256
    private static let errors = 32
    private static let directives = 16
    /// Incidents of all cells that are looked at in a store.
    private static let incidents = 64
    /// Engines whose errors are shown, at most, and bytes of an incident's text.
    private static let engines = 3
    private static let incidentBytes = 80

    let stores: [RunStores.Store]
    /// Cells of the network: an incident may name one.
    let cellCount: Int

    /// One of each cell of which anything is found, the first cells first.
    func passages(cells: [CellID]) -> [LanguageEngine.Passage] {
        guard !stores.isEmpty else { return [] }
        var distinct: [CellID] = []
        for cell in cells where !distinct.contains(cell) { distinct.append(cell) }
        return distinct.prefix(LatestRows.cells).compactMap(passage)
    }

    private func passage(_ cell: CellID) -> LanguageEngine.Passage? {
        let rows = rows(of: cell)
        guard let newest = rows.newest else { return nil }
        return LanguageEngine.Passage(
            id: "rows/cell-\(cell.index)@\(LatestRows.text(of: newest))", title: "Cell \(cell.index)",
            body: rows.words(at: newest))
    }

    /// A time in UTC, to the millisecond and no earlier: what ends there has the newest row.
    private static func text(of microseconds: Int64) -> String {
        let milliseconds = microseconds / 1_000 + (microseconds % 1_000 > 0 ? 1 : 0)
        let second = Date(timeIntervalSince1970: Double(milliseconds / 1_000))
        let text = second.formatted(Date.ISO8601FormatStyle()).dropLast()
        return text + String(format: ".%03dZ", Int(milliseconds % 1_000))
    }

    // MARK: - Rows

    /// What was found of a cell.
    fileprivate struct Rows {
        var kpis: [KPISample] = []
        var errors: [TwinErrorRow] = []
        var directives: [DirectiveRow] = []
        var incidents: [IncidentRow] = []
    }

    private func rows(of cell: CellID) -> Rows {
        var rows = Rows()
        if let end = stores.compactMap({ newest(in: $0.repository, cell) }).max() {
            let from = max(0, end - LatestRows.window)
            func query(_ table: ContextTable, _ limit: Int) -> ContextQuery {
                var query = ContextQuery(table)
                (query.cell, query.from, query.limit, query.newestFirst) = (cell.index, from, limit, true)
                return query
            }
            var samples = query(.measurement, LatestRows.samples)
            samples.ue = KPISample.none
            rows.kpis = read(samples, \.source)
            rows.errors = read(query(.twinError, LatestRows.errors), \.source)
            rows.directives = read(query(.directive, LatestRows.directives), \.source)
        }
        let sources = rows.kpis.map(\.source) + rows.errors.map(\.source)
        var incidents = ContextQuery(.incident)
        (incidents.limit, incidents.newestFirst) = (LatestRows.incidents, true)
        rows.incidents = read(incidents, \.source).filter { isAbout(cell, $0, sources) }
        return rows
    }

    /// Time of the newest row of a store, nil where it has none that counts. Errors and directives are found by their
    /// time; measurements lie by cell.
    private func newest(in repository: any ContextRepository, _ cell: CellID) -> Int64? {
        func newest<Record: ContextRecord>(_: Record.Type, of cell: Int? = nil) -> Record? {
            var query = ContextQuery(Record.table)
            (query.cell, query.limit, query.newestFirst) = (cell, 1, true)
            return (try? repository.records(Record.self, query))?.first
        }
        let times = [newest(TwinErrorRow.self)?.at, newest(DirectiveRow.self)?.at].compactMap { $0 }
        let end = times.max() ?? newest(KPISample.self, of: cell.index)?.at
        return end.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// Rows of the run that the stores hold; a store that cannot be read is passed over.
    private func read<Record: ContextRecord>(_ query: ContextQuery, _ source: (Record) -> String) -> [Record] {
        stores.flatMap { store in
            let records = (try? store.repository.records(Record.self, query)) ?? []
            return records.filter { source($0).hasPrefix(store.prefix) }
        }
    }

    /// An incident is about its cell; without one about the cell that its text names, else about all cells of the node
    /// that had it.
    private func isAbout(_ cell: CellID, _ incident: IncidentRow, _ sources: [String]) -> Bool {
        if let own = incident.cell { return own == cell.index }
        if let named = RuleBase.cell(namedIn: incident.text, of: cellCount) { return named == cell }
        return sources.contains(incident.source)
    }
}

// MARK: - Words

extension LatestRows.Rows {
    /// Time of the newest of all that is shown, microseconds since 1970; nil where nothing is.
    var newest: Int64? {
        let times = LatestRows.shown.compactMap { newest($0)?.at } + engines.map(\.at)
        return (times + [directive?.at, incident?.at].compactMap { $0 }).max()
    }

    /// What the rows say, in plain words with units; texts of others in it are cleaned and cut where a prompt is made.
    ///
    /// - Parameter now: time of the newest row.
    func words(at now: Int64) -> String {
        var parts = [kpiWords, errorWords].filter { !$0.isEmpty }
        if let directive { parts.append("Directive: \(directive.outcome ?? "not answered yet")") }
        if let incident { parts.append(LatestRows.words(incident, at: now)) }
        return parts.joined(separator: ". ")
    }

    private func newest(_ metric: String) -> KPISample? {
        kpis.filter { $0.metric == metric }.max { $0.at < $1.at }
    }

    private var kpiWords: String {
        LatestRows.shown.compactMap { metric in newest(metric).map { LatestRows.words(metric, $0.value) } }
            .joined(separator: ", ")
    }

    /// The newest error of each engine, by the engines' names.
    private var engines: [TwinErrorRow] {
        var newest: [TwinErrorRow] = []
        for row in errors where row.after ?? row.before != nil {
            if let place = newest.firstIndex(where: { $0.engine == row.engine }) {
                if newest[place].at < row.at { newest[place] = row }
            } else {
                newest.append(row)
            }
        }
        return Array(newest.sorted { $0.engine < $1.engine }.prefix(LatestRows.engines))
    }

    private var errorWords: String {
        let words = engines.map { LatestRows.words($0) }
        return words.isEmpty ? "" : "Twin errors: " + words.joined(separator: ", ")
    }

    /// The newest directive that was answered; where none was, the newest.
    private var directive: DirectiveRow? {
        let answered = directives.filter { $0.outcome != nil }
        return (answered.isEmpty ? directives : answered).max { $0.at < $1.at }
    }

    private var incident: IncidentRow? { incidents.max { $0.at < $1.at } }
}

extension LatestRows {
    /// KPIs that are shown, in this order.
    fileprivate static let shown = [
        ContextKPI.prbUsed, ContextKPI.throughput, ContextKPI.power, ContextKPI.users, ContextKPI.load,
        ContextKPI.forecastLoad,
    ]

    fileprivate static func words(_ metric: String, _ value: Double) -> String {
        switch metric {
        case ContextKPI.prbUsed: "PRBs \(number(value)) % used"
        case ContextKPI.throughput: "\(number(value / 1e3)) Mbit/s"
        case ContextKPI.power: "\(number(value)) W"
        case ContextKPI.users: "\(number(value)) users"
        case ContextKPI.load: "load \(number(100 * value)) %"
        case ContextKPI.forecastLoad: "forecast \(number(100 * value)) %"
        default: "\(metric) \(number(value))"
        }
    }

    fileprivate static func words(_ error: TwinErrorRow) -> String {
        let value = error.after ?? error.before ?? 0
        // Errors of loads are shares of the PRBs.
        return error.engine + (error.unit == "load" ? " \(number(100 * value)) %" : " \(number(value)) \(error.unit)")
    }

    fileprivate static func words(_ incident: IncidentRow, at now: Int64) -> String {
        let seconds = (now - max(0, min(incident.at, now))) / 1_000_000
        let age = seconds < 120 ? "\(seconds) s" : seconds < 7_200 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
        let kind = UntrustedText.cleaned(incident.kind, limit: incidentBytes)
        return "\(kind) \(age) ago: " + UntrustedText.cleaned(incident.text, limit: incidentBytes)
            + (incident.isOver ? ", over" : "")
    }

    /// Whole from 10 on, below with one decimal.
    private static func number(_ value: Double) -> String {
        let text = String(format: abs(value) < 9.95 ? "%.1f" : "%.0f", value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
