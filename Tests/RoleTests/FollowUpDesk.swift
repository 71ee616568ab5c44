import DTNetMessages
import Foundation
import LanguageEngine
import NetworkModel
import Orchestrator
import Testing
import TwinProtocol

/// A global twin that has heard of every cell, and sent its first policy. A report a second.
struct FollowUpDesk {
    let scene: CampusScene
    var node: OrchestratorNode
    var epoch: UInt64
    var now = Instant.zero
    /// Users that are served by another cell than at first.
    var served: [(ue: UInt32, cell: UInt32)] = []
    /// What the twins are asked, and what they say; nil while they are busy.
    var questions: [(question: WhatIfQuestion, epoch: UInt64)] = []
    var forecastMbps: ((WhatIfQuestion) -> [Double])? = { $0.policies.map { _ in 1.5 } }
    var effects: [LanguageEffect] = []
    var policies: [Policy] = []
    /// What the node wants kept, the newest last, and what it says to people.
    var kept: [KeptEngineState] = []
    var alarms: [String] = []

    /// - Parameters:
    ///   - change: of the plan.
    ///   - kept: of an earlier life.
    ///   - epoch: of the last second before the first report.
    init(
        _ change: (inout WiringPlan) -> Void = { _ in }, kept: KeptEngineState? = nil, awaySeconds: Double = 0,
        epoch: UInt64 = 100
    ) throws {
        self.epoch = epoch
        scene = try CampusScene(.semiCentralised, epoch: .milliseconds(20), change: change)
        node = OrchestratorNode(
            plan: scene.plan, node: scene.node(.orchestrator), kept: kept, awaySeconds: awaySeconds)
        _ = node.start(at: .zero)
        report(kbps: 2_000)
        note(node.fire(TimerID(1), at: .zero))
    }

    mutating func note(_ made: [Effect<OrchestratorJob>]) {
        for effect in made {
            switch effect {
            case .run(.forecast(let question, let epoch, _)):
                questions.append((question, epoch))
                if let forecastMbps {
                    note(node.finish(.forecast(forecastMbps(question), epoch: epoch), at: .zero))
                }
            case .run(.keep(let state)): kept.append(state)
            case .record(.languageEffect(let effect)): effects.append(effect)
            case .record(.alarm(_, let text)): alarms.append(text)
            case .send(let envelope): if case .policy(let policy) = envelope.body { policies.append(policy) }
            default: break
            }
        }
    }

    private mutating func deliver(_ body: Body, from sender: NodeID) {
        note(node.take(Envelope(sender: sender, recipient: node.node, epoch: epoch, body: body), at: now))
    }

    /// Policy is renewed.
    mutating func renew() { note(node.fire(TimerID(1), at: now)) }

    /// Regions report, and nobody else.
    mutating func reportRegions() {
        for region in scene.plan.nodes(of: .region) {
            deliver(.regionReport(RegionReport.usual(of: region)), from: region.id)
        }
    }

    /// Edges and regions report a second; every user has this throughput.
    mutating func report(kbps: Float) {
        epoch += 50
        for region in scene.plan.nodes(of: .region) {
            let report = RegionReport.usual(of: region, kbps: 10 * kbps)
            deliver(.regionReport(report), from: region.id)
        }
        for edge in scene.plan.nodes(of: .edge) { deliver(.channelReport(report(edge, kbps)), from: edge.id) }
    }

    private func report(_ edge: NodePlan, _ kbps: Float) -> ChannelReport {
        var report = ChannelReport()
        (report.links, report.reportSubbands) = (2, 1)
        report.cell = edge.cells.map(\.rawValue)
        report.load = report.cell.map { _ in 1 }
        report.throughputKbps = report.cell.map { _ in 10 * kbps }
        (report.errorBeforeDb, report.errorAfterDb) = (report.load, report.load)
        for (index, cell) in report.cell.enumerated() {
            for user in 0..<10 {
                let ue = cell * 10 + UInt32(user)
                let next = report.cell[(index + 1) % report.cell.count]
                let serving = served.last { $0.ue == ue }?.cell ?? cell
                report.ue.append(ue)
                report.ueCell.append(serving)
                report.weight.append(1)
                report.demandKbps.append(-1)
                report.ueThroughputKbps.append(kbps)
                report.linkCell += [serving, serving == cell ? next : cell]
                report.deviationDb += [2, 2]
                report.gainDb += [-90, -100]
                report.backgroundDbm.append(-100)
            }
        }
        return report
    }

    /// Seconds in which the value stays within half a percent of 2 Mbit/s.
    mutating func calm(_ seconds: Int) {
        for second in 0..<seconds { report(kbps: second % 2 == 0 ? 2_010 : 1_990) }
    }

    /// Looks for entries, and gives these; what the node does next. `after` is where it looks.
    mutating func look(_ entries: [OperatorEntry], last: String? = nil) -> (
        effects: [Effect<OrchestratorJob>], after: String?
    ) {
        var after: String?
        for case .run(.collect(_, let name)) in node.fire(TimerID(2), at: Instant.zero + .seconds(1)) { after = name }
        let mail = OperatorMail(entries, last: last)
        let effects = node.finish(.collected(mail, after: after), at: Instant.zero + .seconds(1))
        note(effects)
        return (effects, after)
    }

    /// Has one action adopted, of those that a model proposes; its number.
    mutating func adopt(_ form: ActionForm) throws -> UInt64 {
        let decision = try decide([form], on: look([.alarm(text: "fan noise at the mast")]).effects)
        #expect(decision.outcome == .adopted)
        return decision.number
    }

    /// Has the first action that is tried found good, of what a model proposes and of what the rules do.
    mutating func decide(_ forms: [ActionForm], on begun: [Effect<OrchestratorJob>]) throws -> LanguageDecision {
        var next = begun
        for effect in next {
            guard case .run(.think(let think, _)) = effect else { continue }
            var thought = Thought(number: think.number)
            thought.forms = forms
            next = node.finish(.thought(thought), at: .zero)
        }
        for effect in next {
            guard case .run(.whatIf(let question, let number, _)) = effect else { continue }
            let outcomes = question.policies.indices.map { index in
                WhatIfOutcome(
                    valueMbps: 2, gain: index == 1 ? 0.05 : 0, gainDeviation: 0, powerChange: 0, held: [],
                    heldChange: [], heldChangeDeviation: [], heldDeviation: [])
            }
            let made = node.finish(.played(outcomes, number: number), at: .zero)
            note(made)
            for case .language(let decision) in made.records { return decision }
        }
        throw Missing()
    }

    /// Answers what the twins are asked in these effects: the one action of a trial gains so much. What they were
    /// asked, and what came of it.
    @discardableResult
    mutating func play(
        _ made: [Effect<OrchestratorJob>], gain: Double = 0.05
    ) -> [(question: WhatIfQuestion, decision: LanguageDecision)] {
        var found: [(question: WhatIfQuestion, decision: LanguageDecision)] = []
        for case .run(.whatIf(let question, let number, _)) in made {
            let outcomes = question.policies.indices.map { index in
                WhatIfOutcome(
                    valueMbps: 2, gain: index == 1 ? gain : 0, gainDeviation: 0, powerChange: 0, held: [],
                    heldChange: [], heldChangeDeviation: [], heldDeviation: [])
            }
            let effects = node.finish(.played(outcomes, number: number), at: .zero)
            note(effects)
            for case .language(let decision) in effects.records { found.append((question, decision)) }
        }
        return found
    }

    private struct Missing: Error {}

    var rolledBack: [UInt64] { effects.filter { $0.state == .rolledBack }.map(\.number) }
}
