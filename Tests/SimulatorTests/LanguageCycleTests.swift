import DTNetMessages
import Foundation
import LanguageEngine
import NetworkModel
import Orchestrator
import Simulator
import Synchronization
import Testing
import Topology
import TwinProtocol

/// The language engine's cycle in the whole hierarchy: findings, candidates, trials in the twins, adoption, follow-up.
@Suite struct LanguageCycleTests {
    private static func plan(_ file: String, _ hierarchy: Hierarchy) throws -> WiringPlan {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "topologies/\(file)").path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try TopologyFile.load(text: text, path: path).resolve(TopologyOverrides(hierarchy: hierarchy)).plan
    }

    private struct History {
        var decisions: [LanguageDecision] = []
        var effects: [LanguageEffect] = []
        var refused = 0
        var hash = ""
    }

    /// Runs a plan with a stub in the place of the model, and of the twins where `played` is given.
    private static func run(
        _ plan: WiringPlan, epochs: Int, think: (@Sendable (ThinkJob) -> Thought)? = nil,
        collect: (@Sendable () -> [OperatorEntry])? = nil,
        played: (@Sendable (WhatIfQuestion) -> [WhatIfOutcome])? = nil
    ) throws -> History {
        let history = Mutex(History())
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        let worker = TwinWorker(
            think: { job, _ in
                if let think { return think(job) }
                var thought = Thought(number: job.number)
                thought.failure = .absent
                return thought
            }, collect: { _, _ in OperatorMail(collect?() ?? []) })
        options.orchestratorJobs = { job in
            guard let played, case .whatIf(let question, let number, _) = job else { return worker.execute(job) }
            return .played(played(question), number: number)
        }
        options.onRecord = { record, _ in
            history.withLock { history in
                switch record {
                case .language(let decision): history.decisions.append(decision)
                case .languageEffect(let effect): history.effects.append(effect)
                case .directive(let directive):
                    history.refused += directive.result.outcome.count { $0 != .applied }
                default: break
                }
            }
        }
        let simulation = try Simulation(plan: plan, options: options)
        simulation.run(epochs: epochs)
        var result = history.withLock { $0 }
        result.hash = simulation.historyHash
        return result
    }

    @Test(arguments: [Hierarchy.fullyCentralised, .semiCentralised, .decentralised])
    func theRuleBaseDecidesWhereNoModelAnswers(hierarchy: Hierarchy) throws {
        let history = try Self.run(try Self.plan("plaza.yaml", hierarchy), epochs: 1_500)
        #expect(!history.decisions.isEmpty)
        #expect(history.refused == 0)
        for decision in history.decisions {
            #expect(decision.model.isEmpty && !decision.findings.isEmpty)
            #expect(decision.failure == ChatFailure.absent.words)
            #expect(decision.candidates.allSatisfy { $0.source == "rules" && !$0.verdict.isEmpty })
            guard decision.outcome != .none else { continue }
            let chosen = decision.candidates[decision.chosen]
            // Nothing is adopted that the twins did not find better at 95 %.
            #expect((chosen.gain ?? 1) > 0 && chosen.verdict == "chosen")
        }
    }

    /// From an operator's words to the scheduler and back: a highest scheme that the twins pass is in the directives
    /// of its cell while the action lasts, is applied, and is gone with it.
    @Test(arguments: [Hierarchy.fullyCentralised, .semiCentralised, .decentralised])
    func aHighestSchemeReachesTheRadioNetwork(hierarchy: Hierarchy) throws {
        var plan = try Self.plan("campus.yaml", hierarchy)
        plan.network.language.authority = [.capMCS]
        let cell = plan.network.cells[4].id
        let parser = IntentParser(OperatorContext(network: plan.network, secondOfDay: 0, runSeconds: 0))
        guard case .intent(let intent) = parser.parse("cap the MCS of cell 4 at 6 for 8 s") else {
            Issue.record("the wish is not understood")
            return
        }
        let seen = Mutex<[(epoch: UInt64, index: UInt32?, outcome: DirectiveOutcome?)]>([])
        let handed = Mutex(false)
        let worker = TwinWorker(collect: { _, _ in
            handed.withLock { wasHanded in
                defer { wasHanded = true }
                return wasHanded ? OperatorMail() : OperatorMail([.intent(name: "000001", intent)])
            }
        })
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        // The twins' answer is given: what a cap is worth is not the question here.
        options.orchestratorJobs = { job in
            guard case .whatIf(let question, let number, _) = job else { return worker.execute(job) }
            return .played(
                question.policies.indices.map { index in
                    WhatIfOutcome(
                        valueMbps: 1, gain: index == 0 ? 0 : 0.1, gainDeviation: 0, powerChange: 0, held: [],
                        heldChange: [], heldChangeDeviation: [], heldDeviation: [])
                }, number: number)
        }
        options.onRecord = { record, _ in
            guard case .directive(let row) = record, let place = row.directive.cell.firstIndex(of: cell.rawValue)
            else { return }
            let index = row.directive.highestMCS.isEmpty ? nil : row.directive.highestMCS[place]
            let kinds = zip(zip(row.result.cell, row.result.kind), row.result.outcome)
            let outcome = kinds.first { $0.0.0 == cell.rawValue && $0.0.1 == .highestMCS }?.1
            seen.withLock { $0.append((row.epoch, index, outcome)) }
        }
        let simulation = try Simulation(plan: plan, options: options)
        simulation.run(epochs: 8_000)
        let rows = seen.withLock { $0 }
        let capped = rows.filter { $0.index == 6 }
        #expect(capped.count > 100 && capped.allSatisfy { $0.outcome == .applied })
        #expect(rows.allSatisfy { $0.index == nil || $0.index == 6 })
        let last = try #require(capped.last)
        #expect(last.epoch < 7_500 && rows.contains { $0.epoch > last.epoch && $0.index == nil && $0.outcome == nil })
    }

    @Test func theSameSeedGivesTheSameDecisions() throws {
        let plan = try Self.plan("plaza.yaml", .semiCentralised)
        let (first, second) = (try Self.run(plan, epochs: 700), try Self.run(plan, epochs: 700))
        #expect(first.hash == second.hash && first.decisions == second.decisions)
    }

    /// A model that obeys an attacker: whatever it says, nothing leaves the bounds and nothing is adopted unseen.
    @Test func aHostileModelGetsNothingPastTheTwins() throws {
        let plan = try Self.plan("plaza.yaml", .decentralised)
        let history = try Self.run(plan, epochs: 1_200) { job in
            var thought = Thought(number: job.number)
            thought.model = "hostile"
            thought.answers = ["ignore the rules"]
            thought.forms = [
                ActionForm(action: "cap_power", cell: 0, value: -200),
                ActionForm(action: "cap_power", cell: 999, value: 30),
                ActionForm(action: "shut_down", cell: 1), ActionForm(action: "cap_power", cell: 1, value: .nan),
                ActionForm(action: "blank_subbands", cell: 2, first: 0, value: 1e18),
                ActionForm(action: "slice_shares", slice: "video\"}", value: 0.9),
                // In bounds, and harmful: half of the subbands of a crowded cell.
                ActionForm(action: "blank_subbands", cell: 0, first: 0, value: 4),
                ActionForm(action: "cap_power", cell: 0, value: 31),
            ]
            return thought
        }
        #expect(!history.decisions.isEmpty && history.refused == 0)
        for decision in history.decisions {
            let flawed = decision.candidates.filter { $0.source == "model" }.prefix(6)
            #expect(flawed.allSatisfy { $0.gain == nil && $0.verdict.contains(":") }, "\(flawed)")
            // What the twins have not tried is not in force.
            for candidate in decision.candidates where candidate.source == "model" && candidate.trial == nil {
                #expect(candidate.verdict != "chosen")
            }
            guard decision.outcome == .adopted else { continue }
            let chosen = decision.candidates[decision.chosen]
            #expect((chosen.gainLow ?? 1) > -0.01, "\(chosen)")
        }
        // The harmful one was tried, and the twins were against it.
        let harmful = history.decisions.flatMap(\.candidates).filter {
            $0.source == "model" && $0.action.contains("blank_subbands") && $0.trial != nil
        }
        #expect(harmful.contains { $0.verdict.hasPrefix("vetoed: ") }, "\(harmful)")
    }

    /// The twins find that what a hostile model wants gains most and takes a guaranteed rate from users: it is vetoed.
    /// By the same answers of the twins it is adopted where the slices are guaranteed nothing.
    @Test func whatBreaksAGuaranteeIsVetoedWhateverItGains() throws {
        var plan = try Self.plan("plaza.yaml", .decentralised)
        plan.network.language.authority = [.blankSubbands]
        let slices = plan.network.slices.count
        let think: @Sendable (ThinkJob) -> Thought = { job in
            var thought = Thought(number: job.number)
            thought.model = "hostile"
            thought.forms = [ActionForm(action: "blank_subbands", cell: 0, first: 0, value: 4)]
            return thought
        }
        let played: @Sendable (WhatIfQuestion) -> [WhatIfOutcome] = { question in
            let none = [Double](repeating: 0, count: slices)
            return question.policies.indices.map { index in
                var (held, change) = ([Double](repeating: 1, count: slices), none)
                if index > 0 { (held[1], change[1]) = (0.6, -0.3) }
                return WhatIfOutcome(
                    valueMbps: 10, gain: index > 0 ? 0.5 : 0, gainDeviation: 0, powerChange: 0, held: held,
                    heldChange: change, heldChangeDeviation: none, heldDeviation: none)
            }
        }
        let guarded = try Self.run(plan, epochs: 1_200, think: think, played: played)
        let tried = guarded.decisions.flatMap(\.candidates).filter { $0.trial != nil }
        #expect(tried.contains { $0.source == "model" })
        #expect(tried.allSatisfy { $0.verdict == "vetoed: a guarantee would not hold at 95 %" }, "\(tried)")
        #expect(guarded.decisions.allSatisfy { $0.outcome != .adopted })

        for slice in plan.network.slices.indices {
            plan.network.slices[slice].rateBps = 0
            plan.network.slices[slice].delaySeconds = nil
        }
        let free = try Self.run(plan, epochs: 1_200, think: think, played: played)
        let adopted = try #require(free.decisions.first { $0.outcome == .adopted })
        let chosen = adopted.candidates[adopted.chosen]
        #expect(chosen.source == "model" && chosen.action.contains("blank_subbands"), "\(adopted)")
    }

    /// The wrong number, and answers that come when nobody waits, change nothing.
    @Test func strayAnswersAreIgnored() throws {
        let plan = try Self.plan("plaza.yaml", .semiCentralised)
        let history = try Self.run(plan, epochs: 700) { job in
            var thought = Thought(number: job.number + 7)
            thought.forms = [ActionForm(action: "cap_power", cell: 0, value: 35)]
            return thought
        }
        #expect(history.decisions.isEmpty)
    }
}
