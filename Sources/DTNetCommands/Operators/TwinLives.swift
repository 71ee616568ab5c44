internal import LanguageEngine
internal import NetworkModel
internal import TwinProtocol

/// The AI engines of a run: how much they err now, and which language decisions had them learn anew.
package struct TwinLives: Sendable, Encodable {
    package struct Engine: Hashable, Sendable, Encodable {
        /// `channel`, `traffic` or `network`.
        package var engine: String
        package var node: String
        package var cells: Int
        /// RMS error in dB before and after correction for a channel engine; after it only for the network twin; for a
        /// traffic engine the mean error of its load forecast, in PRB share. nil where the run does not say.
        package var errorBefore: Double?
        package var error: Double?
        /// Orders of the language engine, the newest one, and its epoch.
        package var retrained: Int
        package var lastDecision: UInt64?
        package var lastEpoch: UInt64?

        /// What the twins of a channel engine correct: `rays`, or `distance law in place of rays` until those are
        /// there. nil of other engines, and where the run does not say.
        package var baseline: String?

        /// `as started`, or by what it was trained last, and on which baseline.
        package var life: String {
            let ground = baseline.map { "; on \($0)" } ?? ""
            guard let lastDecision, let lastEpoch else { return "as started, learns on line" + ground }
            return "trained by decision \(lastDecision) in epoch \(lastEpoch)" + ground
        }
    }

    package let engines: [Engine]
    /// The models of each cell, by the newest status that L3 recorded; empty where it recorded none.
    package let cells: [TwinCellLife]

    private static let orders = [ActionKind.retrain, .tuneTwin, .recallTwin].map(\.rawValue)

    /// - Parameter gauges: newest values by `node.quantity`, as `RunStatus` holds them; empty for a run that is over.
    package init(_ record: RunRecord, gauges: [String: Double]) {
        let orders = record.languageRows.compactMap {
            _, decision -> (cell: Int, engine: String, decision: LanguageDecision)? in
            guard record.adoptionEpoch(of: decision) != nil, let form = RecordAnswers.chosen(decision),
                TwinLives.orders.contains(form.action), let cell = form.cell
            else { return nil }
            let isTraffic = form.name == EngineName.traffic.rawValue
            return (cell, (isTraffic ? EngineName.traffic : .channel).rawValue, decision)
        }
        cells = record.newestTwinStatuses.flatMap { TwinCellLife.lives(of: $0.status, record) }
        engines = record.plan.nodes.compactMap { node in
            let kind: String
            let names: (before: String?, after: String)
            switch node.role {
            case .edge: (kind, names) = ("channel", ("twin_error_before_db", "twin_error_after_db"))
            case .region: (kind, names) = ("traffic", (nil, "forecast_error"))
            case .orchestrator: (kind, names) = ("network", (nil, "twin_error_db"))
            case .ran, .rrm: return nil
            }
            let own = orders.filter { order in
                order.engine == kind && node.cells.contains { $0.index == order.cell }
            }
            return Engine(
                engine: kind, node: node.name, cells: node.cells.count,
                errorBefore: names.before.flatMap { gauges["\(node.name).\($0)"] },
                error: gauges["\(node.name).\(names.after)"], retrained: own.count,
                lastDecision: own.last?.decision.number, lastEpoch: own.last?.decision.epoch,
                baseline: node.role != .edge
                    ? nil
                    : TwinLives.baseline(
                        of: record.plan.network.twin, cells: gauges["\(node.name).twin_baseline_cells"]))
        }
    }

    /// - Parameter cells: cells of an edge that stand on the baseline that the topology names; nil where nothing says.
    private static func baseline(of twin: TwinConfiguration, cells: Double?) -> String? {
        let law = TwinConfiguration.Baseline.logDistance.text
        if twin.isPlainLaw { return law }
        guard let cells else { return nil }
        let named = twin.baseline.text + (twin.model == nil ? "" : " with a fitted state")
        return cells > 0 ? named : "\(law) in place of \(named)"
    }

    package var lines: [String] {
        var table = TextTable(
            ["engine", "node", "cells", "error before", "error", "unit", "orders", "life"], numeric: [2, 3, 4, 6])
        let text = { (value: Double?) in value.map { RecordAnswers.number($0, digits: 2) } ?? "-" }
        for engine in engines {
            table.add([
                engine.engine, engine.node, "\(engine.cells)", text(engine.errorBefore), text(engine.error),
                engine.engine == "traffic" ? "load" : "dB", "\(engine.retrained)", engine.life,
            ])
        }
        return table.lines + (cells.isEmpty ? [] : [""] + TwinCellLife.lines(cells))
    }
}
