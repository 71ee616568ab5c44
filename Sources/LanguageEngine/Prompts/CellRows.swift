/// What the newest rows of the context stores say of one cell, as a prompt shows it: KPIs, errors of the twins, the
/// last directive with its outcome, the last incident. Read from the stores of a run, or from a case.
package struct CellRows: Hashable, Sendable, Codable {
    /// Error of one engine of the cell's twin, in `unit`: `dB`, or `load` for a share of the PRBs.
    package struct TwinError: Hashable, Sendable, Codable {
        package var engine: String
        package var error: Double
        package var unit: String

        package init(engine: String, error: Double, unit: String) {
            self.engine = engine
            self.error = error
            self.unit = unit
        }
    }

    /// The last thing that an operator should have known.
    package struct Incident: Hashable, Sendable, Codable {
        package var kind: String
        /// In the words of whoever reported it.
        package var text: String
        /// Before the newest row.
        package var ageSeconds: Int
        package var isOver: Bool

        package init(kind: String, text: String, ageSeconds: Int, isOver: Bool) {
            self.kind = kind
            self.text = text
            self.ageSeconds = ageSeconds
            self.isOver = isOver
        }
    }

    /// Cells of which a prompt shows rows, and engines of each whose errors it shows, at most.
    package static let mostCells = 2
    package static let mostEngines = 3
    /// Bytes of an incident's kind and text that are shown.
    private static let incidentBytes = 80

    /// Dense index.
    package var cell: Int
    /// Share of the downlink PRBs in use, percent; each KPI is nil where no row has it.
    package var prbUsedPercent: Double?
    package var throughputKbps: Double?
    package var powerWatts: Double?
    package var users: Double?
    /// Share of the PRBs in use as L2 sees it, and its forecast.
    package var load: Double?
    package var forecastLoad: Double?
    /// In the order of the engines' names.
    package var errors: [TwinError] = []
    /// What became of the last directive, in words; nil where there was none.
    package var directive: String?
    package var incident: Incident?

    package init(cell: Int) { self.cell = cell }

    /// Whether there is nothing to show.
    package var isEmpty: Bool { body.isEmpty }

    /// As a passage of a prompt; texts of others in it are cleaned and cut there.
    ///
    /// - Parameter id: names the rows in the record.
    package func passage(id: String) -> Passage { Passage(id: id, title: "Cell \(cell)", body: body) }

    /// In plain words with units.
    private var body: String {
        let kpis = [
            prbUsedPercent.map { "PRBs \(CellRows.number($0)) % used" },
            throughputKbps.map { "\(CellRows.number($0 / 1e3)) Mbit/s" }, powerWatts.map { "\(CellRows.number($0)) W" },
            users.map { "\(CellRows.number($0)) users" }, load.map { "load \(CellRows.number(100 * $0)) %" },
            forecastLoad.map { "forecast \(CellRows.number(100 * $0)) %" },
        ].compactMap { $0 }
        let twins = errors.map { error in
            let figure =
                error.unit == "load"
                ? "\(CellRows.number(100 * error.error)) %" : "\(CellRows.number(error.error)) \(error.unit)"
            return "\(error.engine) \(figure)"
        }
        let parts = [
            kpis.joined(separator: ", "), twins.isEmpty ? "" : "Twin errors: " + twins.joined(separator: ", "),
            directive.map { "Directive: \($0)" } ?? "", incident.map(CellRows.words) ?? "",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: ". ")
    }

    private static func words(_ incident: Incident) -> String {
        let seconds = incident.ageSeconds
        let age = seconds < 120 ? "\(seconds) s" : seconds < 7_200 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
        return UntrustedText.cleaned(incident.kind, limit: incidentBytes) + " \(age) ago: "
            + UntrustedText.cleaned(incident.text, limit: incidentBytes) + (incident.isOver ? ", over" : "")
    }

    /// Whole from 10 on, below with one decimal.
    private static func number(_ value: Double) -> String {
        let isSmall = abs(value) < 9.95
        // Adding 0 leaves no -0.
        let rounded = (isSmall ? (10 * value).rounded() / 10 : value.rounded()) + 0
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
}

extension CellRows {
    /// What is wrong with rows that came from a file, nil where nothing is: the field, what it holds and what would be
    /// taken.
    ///
    /// - Parameter cells: number of cells of the network.
    package func flaw(cells: Int) -> String? {
        guard cell >= 0, cell < cells else { return "cell: \(cell) is not a cell from 0 to \(cells - 1)" }
        let figures = [
            ("prb_used_percent", prbUsedPercent), ("throughput_kbps", throughputKbps), ("power_watts", powerWatts),
            ("users", users), ("load", load), ("forecast_load", forecastLoad),
        ]
        for (name, value) in figures {
            if let value, !(value.isFinite && value >= 0) { return "\(name): \(value) is below 0 or no number" }
        }
        guard errors.count <= CellRows.mostEngines else {
            return "errors: \(errors.count) engines, \(CellRows.mostEngines) at most"
        }
        for error in errors where !(error.error.isFinite && error.error >= 0) {
            return "errors: \(error.error) is below 0 or no number"
        }
        if let incident, incident.ageSeconds < 0 { return "incident: an age below 0" }
        return isEmpty ? "cell: nothing is said of \(cell)" : nil
    }
}
