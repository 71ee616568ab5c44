internal import DTNetMessages
internal import Glibc
internal import NetworkModel
internal import Numerics
internal import ResourceAllocation
internal import TwinProtocol

/// The leader's side of the game: the problem on its twin, the solver, and what came out of it.
struct LeaderGame: Sendable {
    let assembler: ProblemAssembler
    private let network: NetworkConfiguration
    private let settings: LeaderSettings
    private let scope: LeaderScope
    private let isRegional: Bool
    private var kernel = PricingKernel()
    private var wmmse = WMMSE()
    /// Powers that WMMSE has gone on to since its last decision.
    private var ahead: [Double]?
    private var decisions: UInt64 = 0
    /// Solver in use: as configured, or as chosen; and why.
    private(set) var solver: SolverKind
    private(set) var reason: String?
    /// Size that the solver was chosen for.
    private var chosenSize: Int?
    /// Load of each cell of the network as reported; 1 where nothing was.
    private var load: [Double]
    private(set) var problem: Problem?
    /// Powers decided, C x K watts; rows of cells that are not the leader's hold what it assumes of them.
    private(set) var powerWatts: [Double] = []
    /// Prices per watt, C x K; on cells of others the charge to quote to their leader.
    private(set) var price: [Double] = []
    /// Where gains per subband fade from one decision to the next, powers start a fifth of the way to equal power, and
    /// a round takes one step of the shares: in the few rounds that there are, more bring nothing.
    private static let fadingMix: Float = 0.2
    /// Part of uneven powers that WMMSE starts with: less follows the twin's problem closer, more the field's value.
    private static let wmmseMix = 0.2
    /// Network value on the twin over the leader's users, Mbit/s; renewed by `appraise`.
    private(set) var twinValueMbps = 0.0
    /// UEs of the problem, in its order.
    private(set) var ues: [UInt32] = []
    /// Slice of each UE, empty where there are none; linear gain of its beam, empty where cells have no beams.
    private var slices: [UInt32] = []
    private var steering: [Double] = []
    /// Standard deviation of every link of the problem, U x L dB; empty where no schemes are recommended.
    private var linkDeviationDb: [Float] = []
    /// Association decided last: UEs and the cells that are to serve them.
    private(set) var associationUE: [UInt32] = []
    private(set) var associationCell: [UInt32] = []
    private var associatedDecision: UInt64 = 0
    /// Decisions between two associations.
    private let associationPeriod: UInt64
    private var averageReach: ReachAverage
    /// A UE moves for this part of its rate or more. With the average of what UEs reach it keeps them from going to and
    /// fro: a handover costs signalling that no rate shows.
    private static let leastAssociationGain = 0.05

    init(network: NetworkConfiguration, scope: LeaderScope, settings: LeaderSettings) {
        self.network = network
        self.settings = settings
        self.scope = scope
        assembler = ProblemAssembler(network: network)
        associationPeriod = UInt64(max(1, (0.1 / network.epoch.seconds).rounded()))
        averageReach = ReachAverage(secondsPerDecision: Double(associationPeriod) * network.epoch.seconds)
        load = Array(repeating: 1, count: network.cells.count)
        isRegional = network.hierarchy == .decentralised
        solver = network.game.solver == .auto ? .pricing : network.game.solver
        kernel.settings.usesPrices = network.game.prices
        if network.reportedSubbands > 1 {
            kernel.settings.warmMix = LeaderGame.fadingMix
            kernel.settings.shareSteps = 1
        }
        if network.sharesAreEven {
            // Shares start equal, and no step leads away from that.
            (kernel.settings.shareSteps, kernel.settings.closingShareSteps, wmmse.shareSteps) = (0, 0, 0)
        }
        if network.recommendsMCS { SchemeAdvice.prepare() }
    }

    /// `false` for the baseline that decides nothing.
    var decides: Bool { network.game.solver != .none && problem != nil }

