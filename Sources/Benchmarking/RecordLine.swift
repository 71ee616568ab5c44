internal import DTNetMessages
internal import NetworkModel
package import TwinProtocol

/// A record of a run's history as one line of JSON: what nodes append to `decisions.jsonl` and benchmarks read back.
///
/// Times are nanoseconds of the writing host's monotonic clock. Written by hand, because a run writes thousands a
/// second beside its decision path.
package enum RecordLine {
    /// Appends the line of a record, with its end of line.
    package static func append(_ record: Record, process: String, to bytes: inout [UInt8]) {
        var line = JSONLine(process: process)
        switch record {
        case .epochStarted(let start):
            line.add("type", "epoch")
            line.add("epoch", start.epoch)
            line.add("scheduled_ns", start.scheduled.nanoseconds)
        case .directive(let directive): append(directive, to: &line)
        case .window(let window):
            line.add("type", "window")
            line.add("end_ns", window.end.nanoseconds)
            line.add("throughput_kbps", window.throughputKbps)
            line.add("weight", window.weight)
        case .lateOffer(let node, let epoch, let cells):
            line.add("type", "late_offer")
            line.add("node", node.rawValue)
            line.add("epoch", epoch)
            line.add("cells", cells)
        case .leaderDecision(let decision):
            line.add("type", "leader_decision")
            line.add("node", decision.node.rawValue)
            line.add("epoch", decision.epoch)
            line.add("rounds", decision.rounds)
            line.add("predicted_cells", decision.predictedCells)
            line.add("twin_value_mbps", decision.twinValueMbps)
            line.add("solver", decision.solver.rawValue)
            if let reason = decision.reason { line.add("reason", reason) }
            if let gap = decision.responseGap { line.add("response_gap", gap) }
        case .alarm(let node, let text):
            line.add("type", "alarm")
            line.add("node", node.rawValue)
            line.add("text", text)
        case .languageText(let text):
            line.add("type", "language_text")
            line.add("node", text.node.rawValue)
            line.add("digest", text.digest)
            line.add("text", text.text)
        case .language(let decision): append(decision, to: &line)
        case .languageEffect(let effect):
            line.add("type", "language_effect")
            line.add("node", effect.node.rawValue)
            line.add("number", effect.number)
            line.add("epoch", effect.epoch)
            line.add("state", effect.state.rawValue)
            line.add("effect", effect.effect)
            line.add("deviation", effect.deviation)
            line.add("samples", effect.samples)
        case .cells(let figures):
            line.add("type", "cells")
            line.add("node", figures.node.rawValue)
            line.add("epoch", figures.epoch)
            line.add("load", figures.load)
            line.add("forecast_load", figures.forecastLoad)
            line.add("cell_throughput_kbps", figures.throughputKbps)
            line.add("users", figures.users)
        case .twinStatus(let record): append(record, to: &line)
        }
        line.end(into: &bytes)
    }

    private static func append(_ record: TwinStatusRecord, to line: inout JSONLine) {
        let status = record.status
        line.add("type", "twin_status")
        line.add("node", record.node.rawValue)
        line.add("sender", record.sender.rawValue)
        line.add("epoch", record.epoch)
        line.add("engine", status.engine.rawValue)
        line.add("order", status.order)
        line.add("cell", status.cell)
        line.add("phase", status.phase.map(\.rawValue))
        line.add("error_before", status.errorBefore)
        line.add("error", status.error)
        line.add("usual_error", status.usualError)
        line.add("readings", status.samples)
        line.add("mobility", status.mobility)
        line.add("model_mobility", status.modelMobility)
        line.add("condition_before", status.conditionBefore)
        line.add("condition_after", status.conditionAfter)
        line.add("condition_readings", status.conditionReadings)
        line.add("snapshots", status.snapshots)
        line.add("last_order", status.lastOrder)
        line.add("last_kind", status.lastKind)
        line.add("order_age_epochs", status.orderAgeEpochs)
        line.add("order_before", status.orderBefore)
        line.add("order_after", status.orderAfter)
        if !status.worstX.isEmpty {
            line.add("worst_x_m", status.worstX)
            line.add("worst_y_m", status.worstY)
            line.add("worst_error", status.worstError)
        }
        if !record.orderPlace.isEmpty {
            line.add("order_x_m", record.orderPlace.map { $0?.xMetres ?? 0 })
            line.add("order_y_m", record.orderPlace.map { $0?.yMetres ?? 0 })
            line.add("order_radius_m", record.orderPlace.map { $0?.radiusMetres ?? 0 })
        }
        if !status.weather.isEmpty {
            line.add("weather", status.weather)
            line.add("model_weather", status.modelWeather)
        }
    }

    private static func append(_ decision: LanguageDecision, to line: inout JSONLine) {
        line.add("type", "language")
        line.add("node", decision.node.rawValue)
        line.add("number", decision.number)
        line.add("epoch", decision.epoch)
        line.add("outcome", decision.outcome.rawValue)
        line.add("findings", decision.findings)
        line.add("passages", decision.passages)
        line.add("model", decision.model)
        line.add("instructions", decision.instructions)
        line.add("prompt", decision.prompt)
        line.add("question_temperature", decision.questions.map(\.temperature))
        line.add("question_seed", decision.questions.map(\.seed))
        line.add("question_tokens", decision.questions.map(\.maxOutputTokens))
        line.add("question_constraint", decision.questions.map(\.constraint))
        line.add("question_digest", decision.questions.map(\.constraintDigest))
        line.add("question_repaired", decision.questions.map(\.repaired))
        line.add("reused", decision.reused)
        line.add("answers", decision.answers)
        line.add("failure", decision.failure)
        line.add("candidate_action", decision.candidates.map(\.action))
        line.add("candidate_source", decision.candidates.map(\.source))
        line.add("candidate_gain", decision.candidates.map { $0.gain ?? .nan })
        line.add("candidate_gain_low", decision.candidates.map { $0.gainLow ?? .nan })
        line.add("candidate_power_change", decision.candidates.map { $0.powerChange ?? .nan })
        line.add("candidate_verdict", decision.candidates.map(\.verdict))
        line.add(
            "candidate_replaces", decision.candidates.map { $0.replaces.map(String.init).joined(separator: " ") })
        let trials = decision.candidates.compactMap(\.trial)
        let tried = decision.candidates.indices.filter { decision.candidates[$0].trial != nil }
        line.add("trial_candidate", tried)
        line.add("trial_value_mbps", trials.map(\.valueMbps))
        line.add("trial_gain_deviation", trials.map(\.gainDeviation))
        line.add("trial_held", trials.flatMap(\.held))
        line.add("trial_held_deviation", trials.flatMap(\.heldDeviation))
        line.add("trial_held_change", trials.flatMap(\.heldChange))
        line.add("trial_held_change_deviation", trials.flatMap(\.heldChangeDeviation))
        line.add("guaranteed", decision.guaranteed.map { $0 ? 1 : 0 })
        line.add("energy_weight", decision.energyWeight)
        line.add("chosen", decision.chosen)
        line.add("reason", decision.reason)
        line.add("prompt_tokens", decision.promptTokens)
        line.add("output_tokens", decision.outputTokens)
        line.add("seconds", decision.seconds)
    }

    private static func append(_ record: DirectiveRecord, to line: inout JSONLine) {
        let directive = record.directive
        line.add("type", "directive")
        line.add("at_ns", record.at.nanoseconds)
        line.add("sender", record.sender.rawValue)
        line.add("epoch", record.epoch)
        line.add("term", record.term)
        line.add("offer_epoch", directive.offerEpoch)
        line.add("oldest_epoch", directive.oldestEpoch)
        line.add("expires_epoch", directive.expiresEpoch)
        line.add("group", directive.group)
        line.add("subbands", directive.subbands)
        line.add("cell", directive.cell)
        line.add("power_watts", directive.powerWatts)
        line.add("share_ue", directive.shareUE)
        line.add("share", directive.share)
        line.add("association_ue", directive.associationUE)
        line.add("association_cell", directive.associationCell)
        if !directive.sliceShare.isEmpty {
            line.add("slices", directive.slices)
            line.add("slice_share", directive.sliceShare)
        }
        if !directive.capWatts.isEmpty { line.add("cap_watts", directive.capWatts) }
        if !directive.beamUE.isEmpty {
            line.add("beam_ue", directive.beamUE)
            line.add("beam", directive.beam)
        }
        if !directive.platformCell.isEmpty {
            line.add("platform_cell", directive.platformCell)
            line.add("platform_x_m", directive.platformX)
            line.add("platform_y_m", directive.platformY)
            line.add("platform_height_m", directive.platformHeight)
        }
        if !directive.highestMCS.isEmpty { line.add("highest_mcs", directive.highestMCS) }
        if !directive.mcsUE.isEmpty {
            line.add("mcs_ue", directive.mcsUE)
            line.add("mcs", directive.mcs)
        }
        line.add("result_cell", record.result.cell)
        line.add("result_kind", record.result.kind.map(\.rawValue))
        line.add("result_outcome", record.result.outcome.map(\.rawValue))
        line.add("effect_kbps", record.result.effectKbps)
        line.add("hop_node", record.hops.map(\.node.rawValue))
        line.add("hop_layer", record.hops.map(\.layer.rawValue))
        line.add("hop_arrived_ns", record.hops.map(\.arrived.nanoseconds))
        line.add("hop_started_ns", record.hops.map(\.started.nanoseconds))
        line.add("hop_barrier_ns", record.hops.map(\.barrier.nanoseconds))
        line.add("hop_sent_ns", record.hops.map(\.sent.nanoseconds))
    }
}

