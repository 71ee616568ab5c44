import DTNetMessages
import EdgeTwin
import LanguageEngine
import NetworkModel
import Numerics
import RRMLeader
import Testing
import TwinProtocol

/// Leaders that move their powers against each other: found by the moves alone, told to L3 once, and a conflict there.
@Suite struct OpposedMovesTests {
    /// Notes decisions of two leaders, powers on one subband or more; returns the decisions in which something changed.
    private static func changes(
        _ decisions: Int, seed: UInt64, _ powers: (CounterGenerator, UInt64) -> (own: [Double], other: [Double])
    ) -> [(decision: Int, change: LastingFault.Change)] {
        let draw = CounterGenerator(seed: seed, purpose: 0x6F70)
        var moves = OpposedMoves()
        return (0..<decisions).compactMap { decision in
            let (own, other) = powers(draw, UInt64(decision))
            return moves.note(own: own, other: other).map { (decision, $0) }
        }
    }

    /// To and fro by 0.6 of the power every three decisions, in noise.
    @Test func aFightIsFoundInNoiseAndItsEnd() {
        for seed in 1...100 as ClosedRange<UInt64> {
            let found = Self.changes(300, seed: seed) { draw, time in
                let swing = time >= 150 ? 0 : time / 3 % 2 == 0 ? 0.3 : -0.3
                let noise = (0..<2).map { draw.uniform(UInt64($0), time, in: -0.05..<0.05) }
                return ([0.5 + swing + noise[0]], [0.5 - swing + noise[1]])
            }
            #expect(found.map(\.change) == [.raised, .cleared], "seed \(seed)")
            // The first decision is no move: two windows end with the 65th.
            #expect(found.first?.decision == 2 * OpposedMoves.window, "seed \(seed)")
        }
    }

    @Test(arguments: [1, 4]) func powersThatKnowNothingOfEachOtherAreNoFight(subbands: Int) {
        for seed in 1...100 as ClosedRange<UInt64> {
            let white = Self.changes(40 * OpposedMoves.window, seed: seed) { draw, time in
                func side(_ first: UInt64) -> [Double] {
                    (0..<subbands).map { draw.uniform(first + UInt64($0), time, in: 0..<0.5) }
                }
                return (side(0), side(100))
            }
            #expect(white.isEmpty, "seed \(seed)")
            var walk = Array(repeating: 0.0, count: 2 * subbands)
            let wandering = Self.changes(40 * OpposedMoves.window, seed: seed) { draw, time in
                for place in walk.indices { walk[place] += draw.uniform(UInt64(place), time, in: -0.2..<0.2) }
                return (Array(walk[..<subbands]), Array(walk[subbands...]))
            }
            #expect(wandering.isEmpty, "seed \(seed)")
        }
    }

    /// What both do at one time for one reason, and what only one does, is no fight; nor are moves too small to matter.
    @Test func movesTogetherAndSmallOnesAreNoFight() {
        func swing(_ time: UInt64, _ size: Double) -> Double { time / 4 % 2 == 0 ? size : -size }
        #expect(Self.changes(300, seed: 1) { (([0.5 + swing($1, 0.3)], [0.5 + swing($1, 0.3)])) }.isEmpty)
        #expect(Self.changes(300, seed: 1) { (([0.5 + swing($1, 0.3)], [0.5])) }.isEmpty)
        #expect(Self.changes(300, seed: 1) { (([0.5 + swing($1, 0.02)], [0.5 - swing($1, 0.02)])) }.isEmpty)
        // One lets go of what the other takes, and once: no to and fro.
        #expect(Self.changes(300, seed: 1) { (([Double($1) / 300], [1 - Double($1) / 300])) }.isEmpty)
    }

    // MARK: - Leaders

    /// Both leaders of the campus, whose powers are what a policy allows in equal parts: what a policy alternates is
    /// what they announce.
    private struct Border {
        let scene: CampusScene
        let plans: [NodePlan]
        var leaders: [LeaderNode]
        let reports: [Envelope]
        var epoch: UInt64 = 0
        var alarms: [Envelope] = []
        /// Share of its power that the first leader announced to the second, by epoch.
        var announced: [Double] = []

        init() throws {
            scene = try CampusScene(.decentralised) { $0.network.game.solver = .none }
            let plan = scene.plan
            plans = plan.nodes(of: .rrm)
            leaders = plans.map { LeaderNode(plan: plan, node: $0) }
            var ran = try scene.radioNetwork()
            var edges = plan.nodes(of: .edge).map { EdgeNode(plan: plan, node: $0) }
            reports = CampusScene.epochs(1, of: &ran)[0].enumerated().compactMap { index, envelope in
                let sends = edges[index].take(envelope).sends + edges[index].fireThrough(TimerID(2), at: .zero).sends
                return sends.first { $0.body.kind == .channelReport }
            }
        }

