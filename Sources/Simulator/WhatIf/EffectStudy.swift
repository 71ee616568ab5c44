internal import DTNetMessages
internal import LanguageEngine
package import NetworkModel
internal import Orchestrator
internal import RadioAccessNetwork
internal import TwinProtocol

/// What adopted actions really do: each against a fork of the same run without it (DESIGN 10). Randomness is exogenous,
/// so that a run from the same seed in which the decision is withheld is that fork.
///
/// Run and fork go on second by second beside each other. Once their values establish harm (`ForkMonitor`), a third run
/// takes the decision back at that moment, and is followed to the end.
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
        /// Seconds until the test in operation, which knows no fork, rolled it back; nil where it never did.
        package var rolledBackSeconds: Double?
        /// Network value over that without, less 1, until then: the same as the effect where it never did, nil where no
        /// second was left.
        package var effectInForce: Double?
        /// What became of it where the fork established harm.
        package var harm: Harm?
        /// UE-seconds below what their slices guarantee, as parts of all with the action and without; nil where
        /// nothing is guaranteed.
        package var missed: Double?
        package var missedWithout: Double?
    }

    /// Harm that the fork established, and what taking the action back came to.
    package struct Harm: Sendable {
        /// Seconds from the adoption on.
        package var seconds: Double
        /// Epochs from then until every cell was controlled without the action; 0 where the test in operation had taken
        /// it back before, nil where it was not so until the end.
        package var epochs: Int?
        /// Network value from the second after on over the fork's, less 1; nil where no second was left.
        package var effectAfter: Double?
    }

    let plan: WiringPlan
    let proposer: Proposer
    /// A run is given up after this time without an adoption.
    private let patienceSeconds: Double
    /// How long an action is watched.
    private let watchSeconds: Double

    package init(plan: WiringPlan, proposer: Proposer, patienceSeconds: Double = 30, watchSeconds: Double = 10) {
        self.plan = plan
        self.proposer = proposer
        self.patienceSeconds = patienceSeconds
        self.watchSeconds = watchSeconds
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

    /// The first action that is adopted under a seed, beside its fork; nil where none is, or a trace is missing.
    package func effect(seed: UInt64) -> Effect? {
        guard let with = EffectRun(self, seed: seed), let decision = adoption(with),
            let without = EffectRun(self, seed: seed, blockedFrom: decision.number)
        else { return nil }
        let adopted = with.seconds
        without.run(epochs: with.epochs)
        // The first second after the action still holds throughput from before it.
        let from = adopted + 1
        var monitor = ForkMonitor()
        var harmEpochs: Int?
        for _ in 0..<Int(watchSeconds) {
            let before = with.seconds
            for run in [with, without] { run.run(seconds: 1) }
            let values = [with, without].map { $0.values(from: max(from, before), to: with.seconds) }
            for (value, fork) in zip(values[0], values[1]) where harmEpochs == nil {
                if monitor.observe(valueMbps: value, forkMbps: fork) { harmEpochs = with.epochs }
            }
        }
        guard let change = EffectStudy.change(with, without, from: from) else { return nil }
        let chosen = decision.candidates[decision.chosen]
        let rolledBack = with.arm.rolledBack(decision.number).map { Double($0) * with.epochSeconds - adopted }
        let inForce = EffectStudy.change(with, without, from: from, to: rolledBack.map { adopted + $0 })
        return Effect(
            seed: seed, action: chosen.action, source: chosen.source, predicted: chosen.gain ?? 0,
            predictedLow: chosen.gainLow ?? 0, effect: change, rolledBackSeconds: rolledBack,
            effectInForce: inForce,
            harm: harmEpochs.map { takeBack(decision.number, at: $0, with, without, adopted: adopted) },
            missed: with.missed(from: from), missedWithout: without.missed(from: from))
    }

    /// Runs until an action is adopted.
    private func adoption(_ run: EffectRun) -> LanguageDecision? {
        while run.arm.adopted == nil {
            guard run.seconds < patienceSeconds else { return nil }
            run.run(seconds: 0.5)
        }
        return run.arm.adopted
    }

    /// Repeats the run, takes the decision back in an epoch, and goes on to the end.
    private func takeBack(
        _ number: UInt64, at epochs: Int, _ with: EffectRun, _ without: EffectRun, adopted: Double
    ) -> Harm {
        var harm = Harm(seconds: Double(epochs) * with.epochSeconds - adopted)
        if let earlier = with.arm.rolledBack(number), Int(earlier) < epochs {
            harm.epochs = 0
            harm.effectAfter = EffectStudy.change(with, without, from: adopted + harm.seconds + 1)
            return harm
        }
        guard let back = EffectRun(self, seed: with.seed) else { return harm }
        back.run(epochs: epochs)
        back.arm.condemn(number)
        back.run(epochs: with.epochs - epochs)
        // Harm established at the very end is taken back all the same.
        if back.arm.releasedEpoch == nil { back.run(seconds: 1) }
        harm.epochs = back.arm.releasedEpoch.map { Int($0) - epochs }
        harm.effectAfter = EffectStudy.change(back, without, from: adopted + harm.seconds + 1)
        return harm
    }

    /// Network value of one run over that of another, less 1, to the end or to a moment; nil where no whole second is
    /// left.
    private static func change(_ run: EffectRun, _ fork: EffectRun, from: Double, to end: Double? = nil) -> Double? {
        let end = end ?? fork.seconds
        let values = run.values(from: from, to: end)
        let others = fork.values(from: from, to: end)
        guard !values.isEmpty, values.count == others.count else { return nil }
        return values.reduce(0, +) / others.reduce(0, +) - 1
    }
}

