import DTNetMessages
import LanguageEngine
import NetworkModel
import Orchestrator
import Testing
import TwinProtocol

/// The global twin's cycle, step by step: jobs go out, results come back, policies and records follow.
@Suite struct OrchestratorCycleTests {
    /// A global twin that has heard of every cell, and sent its first policy.
    private struct Desk {
        let scene: CampusScene
        var node: OrchestratorNode
        var epoch: UInt64 = 100

        init(_ change: (inout WiringPlan) -> Void = { _ in }) throws {
            scene = try CampusScene(.semiCentralised, epoch: .milliseconds(20), change: change)
            node = OrchestratorNode(plan: scene.plan, node: scene.node(.orchestrator))
            _ = node.start(at: .zero)
            report(kbps: 2_000)
            _ = node.fire(TimerID(1), at: .zero)
        }

        /// All regions and edges report; every user has this throughput.
        mutating func report(kbps: Float) {
            epoch += 50
            for region in scene.plan.nodes(of: .region) {
                let report = RegionReport.usual(of: region, forecastError: 0.1, kbps: 10 * kbps)
                _ = deliver(.regionReport(report), from: region.id)
            }
            for edge in scene.plan.nodes(of: .edge) {
                var report = ChannelReport()
                (report.links, report.reportSubbands) = (2, 1)
                report.cell = edge.cells.map(\.rawValue)
                report.load = report.cell.map { _ in 1 }
                report.throughputKbps = report.cell.map { _ in 10 * kbps }
                (report.errorBeforeDb, report.errorAfterDb) = (report.load, report.load)
                for (index, cell) in report.cell.enumerated() {
                    for user in 0..<10 {
                        report.ue.append(cell * 10 + UInt32(user))
                        report.ueCell.append(cell)
                        report.weight.append(1)
                        report.demandKbps.append(-1)
                        report.ueThroughputKbps.append(kbps)
                        report.linkCell += [cell, report.cell[(index + 1) % report.cell.count]]
                        report.deviationDb += [2, 2]
                        report.gainDb += [-90, -100]
                        report.backgroundDbm.append(-100)
                    }
                }
                let effects = deliver(.channelReport(report), from: edge.id)
                records += effects.records
                // The twins see the same under every policy.
                for case .run(.forecast(let question, let epoch, _)) in effects {
                    let values = question.policies.map { _ in 1.5 }
                    records += node.finish(.forecast(values, epoch: epoch), at: .zero).records
                }
            }
        }

        var records: [Record] = []

        mutating func deliver(_ body: Body, from sender: NodeID) -> [Effect<OrchestratorJob>] {
            node.take(Envelope(sender: sender, recipient: node.node, epoch: epoch, body: body))
        }

        /// Looks for entries, and gives these; what the cycle does next.
        mutating func look(_ entries: [OperatorEntry]) -> [Effect<OrchestratorJob>] {
            let effects = node.fire(TimerID(2), at: Instant.zero + .seconds(1))
            guard effects.contains(where: { if case .run(.collect) = $0 { true } else { false } }) else { return [] }
            return node.finish(.collected(OperatorMail(entries), after: nil), at: Instant.zero + .seconds(1))
        }
    }

    private static let wish = OperatorEntry.intent(
        name: "000001", Intent(scope: .cells([CellID(2)]), targets: [.power(dbm: 35)]))

    private static func job(_ effects: [Effect<OrchestratorJob>]) -> OrchestratorJob? {
        for effect in effects { if case .run(let job) = effect { return job } }
        return nil
    }

    private static func policy(_ effects: [Effect<OrchestratorJob>]) -> Policy? {
        for envelope in effects.sends { if case .policy(let policy) = envelope.body { return policy } }
        return nil
    }

    private static func decision(_ effects: [Effect<OrchestratorJob>]) -> LanguageDecision? {
        for record in effects.records { if case .language(let decision) = record { return decision } }
        return nil
    }

