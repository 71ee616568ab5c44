internal import DTNetMessages
package import NetworkModel
internal import TwinProtocol

/// Turns what passed through a loop into rows. Used on the writing thread.
package struct ContextRows: Sendable {
    /// Name under which each node keeps rows, by the ids of nodes; a shared store has the run before it.
    package let sources: [String]
    /// Band that twin errors were seen under, and that devices are served on; errors are also kept by the weather.
    private let band: String
    private let namesWeather: Bool
    private let slices: [String]
    /// What any device can do.
    private let device: DeviceRow
    let incidents = IncidentLog()
    let policies = PolicyLog()

    /// - Parameter run: name of the run where several share a store, else nil.
    package init(plan: WiringPlan, run: String?) {
        sources = plan.nodes.map { node in run.map { "\($0)/\(node.name)" } ?? node.name }
        let gigahertz = plan.network.carrier.frequencyHz / 1e9
        namesWeather = !plan.network.weather.isEmpty
        band = "\((gigahertz * 1_000).rounded() / 1_000) GHz"
        slices = plan.network.slices.map(\.name)
        device = ContextRows.device(of: plan.network, band: band)
    }

    /// Rows of a batch.
    ///
    /// - Parameter offset: microseconds since 1970 at the zero of the loop's clock.
    package func rows(_ items: [ContextItem], offset: Int64) -> [ContextRow] {
        var rows: [ContextRow] = []
        // Of reports that stand before any telemetry, the weather is that of the first.
        var weather = items.lazy.compactMap { weatherClass($0) }.first
        for item in items {
            weather = weatherClass(item) ?? weather
            let at = offset + item.at.nanoseconds / 1_000
            switch item.content {
            case .sent(let envelope): append(envelope, sentAt: at, weather, to: &rows)
            case .heard(let envelope): append(envelope, heardAt: at, hasUsers: item.hasUsers, to: &rows)
            case .recorded(let record): append(record, at: at, to: &rows)
            }
        }
        return rows
    }

    private func name(_ node: NodeID) -> String { sources[Int(node.rawValue)] }

    /// What a station says with the telemetry that was heard; nil for all else, and where no station is named.
    private func weatherClass(_ item: ContextItem) -> WeatherClass? {
        guard namesWeather, case .heard(let envelope) = item.content, case .telemetry(let telemetry) = envelope.body
        else { return nil }
        return WeatherClass(millimetresPerHour: Double(telemetry.rainMillimetresPerHour))
    }

    private func append(
        _ envelope: Envelope, sentAt at: Int64, _ weather: WeatherClass?, to rows: inout [ContextRow]
    ) {
        let source = name(envelope.sender)
        switch envelope.body {
        case .directive(let directive): append(directive, of: envelope, source, at, to: &rows)
        case .channelReport(let report): append(report, weather, source, at, to: &rows)
        case .regionReport(let report): append(report, source, at, to: &rows)
        case .policy(let policy):
            append(policy, source, at, to: &rows)
            appendDocument(of: policy, source, at, to: &rows)
        default: break
        }
    }

    private func append(_ envelope: Envelope, heardAt at: Int64, hasUsers: Bool, to rows: inout [ContextRow]) {
        let source = name(envelope.recipient)
        switch envelope.body {
        case .telemetry(let telemetry): append(telemetry, source, at, hasUsers: hasUsers, to: &rows)
        case .directiveResult(let result): append(result, of: envelope, source, at, to: &rows)
        case .regionReport(let report): append(report, source, at, to: &rows)
        case .policy(let policy): append(policy, source, at, to: &rows)
        case .alarm(let alarm): append(alarm, of: envelope, at, to: &rows)
        default: break
        }
    }

    private func append(_ record: Record, at: Int64, to rows: inout [ContextRow]) {
        func measure(_ node: NodeID, _ metric: String, _ value: Double) {
            guard value.isFinite else { return }
            rows.append(
                KPISample(at: at, cell: KPISample.none, metric: metric, source: name(node), value: value).row)
        }
        switch record {
        case .alarm(let node, let text):
            let id = "\(name(node)) \(at) \(rows.count)"
            append(
                IncidentRow(id: id, source: name(node), at: at, severity: "warning", kind: "alarm", text: text),
                title: "Alarm at \(name(node))", to: &rows)
        case .lateOffer(let node, _, let cells): measure(node, ContextKPI.lateOffers, Double(cells))
        case .leaderDecision(let decision):
            measure(decision.node, ContextKPI.value, decision.twinValueMbps)
            measure(decision.node, ContextKPI.rounds, Double(decision.rounds))
            measure(decision.node, ContextKPI.predicted, Double(decision.predictedCells))
        case .languageText(let text): rows.append(LanguageTextRow(text, at: at).row)
        case .language(let decision): append(decision, name(decision.node), at, to: &rows)
        case .languageEffect(let effect):
            rows.append(LanguageDecisionRow.effect(effect, source: name(effect.node), at: at))
        case .epochStarted, .directive, .window, .cells, .twinStatus: break
        }
    }

    // MARK: Reports

    private func append(
        _ telemetry: Telemetry, _ source: String, _ at: Int64, hasUsers: Bool, to rows: inout [ContextRow]
    ) {
        for (index, cell) in telemetry.cell.enumerated() {
            let powers = telemetry.powerWatts.dropFirst(index * telemetry.subbands).prefix(telemetry.subbands)
            for (metric, value) in [
                (ContextKPI.prbUsed, telemetry.prbUsedPercent[index]),
                (ContextKPI.throughput, telemetry.throughputKbps[index]), (ContextKPI.power, powers.reduce(0, +)),
            ] { append(metric, value, cell, source, at, to: &rows) }
        }
        guard hasUsers else { return }
        for (index, ue) in telemetry.ue.enumerated() {
            let cell = telemetry.ueCell[index]
            var values = [
                (ContextKPI.throughput, telemetry.ueThroughputKbps[index]), (ContextKPI.sinr, telemetry.sinrDb[index]),
                (ContextKPI.cqi, Float(telemetry.cqi[index])),
            ]
            if telemetry.backlogBytes[index] >= 0 { values.append((ContextKPI.backlog, telemetry.backlogBytes[index])) }
            if telemetry.positionDeviationMetres[index] >= 0 {
                values += [(ContextKPI.x, telemetry.xMetres[index]), (ContextKPI.y, telemetry.yMetres[index])]
            }
            for (metric, value) in values { append(metric, value, cell, ue: Int(ue), source, at, to: &rows) }
            // What a radio network tells of a device: that it is there, and the profile that it belongs to. The rest is
            // the topology's.
            var device = device
            device.ue = Int(ue)
            let slice = index < telemetry.ueSlice.count ? Int(telemetry.ueSlice[index]) : slices.count
            device.profile = slices.isEmpty ? "5QI \(FiveQI.usual)" : slice < slices.count ? slices[slice] : nil
            rows.append(device.row)
        }
    }

    private func append(
        _ report: ChannelReport, _ weather: WeatherClass?, _ source: String, _ at: Int64, to rows: inout [ContextRow]
    ) {
        for (index, cell) in report.cell.enumerated() {
            append(ContextKPI.load, report.load[index], cell, source, at, to: &rows)
            rows.append(
                TwinErrorRow(
                    source: source, engine: "channel", cell: Int(cell), at: at,
                    before: Double(report.errorBeforeDb[index]), after: Double(report.errorAfterDb[index]), unit: "dB",
                    condition: condition(report.condition, index, weather)
                ).row)
        }
    }

    /// What errors of a cell are kept under, in words: the band, the weather where a station is named, how most users
    /// move where that is known.
    ///
    /// - Parameters:
    ///   - conditions: of the cells of a report, empty where none is known.
    ///   - weather: of the network, where nothing is known of the cell.
    private func condition(_ conditions: [UInt32], _ index: Int, _ weather: WeatherClass? = nil) -> String {
        let known = conditions.isEmpty ? TwinCondition.unknown : conditions[index]
        let own = TwinCondition.all.first { $0.index == Int(known) }
        let words = [namesWeather ? (own?.weather ?? weather)?.name : nil, own?.mobility.name]
        return ([band] + words.compactMap { $0 }).joined(separator: ", ")
    }

    private func append(_ report: RegionReport, _ source: String, _ at: Int64, to rows: inout [ContextRow]) {
        for (index, cell) in report.cell.enumerated() {
            var handovers: Float = 0
            for (place, target) in report.handoverTo.enumerated() where target == cell {
                handovers += report.handoverRateHz[place]
            }
            for (metric, value) in [
                (ContextKPI.load, report.load[index]), (ContextKPI.forecastLoad, report.forecastLoad[index]),
                (ContextKPI.throughput, report.throughputKbps[index]),
                (ContextKPI.users, Float(report.ueCount[index])), (ContextKPI.handovers, handovers),
            ] { append(metric, value, cell, source, at, to: &rows) }
            rows.append(
                TwinErrorRow(
                    source: source, engine: "load forecast", cell: Int(cell), at: at,
                    before: Double(report.persistenceError[index]), after: Double(report.forecastError[index]),
                    unit: "load", condition: condition(report.condition, index)
                ).row)
        }
    }

    private func append(
        _ metric: String, _ value: Float, _ cell: UInt32, ue: Int = KPISample.none, _ source: String, _ at: Int64,
        to rows: inout [ContextRow]
    ) {
        guard value.isFinite else { return }
        rows.append(
            KPISample(at: at, cell: Int(cell), metric: metric, ue: ue, source: source, value: Double(value)).row)
    }
}