    /// Solves on the pooled reports; returns the rounds played.
    ///
    /// - Parameter controls: the caps that L3 has set.
    mutating func solve(
        _ reports: [EdgeReport], policy: PolicyInForce, border: BorderState, controls: PolicyControls
    ) -> Int {
        decisions += 1
        for cell in load.indices { load[cell] = 1 }
        for report in reports {
            for (index, cell) in report.cell.enumerated() {
                load[Int(cell)] = min(1, max(0.05, Double(report.load[index])))
            }
        }
        let problem = assembler.assemble(
            reports.map(\.snapshot), powerBudgetWatts: policy.powerBudgetWatts, load: load,
            powerCapWatts: {
                [subbands = network.carrier.subbands] in
                controls.capWatts(cell: UInt32($0), subbands: subbands)
            }, highestMCS: { controls.highestMCS(cell: UInt32($0)) })
        self.problem = problem
        if network.decidesPerUE { note(reports, problem) }
        var budget = settings.budget(isFirst: decisions == 1)
        if network.game.solver == .auto { choose(problem) }
        switch solver {
        case .pricing, .auto:
            let outcome = kernel.solve(problem, start: .previous, scope: kernelScope(border), budget: &budget)
            powerWatts = kernel.powerWatts(problem)
            price = kernel.pricePerWatt(problem)
            EqualPower.fillIdle(problem, cells: scope.owns, &powerWatts)
            if network.game.prices {
                EqualPower.fillFree(problem, cells: scope.owns, pricePerWatt: price, &powerWatts)
            }
            return outcome.rounds
        case .wmmse:
            powerWatts = wmmse.solve(problem, startWatts: wmmseStart(problem, ahead ?? powerWatts), budget: &budget)
            ahead = nil
            EqualPower.fillIdle(problem, cells: scope.owns, &powerWatts)
            price = Array(repeating: 0, count: powerWatts.count)
            return budget.spent
        case .random:
            powerWatts = RandomPower.powerWatts(problem, seed: CounterGenerator.mix(network.seed &+ decisions))
            price = Array(repeating: 0, count: powerWatts.count)
            return 1
        case .none:
            powerWatts = EqualPower.powerWatts(problem)
            price = Array(repeating: 0, count: powerWatts.count)
            return 0
        }
    }

    /// Keeps who the problem's UEs are.
    private mutating func note(_ reports: [EdgeReport], _ problem: Problem) {
        var next = problem.cellStart.map(Int.init)
        ues = Array(repeating: 0, count: problem.ues)
        let isSliced = !network.slices.isEmpty && reports.allSatisfy { $0.ueSlice.count == $0.ue.count }
        let isSteered = network.beams > 1 && reports.allSatisfy { $0.beamGainDb.count == $0.ue.count }
        slices = isSliced ? ues : []
        steering = isSteered ? Array(repeating: 1, count: problem.ues) : []
        linkDeviationDb =
            network.recommendsMCS
            ? Array(repeating: SchemeAdvice.usualDeviationDb, count: problem.ues * problem.links) : []
        for report in reports {
            for (index, cell) in report.snapshot.ueCell.enumerated() {
                let place = next[Int(cell)]
                next[Int(cell)] += 1
                ues[place] = report.ue[index]
                if isSliced { slices[place] = report.ueSlice[index] }
                if isSteered { steering[place] = pow(10, Double(report.beamGainDb[index]) / 10) }
                let links = report.snapshot.links
                guard !linkDeviationDb.isEmpty, !report.deviationDb.isEmpty else { continue }
                for link in 0..<links {
                    linkDeviationDb[place * problem.links + link] = report.deviationDb[index * links + link]
                }
            }
        }
    }

    /// Decides anew which cells serve the leader's UEs, once the decision of the epoch is on its way: ten times a
    /// second, no more often than every epoch. A handover takes longer than that to pay.
    ///
    /// - Parameter controls: the users that L3 moves; they go where it says, the others settle around them.
    mutating func associate(_ controls: PolicyControls) {
        guard network.game.association == .leader, decides, let problem else { return }
        guard associatedDecision == 0 || decisions >= associatedDecision + associationPeriod else { return }
        associatedDecision = decisions
        var reach = FairAssociation.reach(
            problem, powerWatts: powerWatts, steering: steering, cellCeiling: cellCeilings(controls))
        averageReach.average(&reach, of: problem, ids: ues)
        let moved = ues.map { controls.cell(movedUE: $0).map { Int32($0) } ?? -1 }
        var solver = FairAssociation()
        solver.leastGain = LeaderGame.leastAssociationGain
        let cells = solver.solve(problem, reach: reach, candidates: scope.owns, fixed: moved)
        (associationUE, associationCell) = ([], [])
        for (ue, cell) in zip(ues, cells) where cell >= 0 {
            associationUE.append(ue)
            associationCell.append(UInt32(cell))
        }
    }

    /// Ceiling of the spectral efficiency that a user would have in each cell; empty where no policy caps schemes.
    private func cellCeilings(_ controls: PolicyControls) -> [Double] {
        guard controls.capsMCS else { return [] }
        let most = network.carrier.maxSpectralEfficiency
        return network.cells.map { MCSTable.ceiling(controls.highestMCS(cell: $0.id.rawValue), most: most) }
    }