/// One run of a study.
private final class EffectRun: ClusterObserver {
    let seed: UInt64
    let arm: EffectArm
    private let plan: WiringPlan
    private let simulation: Simulation
    private(set) var epochs = 0

    /// Random proposals of a cycle.
    private static let draws = 8

    /// nil where a trace is missing.
    init?(_ study: EffectStudy, seed: UInt64, blockedFrom: UInt64? = nil) {
        var plan = study.plan
        plan.network.seed = seed
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        let arm = EffectArm(blockedFrom: blockedFrom)
        let random = RandomProposer(ActionBounds(network: plan.network), seed: seed)
        let proposer = study.proposer
        let worker = TwinWorker(
            think: { job, _ in
                var thought = Thought(number: job.number)
                switch proposer {
                case .rules: break
                case .random: thought.forms = random.forms(EffectRun.draws, cycle: job.number)
                case .menu: thought.forms = MenuProposer(job.menu, seed: seed).forms(EffectRun.draws, cycle: job.number)
                }
                return thought
            }, collect: { _, _ in OperatorMail(arm.entries()) })
        options.orchestratorJobs = { job in
            if case .think(let think, _) = job { arm.note(cycle: think.number) }
            if case .whatIf(_, let number, _) = job, arm.isClosed { return .played([], number: number) }
            return worker.execute(job)
        }
        options.onRecord = { record, _ in arm.recorded(record) }
        guard let simulation = try? Simulation(plan: plan, options: options) else { return nil }
        (self.seed, self.arm, self.plan, self.simulation) = (seed, arm, plan, simulation)
    }

    var epochSeconds: Double { plan.network.epoch.seconds }
    var seconds: Double { Double(epochs) * epochSeconds }

    func run(seconds: Double) { run(epochs: max(1, Int((seconds / epochSeconds).rounded()))) }

    func run(epochs count: Int) {
        // The simulation holds its watcher.
        simulation.watcher = self
        simulation.run(epochs: count)
        simulation.watcher = nil
        epochs += count
    }

    func delivered(_ envelope: Envelope) {
        arm.delivered(envelope, epoch: UInt64(simulation.cluster.now.nanoseconds / plan.network.epoch.nanoseconds))
    }

    func recorded(_ record: Record, by node: NodeID) {}

    /// Network values of the seconds that end in a range, Mbit/s.
    func values(from: Double, to: Double) -> [Double] {
        arm.values(from: from, to: to, alpha: plan.network.game.alpha)
    }

    /// Part of the UE-seconds since then with less than guaranteed; nil where nothing is.
    func missed(from: Double) -> Double? {
        var book = SliceBook(network: plan.network)
        let slices = simulation.radioNetwork?.role.network.emulated?.sliceOfUE ?? []
        for window in arm.windows(from: from, to: seconds) { book.add(window, sliceOfUE: slices) }
        let guaranteed = book.services.filter { $0.guaranteedMbps > 0 && $0.ueSeconds > 0 }
        let total = guaranteed.reduce(0) { $0 + $1.ueSeconds }
        guard total > 0 else { return nil }
        return guaranteed.reduce(0) { $0 + $1.missedPart * Double($1.ueSeconds) } / Double(total)
    }
}
