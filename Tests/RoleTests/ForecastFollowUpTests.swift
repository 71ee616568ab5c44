import DTNetMessages
import Foundation
import LanguageEngine
import NetworkModel
import Orchestrator
import Testing
import TwinProtocol

/// What is adopted is followed up against what the twins see without it: step by step, the twins' part given.
@Suite struct ForecastFollowUpTests {
    private static func cap(_ cell: Int, _ dbm: Double) -> ActionForm {
        ActionForm(action: "cap_power", cell: cell, value: dbm)
    }

    /// Once a second, whatever is in force, for the state as it is mirrored.
    @Test func theTwinsAreAskedWhatThereWouldBeWithoutEachAction() throws {
        var desk = try FollowUpDesk()
        desk.calm(4)
        #expect(desk.questions.count == 4 && desk.questions.allSatisfy { $0.question.policies.count == 1 })
        #expect(desk.questions.last?.epoch == desk.epoch && desk.questions.last?.question.mirror.epoch == desk.epoch)
        _ = try desk.adopt(Self.cap(2, 33))
        desk.calm(2)
        _ = try desk.adopt(Self.cap(3, 33))
        desk.calm(1)
        let question = try #require(desk.questions.last?.question)
        let caps = question.policies.map { [$0.powerBudgetWatts[2] < 3, $0.powerBudgetWatts[3] < 3] }
        #expect(caps == [[true, true], [false, true], [true, false]])
        // The twins draw the same errors in every look.
        #expect(Set(desk.questions.map(\.question.seed)).count == 1)
    }

    /// Without an action that took the place of another, the other would be in force still, as long as it had.
    @Test func theForecastWithoutAnActionHasWhatItReplaced() throws {
        var desk = try FollowUpDesk()
        desk.calm(4)
        _ = try desk.adopt(Self.cap(2, 33))
        desk.calm(30)
        _ = try desk.adopt(Self.cap(2, 38))
        desk.calm(1)
        let watts = { (desk: FollowUpDesk) in
            desk.questions.last?.question.policies.map { $0.powerBudgetWatts[2] } ?? []
        }
        let replaced = watts(desk)
        #expect(replaced.count == 2 && abs(replaced[0] - 6.31) < 0.01 && abs(replaced[1] - 1.995) < 0.01, "\(replaced)")
        desk.calm(30)
        let alone = watts(desk)
        #expect(alone.count == 2 && abs(alone[0] - 6.31) < 0.01 && alone[1] > 9, "\(alone)")
    }

    /// Users that an action has moved, and that the mirror shows moved, are moved back in the forecast without it.
    @Test func theForecastWithoutAMoveMovesUsersBack() throws {
        var desk = try FollowUpDesk { $0.network.game.association = .leader }
        let edge = try #require(desk.scene.plan.nodes(of: .edge).first { $0.cells.count > 1 })
        let (from, to) = (edge.cells[0].rawValue, edge.cells[1].rawValue)
        desk.calm(4)
        desk.policies = []
        _ = try desk.adopt(ActionForm(action: "reassociate", cell: Int(from), other: Int(to), value: 2))
        let moved = try #require(desk.policies.last).moveUE
        #expect(moved.count == 2)
        desk.served = moved.map { ($0, to) }
        desk.calm(1)
        let without = try #require(desk.questions.last?.question.policies.last)
        #expect(without.moveUE.sorted() == moved.sorted() && without.moveCell == [from, from])
        // Those that went on to other cells are left there.
        desk.served = [(moved[0], to)]
        desk.calm(1)
        #expect(try #require(desk.questions.last?.question.policies.last).moveUE == [moved[0]])
    }

    /// The same fall of the value: harm where the twins see none without the action, no harm where they see it too.
    @Test(arguments: [false, true])
    func aFallIsHarmOnlyWhereTheTwinsDoNotSeeItWithout(isForeseen: Bool) throws {
        var desk = try FollowUpDesk()
        desk.calm(10)
        let number = try desk.adopt(Self.cap(2, 33))
        if isForeseen { desk.forecastMbps = { $0.policies.map { _ in 1.35 } } }
        for _ in 0..<10 { desk.report(kbps: 1_800) }
        #expect(desk.rolledBack == (isForeseen ? [] : [number]))
        let capped = try #require(desk.policies.last).powerBudgetWatts[2] < 3
        #expect(capped == isForeseen)
    }

    /// While the twins are busy nothing more is asked of them, and what they do not say is no evidence.
    @Test func oneForecastIsAskedAtATime() throws {
        var desk = try FollowUpDesk()
        desk.calm(10)
        _ = try desk.adopt(Self.cap(2, 33))
        let before = desk.questions.count
        desk.forecastMbps = nil
        for _ in 0..<10 { desk.report(kbps: 1_800) }
        #expect(desk.questions.count == before + 1 && desk.rolledBack.isEmpty)
        // An answer to another epoch is none.
        #expect(desk.node.finish(.forecast([1.5, 1.5], epoch: 1), at: .zero).isEmpty)
        // What never comes back is asked anew in the end.
        for _ in 0..<30 { desk.report(kbps: 1_800) }
        #expect(desk.questions.count == before + 2)
    }
}
