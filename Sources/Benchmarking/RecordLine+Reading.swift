internal import DTNetMessages
package import Foundation
internal import NetworkModel
package import TwinProtocol

extension RecordLine {
    /// Records of a history in the order of their time, so that a ledger can take them: the processes of a run append
    /// to one file in batches. Lines that are no whole records (the last one of a killed process) are left out.
    package static func read(_ history: Data) -> [Record] {
        var records: [(time: Int64, record: Record)] = []
        var epochTimes: [UInt64: Int64] = [:]
        var untimed: [(epoch: UInt64, record: Record)] = []
        for (_, record) in numbered(history) {
            switch record {
            case .epochStarted(let start):
                epochTimes[start.epoch] = start.scheduled.nanoseconds
                records.append((start.scheduled.nanoseconds, record))
            case .directive(let directive): records.append((directive.at.nanoseconds, record))
            case .window(let window): records.append((window.end.nanoseconds, record))
            case .lateOffer(_, let epoch, _): untimed.append((epoch, record))
            case .leaderDecision(let decision): untimed.append((decision.epoch, record))
            case .alarm, .languageText: untimed.append((0, record))
            case .language(let decision): untimed.append((decision.epoch, record))
            case .languageEffect(let effect): untimed.append((effect.epoch, record))
            case .cells(let figures): untimed.append((figures.epoch, record))
            case .twinStatus(let status): untimed.append((status.epoch, record))
            }
        }
        // Records without a time of their own stand right behind the start of their epoch.
        for (epoch, record) in untimed { records.append((epochTimes[epoch] ?? .min, record)) }
        return records.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element.record)
    }

    /// Records in the order of the file, each with the number of its line, the first being 1. Lines that are no whole
    /// records are counted and left out.
    package static func numbered(_ history: Data) -> [(line: Int, record: Record)] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        var records: [(line: Int, record: Record)] = []
        let lines = history.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            guard let fields = try? decoder.decode(RecordFields.self, from: line), let record = fields.record else {
                continue
            }
            records.append((index + 1, record))
        }
        return records
    }
}

/// All fields that a line can have.
private struct RecordFields: Decodable {
    var type: String
    var epoch: UInt64?
    var scheduledNs: Int64?
    var atNs: Int64?
    var endNs: Int64?
    var sender: UInt32?
    var node: UInt32?
    var term: UInt64?
    var offerEpoch: UInt64?
    var oldestEpoch: UInt64?
    var expiresEpoch: UInt64?
    var group: UInt64?
    var subbands: Int?
    var cell: [UInt32]?
    var powerWatts: [Float]?
    var shareUe: [UInt32]?
    var share: [Float]?
    var associationUe: [UInt32]?
    var associationCell: [UInt32]?
    var resultCell: [UInt32]?
    var slices: Int?
    var sliceShare: [Float]?
    var capWatts: [Float]?
    var beamUe: [UInt32]?
    var beam: [UInt32]?
    var platformCell: [UInt32]?
    var platformXM: [Float]?
    var platformYM: [Float]?
    var platformHeightM: [Float]?
    var highestMcs: [UInt32]?
    var mcsUe: [UInt32]?
    var mcs: [UInt32]?
    var resultKind: [UInt32]?
    var resultOutcome: [UInt32]?
    var effectKbps: [Float]?
    var hopNode: [UInt32]?
    var hopLayer: [UInt32]?
    var hopArrivedNs: [Int64]?
    var hopStartedNs: [Int64]?
    var hopBarrierNs: [Int64]?
    var hopSentNs: [Int64]?
    var throughputKbps: [Float]?
    var weight: [Float]?
    var cells: Int?
    var rounds: Int?
    var predictedCells: Int?
    var twinValueMbps: Double?
    var solver: String?
    var reason: String?
    var responseGap: Double?
    var text: String?
    var number: UInt64?
    var outcome: String?
    var findings: [String]?
    var passages: [String]?
    var model: String?
    var digest: String?
    var instructions: String?
    var prompt: String?
    var questionTemperature: [Double]?
    var questionSeed: [UInt64]?
    var questionTokens: [Int]?
    var questionConstraint: [String]?
    var questionDigest: [String]?
    var questionRepaired: [String]?
    var reused: UInt64?
    var answers: [String]?
    var failure: String?
    var candidateAction: [String]?
    var candidateSource: [String]?
    var candidateGain: [Double?]?
    var candidateGainLow: [Double?]?
    var candidatePowerChange: [Double?]?
    var candidateVerdict: [String]?
    var candidateReplaces: [String]?
    var trialCandidate: [Int]?
    var trialValueMbps: [Double?]?
    var trialGainDeviation: [Double?]?
    var trialHeld: [Double?]?
    var trialHeldDeviation: [Double?]?
    var trialHeldChange: [Double?]?
    var trialHeldChangeDeviation: [Double?]?
    var guaranteed: [Int]?
    var energyWeight: Double?
    var chosen: Int?
    var promptTokens: Int?
    var outputTokens: Int?
    var seconds: Double?
    var state: String?
    var effect: Double?
    var deviation: Double?
    var samples: Int?
    var load: [Double]?
    var forecastLoad: [Double]?
    var cellThroughputKbps: [Double]?
    var users: [Int]?
    var engine: UInt32?
    var order: UInt64?
    var phase: [UInt32]?
    var errorBefore: [Float]?
    var error: [Float]?
    var usualError: [Float]?
    var readings: [UInt32]?
    var mobility: [UInt32]?
    var modelMobility: [UInt32]?
    var weather: [UInt32]?
    var modelWeather: [UInt32]?
    var conditionBefore: [Float]?
    var conditionAfter: [Float]?
    var conditionReadings: [UInt32]?
    var snapshots: [UInt32]?
    var lastOrder: [UInt32]?
    var lastKind: [UInt32]?
    var orderAgeEpochs: [UInt32]?
    var orderBefore: [Float]?
    var orderAfter: [Float]?
    var worstXM: [Float]?
    var worstYM: [Float]?
    var worstError: [Float]?
    var orderXM: [Float]?
    var orderYM: [Float]?
    var orderRadiusM: [Float]?

