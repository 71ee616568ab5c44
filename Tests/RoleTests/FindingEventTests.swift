import DTNetMessages
import LanguageEngine
import NetworkModel
import Orchestrator
import Testing
import TwinProtocol

/// What is newly found starts a cycle of the language engine without waiting for its period.
@Suite struct FindingEventTests {
    /// A global twin with a cycle a minute, and a tenth of a second from look to look.
    private struct Desk {
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

        private mutating func deliver(_ body: Body, from sender: NodeID) {
            let epoch = 100 + UInt64(5 * looks)
            note(node.take(Envelope(sender: sender, recipient: node.node, epoch: epoch, body: body), at: now))
        }

        private mutating func note(_ effects: [Effect<OrchestratorJob>]) {
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
                note(node.finish(.collected(step == 0 ? entries : []), at: now))
                if answers { answer() }
            }
        }

        /// Ends the cycle that is open: the twins see no gain in anything.
        mutating func answer() {
            guard let number = open else { return }
            open = nil
            for effect in node.finish(.thought(Thought(number: number)), at: now) {
                guard case .run(.whatIf(let question, let number, _)) = effect else { continue }
                let outcome = WhatIfOutcome(
                    valueMbps: 2, gain: 0, gainDeviation: 0, powerChange: 0, held: [], heldChange: [],
                    heldChangeDeviation: [], heldDeviation: [])
                _ = node.finish(.played(question.policies.map { _ in outcome }, number: number), at: now)
            }
        }
    }

    private static func isSurge(_ finding: Finding, of cell: Int) -> Bool {
        if case .surge(let found, _, _) = finding { found.index == cell } else { false }
    }

    private static func isDrift(_ finding: Finding, of cell: Int) -> Bool {
        if case .drift(let found, _, _) = finding { found.index == cell } else { false }
    }

    @Test(arguments: [false, true])
    func aNewFindingStartsACycleAndStaysOneUntilThePeriod(drifts: Bool) throws {
        var desk = try Desk()
        desk.look(100)
        #expect(desk.cycles.isEmpty)
        if drifts { desk.drifting = [3] } else { desk.surging = [3] }
        desk.look(20)
        let first = try #require(desk.cycles.first)
        #expect(first.findings.contains { drifts ? Self.isDrift($0, of: 3) : Self.isSurge($0, of: 3) })
        // It stays, with other figures: the next cycle is the period's.
        desk.look(570)
        #expect(desk.cycles.count == 1)
        desk.look(20)
        #expect(desk.cycles.count == 2 && (desk.cycles.last?.look ?? 0) >= first.look + 600)
    }

    /// What comes and goes is one event; what has been gone for a while and comes back is another.
    @Test func aFindingAtItsThresholdIsNoStreamOfEvents() throws {
        var desk = try Desk()
        desk.look(60)
        for turn in 0..<100 {
            desk.surging = turn % 2 == 0 ? [2] : []
            desk.look(2)
        }
        #expect(desk.cycles.count == 1, "\(desk.cycles.map(\.look))")
        desk.look(70)
        #expect(desk.cycles.count == 1)
        desk.surging = [2]
        desk.look(20)
        #expect(desk.cycles.count == 2)
    }

    /// However fast new findings come, cycles begin a second apart.
    @Test func newFindingsWaitOutTheShortestInterval() throws {
        var desk = try Desk()
        desk.look(60)
        for cell in 0..<desk.cells {
            desk.surging.append(cell)
            desk.look(4)
        }
        desk.look(20)
        let starts = desk.cycles.map(\.look)
        #expect(starts.count >= 2 && starts.count < desk.cells, "\(starts)")
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 >= $0 + 10 }, "\(starts)")
    }

    /// While one cycle is open no other begins; what came meanwhile starts the next.
    @Test func whatComesWhileACycleIsOpenStartsTheNext() throws {
        var desk = try Desk()
        desk.look(60)
        desk.answers = false
        desk.surging = [1]
        desk.look(20)
        #expect(desk.cycles.count == 1)
        desk.surging = [1, 4]
        desk.look(20)
        #expect(desk.cycles.count == 1)
        desk.answer()
        desk.look(20)
        #expect(desk.cycles.count == 2 && desk.cycles[1].findings.contains { Self.isSurge($0, of: 4) })
        // So does an operator's entry.
        desk.look(20, entries: [.alarm(text: "fan noise at the mast")])
        #expect(desk.cycles.count == 2)
        desk.answer()
        desk.look(20)
        #expect(desk.cycles.count == 3 && desk.cycles[2].findings.contains(.alarm(text: "fan noise at the mast")))
    }

    /// Before the network's value is known no action can be followed up, and nothing found starts a cycle.
    @Test func atTheStartFindingsWaitUntilActionsCanBeFollowedUp() throws {
        var desk = try Desk()
        desk.surging = [2]
        desk.look(49)
        #expect(desk.cycles.isEmpty)
        desk.look(20)
        #expect(desk.cycles.count == 1)
    }

    /// An engine's answer is looked at in the next cycle and starts none.
    @Test func anAnswerOfAnEngineIsNoEvent() throws {
        var desk = try Desk()
        desk.look(60)
        let answer = Clarification(question: 1, engine: .channel, cell: 2, text: "the crowd shadows it")
        let edge = desk.scene.node(.edge).id
        _ = desk.node.take(
            Envelope(sender: edge, recipient: desk.node.node, epoch: 400, body: .clarification(answer)), at: desk.now)
        desk.look(100)
        #expect(desk.cycles.isEmpty)
        desk.surging = [3]
        desk.look(20)
        let findings = try #require(desk.cycles.first).findings
        #expect(findings.contains { if case .clarification = $0 { true } else { false } })
    }
}
