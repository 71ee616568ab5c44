import DTNetMessages
import Foundation
import LanguageEngine
import NetworkModel
import Orchestrator
import Testing
import TwinProtocol

/// What the global twin does at once about an operator's entry: a wish that is taken back, a proposal that is declined,
/// a look that never came back, and the adapter that an earlier life has loaded.
@Suite struct OperatorAnswerTests {
    private static let wish = Intent(scope: .cells([CellID(2)]), targets: [.power(dbm: 35)])

    private static func watts(_ desk: FollowUpDesk, _ cell: Int) throws -> Float {
        try #require(desk.policies.last).powerBudgetWatts[cell]
    }

    /// A global twin that has adopted what a wish asks for; the decision's number.
    private static func wished(_ desk: inout FollowUpDesk) throws -> UInt64 {
        desk.calm(4)
        let begun = desk.look([.intent(name: "000001", wish)], last: "000001").effects
        let decision = try desk.decide([], on: begun)
        #expect(decision.outcome == .adopted)
        #expect(try watts(desk, 2) < 4)
        return decision.number
    }

    // MARK: - Wishes that are taken back

    @Test func whatOnlyAWishAskedForEndsWithIt() throws {
        var desk = try FollowUpDesk()
        let number = try Self.wished(&desk)
        // Another wish ends nothing.
        _ = desk.look([.cancel(name: "000009")], last: "000002")
        #expect(desk.effects.isEmpty)
        _ = desk.look([.cancel(name: "000001")], last: "000003")
        #expect(desk.effects.map(\.number) == [number] && desk.effects.first?.state == .ended)
        #expect(try Self.watts(desk, 2) > 9)
        // It has ended once.
        desk.calm(61)
        #expect(desk.effects.count == 1)
    }

    @Test func whatAnotherWishAsksForTooStays() throws {
        var desk = try FollowUpDesk()
        let number = try Self.wished(&desk)
        _ = desk.look([.intent(name: "000002", Self.wish)], last: "000002")
        _ = desk.look([.cancel(name: "000001")], last: "000003")
        #expect(desk.effects.isEmpty)
        #expect(try Self.watts(desk, 2) < 4)
        _ = desk.look([.cancel(name: "000002")], last: "000004")
        #expect(desk.effects.map(\.number) == [number] && desk.effects.first?.state == .ended)
        #expect(try Self.watts(desk, 2) > 9)
    }

    /// What nobody wished for stays in force whatever is taken back.
    @Test func whatAModelProposedStays() throws {
        var desk = try FollowUpDesk()
        desk.calm(4)
        _ = try desk.adopt(ActionForm(action: "cap_power", cell: 3, value: 33))
        _ = desk.look([.cancel(name: "000001")], last: "000002")
        #expect(desk.effects.isEmpty)
        #expect(try Self.watts(desk, 3) < 3)
    }

    /// A decision that is being made: what only the wish asked for is not adopted any more.
    @Test func aWishThatIsTakenBackWhileItIsThoughtAboutLeadsToNothing() throws {
        var desk = try FollowUpDesk()
        desk.calm(4)
        let begun = desk.look([.intent(name: "000001", Self.wish)], last: "000001").effects
        _ = desk.look([.cancel(name: "000001")], last: "000002")
        let decision = try desk.decide([], on: begun)
        #expect(decision.outcome == .none && decision.chosen == -1)
        #expect(decision.candidates.map(\.verdict) == ["the wish for it was taken back"])
        desk.renew()
        #expect(try Self.watts(desk, 2) > 9)
    }

    @Test func anotherLifeKnowsWhichWishAskedForAnAction() throws {
        var desk = try FollowUpDesk(kept: KeptEngineState())
        let number = try Self.wished(&desk)
        let kept = try #require(desk.kept.last)
        let state = try JSONDecoder().decode(KeptEngineState.self, from: JSONEncoder().encode(kept))
        #expect(state.actions.map(\.action.intents) == [["000001"]] && state.flaw == nil)
        var next = try FollowUpDesk(kept: state, awaySeconds: 2, epoch: desk.epoch + 100)
        #expect(try Self.watts(next, 2) < 4)
        _ = next.look([.cancel(name: "000001")], last: "000002")
        #expect(next.effects.map(\.number) == [number] && next.effects.first?.state == .ended)
        #expect(try Self.watts(next, 2) > 9)
    }

    // MARK: - Proposals that are declined