        /// One epoch in which each leader's cells may use this part of their power.
        ///
        /// - Parameter isLate: announcements come after the work of their epoch.
        mutating func decide(_ parts: [Float], isLate: Bool) {
            var policy = Policy()
            (policy.revision, policy.expiresEpoch) = (epoch + 1, epoch + 1_000)
            for cell in scene.plan.network.cells {
                let leader = plans.firstIndex { $0.cells.contains(cell.id) } ?? 0
                policy.cell.append(cell.id.rawValue)
                policy.powerBudgetWatts.append(parts[leader] * (cell.transmitPowerDbm > 38 ? 10 : 5))
                policy.weight.append(1)
            }
            var syncs: [Envelope] = []
            for index in leaders.indices {
                _ = leaders[index].take(
                    Envelope(
                        sender: scene.node(.orchestrator).id, recipient: plans[index].id, epoch: epoch,
                        body: .policy(policy)))
                var report = reports[index]
                report.epoch = epoch
                syncs += leaders[index].take(report).sends.filter { $0.body.kind == .leaderSync }
            }
            if !isLate { deliver(syncs) }
            for index in leaders.indices {
                let sends = leaders[index].fireThrough(LeaderNode.aheadTimer, at: .zero).sends
                alarms += sends.filter { $0.body.kind == .alarm }
            }
            if isLate { deliver(syncs) }
            epoch += 1
        }

        private mutating func deliver(_ syncs: [Envelope]) {
            for sync in syncs {
                guard let receiver = plans.firstIndex(where: { $0.id == sync.recipient }) else { continue }
                _ = leaders[receiver].take(sync)
                guard receiver == 1, case .leaderSync(let body) = sync.body else { continue }
                announced.append(Double(body.ownPowerWatts.reduce(0, +)) / 30)
            }
        }

        /// So many epochs; the leaders are allowed all of their power and a 200th of it in turn.
        mutating func alternate(_ epochs: Int, every turn: UInt64, together: Bool = false, isLate: Bool = false) {
            for _ in 0..<epochs {
                let (high, low): (Float, Float) = epoch / turn % 2 == 0 ? (1, 0.005) : (0.005, 1)
                decide([high, together ? high : low], isLate: isLate)
            }
        }
    }

    private static func alarm(_ envelope: Envelope) -> Alarm? {
        if case .alarm(let alarm) = envelope.body { alarm } else { nil }
    }

    @Test(arguments: [1, 4] as [UInt64], [false, true])
    func leadersThatFightAreOneAlarmUntilTheyStop(turn: UInt64, isLate: Bool) throws {
        var border = try Border()
        #expect(border.plans.count == 2 && border.plans[0].id < border.plans[1].id)
        #expect(border.plans[0].cells.map(\.rawValue) == [0, 1, 2])
        border.alternate(140, every: turn, isLate: isLate)
        // What is planted is what is announced.
        #expect(border.announced.count == 140)
        for (epoch, share) in border.announced.enumerated() {
            #expect(abs(share - (UInt64(epoch) / turn % 2 == 0 ? 1 : 0.005)) < 1e-3)
        }
        #expect(border.alarms.count == 1)
        let raised = try #require(border.alarms.first)
        #expect(raised.sender == border.plans[0].id && raised.recipient == border.scene.node(.orchestrator).id)
        let alarm = try #require(Self.alarm(raised))
        #expect(alarm.code == .leadersOpposed && alarm.severity == .major && alarm.cell == [0, 1, 2, 3, 4, 5, 6])
        #expect(alarm.raisedEpoch == UInt64(2 * OpposedMoves.window))
        #expect(border.plans.allSatisfy { alarm.text.contains($0.name) })
        for _ in 0..<100 { border.decide([1, 1], isLate: isLate) }
        #expect(border.alarms.compactMap(Self.alarm).map(\.severity) == [.major, .cleared])
    }

    @Test func eachFightIsAnAlarmOfItsOwn() throws {
        var border = try Border()
        border.alternate(140, every: 1)
        for _ in 0..<100 { border.decide([1, 1], isLate: false) }
        border.alternate(140, every: 1)
        let alarms = border.alarms.compactMap(Self.alarm)
        #expect(alarms.map(\.severity) == [.major, .cleared, .major])
        // The second begins in epoch 240; the windows end with every 32nd decision.
        #expect(alarms.map(\.raisedEpoch) == [64, 64, 288])
    }

    @Test func leadersThatMoveTogetherRaiseNothing() throws {
        var border = try Border()
        border.alternate(140, every: 4, together: true)
        #expect(border.alarms.isEmpty)
    }

    /// The alarm of the leaders becomes one conflict at L3, and what the twins say settles it.
    @Test func theAlarmIsAConflictThatTheTwinsSettle() throws {
        var border = try Border()
        border.alternate(70, every: 1)
        let raised = try #require(border.alarms.first)
        var desk = try Desk()
        desk.look(60)
        desk.gain = 0.02
        desk.deliver(raised.body, from: desk.scene.node(.rrm).id)
        desk.look(20)
        #expect(desk.cycles.count == 1)
        let findings = try #require(desk.cycles.first).findings
        let conflicts = findings.compactMap { finding in
            if case .leadersOpposed(let conflict) = finding { conflict } else { nil as LeaderConflict? }
        }
        #expect(findings.count == 1 && conflicts.map(\.first.region) == ["west"])
        #expect(conflicts.first?.second.cells == [3, 4, 5, 6].map { CellID($0) })
        let decision = try #require(desk.decisions.last)
        #expect(
            decision.findings == [
                "conflict: the leaders of west (cells 0, 1, 2) and east (cells 3, 4, 5, 6) move powers against each "
                    + "other (L1)"
            ])
        // Each leader's cell with the fewest users is tried with half of its power; of equal gains the first is taken.
        #expect(decision.outcome == .adopted && desk.tried[1].powerBudgetWatts[0] < 5.1)
        #expect(desk.tried[0].powerBudgetWatts[0] > 9.9 && desk.tried[2].powerBudgetWatts[3] < 5.1)
        // It stands and has been looked at: no further cycle before the period.
        desk.look(60)
        #expect(desk.cycles.count == 1)
    }
}