    var record: Record? {
        switch type {
        case "epoch":
            guard let epoch, let scheduledNs else { return nil }
            return .epochStarted(EpochStart(epoch: epoch, scheduled: Instant(nanoseconds: scheduledNs)))
        case "directive": return directiveRecord.map { .directive($0) }
        case "window":
            guard let endNs, let throughputKbps, let weight else { return nil }
            return .window(
                ThroughputWindow(
                    end: Instant(nanoseconds: endNs), throughputKbps: throughputKbps, weight: weight))
        case "late_offer":
            guard let node, let epoch, let cells else { return nil }
            return .lateOffer(node: NodeID(node), epoch: epoch, cells: cells)
        case "leader_decision":
            guard let node, let epoch, let rounds, let solver = solver.flatMap(SolverKind.init(rawValue:)) else {
                return nil
            }
            return .leaderDecision(
                LeaderDecision(
                    node: NodeID(node), epoch: epoch, rounds: rounds, predictedCells: predictedCells ?? 0,
                    twinValueMbps: twinValueMbps ?? .nan, solver: solver, reason: reason, responseGap: responseGap))
        case "alarm":
            guard let node, let text else { return nil }
            return .alarm(node: NodeID(node), text: text)
        case "language_text":
            guard let node, let text else { return nil }
            return .languageText(LanguageText(node: NodeID(node), text: text))
        case "language": return language.map { .language($0) }
        case "language_effect":
            guard let node, let number, let epoch, let state = state.flatMap(LanguageEffect.State.init(rawValue:)),
                let effect, let samples
            else { return nil }
            return .languageEffect(
                LanguageEffect(
                    node: NodeID(node), number: number, epoch: epoch, state: state, effect: effect,
                    deviation: deviation ?? 0, samples: samples))
        case "cells":
            guard let node, let epoch, let load, let forecastLoad, let cellThroughputKbps, let users,
                [forecastLoad.count, cellThroughputKbps.count, users.count].allSatisfy({ $0 == load.count })
            else { return nil }
            return .cells(
                CellFigures(
                    node: NodeID(node), epoch: epoch, load: load, forecastLoad: forecastLoad,
                    throughputKbps: cellThroughputKbps, users: users))
        case "twin_status": return twinStatus.map { .twinStatus($0) }
        default: return nil
        }
    }

