internal import DTNetMessages
internal import NetworkModel
internal import TwinProtocol

/// Where one engine's model of one cell stands: its phase, its error under each condition, and what came of the last
/// order.
package struct TwinCellLife: Hashable, Sendable, Encodable {
    /// Error while most users of the cell moved so; RMS in dB.
    package struct Condition: Hashable, Sendable, Encodable {
        /// Carrier in GHz, how users moved, and the weather, nil where no station is named.
        package var bandGHz: Double
        package var mobility: String
        package var weather: String?
        package var errorBefore: Double
        package var error: Double
        package var readings: UInt32
        /// Whether the engine keeps a snapshot of this condition.
        package var isKept: Bool
    }

    /// A place on the ground, metres of the topology.
    package struct Place: Hashable, Sendable, Encodable {
        package var xMetres: Double
        package var yMetres: Double
    }

    package struct Order: Hashable, Sendable, Encodable {
        /// Number of the decision behind it.
        package var decision: UInt64
        /// `retrain`, `parameter` or `adapter`.
        package var kind: String
        package var ageSeconds: Double
        /// Where it held, and how far around: the errors are of there. nil for all of the cell.
        package var place: Place?
        package var radiusMetres: Double?
        package var errorBefore: Double
        /// nil until the model has settled.
        package var errorAfter: Double?
    }

    /// `channel` (errors in dB) or `traffic` (in PRB share).
    package var engine: String
    package var node: String
    package var cell: Int
    package var epoch: UInt64
    /// `warming up`, `in use` or `retraining`.
    package var phase: String
    /// Of the uncorrected baseline, after correction, and as it usually is.
    package var errorBefore: Double?
    package var error: Double
    package var usualError: Double
    /// Where the error is largest, and what it is there; nil where the engine knows no places.
    package var worstPlace: Place?
    package var worstError: Double?
    package var readings: UInt32
    /// How most users move now, nil where that is not known.
    package var mobility: String?
    /// The weather now, nil where no station is named.
    package var weather: String?
    package var conditions: [Condition]
    package var lastOrder: Order?

    static func lives(of record: TwinStatusRecord, _ run: RunRecord) -> [TwinCellLife] {
        let status = record.status
        let node = run.plan.nodes.first { $0.id == record.sender }?.name ?? "\(record.sender.rawValue)"
        return status.cell.indices.map { index in
            TwinCellLife(
                engine: status.engine == .channel ? "channel" : "traffic", node: node, cell: Int(status.cell[index]),
                epoch: record.epoch, phase: name(of: status.phase[index]),
                errorBefore: status.errorBefore.isEmpty ? nil : Double(status.errorBefore[index]),
                error: Double(status.error[index]), usualError: Double(status.usualError[index]),
                worstPlace: worst(status, index).map { Place(xMetres: $0.x, yMetres: $0.y) },
                worstError: worst(status, index)?.error, readings: status.samples[index],
                mobility: status.mobility.isEmpty ? nil : MobilityClass(rawValue: status.mobility[index])?.name,
                weather: status.weather.isEmpty ? nil : WeatherClass(rawValue: status.weather[index])?.name,
                conditions: conditions(status, index, run.network), lastOrder: order(record, index, run))
        }
    }

    private static func worst(_ status: TwinStatus, _ index: Int) -> (x: Double, y: Double, error: Double)? {
        guard !status.worstX.isEmpty, status.worstError[index] > 0 else { return nil }
        return (Double(status.worstX[index]), Double(status.worstY[index]), Double(status.worstError[index]))
    }

    private static func name(of phase: TwinPhase) -> String {
        switch phase {
        case .warmingUp: "warming up"
        case .inUse: "in use"
        case .retraining: "retraining"
        }
    }

    private static func conditions(
        _ status: TwinStatus, _ index: Int, _ network: NetworkConfiguration
    ) -> [Condition] {
        guard !status.conditionReadings.isEmpty else { return [] }
        let conditions = status.conditionReadings.count / status.cell.count
        return TwinCondition.all.prefix(conditions).compactMap { condition in
            let place = conditions * index + condition.index
            guard status.conditionReadings[place] > 0 else { return nil }
            return Condition(
                bandGHz: network.carrier.frequencyHz / 1e9, mobility: condition.mobility.name,
                weather: status.weather.isEmpty ? nil : condition.weather.name,
                errorBefore: Double(status.conditionBefore[place]), error: Double(status.conditionAfter[place]),
                readings: status.conditionReadings[place],
                isKept: status.snapshots[index] & 1 << UInt32(condition.index) != 0)
        }
    }

    private static func order(_ record: TwinStatusRecord, _ index: Int, _ run: RunRecord) -> Order? {
        let status = record.status
        guard !status.lastOrder.isEmpty, status.lastOrder[index] > 0,
            let kind = TrainKind(rawValue: status.lastKind[index])
        else { return nil }
        let since = run.lastEpoch - min(run.lastEpoch, record.epoch)
        let epochs = UInt64(status.orderAgeEpochs[index]) + since
        let after = status.orderAfter[index]
        let place = record.orderPlace.isEmpty ? nil : record.orderPlace[index]
        return Order(
            decision: UInt64(status.lastOrder[index]), kind: "\(kind)",
            ageSeconds: Double(epochs) * run.network.epoch.seconds,
            place: place.map { Place(xMetres: Double($0.xMetres), yMetres: Double($0.yMetres)) },
            radiusMetres: place.map { Double($0.radiusMetres) }, errorBefore: Double(status.orderBefore[index]),
            errorAfter: after > 0 ? Double(after) : nil)
    }

    // MARK: - As a table

    static func lines(_ cells: [TwinCellLife]) -> [String] {
        var table = TextTable(
            ["engine", "cell", "phase", "before", "error", "usual", "unit", "worst at", "by condition", "last order"],
            numeric: [1, 3, 4, 5])
        for life in cells {
            table.add([
                life.engine, "\(life.cell)", life.phase, life.errorBefore.map { number($0) } ?? "-",
                number(life.error), number(life.usualError), life.engine == "traffic" ? "load" : "dB", worstText(life),
                life.conditions.isEmpty ? "-" : life.conditions.map(text).joined(separator: "; "),
                life.lastOrder.map(text) ?? "-",
            ])
        }
        return table.lines
    }

    private static func number(_ value: Double) -> String { RecordAnswers.number(value, digits: 2) }

    private static func worstText(_ life: TwinCellLife) -> String {
        guard let place = life.worstPlace, let error = life.worstError else { return "-" }
        return "\(number(error)) at \(text(place))"
    }

    private static func text(_ place: Place) -> String {
        let metres = { (value: Double) in RecordAnswers.number(value, digits: 0) }
        return "(\(metres(place.xMetres)), \(metres(place.yMetres)))"
    }

    private static func text(_ condition: Condition) -> String {
        let weather = condition.weather.map { "\($0) " } ?? ""
        return "\(RecordAnswers.number(condition.bandGHz, digits: 1)) GHz \(condition.mobility) \(weather)"
            + "\(number(condition.errorBefore)) to \(number(condition.error))\(condition.isKept ? ", kept" : "")"
    }

    private static func text(_ order: Order) -> String {
        let end = order.errorAfter.map { "to \(number($0))\(gain(order.errorBefore, $0))" } ?? "not settled"
        let age = RecordAnswers.number(order.ageSeconds, digits: 0)
        var at = ""
        if let place = order.place, let radius = order.radiusMetres {
            at = " within \(RecordAnswers.number(radius, digits: 0)) m of \(text(place))"
        }
        let kind = TrainKind.allCases.first { "\($0)" == order.kind }?.words ?? order.kind
        return "\(kind) of decision \(order.decision)\(at), \(age) s ago: \(number(order.errorBefore)) \(end)"
    }

    /// What an order changed, in words; empty where there was no error before it.
    private static func gain(_ before: Double, _ after: Double) -> String {
        guard before > 0 else { return "" }
        let percent = 100 * (after - before) / before
        return " (\(percent > 0 ? "+" : "")\(RecordAnswers.number(percent, digits: 0)) %)"
    }
}