    private static func outcome(gain: Double, held: [Double] = []) -> WhatIfOutcome {
        WhatIfOutcome(
            valueMbps: 2, gain: gain, gainDeviation: abs(gain) / 10, powerChange: 0, held: held,
            heldChange: held.map { _ in 0 }, heldChangeDeviation: held.map { _ in 0 },
            heldDeviation: held.map { _ in 0 })
    }

    /// Runs a cycle to its end: the trial gives every candidate the same gain.
    private static func cycle(
        _ desk: inout Desk, _ entries: [OperatorEntry], forms: [ActionForm] = [], gain: Double
    ) throws -> (effects: [Effect<OrchestratorJob>], think: ThinkJob, candidates: Int) {
        guard case .think(let think, _)? = job(desk.look(entries)) else { throw Missing() }
        var thought = Thought(number: think.number)
        thought.forms = forms
        let trying = desk.node.finish(.thought(thought), at: .zero)
        guard case .whatIf(let question, let number, _)? = job(trying) else { throw Missing() }
        let count = question.policies.count
        let outcomes = (0..<count).map { outcome(gain: $0 == 0 ? 0 : gain) }
        return (desk.node.finish(.played(outcomes, number: number), at: .zero), think, count - 1)
    }

    private struct Missing: Error {}

    @Test func anIntentBecomesAPolicyOnceTheTwinsAgree() throws {
        var desk = try Desk()
        let (effects, think, candidates) = try Self.cycle(&desk, [Self.wish], gain: 0.03)
        #expect(candidates == 1)
        guard case .intent(let intent)? = think.findings.first else { throw Missing() }
        #expect(intent.targets == [.power(dbm: 35)])
        let decision = try #require(Self.decision(effects))
        #expect(decision.outcome == .adopted && decision.candidates.first?.verdict == "chosen")
        let policy = try #require(Self.policy(effects))
        #expect(abs(policy.powerBudgetWatts[2] - 3.162) < 0.01 && policy.reason.hasSuffix("decisions 1"))
        // It stays in the policies that follow.
        let later = try #require(Self.policy(desk.node.fire(TimerID(1), at: .zero)))
        #expect(abs(later.powerBudgetWatts[2] - 3.162) < 0.01 && later.revision > policy.revision)
    }

    /// The weather is shown where rain takes something of the carrier, and nowhere else: in FR2 and FR3, not in FR1.
    @Test(arguments: [(0.7, false), (3.5, false), (6.4, false), (7.125, true), (14.8, true), (28.0, true)])
    func theWeatherIsAContextOfTheBand(gigahertz: Double, isShown: Bool) throws {
        var desk = try Desk {
            $0.network.weather = [RainPeriod(fromSeconds: 0, untilSeconds: 1e6, millimetresPerHour: 40)]
            $0.network.carrier.frequencyHz = gigahertz * 1e9
        }
        let think = try Self.cycle(&desk, [Self.wish], gain: 0.03).think
        #expect(think.weather == (isShown ? .dry : nil))
        #expect(think.meaning.contains("|weather dry") == isShown, "\(think.meaning)")
    }

    /// An action ends with its time also where an edge has fallen silent, so that no second is measured any more.
    @Test func anActionEndsInItsTimeThoughAnEdgeIsSilent() throws {
        var desk = try Desk()
        let (effects, _, _) = try Self.cycle(&desk, [Self.wish], gain: 0.03)
        #expect(try #require(Self.policy(effects)).powerBudgetWatts[2] < 4)
        // 60 s are 3,000 epochs of 20 ms.
        for _ in 0..<4 {
            desk.epoch += 1_000
            for region in desk.scene.plan.nodes(of: .region) {
                _ = desk.deliver(.regionReport(.usual(of: region)), from: region.id)
            }
        }
        let renewed = desk.node.fire(TimerID(1), at: .zero)
        let ended = renewed.records.compactMap { if case .languageEffect(let effect) = $0 { effect } else { nil } }
        #expect(ended.map(\.state) == [.ended] && ended.map(\.epoch) == [desk.epoch])
        #expect(try #require(Self.policy(renewed)).powerBudgetWatts[2] > 9)
    }

