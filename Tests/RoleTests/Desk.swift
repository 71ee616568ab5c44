import DTNetMessages
import LanguageEngine
import NetworkModel
import Orchestrator
import TwinProtocol

/// A global twin with a cycle a minute, and a tenth of a second from look to look.
struct Desk {
    let scene: CampusScene
    var node: OrchestratorNode
    /// Looks so far: the time in tenths of a second.
    var looks: Int64 = 0
    /// What cells say of themselves: a growing load, and a channel twin that errs.
    var surging: [Int] = []
    var drifting: [Int] = []
    /// Cycles that began: when, in tenths of a second, and with what.
    var cycles: [(look: Int64, findings: [Finding])] = []
    /// The number of the decision that is open, while nobody answers.
    var open: UInt64?
    var answers = true
    /// What the model proposes, and what the twins see in each proposal.
    var forms: [ActionForm] = []
    var gain = 0.0
    var tried: [Policy] = []
    var decisions: [LanguageDecision] = []

    init() throws {
        scene = try CampusScene(.semiCentralised, epoch: .milliseconds(20)) {
            $0.network.language.period = .seconds(60)
        }
        node = OrchestratorNode(plan: scene.plan, node: scene.node(.orchestrator))
        _ = node.start(at: .zero)
        report(links: true)
        _ = node.fire(TimerID(1), at: .zero)
    }

    var cells: Int { scene.plan.network.cells.count }
    var now: Instant { Instant.zero + .milliseconds(100) * looks }

    mutating func deliver(_ body: Body, from sender: NodeID) {
        let epoch = 100 + UInt64(5 * looks)
        note(node.take(Envelope(sender: sender, recipient: node.node, epoch: epoch, body: body), at: now))
    }

    private mutating func note(_ effects: [Effect<OrchestratorJob>]) {
        for case .language(let decision) in effects.records { decisions.append(decision) }
        for effect in effects {
            guard case .run(.think(let job, _)) = effect else { continue }
            cycles.append((looks, job.findings))
            open = job.number
        }
    }

    /// All regions report, and all edges where links are asked for. Figures differ from look to look.
    mutating func report(links: Bool) {
        let shift = 0.01 * Float(looks % 5)
        for region in scene.plan.nodes(of: .region) {
            var report = RegionReport()
            report.region = region.region?.rawValue ?? 0
            report.cell = region.cells.map(\.rawValue)
            report.load = report.cell.map { _ in 0.6 + shift }
            report.forecastLoad = report.cell.map { surging.contains(Int($0)) ? 0.85 + shift : 0.6 + shift }
            (report.forecastError, report.persistenceError) = (report.load, report.load)
            report.throughputKbps = report.cell.map { _ in 20_000 }
            report.twinErrorDb = report.cell.map { drifting.contains(Int($0)) ? 6 + shift : 3 }
            report.ueCount = report.cell.map { _ in 10 }
            deliver(.regionReport(report), from: region.id)
        }
        guard links else { return }
        for edge in scene.plan.nodes(of: .edge) {
            var report = ChannelReport()
            (report.links, report.reportSubbands) = (1, 1)
            report.cell = edge.cells.map(\.rawValue)
            report.load = report.cell.map { _ in 1 }
            report.throughputKbps = report.cell.map { _ in 20_000 }
            (report.errorBeforeDb, report.errorAfterDb) = (report.load, report.load)
            deliver(.channelReport(report), from: edge.id)
            var status = TwinStatus()
            status.cell = report.cell
            status.phase = report.cell.map { _ in .inUse }
            (status.error, status.usualError) = (report.cell.map { _ in 3 }, report.cell.map { _ in 3 })
            status.samples = report.cell.map { _ in 100 }
            deliver(.twinStatus(status), from: edge.id)
        }
    }

    /// Looks on for so many tenths of a second, with reports before each.
    mutating func look(_ count: Int, entries: [OperatorEntry] = []) {
        for step in 0..<count {
            looks += 1
            report(links: looks % 10 == 0)
            _ = node.fire(TimerID(2), at: now)
            note(node.finish(.collected(OperatorMail(step == 0 ? entries : []), after: nil), at: now))
            if answers { answer() }
        }
    }

    /// Ends the cycle that is open: the twins see the same in every proposal.
    mutating func answer() {
        guard let number = open else { return }
        open = nil
        var thought = Thought(number: number)
        thought.forms = forms
        let trying = node.finish(.thought(thought), at: now)
        note(trying)
        for effect in trying {
            guard case .run(.whatIf(let question, let number, _)) = effect else { continue }
            tried = question.policies
            let outcomes = question.policies.indices.map { index in
                WhatIfOutcome(
                    valueMbps: 2, gain: index == 0 ? 0 : gain, gainDeviation: 0, powerChange: 0, held: [],
                    heldChange: [], heldChangeDeviation: [], heldDeviation: [])
            }
            note(node.finish(.played(outcomes, number: number), at: now))
        }
    }
}
