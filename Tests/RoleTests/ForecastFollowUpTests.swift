import DTNetMessages
import Foundation
import LanguageEngine
import NetworkModel
import Orchestrator
import Testing
import TwinProtocol

/// What is adopted is followed up against what the twins see without it: step by step, the twins' part given.
@Suite struct ForecastFollowUpTests {
    /// A global twin that has heard of every cell, and sent its first policy. A report a second.
    private struct Desk {
        let scene: CampusScene
        var node: OrchestratorNode
        var epoch: UInt64 = 100
        /// Users that are served by another cell than at first.
        var served: [(ue: UInt32, cell: UInt32)] = []
        /// What the twins are asked, and what they say; nil while they are busy.
        var questions: [(question: WhatIfQuestion, epoch: UInt64)] = []
        var forecastMbps: ((WhatIfQuestion) -> [Double])? = { $0.policies.map { _ in 1.5 } }
        var effects: [LanguageEffect] = []
        var policies: [Policy] = []

        init(_ change: (inout WiringPlan) -> Void = { _ in }) throws {
            scene = try CampusScene(.semiCentralised, epoch: .milliseconds(20), change: change)
            node = OrchestratorNode(plan: scene.plan, node: scene.node(.orchestrator))
            _ = node.start(at: .zero)
            report(kbps: 2_000)
            note(node.fire(TimerID(1), at: .zero))
        }

        private mutating func note(_ made: [Effect<OrchestratorJob>]) {
            for effect in made {
                switch effect {
                case .run(.forecast(let question, let epoch, _)):
                    questions.append((question, epoch))
                    if let forecastMbps {
                        note(node.finish(.forecast(forecastMbps(question), epoch: epoch), at: .zero))
                    }
                case .record(.languageEffect(let effect)): effects.append(effect)
                case .send(let envelope): if case .policy(let policy) = envelope.body { policies.append(policy) }
                default: break
                }
            }
        }

        private mutating func deliver(_ body: Body, from sender: NodeID) {
            note(node.take(Envelope(sender: sender, recipient: node.node, epoch: epoch, body: body)))
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

        /// Has one action adopted, of those that a model proposes; its number.
        mutating func adopt(_ form: ActionForm) throws -> UInt64 {
            _ = node.fire(TimerID(2), at: Instant.zero + .seconds(1))
            let entries = [OperatorEntry.alarm(text: "fan noise at the mast")]
            var next = node.finish(.collected(OperatorMail(entries)), at: Instant.zero + .seconds(1))
            for effect in next {
                guard case .run(.think(let think, _)) = effect else { continue }
                var thought = Thought(number: think.number)
                thought.forms = [form]
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
                for case .language(let decision) in made.records { #expect(decision.outcome == .adopted) }
                return number
            }
            throw Missing()
        }

        var rolledBack: [UInt64] { effects.filter { $0.state == .rolledBack }.map(\.number) }
    }

    private struct Missing: Error {}

    private static func cap(_ cell: Int, _ dbm: Double) -> ActionForm {
        ActionForm(action: "cap_power", cell: cell, value: dbm)
    }

    /// Once a second, whatever is in force, for the state as it is mirrored.
    @Test func theTwinsAreAskedWhatThereWouldBeWithoutEachAction() throws {
        var desk = try Desk()
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
        var desk = try Desk()
        desk.calm(4)
        _ = try desk.adopt(Self.cap(2, 33))
        desk.calm(30)
        _ = try desk.adopt(Self.cap(2, 38))
        desk.calm(1)
        let watts = { (desk: Desk) in desk.questions.last?.question.policies.map { $0.powerBudgetWatts[2] } ?? [] }
        let replaced = watts(desk)
        #expect(replaced.count == 2 && abs(replaced[0] - 6.31) < 0.01 && abs(replaced[1] - 1.995) < 0.01, "\(replaced)")
        desk.calm(30)
        let alone = watts(desk)
        #expect(alone.count == 2 && abs(alone[0] - 6.31) < 0.01 && alone[1] > 9, "\(alone)")
    }

    /// Users that an action has moved, and that the mirror shows moved, are moved back in the forecast without it.
    @Test func theForecastWithoutAMoveMovesUsersBack() throws {
        var desk = try Desk { $0.network.game.association = .leader }
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
        var desk = try Desk()
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
        var desk = try Desk()
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
