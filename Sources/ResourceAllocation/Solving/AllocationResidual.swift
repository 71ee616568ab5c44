extension AllocationReport {
    /// How far an allocation's powers are from an equilibrium of the followers at marginal-harm prices (DESIGN 11), for
    /// its choice; nil where nobody is served.
    package static func followerResidual(_ problem: ResourceProblem, _ allocation: Allocation) -> Double? {
        let powered = problem.powerProblem(allocation.choice, referenceWatts: allocation.powerWatts)
        guard powered.problem.ues > 0 else { return nil }
        var solver = ShareSolver()
        let shares = solver.solve(powered.problem, powerWatts: allocation.powerWatts)
        var kernel = PricingKernel()
        let prices = kernel.marginalHarmPrices(
            powered.problem, powerWatts: allocation.powerWatts, shares: shares)
        return Residuals(
            powered.problem, powerWatts: allocation.powerWatts, pricePerWatt: prices, shares: shares, search: nil
        ).follower
    }
}
