internal import Glibc
internal import LanguageEngine
package import NetworkModel
internal import Orchestrator
internal import Synchronization
internal import TwinProtocol

/// What adopted actions really do: each against a fork of the same run without it (DESIGN 10). Randomness is exogenous,
/// so that a run from the same seed in which the decision is withheld is that fork.
package struct EffectStudy: Sendable {
    /// Who proposes.
    package enum Proposer: String, Sendable, CaseIterable {
        /// The rule base alone.
        case rules
        /// Beside it, actions drawn at random from what the network allows.
        case random
        /// Beside it, actions drawn at random from the menu that a model is offered in the situation.
        case menu
    }

    /// One adopted action and its fork.
    package struct Effect: Sendable {
        package var seed: UInt64
        /// The action as JSON, and who proposed it.
        package var action: String
        package var source: String
        /// Gain that the twins predicted, and the gain that 95 of 100 worlds exceed.
        package var predicted: Double
        package var predictedLow: Double
        /// Network value over the seconds that follow with the action over that without, less 1.
        package var effect: Double
        /// Seconds until it was rolled back; nil where it was kept until the end.
        package var rolledBackSeconds: Double?
    }

    private let plan: WiringPlan
    private let proposer: Proposer
    /// A run is given up after this time without an adoption.
    private let patienceSeconds: Double
    /// How long an action is watched.
    private let watchSeconds: Double

    /// Random proposals of a cycle.
    private static let draws = 8

    package init(plan: WiringPlan, proposer: Proposer, patienceSeconds: Double = 30, watchSeconds: Double = 10) {
        self.plan = plan
        self.proposer = proposer
        self.patienceSeconds = patienceSeconds
        self.watchSeconds = watchSeconds
    }

    /// The first action that is adopted under a seed, beside its fork; nil where none is, or a trace is missing.
    package func effect(seed: UInt64) -> Effect? {
        let with = Arm()
        guard let first = run(seed, with, blockedFrom: nil, untilSeconds: nil) else { return nil }
        let decision = first.decision
        let without = Arm()
        _ = run(seed, without, blockedFrom: decision.number, untilSeconds: first.endSeconds)
        // The first second after the action still holds throughput from before it.
        let from = first.seconds + 1
        let pair = with.values(from: from, to: first.endSeconds, alpha: plan.network.game.alpha)
        let fork = without.values(from: from, to: first.endSeconds, alpha: plan.network.game.alpha)
        guard !pair.isEmpty, pair.count == fork.count else { return nil }
        let effect = pair.reduce(0, +) / fork.reduce(0, +) - 1
        let rolledBack = with.rolledBack(decision.number).map {
            Double($0) * plan.network.epoch.seconds - first.seconds
        }
        let chosen = decision.candidates[decision.chosen]
        return Effect(
            seed: seed, action: chosen.action, source: chosen.source, predicted: chosen.gain ?? 0,
            predictedLow: chosen.gainLow ?? 0, effect: effect, rolledBackSeconds: rolledBack)
    }

    /// What the actions of several seeds do, in the order of the seeds; seeds run side by side.
    package func effects(_ seeds: Range<UInt64>) async -> [Effect] {
        await withTaskGroup(of: (seed: UInt64, effect: Effect?).self) { group in
            for seed in seeds { group.addTask { (seed, effect(seed: seed)) } }
            var found: [(seed: UInt64, effect: Effect?)] = []
            for await each in group { found.append(each) }
            return found.sorted { $0.seed < $1.seed }.compactMap(\.effect)
        }
    }

    private func run(
        _ seed: UInt64, _ arm: Arm, blockedFrom: UInt64?, untilSeconds: Double?
    ) -> (decision: LanguageDecision, seconds: Double, endSeconds: Double)? {
        var plan = plan
        plan.network.seed = seed
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        let random = RandomProposer(ActionBounds(network: plan.network), seed: seed)
        let proposer = proposer
        let worker = TwinWorker { job, _ in
            var thought = Thought(number: job.number)
            switch proposer {
            case .rules: break
            case .random: thought.forms = random.forms(EffectStudy.draws, cycle: job.number)
            case .menu: thought.forms = MenuProposer(job.menu, seed: seed).forms(EffectStudy.draws, cycle: job.number)
            }
            return thought
        }
        options.orchestratorJobs = { job in
            // A fork withholds the decision; a run stops at its first.
            if case .think(let think, _) = job { arm.note(cycle: think.number) }
            if case .whatIf(_, let number, _) = job, arm.isClosed(blockedFrom) { return .played([], number: number) }
            return worker.execute(job)
        }
        options.onRecord = { record, _ in arm.take(record) }
        guard let simulation = try? Simulation(plan: plan, options: options) else { return nil }
        let epoch = plan.network.epoch.seconds
        if let untilSeconds {
            simulation.run(epochs: Int((untilSeconds / epoch).rounded()))
            return nil
        }
        let chunk = max(1, Int((0.5 / epoch).rounded()))
        var epochs = 0
        while arm.adopted == nil {
            guard Double(epochs) * epoch < patienceSeconds else { return nil }
            simulation.run(epochs: chunk)
            epochs += chunk
        }
        guard let decision = arm.adopted else { return nil }
        let watch = max(1, Int((watchSeconds / epoch).rounded()))
        simulation.run(epochs: watch)
        return (decision, Double(epochs) * epoch, Double(epochs + watch) * epoch)
    }
}

/// What one run of a study has shown so far.
private final class Arm: Sendable {
    private struct State {
        var adopted: LanguageDecision?
        var cycle: UInt64 = 0
        var windows: [ThroughputWindow] = []
        var rolledBack: [(number: UInt64, epoch: UInt64)] = []
    }

    private let state = Mutex(State())

    var adopted: LanguageDecision? { state.withLock { $0.adopted } }

    func note(cycle: UInt64) { state.withLock { $0.cycle = cycle } }

    func isClosed(_ blockedFrom: UInt64?) -> Bool {
        state.withLock { state in
            if let blockedFrom { return state.cycle >= blockedFrom }
            return state.adopted != nil
        }
    }

    func take(_ record: Record) {
        state.withLock { state in
            switch record {
            case .language(let decision):
                let acts = decision.chosen >= 0 && decision.candidates[decision.chosen].gain != nil
                if decision.outcome == .adopted, acts, state.adopted == nil { state.adopted = decision }
            case .languageEffect(let effect) where effect.state == .rolledBack:
                state.rolledBack.append((effect.number, effect.epoch))
            case .window(let window): state.windows.append(window)
            default: break
            }
        }
    }

    func rolledBack(_ number: UInt64) -> UInt64? {
        state.withLock { $0.rolledBack.first { $0.number == number }?.epoch }
    }

    /// Network values of the seconds that end in a range.
    func values(from: Double, to: Double, alpha: Double) -> [Double] {
        state.withLock { state in
            state.windows.filter { window in
                let end = Double(window.end.nanoseconds) / 1e9
                return end > from + 1e-9 && end <= to + 1e-9
            }.map { window in
                var sum = 0.0
                var total = 0.0
                for (rate, weight) in zip(window.throughputKbps, window.weight) {
                    let mbps = max(Double(rate) / 1e3, 1e-3)
                    sum += Double(weight) * (alpha == 1 ? log(mbps) : pow(mbps, 1 - alpha))
                    total += Double(weight)
                }
                guard total > 0 else { return 0 }
                return alpha == 1 ? exp(sum / total) : pow(sum / total, 1 / (1 - alpha))
            }
        }
    }
}
