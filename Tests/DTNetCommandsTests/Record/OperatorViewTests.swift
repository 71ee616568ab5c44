import Benchmarking
import DTNetCommands
import Foundation
import LanguageEngine
import NetworkModel
import Testing
import TwinProtocol

/// What operators see of intents, decisions and twins.
@Suite struct OperatorViewTests {
    private static let run = WrittenRun()
    private static let record = run.record

    private var context: OperatorContext {
        OperatorContext(network: Self.run.plan.network, secondOfDay: 20 * 3_600, runSeconds: 2)
    }

    /// A time is shown as the local clock will, which a change of clocks puts forward, with its day.
    @Test func timesAreShownAsTheClockShowsThem() {
        func until(_ seconds: Double, secondOfDay: Double, shift: ClockShift? = nil) -> String {
            let context = OperatorContext(
                network: Self.run.plan.network, secondOfDay: secondOfDay, runSeconds: 0, clockShift: shift)
            let intent = Intent(scope: .network, targets: [.energy], untilSeconds: seconds)
            return IntentPolicy(intent, context: context).validUntil
        }
        #expect(until(1_800, secondOfDay: 84_585) == "00:00 tomorrow (run second 1800)")
        #expect(until(1_800, secondOfDay: 84_569) == "23:59 today (run second 1800)")
        let spring = ClockShift(inSeconds: 21_600, bySeconds: 3_600)
        #expect(until(32_400, secondOfDay: 72_000, shift: spring) == "06:00 tomorrow (run second 32400)")
    }

    /// What an operator answered to a proposal: waiting, declined, approved and from then on in force.
    @Test func consentAndRefusalAreShown() {
        let written = WrittenRun()
        let records = written.record.rows.map(\.record)
        func explanation(_ states: [LanguageEffect.State]) -> LanguageExplanation {
            let effects = states.map { state in
                Record.languageEffect(LanguageEffect(node: NodeID(5), number: 4, epoch: 110, state: state))
            }
            return LanguageExplanation(RunRecord(plan: written.plan, records: records + effects))
        }
        func effect(_ states: [LanguageEffect.State]) -> String { explanation(states).lines(decision: 4)?.last ?? "" }
        func isInForce(_ states: [LanguageEffect.State]) -> Bool {
            let lines = explanation(states).lines(directiveOf: 110, cell: CellID(4)) ?? []
            return lines.contains { $0.hasPrefix("language engine: decision 4, ") }
        }
        #expect(effect([]) == "effect: none yet, it waits for consent" && !isInForce([]))
        #expect(effect([.declined]).hasPrefix("effect: none, declined in epoch 110 [line ") && !isInForce([.declined]))
        let approved = effect([.approved])
        #expect(approved.hasPrefix("effect: approved in epoch 110 [line "), "\(approved)")
        #expect(approved.hasSuffix(", not measured to its end yet") && isInForce([.approved]))
        #expect(effect([.approved, .ended]).contains(", ended in epoch 110; M ") && !isInForce([.approved, .ended]))
    }

