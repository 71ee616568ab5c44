import DTNetMessages
import Foundation
import LanguageEngine
import NetworkModel
import Orchestrator
import Testing
import TwinProtocol

/// What the global twin goes on from when its process is started again, and when the radio network counts from below.
@Suite struct OrchestratorRestartTests {
    private static func cap(_ cell: Int, _ dbm: Double) -> ActionForm {
        ActionForm(action: "cap_power", cell: cell, value: dbm)
    }

    private static func wish(_ cell: UInt32, until seconds: Double? = nil) -> Intent {
        Intent(scope: .cells([CellID(cell)]), targets: [.power(dbm: 35)], untilSeconds: seconds)
    }

    /// As a file holds it.
    private static func stored(_ state: KeptEngineState?) throws -> KeptEngineState {
        let state = try #require(state)
        let again = try JSONDecoder().decode(KeptEngineState.self, from: JSONEncoder().encode(state))
        #expect(again == state && again.flaw == nil)
        return again
    }

    private static func watts(_ desk: FollowUpDesk, _ cell: Int) throws -> Float {
        try #require(desk.policies.last).powerBudgetWatts[cell]
    }

    @Test func nothingIsKeptWhereNobodyKeeps() throws {
        var desk = try FollowUpDesk()
        desk.calm(4)
        _ = try desk.adopt(Self.cap(2, 33))
        #expect(desk.kept.isEmpty && desk.node.keep(at: .zero).isEmpty)
    }

    /// Numbers go on, the inbox is read on, the intent is there, and the action is followed up and ended as if nothing
    /// had been.
    @Test func anotherLifeGoesOnWhereOneEnded() throws {
        var desk = try FollowUpDesk(kept: KeptEngineState())
        desk.calm(10)
        let number = try desk.adopt(Self.cap(2, 33))
        #expect(number == 1 && desk.kept.last?.decision == 1, "kept with the decision")
        desk.calm(3)
        #expect(desk.look([.intent(name: "000007", Self.wish(4))], last: "000007").after == nil)
        #expect(desk.kept.last?.entry == "000007", "kept with the entry")
        desk.kept = []
        desk.note(desk.node.keep(at: .zero))
        let state = try Self.stored(desk.kept.last)
        #expect(state.epoch == desk.epoch && state.intents.map(\.name) == ["000007"] && state.revision > 0)
        let sent = try #require(desk.policies.last).revision

        var next = try FollowUpDesk(kept: state, awaySeconds: 2, epoch: desk.epoch + 100)
        let first = try #require(next.policies.last)
        #expect(first.powerBudgetWatts[2] < 3 && first.reason.hasSuffix("decisions 1"))
        #expect(first.revision > sent, "readers pass over older ones")
        next.calm(4)
        #expect(next.look([]).after == "000007")
        // The wish that a decision was being made for is decision 2 of the life before: nothing came of it.
        let decision = try next.decide([], on: next.look([.alarm(text: "fan noise")], last: "000008").effects)
        #expect(decision.number == 3 && decision.outcome == .adopted)
        #expect(decision.findings.contains { $0.contains("at most 35 dBm for cell 4") }, "\(decision.findings)")
        next.effects = []
        _ = next.look([.withdraw(number: number)], last: "000009")
        // Three looks of the first life and four of the second.
        #expect(next.effects.map(\.number) == [1] && next.effects.first?.state == .ended)
        #expect(next.effects.first?.samples == 7, "\(next.effects)")
    }

    /// An action ends when its time is up, whoever was away meanwhile.
    @Test func anActionEndsInTimeInAnotherLife() throws {
        var desk = try FollowUpDesk(kept: KeptEngineState())
        desk.calm(4)
        let number = try desk.adopt(Self.cap(2, 33))
        let state = try Self.stored(desk.kept.last)
        var next = try FollowUpDesk(kept: state, awaySeconds: 62, epoch: desk.epoch + 3_050)
        #expect(next.effects.map(\.number) == [number] && next.effects.first?.state == .ended)
        next.renew()
        #expect(try Self.watts(next, 2) > 9 && next.effects.count == 1)
    }

