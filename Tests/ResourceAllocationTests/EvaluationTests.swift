import Glibc
import ResourceAllocation
import Testing

@Suite struct EvaluationTests {
    /// Two cells, one UE each, one subband: everything by hand.
    func pair(alpha: Double = 1, demandBps: Double = .infinity, load: Double = 1) -> Problem {
        Problem(
            subbands: 1, links: 2, alpha: alpha, snrGap: 2, maxSpectralEfficiency: 6, bandwidthHz: [2e6],
            powerBudgetWatts: [10, 10], powerCapWatts: [10, 10], load: [load, load], cellStart: [0, 1, 2],
            weight: [1, 3], demandBps: [demandBps, .infinity], linkCell: [0, 1, 1, -1], gain: [0.5, 0.1, 0.25, 0],
            backgroundWatts: [1, 1])
    }

    @Test func ratesAreThoseOfTheFormula() {
        let rates = Evaluation.rates(pair(load: 0.5), powerWatts: [8, 4], shares: [1, 0.5])
        // UE 0: S = 4, T = 1 + 0.5 * 4 * 0.1 = 1.2; UE 1 has no interfering link: S = 1, T = 1.
        #expect(abs(rates[0] - 2 * log2(1 + 4 / 2.4)) < 1e-7)
        #expect(abs(rates[1] - 0.5 * 2 * log2(1.5)) < 1e-12)
    }

    @Test func ceilingAndDemandLimitARate() {
        var rates = Evaluation.rates(pair(demandBps: 5e5), powerWatts: [8, 0], shares: [1, 1])
        #expect(rates == [0.5, 0])
        let strong = Problem(
            subbands: 1, links: 1, snrGap: 1, maxSpectralEfficiency: 6, bandwidthHz: [2e6], powerBudgetWatts: [10],
            powerCapWatts: [10], load: [1], cellStart: [0, 1], weight: [1], demandBps: [.infinity], linkCell: [0],
            gain: [1], backgroundWatts: [1e-9])
        rates = Evaluation.rates(strong, powerWatts: [10], shares: [0.25])
        #expect(rates == [3])
    }

    @Test func networkValueIsTheWeightedPowerMean() {
        let rates = [4.0, 1.0]
        let weight = [1.0, 3.0]
        #expect(abs(Evaluation.networkValue(rateMbps: rates, weight: weight, alpha: 1) - pow(4, 0.25)) < 1e-12)
        #expect(abs(Evaluation.networkValue(rateMbps: rates, weight: weight, alpha: 0) - 7.0 / 4) < 1e-12)
        #expect(abs(Evaluation.networkValue(rateMbps: rates, weight: weight, alpha: 2) - 4 / 3.25) < 1e-12)
        let floored = Evaluation.networkValue(rateMbps: [0, 1], weight: [1, 1], alpha: 1)
        #expect(abs(floored - (1e-3).squareRoot()) < 1e-12)
    }

    @Test(arguments: [0.5, 1, 2])
    func kernelsObjectiveIsTheFormula(alpha: Double) {
        var small = SmallProblem()
        small.alpha = alpha
        let problem = small.problem()
        var kernel = PricingKernel()
        var budget = Budget(rounds: 20)
        let outcome = kernel.solve(problem, start: .equalPower, budget: &budget)
        let exact = utility(problem, kernel.powerWatts(problem), kernel.shares(problem))
        #expect(abs(outcome.objective - exact) < 3e-6 * abs(exact) + 1e-5)
    }

    @Test func restrictedProblemKeepsItsUEsRates() {
        let small = SmallProblem()
        let problem = small.problem()
        let part = problem.restricted(toUEsOf: [false, true, true])
        let powers = small.powers(problem)
        let all = Evaluation.rates(problem, powerWatts: powers, shares: small.shares())
        let some = Evaluation.rates(part, powerWatts: powers, shares: Array(small.shares().dropFirst(15)))
        #expect(part.ues == 6 && part.cellStart == [0, 0, 3, 6])
        #expect(Array(all.dropFirst(3)) == some)
    }
}