    /// Shares of the UEs of the leader's cells at the powers decided, U x K in the order of `ues`; within each cell
    /// every slice has its part.
    mutating func shares(_ controls: PolicyControls) -> [Float] {
        guard let problem else { return [] }
        let decided =
            solver == .pricing
            ? kernel.shares(problem)
            : ShareSolver(steps: 64, tolerance: 1e-3).solved(problem, powerWatts: powerWatts)
        let shares = decided.map { Float(max(0, $0)) }
        guard !slices.isEmpty else { return shares }
        return SliceShares.fit(shares, of: problem, slice: slices, part: controls.sliceShares)
    }

    /// Recommends the schemes that carry most on average at the powers decided.
    func recommend(in directive: inout Directive) {
        guard network.recommendsMCS, let problem, ues.count == problem.ues, !ues.isEmpty else { return }
        directive.recommend(
            SchemeAdvice.schemes(
                problem, powerWatts: powerWatts, linkDeviationDb: linkDeviationDb, none: Directive.noMCS), to: ues)
    }

    /// Chooses the solver where the problem's size is another than before. Records are of cold starts; a leader that is
    /// warm does better than they say, with either.
    private mutating func choose(_ problem: Problem) {
        let size = SolverSelector.sizeLog2(gains: problem.ues * problem.links * problem.subbands)
        guard size != chosenSize else { return }
        chosenSize = size
        guard network.hierarchy == .fullyCentralised else {
            reason = "the pricing kernel alone announces prices"
            return
        }
        let choice = SolverSelector().choose(
            sizeLog2: size, hasFreeChoice: false, deadlineMs: settings.time.seconds * 1e3, among: [.pricing, .wmmse])
        solver = choice.solver == .wmmse ? .wmmse : .pricing
        reason = choice.reason
    }

    /// Works ahead for the next decision once this one is on its way. Gains that fade are others by then, and leave
    /// nothing to work ahead on.
    mutating func prepare(border: BorderState) {
        guard network.reportedSubbands == 1, let problem else { return }
        var budget = settings.preparation()
        switch solver {
        case .pricing: kernel.prepare(problem, scope: kernelScope(border), budget: &budget)
        case .wmmse: ahead = wmmse.solve(problem, startWatts: wmmseStart(problem, powerWatts), budget: &budget)
        case .auto, .random, .none: break
        }
    }

    /// The powers reached with a little of uneven ones, those alone before the first decision: WMMSE never leaves a
    /// power of 0, and between subbands of equal gain nothing would tell it which to leave to whom.
    private func wmmseStart(_ problem: Problem, _ reached: [Double]) -> [Double] {
        let uneven = RandomPower.powerWatts(problem, seed: CounterGenerator.mix(network.seed))
        guard reached.count == uneven.count else { return uneven }
        let part = LeaderGame.wmmseMix
        return zip(reached, uneven).map { (1 - part) * $0 + part * $1 }
    }

    private func kernelScope(_ border: BorderState) -> PricingKernel.Scope {
        guard isRegional else { return PricingKernel.Scope() }
        return PricingKernel.Scope(
            ownCells: scope.owns, outsidePowerWatts: border.powerWatts,
            borderChargePerWatt: network.game.prices ? border.totalCharge(load: load) : nil)
    }

    /// Renews `twinValueMbps`, after the decision is on its way and every 64th time only: it costs as much as a round.
    mutating func appraise() {
        guard decisions % 64 == 1, let problem else { return }
        let shares = solver == .pricing ? kernel.shares(problem) : nil
        twinValueMbps = Evaluation(problem, powerWatts: powerWatts, shares: shares).networkValueMbps
    }

    /// Rows of a C x K array for some cells, as the wire carries them.
    func rows(of values: [Double], cells: [UInt32]) -> [Float] {
        let subbands = network.carrier.subbands
        var result: [Float] = []
        result.reserveCapacity(cells.count * subbands)
        for cell in cells {
            for k in 0..<subbands { result.append(Float(max(0, values[Int(cell) * subbands + k]))) }
        }
        return result
    }

    /// Powers as they disturb on average: weighted with the load of their cells.
    var loadedPowerWatts: [Double] {
        let subbands = network.carrier.subbands
        return powerWatts.indices.map { powerWatts[$0] * load[$0 / subbands] }
    }

    /// All cells of the network but these, ascending.
    func others(than cells: [CellID]) -> [UInt32] {
        var excluded = Array(repeating: false, count: network.cells.count)
        for cell in cells { excluded[cell.index] = true }
        return excluded.indices.filter { !excluded[$0] }.map(UInt32.init)
    }
}