    /// A radio network that numbers its epochs anew, below those of before: policies and actions go over to them.
    @Test func policiesFollowEpochsThatAreNumberedAnew() throws {
        var desk = try Desk()
        desk.epoch = 900_000
        for _ in 0..<2 { desk.report(kbps: 2_000) }
        _ = desk.node.fire(TimerID(1), at: .zero)
        _ = try Self.cycle(&desk, [Self.wish], gain: 0.03)
        let before = try #require(Self.policy(desk.node.fire(TimerID(1), at: .zero)))
        #expect(before.expiresEpoch == desk.epoch + 200 && before.powerBudgetWatts[2] < 4)
        desk.epoch = 0
        for _ in 0..<2 { desk.report(kbps: 2_000) }
        let after = try #require(Self.policy(desk.node.fire(TimerID(1), at: .zero)))
        #expect(desk.epoch == 100 && after.expiresEpoch == 300 && after.powerBudgetWatts[2] < 4)
        // What was to last 3,000 epochs more lasts as many of the new ones, from the first that was heard.
        for _ in 0..<62 { desk.report(kbps: 2_000) }
        let last = try #require(Self.policy(desk.node.fire(TimerID(1), at: .zero)))
        #expect(last.powerBudgetWatts[2] > 9)
    }

    /// Also what a thought says that came too late for its cycle.
    @Test func noticesOfAThoughtBecomeAlarms() throws {
        var desk = try Desk()
        var thought = Thought(number: 77)
        thought.notices = ["first", "second"]
        let texts = desk.node.finish(.thought(thought), at: .zero).records.compactMap { record in
            if case .alarm(desk.node.node, let text) = record { text } else { nil as String? }
        }
        #expect(texts == ["first", "second"])
    }

    @Test func whatTheTwinsFindWorthlessOrRiskyIsNotDone() throws {
        var desk = try Desk()
        for gain in [0.0005, -0.05, .nan] {
            let (effects, _, _) = try Self.cycle(&desk, [Self.wish], gain: gain)
            let decision = try #require(Self.decision(effects))
            #expect(decision.outcome == .none && decision.chosen == -1, "gain \(gain)")
            #expect(Self.policy(effects) == nil)
        }
    }

    @Test func actionsBeyondItsAuthorityWaitForConsent() throws {
        var desk = try Desk { $0.network.language.authority = [] }
        let (proposed, _, _) = try Self.cycle(&desk, [Self.wish], gain: 0.03)
        let decision = try #require(Self.decision(proposed))
        #expect(decision.outcome == .proposed && Self.policy(proposed) == nil)
        // Consent to another decision does nothing; consent to this one does.
        _ = desk.look([.cancel(name: "000001"), .approve(number: 99)])
        #expect(try #require(Self.policy(desk.node.fire(TimerID(1), at: .zero))).powerBudgetWatts[2] > 9)
        // It is tried again from the present state.
        let asked = Self.job(desk.look([.approve(number: decision.number)]))
        guard case .whatIf(let question, let number, _)? = asked else { throw Missing() }
        let outcomes = question.policies.indices.map { Self.outcome(gain: $0 == 0 ? 0 : 0.03) }
        let approved = desk.node.finish(.played(outcomes, number: number), at: .zero)
        let effects = Self.effects(approved)
        #expect(effects.map(\.state) == [.approved] && effects.first?.number == decision.number)
        #expect(abs(try #require(Self.policy(approved)).powerBudgetWatts[2] - 3.162) < 0.01)
        let policy = try #require(Self.policy(desk.node.fire(TimerID(1), at: .zero)))
        #expect(abs(policy.powerBudgetWatts[2] - 3.162) < 0.01)
    }

