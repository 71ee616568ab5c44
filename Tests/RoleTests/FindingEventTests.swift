import DTNetMessages
import LanguageEngine
import NetworkModel
import Orchestrator
import Testing
import TwinProtocol

/// What is newly found starts a cycle of the language engine without waiting for its period.
@Suite struct FindingEventTests {
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

    // MARK: - Alarms of the layers below, and conflicts

    private static func alarm(_ severity: AlarmSeverity, _ cell: UInt32, _ text: String = "no power") -> Body {
        .alarm(
            Alarm(
                code: .directivesRefused, severity: severity, cell: [cell], raisedEpoch: 300, text: text))
    }

    private static func origins(_ findings: [Finding]) -> [AlarmOrigin] {
        findings.compactMap { if case .alarm(_, let origin) = $0 { origin } else { nil } }
    }

    @Test func anAlarmOfALayerStartsACycleAndStandsUntilItIsOver() throws {
        var desk = try Desk()
        desk.look(60)
        let edge = desk.scene.node(.edge)
        desk.deliver(Self.alarm(.major, 2), from: edge.id)
        desk.look(20)
        let first = try #require(desk.cycles.first)
        let origin = AlarmOrigin(node: edge.name, code: .directivesRefused, cells: [CellID(2)])
        #expect(desk.cycles.count == 1 && Self.origins(first.findings) == [origin])
        #expect(desk.decisions.last?.findings.first?.hasPrefix("alarm of \(edge.name)") == true)
        // The same again, in other words, is no event; of another cell it is.
        desk.deliver(Self.alarm(.major, 2, "still none"), from: edge.id)
        desk.look(100)
        #expect(desk.cycles.count == 1)
        desk.deliver(Self.alarm(.major, 3), from: edge.id)
        desk.look(20)
        #expect(desk.cycles.count == 2)
        #expect(Self.origins(desk.cycles[1].findings).map(\.cells) == [[CellID(2)], [CellID(3)]])
        // What is over, and what a node that is gone had said, is found no more.
        desk.deliver(Self.alarm(.cleared, 2), from: edge.id)
        let gauges = desk.node.peerChanged(edge.id, to: .down, at: desk.now).gauges
        #expect(gauges == [Gauge("standing_alarms", 0)])
        desk.surging = [4]
        desk.look(20)
        #expect(desk.cycles.count == 3 && Self.origins(desk.cycles[2].findings).isEmpty)
    }

    /// Alarms of one cause and place are one finding, with their number and all their cells; one more is no event.
    @Test func alarmsOfOneCauseAreOneFinding() throws {
        var desk = try Desk()
        desk.look(60)
        let (west, east) = (desk.scene.node(.edge, 0), desk.scene.node(.edge, 1))
        func lost(_ severity: AlarmSeverity, _ cell: UInt32) -> Body {
            .alarm(Alarm(code: .leaderLost, severity: severity, cell: [cell], raisedEpoch: 300, text: "gone"))
        }
        desk.deliver(lost(.major, 4), from: east.id)
        desk.deliver(lost(.major, 2), from: west.id)
        // Of one cause and another place.
        desk.deliver(Self.alarm(.major, 2), from: west.id)
        desk.deliver(Self.alarm(.major, 3), from: east.id)
        desk.look(20)
        #expect(desk.cycles.count == 1)
        let apart = [2, 3].map { cell in
            AlarmOrigin(
                node: (cell == 2 ? west : east).name, code: .directivesRefused, cells: [CellID(UInt32(cell))])
        }
        var both = AlarmOrigin(node: east.name, code: .leaderLost, cells: [CellID(2), CellID(4)], alarms: 2)
        #expect(Self.origins(try #require(desk.cycles.first).findings) == [both] + apart)
        #expect(desk.decisions.last?.findings.first?.contains("in cells 2, 4 (2 alarms): ") == true)
        desk.deliver(lost(.major, 1), from: desk.scene.node(.region).id)
        desk.look(100)
        #expect(desk.cycles.count == 1)
        desk.surging = [5]
        desk.look(20)
        (both.cells, both.alarms) = ([CellID(1), CellID(2), CellID(4)], 3)
        #expect(desk.cycles.count == 2 && Self.origins(desk.cycles[1].findings) == [both] + apart)
        // The first is over: the others stand.
        desk.deliver(lost(.cleared, 4), from: east.id)
        desk.surging = [5, 6]
        desk.look(20)
        both = AlarmOrigin(node: west.name, code: .leaderLost, cells: [CellID(1), CellID(2)], alarms: 2)
        #expect(desk.cycles.count == 3)
        #expect(Self.origins(try #require(desk.cycles.last).findings).contains(both))
    }

    /// What harms nobody is looked at once.
    @Test func aWarningIsLookedAtOnce() throws {
        var desk = try Desk()
        desk.look(60)
        let warning = Alarm(code: .baselineMissing, severity: .warning, raisedEpoch: 0, text: "no map")
        desk.deliver(.alarm(warning), from: desk.scene.node(.edge).id)
        desk.look(20)
        desk.surging = [4]
        desk.look(20)
        #expect(desk.cycles.map { Self.origins($0.findings).count } == [1, 0])
    }

    /// The engine lowers the power of a cell that a surge is known of. That these stand against each other is new: a
    /// cycle starts, the rules propose to lift the cap, the twins judge it, and it is lifted.
    @Test func anActionInForceAgainstAForecastIsAConflictAndIsLifted() throws {
        var desk = try Desk()
        desk.look(60)
        desk.surging = [3]
        desk.look(20)
        #expect(desk.cycles.count == 1)
        desk.forms = [ActionForm(action: "cap_power", cell: 3, value: 33)]
        desk.gain = 0.02
        desk.look(1, entries: [.alarm(text: "fan noise at the mast")])
        #expect(desk.cycles.count == 2 && desk.decisions.last?.outcome == .adopted)
        let number = try #require(desk.decisions.last?.number)
        desk.forms = []
        desk.look(30)
        #expect(desk.cycles.count == 3)
        let conflicts = desk.cycles[2].findings.compactMap { finding in
            if case .conflict(let conflict) = finding { conflict } else { nil as LayerConflict? }
        }
        #expect(conflicts.map(\.decision) == [number] && conflicts.map(\.cell) == [CellID(3)])
        // Without the action the cap holds; with it the cell has all its power.
        #expect(desk.tried[0].powerBudgetWatts[3] < 2.1 && desk.tried[1].powerBudgetWatts[3] > 9.9)
        let decision = try #require(desk.decisions.last)
        #expect(decision.outcome == .adopted && decision.candidates[decision.chosen].replaces == [number])
        #expect(decision.findings.contains { $0.hasPrefix("conflict: cap_power of cell 3 (L1) by decision \(number)") })
        // Settled: no further cycle.
        desk.look(60)
        #expect(desk.cycles.count == 3)
    }
}