    private var twinStatus: TwinStatusRecord? {
        guard let node, let sender, let epoch, let engine = engine.flatMap(TwinEngine.init(rawValue:)) else {
            return nil
        }
        var status = TwinStatus()
        status.engine = engine
        status.order = order ?? 0
        status.cell = cell ?? []
        status.phase = (phase ?? []).compactMap(TwinPhase.init(rawValue:))
        status.errorBefore = errorBefore ?? []
        status.error = error ?? []
        status.usualError = usualError ?? []
        status.samples = readings ?? []
        status.mobility = mobility ?? []
        status.modelMobility = modelMobility ?? []
        status.conditionBefore = conditionBefore ?? []
        status.conditionAfter = conditionAfter ?? []
        status.conditionReadings = conditionReadings ?? []
        status.snapshots = snapshots ?? []
        status.lastOrder = lastOrder ?? []
        status.lastKind = lastKind ?? []
        status.orderAgeEpochs = orderAgeEpochs ?? []
        status.orderBefore = orderBefore ?? []
        status.orderAfter = orderAfter ?? []
        status.weather = weather ?? []
        status.modelWeather = modelWeather ?? []
        status.worstX = worstXM ?? []
        status.worstY = worstYM ?? []
        status.worstError = worstError ?? []
        guard (try? MessageCheck.checked(status)) != nil else { return nil }
        return TwinStatusRecord(
            node: NodeID(node), sender: NodeID(sender), epoch: epoch, status: status,
            orderPlace: orderPlaces(cells: status.cell.count))
    }

    /// Where orders held; a radius of 0 stands for all of a cell.
    private func orderPlaces(cells: Int) -> [OrderPlace?] {
        guard let x = orderXM, let y = orderYM, let radius = orderRadiusM,
            [x.count, y.count, radius.count].allSatisfy({ $0 == cells })
        else { return [] }
        return (0..<cells).map { index in
            radius[index] > 0
                ? OrderPlace(xMetres: x[index], yMetres: y[index], radiusMetres: radius[index]) : nil
        }
    }

    private var language: LanguageDecision? {
        guard let node, let number, let epoch, let outcome = outcome.flatMap(LanguageDecision.Outcome.init(rawValue:))
        else { return nil }
        var decision = LanguageDecision(node: NodeID(node), number: number, epoch: epoch)
        decision.outcome = outcome
        decision.findings = findings ?? []
        decision.passages = passages ?? []
        decision.model = model ?? ""
        decision.instructions = instructions ?? ""
        decision.prompt = prompt ?? ""
        decision.questions = questions
        decision.reused = reused ?? 0
        decision.answers = answers ?? []
        decision.failure = failure ?? ""
        for (index, action) in (candidateAction ?? []).enumerated() {
            let value = { (list: [Double?]?) in list.flatMap { index < $0.count ? $0[index] : nil } }
            let word = { (list: [String]?) in list.flatMap { index < $0.count ? $0[index] : nil } ?? "" }
            decision.candidates.append(
                LanguageDecision.Candidate(
                    action: action, source: word(candidateSource), gain: value(candidateGain),
                    gainLow: value(candidateGainLow), powerChange: value(candidatePowerChange),
                    verdict: word(candidateVerdict)))
            decision.candidates[index].replaces = word(candidateReplaces).split(separator: " ").compactMap {
                UInt64($0)
            }
        }
        addTrials(to: &decision.candidates)
        decision.guaranteed = (guaranteed ?? []).map { $0 != 0 }
        decision.energyWeight = energyWeight ?? 0
        decision.chosen = chosen ?? -1
        decision.reason = reason ?? ""
        decision.promptTokens = promptTokens ?? 0
        decision.outputTokens = outputTokens ?? 0
        decision.seconds = seconds ?? 0
        return decision
    }