    @Test func anIntentIsShownInTheNamesOfTheStandard() throws {
        let request = IntentParser(context).parse(
            "keep urllc under 5 ms in the hall until 22:00, save energy elsewhere")
        guard case .intent(let intent) = request else {
            Issue.record("\(request)")
            return
        }
        let lines = IntentPolicy(intent, context: context).lines
        #expect(
            lines == [
                "expectationObject: SERVICE_SLICE",
                "expectationTarget: dLLatencyTarget IS_LESS_THAN_OR_EQUAL_TO 5 ms",
                "expectationContext: slice = urllc", "expectationContext: cells = 0, 1, 2 (west)",
                "expectationContext: users = whoever these cells serve at the time",
                "expectationContext: all other cells = rANEnergyConsumption least", "from: now",
                "until: 22:00 today (run second 7202)",
            ])
    }

    /// An intent's times count from the first epoch of the run, as the network twin counts them.
    @Test func theTimeOfARunBeginsWithItsFirstEpoch() {
        #expect(abs(Self.record.seconds - 0.4) < 1e-9)
    }

    @Test func aPredictionIsOneThatTheRunHasMade() {
        let tried = Intent(scope: .cells([CellID(4)]), targets: [.power(dbm: 37)])
        let effects = PredictedEffect.of(tried, in: Self.record)
        #expect(effects.count == 1 && effects[0].decision == 4 && effects[0].gain == 0.01)
        #expect(effects[0].text.contains("+1.00 %") && effects[0].text.contains("; \(effects[0].verdict); "))
        let other = Intent(scope: .cells([CellID(3)]), targets: [.power(dbm: 37)])
        #expect(PredictedEffect.of(other, in: Self.record).isEmpty)
    }

    /// A wish for the whole network asks the cells that are emptiest now.
    @Test func thePredictionForANetworkIsOfItsEmptiestCells() {
        let saving = Intent(scope: .network, targets: [.energy])
        func effects(users: [Int]) -> [PredictedEffect] {
            var bytes: [UInt8] = []
            let zeros = users.map { _ in 0.0 }
            let figures = CellFigures(
                node: NodeID(5), epoch: 110, load: zeros, forecastLoad: zeros, throughputKbps: zeros, users: users)
            RecordLine.append(.cells(figures), process: "orchestrator", to: &bytes)
            let record = RunRecord(plan: Self.run.plan, history: Self.run.history + Data(bytes))
            return PredictedEffect.of(saving, in: record)
        }
        #expect(effects(users: [9, 9, 9, 9, 0]).map(\.action) == [WrittenRun.capJSON])
        #expect(effects(users: [0, 0, 0, 0, 9]).isEmpty)
    }

    @Test func aDecisionIsExplained() throws {
        let explanation = LanguageExplanation(Self.record)
        let lines = try #require(explanation.lines(decision: 2))
        let text = lines.joined(separator: "\n")
        for part in [
            "decision 2 of epoch 99: adopted", "intent: operator wants at most 37 dBm", "finding: cell 4 load 97 %",
            "passage: playbooks/stadium-surge", "model: SmolLM2", "48 + 20 tokens in 0.42 s", "+2.13", "+0.41", "-8.00",
            "reason: best of 2 in the twins", "rolled back in epoch 108; M -1.20 +- 0.40 %",
        ] {
            #expect(text.contains(part), "\(part) in\n\(text)")
        }
        #expect(!text.contains("the changing part"))
        let verbose = try #require(explanation.lines(decision: 2, verbose: true)).joined(separator: "\n")
        #expect(verbose.contains("prompt: the changing part") && verbose.contains("answer: \(WrittenRun.capJSON)"))
        #expect(explanation.lines(decision: 9) == nil && explanation.json(decision: 9) == nil)
        #expect(explanation.json(decision: 2)?["prompt"] as? String == "the changing part ->")
    }

    /// What is in force again since what had taken its place was rolled back is in force there, and said to be.
    @Test func aRestoredDecisionIsExplained() throws {
        var bytes = [UInt8](Self.run.history)
        let restored = LanguageEffect(
            node: NodeID(5), number: 2, epoch: 109, state: .restored, effect: 0, deviation: 0, samples: 9)
        RecordLine.append(.languageEffect(restored), process: "orchestrator", to: &bytes)
        let explanation = LanguageExplanation(RunRecord(plan: Self.run.plan, history: Data(bytes)))
        let text = try #require(explanation.lines(decision: 2)).joined(separator: "\n")
        #expect(text.contains("rolled back in epoch 108; M -1.20") && text.contains("in force again since epoch 109"))
        let nothing = "language engine: nothing of it was in force here"
        #expect(try #require(explanation.lines(directiveOf: 108, cell: CellID(4))).contains(nothing))
        let again = try #require(explanation.lines(directiveOf: 110, cell: CellID(4)))
        #expect(again.contains { $0.contains("decision 2, \(WrittenRun.capJSON)") }, "\(again)")
        let effect = explanation.json(decision: 2)?["effect"] as? [String: Any]
        #expect(effect?["state"] as? String == "restored")
    }

    /// A radio network that was started anew counts from below; the run goes on.
    @Test func theTimeOfARunGoesOnWhereEpochsFall() {
        let epochs = Array(UInt64(100)...110) + Array(5...7) + [30]
        let records = epochs.map { Record.epochStarted(EpochStart(epoch: $0, scheduled: .zero)) }
        let record = RunRecord(plan: Self.run.plan, records: records)
        #expect(abs(record.seconds - (10 + 25) * 0.02) < 1e-9)
    }

    @Test func aDirectiveIsExplained() throws {
        let explanation = LanguageExplanation(Self.record)
        let lines = try #require(explanation.lines(directiveOf: 101, cell: CellID(4)))
        #expect(lines.contains("power: 36.99 dBm") && lines.contains("power: applied"))
        #expect(lines.contains { $0.hasPrefix("offer: epoch 101 of rrm, solver pricing") })
        // The decision behind it as by its number, under its heading.
        let heading = try #require(lines.firstIndex { $0.contains("decision 2, \(WrittenRun.capJSON)") })
        let decision = try #require(explanation.lines(decision: 2))
        #expect(Array(lines[(heading + 1)...]) == decision.map { "  " + $0 })
        for part in ["  intent: operator wants", "  finding: cell 4 load", "  reason: best of 2", "  effect: "] {
            #expect(lines.contains { $0.hasPrefix(part) }, "\(part)")
        }
        #expect(lines.contains { $0.hasPrefix("  *") && $0.contains("+2.13") }, "the choice and its score")
        let verbose = try #require(explanation.lines(directiveOf: 101, cell: CellID(4), verbose: true))
        #expect(verbose.contains("  prompt: the changing part ->") && !lines.contains { $0.hasPrefix("  prompt") })
        let before = try #require(explanation.lines(directiveOf: 95, cell: CellID(4)))
        #expect(before.last == "language engine: nothing of it was in force here")
        let after = try #require(explanation.lines(directiveOf: 110, cell: CellID(4)))
        #expect(after.contains("language engine: nothing of it was in force here"), "it was rolled back before")
        #expect(explanation.lines(directiveOf: 101, cell: CellID(0)) == nil)
    }

    @Test func twinsShowTheirErrorAndWhoTrainedThem() throws {
        let gauges = [
            "edge-west.twin_error_before_db": 6.5, "edge-west.twin_error_after_db": 2.25,
            "region-west.forecast_error": 0.125, "orchestrator.twin_error_db": 2.5,
        ]
        let lives = TwinLives(Self.record, gauges: gauges)
        #expect(lives.engines.map(\.engine) == ["channel", "channel", "traffic", "network"])
        let west = lives.engines[0]
        #expect(west.errorBefore == 6.5 && west.error == 2.25 && west.retrained == 1 && west.lastDecision == 3)
        #expect(west.life == "trained by decision 3 in epoch 104; on distance law")
        #expect(lives.engines[1].life == "as started, learns on line; on distance law")
        #expect(lives.engines[2].life == "as started, learns on line")
        #expect(lives.engines[1].error == nil && lives.engines[1].retrained == 0)
        #expect(lives.engines[2].error == 0.125 && lives.engines[3].error == 2.5)
        #expect(lives.lines.count == 5 && lives.lines[1].contains("6.50") && lives.lines[2].contains("-"))
    }

    /// Where the topology names rays, what the edges report tells who stands on them.
    @Test func twinsShowWhatTheyStandOn() {
        var plan = Self.run.plan
        plan.network.twin.baseline = .ray
        plan.network.twin.scene = "any.xml"
        let record = RunRecord(plan: plan, history: Self.run.history)
        func grounds(_ gauges: [String: Double]) -> [String?] {
            TwinLives(record, gauges: gauges).engines.map(\.baseline)
        }
        let gauges = ["edge-west.twin_baseline_cells": 3.0, "edge-east.twin_baseline_cells": 0]
        #expect(grounds(gauges) == ["rays", "distance law in place of rays", nil, nil])
        #expect(grounds([:]) == [nil, nil, nil, nil], "a run that is over does not say")
    }
}