    @Test func anOperatorDeclinesWhatWaitsForConsent() throws {
        var desk = try Desk { $0.network.language.authority = [] }
        let (proposed, _, _) = try Self.cycle(&desk, [Self.wish], gain: 0.03)
        let decision = try #require(Self.decision(proposed))
        #expect(decision.outcome == .proposed)
        // Another number declines nothing.
        let declined = desk.look([.withdraw(number: decision.number + 1), .withdraw(number: decision.number)])
        let effects = Self.effects(declined)
        #expect(effects.map(\.state) == [.declined] && effects.first?.number == decision.number)
        #expect(Self.policy(declined) == nil)
        // The wish is still there; what was declined is not tried again, and consent comes too late.
        guard case .think(let think, _)? = Self.job(declined) else { throw Missing() }
        let end = desk.node.finish(.thought(Thought(number: think.number)), at: .zero)
        #expect(Self.job(end) == nil && Self.decision(end)?.outcome == .some(.none))
        #expect(Self.effects(desk.look([.approve(number: decision.number)])).isEmpty)
        #expect(try #require(Self.policy(desk.node.fire(TimerID(1), at: .zero))).powerBudgetWatts[2] > 9)
    }

    /// What a wish would lead to is tried as if it were in force, beside a cycle that thinks; nothing comes of it.
    @Test func aWishIsTriedAndNothingMore() throws {
        var desk = try Desk()
        guard case .think(let think, _)? = Self.job(desk.look([Self.wish])) else { throw Missing() }
        let wish = Intent(
            scope: .cells([CellID(4)]), targets: [.power(dbm: 33)], savesElsewhere: true, fromSeconds: 1e6)
        let trying = desk.look([.trial(name: "000007", wish)])
        guard case .whatIf(let question, let number, _)? = Self.job(trying) else { throw Missing() }
        #expect(number != think.number && question.policies.count >= 2)
        #expect(abs(question.policies[1].powerBudgetWatts[4] - 1.995) < 0.01)
        #expect(question.policies[0].powerBudgetWatts[4] > 9 && question.wishes.energyWeight > 0)
        let outcomes = question.policies.indices.map { Self.outcome(gain: $0 == 0 ? 0 : 0.03) }
        let effects = desk.node.finish(.played(outcomes, number: number), at: .zero)
        let decision = try #require(Self.decision(effects))
        #expect(decision.outcome == .tried && decision.number == number && decision.candidates[0].gain == 0.03)
        #expect(decision.candidates[0].verdict == "chosen" && decision.findings[0].hasPrefix("entry 000007: "))
        #expect(Self.policy(effects) == nil)
        let later = try #require(Self.policy(desk.node.fire(TimerID(1), at: .zero)))
        #expect(later.powerBudgetWatts[4] > 9)
        // The cycle beside it goes on; the wish weighs in it no more.
        let end = desk.node.finish(.thought(Thought(number: think.number)), at: .zero)
        guard case .whatIf(let other, let own, _)? = Self.job(end) else { throw Missing() }
        #expect(own == think.number && other.wishes.energyWeight == 0)
    }

    /// A wish from which no action follows is answered too.
    @Test func aWishWithoutAnActionIsAnswered() throws {
        var desk = try Desk()
        let wish = Intent(scope: .cells([CellID(4)]), targets: [])
        let decision = try #require(Self.decision(desk.look([.trial(name: "000003", wish)])))
        #expect(decision.outcome == .tried && decision.candidates.isEmpty)
        #expect(decision.reason == "tried for an operator: nobody proposed anything")
    }

    @Test func anOperatorTakesAnActionBack() throws {
        var desk = try Desk()
        let (effects, _, _) = try Self.cycle(&desk, [Self.wish], gain: 0.03)
        let decision = try #require(Self.decision(effects))
        #expect(decision.outcome == .adopted)
        // Another number takes nothing back; this one does at once, and is not tried again.
        let taken = desk.look([.withdraw(number: decision.number + 1), .withdraw(number: decision.number)])
        #expect(try #require(Self.policy(taken)).powerBudgetWatts[2] > 9)
        let ended = Self.effects(taken)
        #expect(ended.count == 1 && ended.first?.state == .ended && ended.first?.number == decision.number)
        // The wish is still there; what was taken back is not tried again.
        guard case .think(let think, _)? = Self.job(taken) else { throw Missing() }
        let end = desk.node.finish(.thought(Thought(number: think.number)), at: .zero)
        #expect(Self.job(end) == nil && Self.decision(end)?.outcome == .some(.none))
    }