    private var questions: [LanguageDecision.Question] {
        guard let seeds = questionSeed, let temperatures = questionTemperature, let tokens = questionTokens,
            let constraints = questionConstraint, let digests = questionDigest, let repaired = questionRepaired,
            [temperatures.count, tokens.count, constraints.count, digests.count, repaired.count]
                .allSatisfy({ $0 == seeds.count })
        else { return [] }
        return seeds.indices.map { index in
            LanguageDecision.Question(
                temperature: temperatures[index], seed: seeds[index], maxOutputTokens: tokens[index],
                constraint: constraints[index], constraintDigest: digests[index], repaired: repaired[index])
        }
    }

    private func addTrials(to candidates: inout [LanguageDecision.Candidate]) {
        guard let tried = trialCandidate, !tried.isEmpty, let values = trialValueMbps,
            let deviations = trialGainDeviation, values.count == tried.count, deviations.count == tried.count
        else { return }
        let lists = [trialHeld, trialHeldDeviation, trialHeldChange, trialHeldChangeDeviation].map { $0 ?? [] }
        let slices = lists[0].count / tried.count
        guard lists.allSatisfy({ $0.count == slices * tried.count }) else { return }
        for (place, index) in tried.enumerated() where candidates.indices.contains(index) {
            let part = { (list: [Double?]) in list[place * slices..<(place + 1) * slices].map { $0 ?? .nan } }
            candidates[index].trial = LanguageDecision.Trial(
                valueMbps: values[place] ?? .nan, gainDeviation: deviations[place] ?? .nan, held: part(lists[0]),
                heldDeviation: part(lists[1]), heldChange: part(lists[2]), heldChangeDeviation: part(lists[3]))
        }
    }

    private var directiveRecord: DirectiveRecord? {
        guard let atNs, let sender, let epoch, let hops else { return nil }
        var directive = Directive()
        directive.offerEpoch = offerEpoch ?? 0
        directive.oldestEpoch = oldestEpoch ?? 0
        directive.expiresEpoch = expiresEpoch ?? 0
        directive.group = group ?? 0
        directive.subbands = subbands ?? 0
        directive.cell = cell ?? []
        directive.powerWatts = powerWatts ?? []
        directive.shareUE = shareUe ?? []
        directive.share = share ?? []
        directive.associationUE = associationUe ?? []
        directive.associationCell = associationCell ?? []
        directive.slices = slices ?? 0
        directive.sliceShare = sliceShare ?? []
        directive.capWatts = capWatts ?? []
        directive.beamUE = beamUe ?? []
        directive.beam = beam ?? []
        directive.platformCell = platformCell ?? []
        directive.platformX = platformXM ?? []
        directive.platformY = platformYM ?? []
        directive.platformHeight = platformHeightM ?? []
        directive.highestMCS = highestMcs ?? []
        directive.mcsUE = mcsUe ?? []
        directive.mcs = mcs ?? []
        var result = DirectiveResult()
        result.cell = resultCell ?? []
        result.kind = (resultKind ?? []).compactMap(ControlKind.init(rawValue:))
        result.outcome = (resultOutcome ?? []).compactMap(DirectiveOutcome.init(rawValue:))
        result.effectKbps = effectKbps ?? []
        guard result.kind.count == result.cell.count, result.outcome.count == result.cell.count else { return nil }
        return DirectiveRecord(
            at: Instant(nanoseconds: atNs), sender: NodeID(sender), epoch: epoch, term: term ?? 0,
            directive: directive, hops: hops, result: result)
    }

    private var hops: [Hop]? {
        guard let hopNode, let hopLayer, let hopArrivedNs, let hopStartedNs, let hopBarrierNs, let hopSentNs else {
            return nil
        }
        let counts = [hopLayer.count, hopArrivedNs.count, hopStartedNs.count, hopBarrierNs.count, hopSentNs.count]
        guard counts.allSatisfy({ $0 == hopNode.count }) else { return nil }
        let hops = hopNode.indices.compactMap { index in
            HopLayer(rawValue: hopLayer[index]).map {
                Hop(
                    node: NodeID(hopNode[index]), layer: $0, arrived: Instant(nanoseconds: hopArrivedNs[index]),
                    started: Instant(nanoseconds: hopStartedNs[index]),
                    barrier: Instant.Span(nanoseconds: hopBarrierNs[index]),
                    sent: Instant(nanoseconds: hopSentNs[index]))
            }
        }
        return hops.count == hopNode.count ? hops : nil
    }
}
