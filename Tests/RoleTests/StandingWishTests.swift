import DTNetMessages
import LanguageEngine
import NetworkModel
import Orchestrator
import Testing
import TwinProtocol

/// What operators wish stays in force as long as they wish it and the twins agree, and what they consent to is tried
/// from the state in which they do.
@Suite struct StandingWishTests {
    private static func wish(until seconds: Double? = nil) -> OperatorEntry {
        .intent(
            name: "000001",
            Intent(scope: .cells([CellID(2)]), targets: [.power(dbm: 35)], untilSeconds: seconds))
    }

    /// A network that has taken to heart what an operator wishes; the epoch in which it did, and its decision.
    private static func desk(until seconds: Double? = nil) throws -> (desk: FollowUpDesk, number: UInt64) {
        var desk = try FollowUpDesk()
        desk.calm(4)
        let decision = try desk.decide([], on: desk.look([Self.wish(until: seconds)]).effects)
        #expect(decision.outcome == .adopted)
        return (desk, decision.number)
    }

    private static func watts(_ desk: inout FollowUpDesk) throws -> Float {
        desk.renew()
        return try #require(desk.policies.last).powerBudgetWatts[2]
    }

    /// Lets seconds pass, with a look in each; what was tried, and when.
    private static func pass(
        _ seconds: Int, _ desk: inout FollowUpDesk, gain: Double,
        eachSecond: (inout FollowUpDesk) throws -> Void = { _ in }
    ) throws -> [(second: Int, question: WhatIfQuestion, decision: LanguageDecision)] {
        var found: [(second: Int, question: WhatIfQuestion, decision: LanguageDecision)] = []
        for second in 1...seconds {
            desk.report(kbps: second % 2 == 0 ? 2_010 : 1_990)
            for (question, decision) in desk.play(desk.look([]).effects, gain: gain) {
                found.append((second, question, decision))
            }
            try eachSecond(&desk)
        }
        return found
    }

    /// An adopted action holds for 60 s, and is tried again 20 s before.
    @Test func anActionGoesOnAsLongAsItsWishStands() throws {
        var (desk, number) = try Self.desk()
        let tried = try Self.pass(200, &desk, gain: 0.03) { desk in
            let watts = try Self.watts(&desk)
            #expect(watts < 4, "in force without a gap")
        }
        #expect(tried.map(\.second) == [40, 80, 120, 160, 200])
        for (_, question, decision) in tried {
            #expect(question.policies.count == 2)
            #expect(question.policies[0].powerBudgetWatts[2] > 9 && question.policies[1].powerBudgetWatts[2] < 4)
            #expect(decision.outcome == .tried && decision.chosen == 0 && decision.number > number)
            #expect(decision.findings == ["decision \(number) ends, and intent 000001 still asks for it"])
        }
        #expect(desk.effects.map(\.state) == [.renewed, .renewed, .renewed, .renewed, .renewed])
        #expect(desk.effects.allSatisfy { $0.number == number && $0.samples > 0 })
    }

    /// What the twins find worse now is tried again every 5 s, and ends when its time is up.
    @Test func whatDoesNotHoldAnyMoreEnds() throws {
        var (desk, number) = try Self.desk()
        let tried = try Self.pass(62, &desk, gain: -0.01)
        #expect(tried.map(\.second) == [40, 45, 50, 55])
        #expect(tried.allSatisfy { $0.decision.chosen == -1 })
        #expect(desk.effects.map(\.state) == [.ended] && desk.effects.map(\.number) == [number])
        let watts = try Self.watts(&desk)
        #expect(watts > 9)
    }