    @Test func whatIsPlayedInTheTwinsWaitsForNoModel() throws {
        var desk = try Desk()
        let asked = try #require(Self.job(desk.look([Self.wish])))
        guard case .think(let think, let network) = asked else { throw Missing() }
        let trial = try #require(Self.job(desk.node.finish(.thought(Thought(number: think.number)), at: .zero)))
        guard case .whatIf(let question, _, _) = trial else { throw Missing() }
        let jobs: [OrchestratorJob] = [
            asked, .loadAdapter("none", number: 1, network), trial, .forecast(question, epoch: 1, network),
            .collect(network, after: nil),
        ]
        #expect(jobs.map { OrchestratorNode.kind(of: $0) } == [.asking, .asking, .computing, .computing, .brief])
    }

    /// What is not offered any more makes another situation: answers that were kept may propose it.
    @Test func whatIsBarredMakesAnotherSituation() throws {
        var desk = try Desk()
        let form = ActionForm(action: "raise_priority", cell: 0, value: 2)
        let offer = ActionMenu.Entry(.raisePriority, .cell(0))
        let (effects, first, _) = try Self.cycle(&desk, [Self.alarm], forms: [form], gain: 0.03)
        #expect(first.menu.entries.contains(offer) && first.menu.entries.count > 1, "\(first.menu.entries)")
        let decision = try #require(Self.decision(effects))
        #expect(decision.outcome == .adopted)
        guard case .think(let second, _)? = Self.job(desk.look([.withdraw(number: decision.number), Self.alarm])) else {
            throw Missing()
        }
        #expect(second.findings == first.findings && !second.menu.entries.contains(offer))
        #expect(second.meaning.hasPrefix(first.meaning + "|without {"), "\(second.meaning)")
    }

    private static func effects(_ effects: [Effect<OrchestratorJob>]) -> [LanguageEffect] {
        effects.compactMap { effect in
            if case .record(.languageEffect(let effect)) = effect { effect } else { nil }
        }
    }

    @Test func harmIsTakenBackAndSaid() throws {
        var desk = try Desk()
        // A steady value first, so that there is a level to fall from.
        for second in 0..<10 { desk.report(kbps: second % 2 == 0 ? 2_010 : 1_990) }
        let (effects, _, _) = try Self.cycle(&desk, [Self.wish], gain: 0.03)
        #expect(try #require(Self.decision(effects)).outcome == .adopted)
        desk.records = []
        for _ in 0..<10 { desk.report(kbps: 1_800) }
        let taken = desk.records.compactMap { record -> LanguageEffect? in
            if case .languageEffect(let effect) = record { effect } else { nil }
        }
        #expect(taken.count == 1 && taken.first?.state == .rolledBack)
        #expect((taken.first?.effect ?? 0) < -0.05)
        #expect(try #require(Self.policy(desk.node.fire(TimerID(1), at: .zero))).powerBudgetWatts[2] > 9)
        // The next prompt says so, and the same action is not tried again.
        guard case .think(let think, _)? = Self.job(desk.look([Self.wish])) else { throw Missing() }
        #expect(think.findings.contains { if case .harm = $0 { true } else { false } })
        let end = desk.node.finish(.thought(Thought(number: think.number)), at: .zero)
        #expect(Self.job(end) == nil && Self.decision(end)?.outcome == .some(.none))
    }