    /// The same action may wait in several proposals: it is declined with any of them, and another is not.
    @Test func allProposalsOfAnActionAreDeclinedTogether() throws {
        var desk = try FollowUpDesk({ $0.network.language.authority = [] })
        desk.calm(4)
        let numbers = try [2, 2, 3].map { cell in
            let form = ActionForm(action: "cap_power", cell: cell, value: 33)
            let decision = try desk.decide([form], on: desk.look([.alarm(text: "fan noise")]).effects)
            #expect(decision.outcome == .proposed)
            return decision.number
        }
        _ = desk.look([.withdraw(number: numbers[1])])
        #expect(desk.effects.map(\.number) == [numbers[0], numbers[1]])
        #expect(desk.effects.map(\.state) == [.declined, .declined])
        desk.play(desk.look([.approve(number: numbers[0]), .approve(number: numbers[2])]).effects)
        #expect(desk.effects.count == 3 && desk.effects.last?.number == numbers[2])
        #expect(desk.effects.last?.state == .approved)
        #expect(try Self.watts(desk, 2) > 9)
        #expect(try Self.watts(desk, 3) < 3)
    }

    // MARK: - Looks that do not come back

    private static func collects(_ effects: [Effect<OrchestratorJob>]) -> Bool {
        effects.contains { if case .run(.collect) = $0 { true } else { false } }
    }

    /// A look whose job was refused is made up for; where it comes late after all, its entries are not taken twice.
    @Test func operatorsAreHeardAgainAfterALookThatWasLost() throws {
        var desk = try FollowUpDesk()
        desk.calm(4)
        let looks = ([1_000, 1_100, 10_900, 11_000, 11_100] as [Int64]).map { milliseconds in
            Self.collects(desk.node.fire(TimerID(2), at: Instant.zero + .milliseconds(milliseconds)))
        }
        #expect(looks == [true, false, false, true, false])
        let mail = OperatorMail([.intent(name: "000001", Self.wish)], last: "000001")
        let now = Instant.zero + .milliseconds(11_200)
        #expect(!desk.node.finish(.collected(mail, after: nil), at: now).isEmpty)
        #expect(desk.node.finish(.collected(mail, after: nil), at: now).isEmpty)
        #expect(Self.collects(desk.node.fire(TimerID(2), at: now)))
    }

    // MARK: - The adapter of an earlier life

    private static func node(_ state: KeptEngineState) throws -> OrchestratorNode {
        let scene = try CampusScene(.semiCentralised, epoch: .milliseconds(20)) { plan in
            plan.network.language.adapters = [.init(name: "masts", file: "a.gguf", conditions: [.alarm])]
        }
        return OrchestratorNode(plan: scene.plan, node: scene.node(.orchestrator), kept: state)
    }

    private static func kept(_ effects: [Effect<OrchestratorJob>]) -> [KeptEngineState] {
        effects.compactMap { if case .run(.keep(let state)) = $0 { state } else { nil } }
    }

    private static func told(_ effects: [Effect<OrchestratorJob>]) -> [String] {
        effects.records.compactMap { record -> String? in if case .alarm(_, let text) = record { text } else { nil } }
    }

    /// The adapter is asked for at the start, it is said which answers, and it is kept on where it does.
    @Test(arguments: [false, true]) func theAdapterIsTakenUpAgain(fails: Bool) throws {
        var state = KeptEngineState()
        (state.decision, state.adapter) = (9, KeptEngineState.Adapter(name: "masts", number: 7))
        let stored = try JSONDecoder().decode(KeptEngineState.self, from: JSONEncoder().encode(state))
        #expect(stored == state && stored.flaw == nil)
        var node = try Self.node(stored)
        let asked = node.start(at: .zero).compactMap { effect -> UInt64? in
            if case .run(.loadAdapter("masts", let number, _)) = effect { number } else { nil }
        }
        #expect(asked == [7])
        let effects = node.finish(.adapter("masts", number: 7, fails ? .noAdapter("gone") : nil), at: .zero)
        let words = fails ? "does not answer with the adapter masts, as" : "answers with the adapter masts since"
        let told = Self.told(effects)
        #expect(told.count == 1 && told.first?.hasPrefix("the model server \(words) decision 7") == true, "\(told)")
        #expect(Self.kept(effects).map(\.adapter) == [fails ? nil : state.adapter])
    }

    /// One that the topology does not have any more is left out.
    @Test func anAdapterThatIsGoneIsNotAskedFor() throws {
        var state = KeptEngineState()
        state.adapter = KeptEngineState.Adapter(name: "wet", number: 7)
        var node = try Self.node(state)
        let start = node.start(at: .zero)
        #expect(!start.contains { if case .run(.loadAdapter) = $0 { true } else { false } })
        #expect(Self.kept(node.keep(at: .zero)).map(\.adapter) == [nil])
    }
}