    @Test func aProposalWaitsForConsentInAnotherLife() throws {
        var desk = try FollowUpDesk({ $0.network.language.authority = [] }, kept: KeptEngineState())
        desk.calm(4)
        let decision = try desk.decide([Self.cap(2, 33)], on: desk.look([.alarm(text: "fan noise")]).effects)
        #expect(decision.outcome == .proposed)
        let state = try Self.stored(desk.kept.last)
        var next = try FollowUpDesk(
            { $0.network.language.authority = [] }, kept: state, awaySeconds: 2, epoch: desk.epoch + 50)
        #expect(try Self.watts(next, 2) > 9)
        _ = next.look([.approve(number: decision.number)], last: "000001")
        next.renew()
        #expect(try Self.watts(next, 2) > 9, "the twins are trying it")
        // A life that ends meanwhile takes no consent with it.
        next.note(next.node.keep(at: .zero))
        let consented = try Self.stored(next.kept.last)
        #expect(consented.proposals.map(\.isConsented) == [true])
        var last = try FollowUpDesk(
            { $0.network.language.authority = [] }, kept: consented, awaySeconds: 2, epoch: next.epoch + 50)
        let tried = last.play(last.look([], last: "000001").effects)
        #expect(tried.map(\.decision.outcome) == [.tried])
        last.renew()
        #expect(try Self.watts(last, 2) < 3)
    }

    /// What a file holds that this network does not have is left out, and the record says so of an action.
    @Test func whatIsNoneOfThisNetworkIsLeftOut() throws {
        var state = KeptEngineState()
        (state.decision, state.epoch) = (9, 150)
        let strange = KeptEngineState.InForce(number: 5, form: Self.cap(999, 33), expiresEpoch: 9_000, isWished: false)
        state.actions = [KeptEngineState.Standing(action: strange, instead: [])]
        state.proposals = [KeptEngineState.Waiting(number: 6, form: Self.cap(2, -500), untilEpoch: 9_000)]
        state.intents = [KeptEngineState.Named(name: "000001", intent: Self.wish(999))]
        var desk = try FollowUpDesk(kept: try Self.stored(state))
        #expect(desk.effects.map(\.number) == [5] && desk.effects.first?.state == .ended)
        #expect(try Self.watts(desk, 2) > 9)
        desk.kept = []
        desk.note(desk.node.keep(at: .zero))
        let kept = try #require(desk.kept.last)
        #expect(kept.actions.isEmpty && kept.proposals.isEmpty && kept.intents.isEmpty && kept.decision == 9)
    }

    // MARK: - Epochs that fall

    /// Epochs far below are those of another radio network once they go on: policies are of its epochs, and what is in
    /// force has the time that was left.
    @Test func epochsThatFallAreFollowed() throws {
        var desk = try FollowUpDesk(epoch: 900_000)
        let begun = desk.epoch
        desk.calm(10)
        let number = try desk.adopt(Self.cap(2, 33))
        desk.calm(2)
        let last = desk.epoch
        #expect(last > begun + 500)
        desk.epoch = 10
        desk.calm(2)
        desk.renew()
        // Four renewals of a second, at 20 ms.
        #expect(try #require(desk.policies.last).expiresEpoch == 110 + 200)
        #expect(try Self.watts(desk, 2) < 3 && desk.effects.isEmpty)
        // Who still speaks of the network that is gone changes nothing.
        desk.epoch = last
        desk.reportRegions()
        desk.renew()
        #expect(try #require(desk.policies.last).expiresEpoch == 110 + 200)
        // 2,900 of its 3,000 epochs are left.
        desk.epoch = 110
        desk.calm(57)
        #expect(desk.effects.isEmpty)
        desk.calm(1)
        #expect(desk.effects.map(\.number) == [number] && desk.effects.first?.state == .ended)
    }

    /// A late message is none.
    @Test func aLateEpochChangesNothing() throws {
        var desk = try FollowUpDesk()
        desk.calm(10)
        let newest = desk.epoch
        desk.epoch = newest - 200
        desk.reportRegions()
        desk.renew()
        #expect(try #require(desk.policies.last).expiresEpoch == newest + 200)
    }