    /// An action that is adopted while another is in force is followed up like the first.
    @Test func aSecondActionIsFollowedUpToo() throws {
        var desk = try Desk()
        for second in 0..<10 { desk.report(kbps: second % 2 == 0 ? 2_010 : 1_990) }
        let first = try #require(Self.decision(try Self.cycle(&desk, [Self.wish], gain: 0.03).effects))
        for second in 0..<10 { desk.report(kbps: second % 2 == 0 ? 2_010 : 1_990) }
        let other = OperatorEntry.intent(
            name: "000002", Intent(scope: .cells([CellID(3)]), targets: [.power(dbm: 35)]))
        let second = try #require(Self.decision(try Self.cycle(&desk, [other], gain: 0.03).effects))
        #expect(first.outcome == .adopted && second.outcome == .adopted && second.number > first.number)
        desk.records = []
        for _ in 0..<10 { desk.report(kbps: 1_800) }
        let taken = desk.records.compactMap { record -> UInt64? in
            if case .languageEffect(let effect) = record, effect.state == .rolledBack { effect.number } else { nil }
        }
        #expect(taken.contains(second.number), "\(taken)")
    }

    /// A cycle whose trial gives the candidates these gains, in their order.
    private static func cycle(
        _ desk: inout Desk, _ entries: [OperatorEntry], forms: [ActionForm], gains: [Double]
    ) throws -> (decision: LanguageDecision, effects: [Effect<OrchestratorJob>], tried: [Policy]) {
        guard case .think(let think, _)? = job(desk.look(entries)) else { throw Missing() }
        var thought = Thought(number: think.number)
        thought.forms = forms
        guard case .whatIf(let question, let number, _)? = job(desk.node.finish(.thought(thought), at: .zero)) else {
            throw Missing()
        }
        #expect(question.policies.count == gains.count + 1)
        let outcomes = ([0] + gains).map { outcome(gain: $0) }
        let end = desk.node.finish(.played(outcomes, number: number), at: .zero)
        return (try #require(decision(end)), end, question.policies)
    }

    private static func cap(_ cell: Int, _ dbm: Double) -> ActionForm {
        ActionForm(action: "cap_power", cell: cell, value: dbm)
    }

    private static let alarm = OperatorEntry.alarm(text: "fan noise at the mast")

    /// A later action that decides the same is tried in place of the one in force, not beside it.
    @Test func aLaterActionTakesThePlaceOfOneThatDecidesTheSame() throws {
        var desk = try Desk()
        let first = try Self.cycle(&desk, [Self.alarm], forms: [Self.cap(2, 33)], gains: [0.02])
        #expect(first.decision.outcome == .adopted && first.decision.candidates[0].replaces == [])
        let second = try Self.cycle(
            &desk, [Self.alarm], forms: [Self.cap(2, 38), Self.cap(3, 33)], gains: [0.03, 0.01])
        let watts = second.tried.map { $0.powerBudgetWatts[2] }
        #expect(abs(watts[0] - 1.995) < 0.01 && abs(watts[1] - 6.31) < 0.01 && abs(watts[2] - 1.995) < 0.01, "\(watts)")
        #expect(second.decision.candidates.map(\.replaces) == [[first.decision.number], []])
        #expect(second.decision.reason.hasSuffix("takes the place of decision \(first.decision.number)"))
        let ended = Self.effects(second.effects)
        #expect(ended.map(\.number) == [first.decision.number] && ended.first?.state == .ended)
        let policy = try #require(Self.policy(second.effects))
        #expect(abs(policy.powerBudgetWatts[2] - 6.31) < 0.01)
        #expect(policy.reason.hasSuffix("decisions \(second.decision.number)"))
        // What was replaced neither ends again nor is followed up.
        desk.records = []
        desk.report(kbps: 2_000)
        #expect(!desk.records.contains { if case .languageEffect = $0 { true } else { false } })
    }

    /// Sixteen actions are in force at most: the oldest gives way to the next, and that is recorded.
    @Test func theSeventeenthActionEndsTheFirst() throws {
        var desk = try Desk()
        let forms =
            (0..<7).map { Self.cap($0, 33) } + (0..<7).map { ActionForm(action: "raise_priority", cell: $0, value: 2) }
            + (0..<3).map { ActionForm(action: "cap_mcs", cell: $0, value: 10) }
        var (numbers, ended): ([UInt64], [LanguageEffect]) = ([], [])
        for form in forms {
            #expect(ended.isEmpty)
            let made = try Self.cycle(&desk, [Self.alarm], forms: [form], gains: [0.02])
            #expect(made.decision.outcome == .adopted, "\(form)")
            numbers.append(made.decision.number)
            ended += Self.effects(made.effects)
        }
        #expect(ended.map(\.number) == [numbers[0]] && ended.first?.state == .ended)
    }

    /// What an operator asked for does not give way to what a model makes up, only to another wish.
    @Test func aWishGivesWayToAWishOnly() throws {
        var desk = try Desk()
        let wished = try Self.cycle(&desk, [Self.wish], forms: [], gains: [0.02])
        #expect(wished.decision.outcome == .adopted)
        let model = try Self.cycle(&desk, [Self.alarm], forms: [Self.cap(2, 39)], gains: [0.03])
        #expect(abs(model.tried[1].powerBudgetWatts[2] - 3.162) < 0.01)
        #expect(model.decision.candidates[0].replaces == [] && Self.effects(model.effects).isEmpty)
        let other = OperatorEntry.intent(
            name: "000001", Intent(scope: .cells([CellID(2)]), targets: [.power(dbm: 37)]))
        let second = try Self.cycle(&desk, [other], forms: [], gains: [0.03])
        #expect(second.decision.candidates[0].replaces.contains(wished.decision.number))
    }

    /// Candidates that stand against the chosen one give way to it, and the record says why.
    @Test func conflictsAreSettledByWhatTheTwinsPredict() throws {
        var desk = try Desk()
        let forms = [
            Self.cap(2, 33), ActionForm(action: "raise_priority", cell: 2, value: 2), Self.cap(4, 33), Self.cap(2, 36),
        ]
        let made = try Self.cycle(&desk, [Self.alarm], forms: forms, gains: [0.02, 0.05, 0.01, 0.001])
        let verdicts = made.decision.candidates.map(\.verdict)
        #expect(made.decision.chosen == 1)
        let reason = "one gives to cell 2, the other takes from it (L1 against L3), 1.7 % against 4.2 %"
        #expect(verdicts[0] == "gave way to the chosen: " + reason)
        #expect(verdicts[2].hasPrefix("passed, less than the chosen"))
        #expect(verdicts[3].hasPrefix("vetoed"))
        #expect(made.decision.reason.hasSuffix("; gave way: L1's cap_power"))
    }

    @Test func aGuaranteeVetoesWhateverTheGain() throws {
        let outcome = WhatIfOutcome(
            valueMbps: 2, gain: 0.2, gainDeviation: 0.01, powerChange: 0, held: [0.9], heldChange: [-0.05],
            heldChangeDeviation: [0.01], heldDeviation: [0.01])
        #expect(!outcome.keepsGuarantees([true]) && outcome.keepsGuarantees([false]))
        // Kept for 95 %, or no worse than without: no veto.
        #expect(Self.outcome(gain: 0.2, held: [0.99]).keepsGuarantees([true]))
        #expect(Self.outcome(gain: 0.2, held: [0.5]).keepsGuarantees([true]))
    }

    @Test func oneCycleAtATimeAndStrayResultsAreIgnored() throws {
        var desk = try Desk()
        guard case .think? = Self.job(desk.look([Self.wish])) else { throw Missing() }
        // While it thinks, another look begins no second cycle.
        #expect(Self.job(desk.look([Self.wish])) == nil)
        #expect(desk.node.finish(.played([Self.outcome(gain: 1)], number: 9), at: .zero).isEmpty)
        #expect(desk.node.finish(.thought(Thought(number: 77)), at: .zero).isEmpty)
        // While one decision is tried, what another's trial came to counts for nothing.
        guard case .whatIf(_, let number, _)? = Self.job(desk.node.finish(.thought(Thought(number: 1)), at: .zero))
        else { throw Missing() }
        #expect(number == 1)
        let outcomes = [Self.outcome(gain: 0), Self.outcome(gain: 1)]
        #expect(desk.node.finish(.played(outcomes, number: number + 1), at: .zero).isEmpty)
        #expect(Self.decision(desk.node.finish(.played(outcomes, number: number), at: .zero))?.outcome == .adopted)
    }

    // MARK: - The model's adapter

    /// A global twin whose model server has two adapters; an alarm calls for the first.
    private static func adapterDesk(_ authority: [LanguageConfiguration.Action]) throws -> Desk {
        try Desk { plan in
            plan.network.language.adapters = [
                .init(name: "masts", file: "a.gguf", conditions: [.alarm]),
                .init(name: "wet", file: "b.gguf", conditions: [.heavyRain]),
            ]
            plan.network.language.authority = authority
        }
    }

    /// An alarm starts a cycle, in which the model asks for the adapter that nothing calls for.
    private static func alarmed(
        _ desk: inout Desk
    ) throws -> (offered: [ActionMenu.Target], decision: LanguageDecision, job: OrchestratorJob?, meaning: String) {
        guard case .think(let think, _)? = job(desk.look([alarm])) else { throw Missing() }
        var thought = Thought(number: think.number)
        thought.forms = [ActionForm(action: "load_adapter", name: "wet")]
        let effects = desk.node.finish(.thought(thought), at: .zero)
        let offered = think.menu.entries.filter { $0.kind == .loadAdapter }.map(\.target)
        return (offered, try #require(decision(effects)), job(effects), think.meaning)
    }

    private static func told(_ effects: [Effect<OrchestratorJob>]) -> [String] {
        effects.records.compactMap { record -> String? in if case .alarm(_, let text) = record { text } else { nil } }
    }

    @Test func anAdapterIsLoadedWhereItIsCalledFor() throws {
        var desk = try Self.adapterDesk(LanguageConfiguration.Action.allCases)
        let first = try Self.alarmed(&desk)
        let number = first.decision.number
        #expect(first.offered == [.adapter("masts")] && first.decision.outcome == .adopted)
        #expect(first.decision.candidates.map(\.verdict) == ["no finding calls for it", "chosen"])
        guard case .loadAdapter("masts", number, _)? = first.job else { throw Missing() }
        let told = Self.told(desk.node.finish(.adapter("masts", number: number, nil), at: .zero))
        #expect(told == ["the model server answers with the adapter masts since decision \(number)"])
        // It is there: nothing more is called for.
        let second = try Self.alarmed(&desk)
        #expect(second.offered.isEmpty && second.decision.outcome == .none && second.job == nil)
        // An operator takes it back, and it is not loaded again soon.
        guard case .loadAdapter("none", number, _)? = Self.job(desk.look([.withdraw(number: number)])) else {
            throw Missing()
        }
        let gone = Self.told(desk.node.finish(.adapter("none", number: number, nil), at: .zero))
        #expect(gone == ["the model server answers with no adapter since decision \(number)"])
        #expect(try Self.alarmed(&desk).job == nil)
    }

    @Test func anAdapterThatIsRefusedIsToldAndLeftAlone() throws {
        var desk = try Self.adapterDesk(LanguageConfiguration.Action.allCases)
        let first = try Self.alarmed(&desk)
        let number = first.decision.number
        let told = Self.told(desk.node.finish(.adapter("masts", number: number, .noAdapter("gone")), at: .zero))
        #expect(told == ["the model server does not answer with the adapter masts, as decision \(number) has it: gone"])
        let next = try Self.alarmed(&desk)
        #expect(next.offered.isEmpty && next.decision.outcome == .none && next.job == nil)
        #expect(first.meaning.hasPrefix(next.meaning + "|with {"))
    }

    @Test func anAdapterWaitsForConsentOnce() throws {
        var desk = try Self.adapterDesk([.retrain])
        let first = try Self.alarmed(&desk)
        #expect(first.decision.outcome == .proposed && first.job == nil)
        #expect(try Self.alarmed(&desk).decision.outcome == .none)
        let approved = desk.look([.approve(number: first.decision.number)])
        guard case .loadAdapter("masts", first.decision.number, _)? = Self.job(approved) else { throw Missing() }
    }
}