    /// Once more is enough for a wish of 90 s: its action ends with it.
    @Test func anActionEndsWithItsWish() throws {
        var probe = try FollowUpDesk()
        probe.calm(4)
        let now = Double(probe.epoch - 1) * 0.02
        var (desk, number) = try Self.desk(until: now + 90)
        let adopted = desk.epoch
        let tried = try Self.pass(95, &desk, gain: 0.03)
        #expect(tried.map(\.second) == [40])
        #expect(desk.effects.map(\.state) == [.renewed, .ended] && desk.effects.allSatisfy { $0.number == number })
        let seconds = Double(try #require(desk.effects.last).epoch - adopted) * 0.02
        #expect(seconds > 88 && seconds < 92.5, "\(seconds) s")
    }

    /// A wish that is taken back while its action is tried again takes the action with it.
    @Test func aWishThatIsTakenBackRenewsNothing() throws {
        var (desk, _) = try Self.desk()
        desk.calm(40)
        let asked = desk.look([]).effects
        _ = desk.look([.cancel(name: "000001")])
        #expect(desk.effects.map(\.state) == [.ended])
        let tried = desk.play(asked)
        #expect(tried.count == 1 && desk.effects.count == 1)
        let watts = try Self.watts(&desk)
        #expect(watts > 9)
    }

    /// An action that nobody wishes is decided anew.
    @Test func whatNobodyWishesIsNotRenewed() throws {
        var desk = try FollowUpDesk()
        desk.calm(4)
        _ = try desk.adopt(ActionForm(action: "cap_power", cell: 2, value: 33))
        let tried = try Self.pass(61, &desk, gain: 0.03)
        #expect(tried.isEmpty && desk.effects.map(\.state) == [.ended])
    }

    // MARK: - What the model thought of

    private static let favour = OperatorEntry.intent(
        name: "000001", Intent(scope: .cells([CellID(2)]), targets: [.priority(2)]))

    private static func weight(_ desk: inout FollowUpDesk) throws -> Float {
        desk.renew()
        return try #require(desk.policies.last).weight[2]
    }

    /// Twice the weight is wished; the model has it three times, which the rules would not.
    @Test func whatTheModelChoseForAWishGoesOnWithIt() throws {
        var desk = try FollowUpDesk()
        desk.calm(4)
        let usual = try Self.weight(&desk)
        let forms = [ActionForm(action: "raise_priority", cell: 2, value: 3)]
        let decision = try desk.decide(forms, on: desk.look([Self.favour]).effects)
        #expect(decision.outcome == .adopted && decision.candidates.map(\.source) == ["model", "rules"])
        #expect(decision.chosen == 0)
        let tried = try Self.pass(100, &desk, gain: 0.03) { desk in
            let weight = try Self.weight(&desk)
            #expect(abs(weight - 3 * usual) < 1e-5, "in force without a gap")
        }
        #expect(tried.map(\.second) == [40, 80])
        #expect(desk.effects.map(\.state) == [.renewed, .renewed])
        _ = desk.look([.cancel(name: "000001")])
        #expect(desk.effects.map(\.state) == [.renewed, .renewed, .ended])
        #expect(desk.effects.allSatisfy { $0.number == decision.number })
        let after = try Self.weight(&desk)
        #expect(abs(after - usual) < 1e-5)
    }

    /// Where a wish is all that is found, what is done is done for it, of whatever kind it is; where something else
    /// is found too, only what serves the wish is.
    @Test func whatServesNoWishIsTiedWhereNothingElseWasFound() throws {
        let cap = ActionForm(action: "cap_power", cell: 3, value: 33)
        var desk = try FollowUpDesk()
        desk.calm(4)
        let alone = try desk.decide([cap], on: desk.look([Self.favour]).effects)
        #expect(alone.outcome == .adopted && alone.chosen == 0 && alone.findings.count == 1)
        #expect(try Self.pass(41, &desk, gain: 0.03).map(\.second) == [40])
        _ = desk.look([.cancel(name: "000001")])
        #expect(desk.effects.map(\.state) == [.renewed, .ended])

        var other = try FollowUpDesk()
        other.calm(4)
        let alarm = OperatorEntry.alarm(text: "fan noise at the mast")
        let beside = try other.decide([cap], on: other.look([Self.favour, alarm]).effects)
        #expect(beside.outcome == .adopted && beside.chosen == 0 && beside.findings.count == 2)
        #expect(try Self.pass(62, &other, gain: 0.03).isEmpty)
        #expect(other.effects.map(\.state) == [.ended] && other.effects.map(\.number) == [beside.number])
    }

    /// A wish that is taken back while the model thinks takes with it what it would have been done for.
    @Test func aWishThatIsTakenBackMeanwhileTakesTheModelsActionWithIt() throws {
        var desk = try FollowUpDesk()
        desk.calm(4)
        let begun = desk.look([Self.favour]).effects
        _ = desk.look([.cancel(name: "000001")])
        let forms = [ActionForm(action: "raise_priority", cell: 2, value: 3)]
        let decision = try desk.decide(forms, on: begun)
        #expect(decision.outcome == .none && decision.chosen == -1)
        #expect(decision.candidates.map(\.verdict) == Array(repeating: "the wish for it was taken back", count: 2))
    }

    // MARK: - Consent

    /// What has been proposed minutes ago is tried anew; where it does not hold the operator is told and asked again.
    @Test func whatIsConsentedToIsTriedFromThePresentState() throws {
        var desk = try FollowUpDesk { $0.network.language.authority = [] }
        desk.calm(4)
        let proposed = try desk.decide([], on: desk.look([Self.wish()]).effects)
        #expect(proposed.outcome == .proposed)
        desk.calm(200)
        let consent = OperatorEntry.approve(number: proposed.number)
        let refused = desk.play(desk.look([consent]).effects, gain: -0.02)
        #expect(refused.count == 1 && desk.effects.isEmpty)
        let now = try #require(refused.first).decision
        #expect(now.outcome == .tried && now.chosen == -1 && now.epoch == desk.epoch)
        #expect(now.findings == [LanguageDecision.consentFinding(proposed.number)])
        #expect(now.candidates.map(\.gain) == [-0.02] && now.candidates[0].verdict.hasPrefix("vetoed"))
        let before = try Self.watts(&desk)
        #expect(before > 9)
        // It waits on, and is tried only once for each consent.
        #expect(desk.play(desk.look([]).effects).isEmpty)
        let again = desk.play(desk.look([consent]).effects, gain: 0.04)
        #expect(again.map(\.decision.chosen) == [0])
        #expect(desk.effects.map(\.state) == [.approved] && desk.effects.map(\.number) == [proposed.number])
        let after = try Self.watts(&desk)
        #expect(after < 4)
    }

    /// What is declined while the twins try it is not adopted.
    @Test func whatIsDeclinedMeanwhileIsNotAdopted() throws {
        var desk = try FollowUpDesk { $0.network.language.authority = [] }
        desk.calm(4)
        let proposed = try desk.decide([], on: desk.look([Self.wish()]).effects)
        let asked = desk.look([.approve(number: proposed.number)]).effects
        _ = desk.look([.withdraw(number: proposed.number)])
        desk.play(asked)
        #expect(desk.effects.map(\.state) == [.declined])
        let watts = try Self.watts(&desk)
        #expect(watts > 9)
    }
}
