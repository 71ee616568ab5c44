/// One decision after the other: association from the last one's, then powers, then shares.
///
/// A controller of all cells, or of a region: then its cells serve the UEs whose strongest cell is one of them, the
/// others' powers are given, and what its cells' power does to others' UEs is charged at the prices that those quote.
/// A UE that no cell takes at its demand is served at best effort by its strongest cell. What a call finds is where the
/// next one starts.
package struct EpochDecision: Sendable {
    /// Stages in their order.
    package enum Stage: Int, Sendable, CaseIterable { case association, power, shares }

    /// An answer. UEs that are none of the region's have cell -1 and no shares.
    package struct Answer: Sendable {
        /// Cell of each UE, U values.
        package var cellOfUE: [Int32]
        /// Value of the association in weighted Mbit/s, and a bound on that of any.
        package var associationValue: Double
        package var associationBound: Double
        /// Powers of all cells, C x K watts: the region's, and the others' as they were given.
        package var powerWatts: [Double]
        /// Shares U x K.
        package var shares: [Double]
        /// Marginal harm of the power of each cell that is not decided here to the UEs served here, C x K utility per
        /// watt: what is quoted to others. Rows of own cells hold their prices.
        package var harmPerWatt: [Double]
    }

    /// Most rounds of the powers, and most steps of the shares after them, in a call.
    package var powerRounds = 48
    package var shareSteps = 64
    /// Where gains fade from epoch to epoch, the last powers' pattern over the subbands holds the iteration back: it
    /// starts so far towards equal power, which is worth 3 % of M.
    private static let fadingMix: Float = 0.9
    private var auction: PricedAssociation
    private let own: [Bool]?
    private var kernel: PricingKernel
    private var cellOfUE: [Int32] = []
    private var pricePerPRB: [Double] = []

    /// - Parameter ownCells: cells that are decided, C values; nil for all.
    package init(ownCells: [Bool]? = nil, seed: UInt64 = 1) {
        own = ownCells
        auction = EpochDecision.association(seed: seed)
        var settings = PricingKernel.Settings()
        settings.warmMix = EpochDecision.fadingMix
        kernel = PricingKernel(settings: settings)
    }

    /// The solver of the association: warm, it searches from the last sides, then anew from the prices.
    package static func association(seed: UInt64) -> PricedAssociation {
        var solver = PricedAssociation(seed: seed)
        solver.secondMovesPerCell = solver.movesPerCell
        return solver
    }

    /// Decides within `deadline`: 0.4 of it for the association, until 0.8 the powers, then the shares, whose steps are
    /// counted. With a deadline of 0 everything stays as far as it can.
    ///
    /// - Parameters:
    ///   - outsideWatts: powers of the cells that are not decided, C x K; nil is full power, equal over subbands.
    ///   - chargePerWatt: what others quote for the power of the cells decided, C x K; nil is 0.
    ///   - ended: called at the end of each stage.
    package mutating func decide(
        _ input: DecisionInput, outsideWatts: [Double]? = nil, chargePerWatt: [Double]? = nil, deadline: Deadline,
        ended: (Stage) -> Void = { _ in }
    ) -> Answer {
        var budget = deadline.budget(until: 0.4)
        var answer = associate(input, &budget)
        ended(.association)
        let (problem, ueOfRow) = input.powerProblem(answer.cellOfUE)
        let equal = input.powerWatts / Double(input.subbands)
        let outside = outsideWatts ?? Array(repeating: equal, count: input.cells * input.subbands)
        let scope = PricingKernel.Scope(
            ownCells: own, outsidePowerWatts: own == nil ? nil : outside, borderChargePerWatt: chargePerWatt)
        budget = Budget.part(of: deadline.budget(until: 0.8), rounds: powerRounds)
        _ = kernel.solve(problem, scope: scope, budget: &budget)
        answer.powerWatts = kernel.powerWatts(problem)
        answer.harmPerWatt = kernel.pricePerWatt(problem)
        ended(.power)
        var solver = ShareSolver(steps: shareSteps)
        let shares = solver.solve(problem, powerWatts: answer.powerWatts, shares: kernel.shares(problem))
        for (row, u) in ueOfRow.enumerated() {
            for k in 0..<input.subbands { answer.shares[u * input.subbands + k] = shares[row * input.subbands + k] }
        }
        ended(.shares)
        return answer
    }

    /// The association alone; the rest of the answer is empty.
    private mutating func associate(_ input: DecisionInput, _ budget: inout Budget) -> Answer {
        let ues = (0..<input.ues).filter { u in own.map { $0[Int(input.strongest(u))] } ?? true }
        let problem = input.associationProblem(ues, own: own)
        var start: AssociationOutcome?
        if cellOfUE.count == input.ues, pricePerPRB.count == input.cells {
            start = AssociationOutcome(
                cellOfUE: ues.map { cellOfUE[$0] }, value: 0, bound: .infinity, pricePerPRB: pricePerPRB)
        }
        let outcome = auction.solve(problem, start: start, budget: &budget)
        pricePerPRB = outcome.pricePerPRB
        cellOfUE = Array(repeating: -1, count: input.ues)
        var answer = Answer(
            cellOfUE: cellOfUE, associationValue: outcome.value, associationBound: outcome.bound, powerWatts: [],
            shares: Array(repeating: 0, count: input.ues * input.subbands), harmPerWatt: [])
        for (place, u) in ues.enumerated() {
            cellOfUE[u] = outcome.cellOfUE[place]
            answer.cellOfUE[u] = cellOfUE[u] < 0 ? input.strongest(u) : cellOfUE[u]
        }
        return answer
    }
}

extension EpochDecision {
    /// Network value M in Mbit/s of an association of all UEs, powers (C x K watts) and shares (U x K); shares nil are
    /// solved for.
    package static func networkValueMbps(
        _ input: DecisionInput, cellOfUE: [Int32], powerWatts: [Double], shares: [Double]?
    ) -> Double {
        let (problem, ueOfRow) = input.powerProblem(cellOfUE)
        guard let shares else { return Evaluation(problem, powerWatts: powerWatts).networkValueMbps }
        let rows = ueOfRow.flatMap { u in shares[(u * input.subbands)..<((u + 1) * input.subbands)] }
        return Evaluation(problem, powerWatts: powerWatts, fixedShares: rows).networkValueMbps
    }
}
