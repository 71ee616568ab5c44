/// Cells auction their PRBs, then UEs change sides while every cell packs its PRBs exactly.
///
/// 1. Prices. The dual `L(price)` of `AssociationProblem.dualBound` is convex and piecewise linear; a deflected
///    subgradient (Camerini, Fratta, Maffioli 1975) with Polyak's step towards the best association known lowers it. As
///    an auction: a cell in demand raises its price, one with PRBs left lowers it.
/// 2. Sides. Every UE is on the side of one cell, and every cell serves the best set of the UEs on its side: a 0/1
///    knapsack, solved exactly by dynamic programming over PRBs. The tables that it leaves tell what any UE would bring
///    to any cell and what its own would lose by it, so that all single changes of side are compared at once; the best
///    that is not tabu is made, better or not, and the best association seen is the answer (tabu search, Glover 1989).
///
/// A warm start takes the prices and the association of an earlier call.
package struct PricedAssociation: AssociationSolver {
    /// Most steps of the prices.
    package var priceSteps = 64
    /// Most steps of the prices after a warm start.
    package var warmPriceSteps = 16
    /// Most changes of side, per cell, and in all where that is fewer: a few cells take as many to be searched through.
    package var movesPerCell = 8
    package var leastMoves = 160
    /// The same after a warm start.
    package var warmMovesPerCell = 3
    package var leastWarmMoves = 32
    /// Most changes of side per cell in a second search after a warm start, from the sides that the prices give; 0
    /// leaves it out. It finds what the earlier association hides where much has changed, at the cost of a cold search.
    package var secondMovesPerCell = 0
    /// Stops once the value is within this part of the own bound.
    package var tolerance = 5e-4
    package var seed: UInt64

    package init(seed: UInt64 = 1) { self.seed = seed }

    /// One round of `budget` is eight steps of the prices or eight changes of side. Without any round the answer is the
    /// packing of the warm start, or of the opening prices.
    package mutating func solve(
        _ problem: AssociationProblem, start: AssociationOutcome? = nil, budget: inout Budget
    ) -> AssociationOutcome {
        let auction = AssociationAuction(problem)
        let isWarm = start?.pricePerPRB.count == problem.cells
        if let start, isWarm { auction.adopt(start) } else { auction.openPrices() }
        auction.takeSides(start?.cellOfUE)
        var left = isWarm ? warmPriceSteps : priceSteps
        while left > 0, !isDone(auction), budget.spend() {
            auction.descend(steps: min(8, left))
            left -= 8
        }
        auction.returnToBestPrices()
        if !isWarm { auction.takeSides(nil) }
        var search = AssociationAuction.Search(seed: seed)
        let moves = isWarm ? (warmMovesPerCell, leastWarmMoves) : (movesPerCell, leastMoves)
        changeSides(auction, &search, moves: max(moves.1, auction.cells * moves.0), &budget)
        if isWarm, secondMovesPerCell > 0, !isDone(auction), !budget.isExhausted {
            auction.takeSides(nil)
            changeSides(auction, &search, moves: max(leastWarmMoves, auction.cells * secondMovesPerCell), &budget)
        }
        return auction.outcome()
    }

    private func changeSides(
        _ auction: AssociationAuction, _ search: inout AssociationAuction.Search, moves: Int, _ budget: inout Budget
    ) {
        var left = moves
        while left > 0, !isDone(auction), budget.spend() {
            guard auction.changeSides(moves: min(8, left), &search) else { break }
            left -= 8
        }
    }

    private func isDone(_ auction: AssociationAuction) -> Bool {
        auction.bestValue >= (1 - tolerance) * auction.bestBound
    }
}