    /// After a restart of its host L3 hears lower epochs at once, and counts what it was away.
    @Test func afterARestartFallenEpochsAreFollowedAtOnce() throws {
        var desk = try FollowUpDesk(kept: KeptEngineState())
        desk.calm(4)
        let number = try desk.adopt(Self.cap(2, 33))
        let state = try Self.stored(desk.kept.last)
        #expect(state.epoch == 350)
        // 40 of 60 seconds are left, as far below as they are.
        var next = try FollowUpDesk(kept: state, awaySeconds: 20, epoch: 0)
        #expect(try Self.watts(next, 2) < 3)
        next.calm(39)
        #expect(next.effects.isEmpty)
        next.calm(1)
        #expect(next.effects.map(\.number) == [number] && next.effects.first?.state == .ended)
    }

    /// No epoch of a peer ends the process.
    @Test func anEpochThatIsNobodysIsRefused() throws {
        var desk = try FollowUpDesk()
        let newest = desk.epoch
        desk.epoch = .max
        desk.reportRegions()
        desk.renew()
        #expect(try #require(desk.policies.last).expiresEpoch == newest + 200)
    }

    // MARK: - What ends, and what comes back

    /// An action that took the place of another and does harm: the other is in force again, to its own end.
    @Test func whatARolledBackActionReplacedIsRestored() throws {
        var desk = try FollowUpDesk()
        desk.calm(10)
        let first = try desk.adopt(Self.cap(2, 33))
        desk.calm(10)
        let second = try desk.adopt(Self.cap(2, 38))
        #expect(try Self.watts(desk, 2) > 6)
        for _ in 0..<10 where desk.rolledBack.isEmpty { desk.report(kbps: 1_800) }
        #expect(desk.effects.map(\.state) == [.ended, .rolledBack, .restored], "\(desk.effects)")
        #expect(desk.effects.map(\.number) == [first, second, first])
        #expect(abs(try Self.watts(desk, 2) - 1.995) < 0.01)
        desk.calm(60)
        #expect(desk.effects.count == 4 && desk.effects.last?.number == first && desk.effects.last?.state == .ended)
        desk.renew()
        #expect(try Self.watts(desk, 2) > 9)
    }

    /// Unless an operator took it back meanwhile.
    @Test func whatWasTakenBackIsNotRestored() throws {
        var desk = try FollowUpDesk()
        desk.calm(10)
        let first = try desk.adopt(Self.cap(2, 33))
        desk.calm(10)
        let second = try desk.adopt(Self.cap(2, 38))
        _ = desk.look([.withdraw(number: first)])
        for _ in 0..<10 where desk.rolledBack.isEmpty { desk.report(kbps: 1_800) }
        #expect(desk.effects.map(\.number) == [first, second] && desk.rolledBack == [second])
        #expect(try Self.watts(desk, 2) > 9)
    }

    /// What is asked for until a time is not in force beyond it.
    @Test func anActionEndsWithTheWishThatAskedForIt() throws {
        var desk = try FollowUpDesk()
        desk.calm(4)
        // The time of the run counts from epoch 0 here.
        let end = Double(desk.epoch) * 0.02 + 8
        let begun = desk.look([.intent(name: "000001", Self.wish(2, until: end))]).effects
        let decision = try desk.decide([], on: begun)
        #expect(decision.outcome == .adopted)
        desk.calm(7)
        #expect(try Self.watts(desk, 2) < 4 && desk.effects.isEmpty)
        desk.calm(1)
        #expect(desk.effects.map(\.number) == [decision.number] && desk.effects.first?.state == .ended)
        #expect(try Self.watts(desk, 2) > 9)
    }

    @Test func intentsAreBounded() throws {
        var desk = try FollowUpDesk()
        let name = { (number: Int) in String(format: "%06d", number) }
        let entries = (1...65).map { OperatorEntry.intent(name: name($0), Self.wish(2)) }
        _ = desk.look(entries)
        #expect(desk.alarms.count == 1)
        let text = desk.alarms.first ?? ""
        #expect(text.contains("intent 000065 is not taken") && text.contains("--cancel 000001"), "\(text)")
        // One that is over makes room, as one that is taken back does; a second of the same name replaces the first.
        _ = desk.look([.cancel(name: name(1)), .intent(name: name(66), Self.wish(2, until: 0.5))])
        _ = desk.look([.intent(name: name(67), Self.wish(2)), .intent(name: name(67), Self.wish(3))])
        #expect(desk.alarms.count == 1, "\(desk.alarms)")
    }
}