/// One JSON object under construction. Keys are literals of this file and need no escaping.
private struct JSONLine {
    private var bytes: [UInt8] = Array("{\"process\":".utf8)

    init(process: String) { quote(process) }

    mutating func add(_ key: String, _ value: String) {
        start(key)
        quote(value)
    }

    mutating func add(_ key: String, _ value: some FixedWidthInteger) {
        start(key)
        bytes.append(contentsOf: String(value).utf8)
    }

    mutating func add(_ key: String, _ value: Double) {
        start(key)
        bytes.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
    }

    mutating func add(_ key: String, _ values: [some FixedWidthInteger]) {
        list(key, values) { String($0) }
    }

    mutating func add(_ key: String, _ values: [Float]) {
        list(key, values) { $0.isFinite ? "\($0)" : "null" }
    }

    mutating func add(_ key: String, _ values: [Double]) {
        list(key, values) { $0.isFinite ? "\($0)" : "null" }
    }

    mutating func add(_ key: String, _ values: [String]) {
        start(key)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            quote(value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    func end(into target: inout [UInt8]) {
        target.append(contentsOf: bytes)
        target.append(contentsOf: "}\n".utf8)
    }

    private mutating func list<Element>(_ key: String, _ values: [Element], _ text: (Element) -> String) {
        start(key)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: text(value).utf8)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func start(_ key: String) {
        bytes.append(contentsOf: ",\"".utf8)
        bytes.append(contentsOf: key.utf8)
        bytes.append(contentsOf: "\":".utf8)
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(contentsOf: String(scalar).utf8)
            case "\n": bytes.append(contentsOf: "\\n".utf8)
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                bytes.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            default: bytes.append(contentsOf: String(scalar).utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
