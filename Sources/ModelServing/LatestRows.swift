package import ContextStore
internal import Foundation
package import LanguageEngine
internal import NetworkModel

/// What the newest rows of a run's stores say of the cells that findings are about: KPIs, errors of the twins, the last
/// directive with its outcome, the last incident.
package struct LatestRows {
    /// Rows count for so long before the newest of all stores, microseconds; incidents count however old they are.
    private static let window: Int64 = 60_000_000
    /// Rows of one cell that are looked at in a store, of each table. They come several times a second.
    private static let samples = 256
    private static let errors = 32
    private static let directives = 16
    /// Incidents of all cells that are looked at in a store.
    private static let incidents = 64
    private let stores: [RunStores.Store]
    /// Cells of the network: an alarm or an incident may name one.
    private let cellCount: Int

    init(stores: [RunStores.Store], cellCount: Int) {
        self.stores = stores
        self.cellCount = cellCount
    }

    /// Reads one store.
    ///
    /// - Parameter prefix: what the names of the run's sources begin with in it; empty where it holds no other's.
    package init(of repository: any ContextRepository, prefix: String = "", cellCount: Int) {
        self.init(stores: [.init(repository: repository, prefix: prefix)], cellCount: cellCount)
    }

    /// Of the first cells that findings are about, those of which anything is found.
    package func rows(about findings: [Finding]) -> [CellRows] { found(findings).map(\.rows) }

    /// The same as passages, each of which names its rows by the time of the newest.
    func passages(about findings: [Finding]) -> [LanguageEngine.Passage] {
        found(findings).map { $0.rows.passage(id: "rows/cell-\($0.rows.cell)@\(LatestRows.text(of: $0.newest))") }
    }

    private func found(_ findings: [Finding]) -> [(rows: CellRows, newest: Int64)] {
        guard !stores.isEmpty else { return [] }
        var cells: [CellID] = []
        for finding in findings {
            guard let cell = cell(of: finding), !cells.contains(cell) else { continue }
            cells.append(cell)
        }
        return cells.prefix(CellRows.mostCells).compactMap { cell in
            let rows = rows(of: cell)
            return rows.newest.map { (rows.summary(of: cell.index, at: $0), $0) }
        }
    }

    /// The cell that a finding is about; of an alarm in words the one that they name.
    private func cell(of finding: Finding) -> CellID? {
        if case .alarm(let text, nil) = finding { return RuleBase.cell(namedIn: text, of: cellCount) }
        return finding.cell
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
        if let end = stores.compactMap({ newest(in: $0, cell) }).max() {
            let from = max(0, end - LatestRows.window)
            func query(_ table: ContextTable, _ limit: Int) -> ContextQuery {
                var query = ContextQuery(table)
                (query.cell, query.from, query.limit, query.newestFirst) = (cell.index, from, limit, true)
                return query
            }
            var samples = query(.measurement, LatestRows.samples)
            samples.ue = KPISample.none
            rows.kpis = read(samples)
            rows.errors = read(query(.twinError, LatestRows.errors))
            rows.directives = read(query(.directive, LatestRows.directives))
        }
        let sources = rows.kpis.map(\.source) + rows.errors.map(\.source)
        var incidents = ContextQuery(.incident)
        (incidents.limit, incidents.newestFirst) = (LatestRows.incidents, true)
        rows.incidents = read(incidents).filter { isAbout(cell, $0, sources) }
        return rows
    }

    /// Time of the newest row of a store, nil where it has none that counts. Errors and directives are found by their
    /// time; measurements lie by cell.
    private func newest(in store: RunStores.Store, _ cell: CellID) -> Int64? {
        func newest<Record: ContextRecord>(_: Record.Type, of cell: Int? = nil) -> Record? {
            var query = ContextQuery(Record.table)
            (query.cell, query.limit, query.newestFirst) = (cell, 1, true)
            return store.records(Record.self, query).first
        }
        let times = [newest(TwinErrorRow.self)?.at, newest(DirectiveRow.self)?.at].compactMap { $0 }
        let end = times.max() ?? newest(KPISample.self, of: cell.index)?.at
        return end.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// Rows of the run that the stores hold.
    private func read<Record: ContextRecord>(_ query: ContextQuery) -> [Record] {
        stores.flatMap { $0.records(Record.self, query) }
    }

    /// An incident is about its cell; without one about the cell that its text names, else about all cells of the node
    /// that had it.
    private func isAbout(_ cell: CellID, _ incident: IncidentRow, _ sources: [String]) -> Bool {
        if let own = incident.cell { return own == cell.index }
        if let named = RuleBase.cell(namedIn: incident.text, of: cellCount) { return named == cell }
        return sources.contains(incident.source)
    }
}

// MARK: - What is shown

extension LatestRows.Rows {
    /// Time of the newest of all that is shown, microseconds since 1970; nil where nothing is.
    var newest: Int64? {
        let times = LatestRows.shown.compactMap { newest($0)?.at } + engines.map(\.at)
        return (times + [directive?.at, incident?.at].compactMap { $0 }).max()
    }

    /// What the rows say of their cell.
    ///
    /// - Parameter now: time of the newest row.
    func summary(of cell: Int, at now: Int64) -> CellRows {
        var summary = CellRows(cell: cell)
        summary.prbUsedPercent = newest(ContextKPI.prbUsed)?.value
        summary.throughputKbps = newest(ContextKPI.throughput)?.value
        summary.powerWatts = newest(ContextKPI.power)?.value
        summary.users = newest(ContextKPI.users)?.value
        summary.load = newest(ContextKPI.load)?.value
        summary.forecastLoad = newest(ContextKPI.forecastLoad)?.value
        summary.errors = engines.map { row in
            .init(engine: row.engine, error: row.after ?? row.before ?? 0, unit: row.unit)
        }
        summary.directive = directive.map { $0.outcome ?? "not answered yet" }
        summary.incident = incident.map { incident in
            .init(
                kind: incident.kind, text: incident.text,
                ageSeconds: Int((now - max(0, min(incident.at, now))) / 1_000_000), isOver: incident.isOver)
        }
        return summary
    }

    private func newest(_ metric: String) -> KPISample? {
        kpis.filter { $0.metric == metric && $0.value.isFinite }.max { $0.at < $1.at }
    }

    /// The newest error of each engine, by the engines' names.
    private var engines: [TwinErrorRow] {
        var newest: [TwinErrorRow] = []
        for row in errors where (row.after ?? row.before)?.isFinite == true {
            if let place = newest.firstIndex(where: { $0.engine == row.engine }) {
                if newest[place].at < row.at { newest[place] = row }
            } else {
                newest.append(row)
            }
        }
        return Array(newest.sorted { $0.engine < $1.engine }.prefix(CellRows.mostEngines))
    }

    /// The newest directive that was answered; where none was, the newest.
    private var directive: DirectiveRow? {
        let answered = directives.filter { $0.outcome != nil }
        return (answered.isEmpty ? directives : answered).max { $0.at < $1.at }
    }

    private var incident: IncidentRow? { incidents.max { $0.at < $1.at } }
}

extension LatestRows {
    /// KPIs that are shown.
    fileprivate static let shown = [
        ContextKPI.prbUsed, ContextKPI.throughput, ContextKPI.power, ContextKPI.users, ContextKPI.load,
        ContextKPI.forecastLoad,
    ]
}
