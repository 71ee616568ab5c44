import Glibc
import Numerics
import ResourceAllocation
import Testing

/// Association by load against every association that there is.
@Suite struct FairAssociationTests {
    /// A problem of few UEs with links to all cells; gains over `decades`.
    private static func problem(
        seed: UInt64, cells: Int, ues: Int, alpha: Double, decades: Double = 3, hasEqualWeights: Bool = false
    ) -> (problem: Problem, powers: [Double]) {
        let draw = CounterGenerator(seed: seed, purpose: 7)
        let subbands = 3
        let serving = (0..<ues).map { Int(draw.bits(UInt64($0), 0) % UInt64(cells)) }.sorted()
        var start = [Int32](repeating: 0, count: cells + 1)
        for cell in serving { start[cell + 1] += 1 }
        for cell in 0..<cells { start[cell + 1] += start[cell] }
        var links: [Int32] = []
        var gains: [Double] = []
        for (u, cell) in serving.enumerated() {
            links += ([cell] + (0..<cells).filter { $0 != cell }).map(Int32.init)
            for l in 0..<cells {
                for k in 0..<subbands {
                    gains.append(pow(10, -9 - decades * draw.uniform(UInt64(u), UInt64(1 + l * 8 + k))))
                }
            }
        }
        let problem = Problem(
            subbands: subbands, links: cells, alpha: alpha, snrGap: 2, maxSpectralEfficiency: 7.4,
            bandwidthHz: Array(repeating: 1e6, count: subbands),
            powerBudgetWatts: Array(repeating: 10, count: cells),
            powerCapWatts: Array(repeating: 10, count: cells * subbands), load: Array(repeating: 1, count: cells),
            cellStart: start, weight: (0..<ues).map { hasEqualWeights ? 1 : 0.5 + draw.uniform(UInt64($0), 99) },
            demandBps: Array(repeating: .infinity, count: ues), linkCell: links, gain: gains,
            backgroundWatts: Array(repeating: 1e-13, count: ues * subbands))
        return (problem, Array(repeating: 3, count: cells * subbands))
    }

    /// What a UE reaches ends at the ceiling of the cell that would serve it, not at that of its own.
    @Test func aCellsCeilingBoundsWhoeverItServes() {
        let (problem, powers) = Self.problem(seed: 3, cells: 3, ues: 9, alpha: 1)
        let free = FairAssociation.reach(problem, powerWatts: powers, steering: [])
        let ceilings = [7.4, 0.5, 7.4]
        let capped = FairAssociation.reach(problem, powerWatts: powers, steering: [], cellCeiling: ceilings)
        var lowered = 0
        for u in 0..<problem.ues {
            for l in 0..<problem.links {
                let place = u * problem.links + l
                guard problem.cell(ue: u, link: l) == 1 else {
                    #expect(capped[place] == free[place])
                    continue
                }
                // Three subbands of 1 MHz.
                #expect(capped[place] <= 1.5 + 1e-4 && capped[place] <= free[place])
                lowered += capped[place] < free[place] ? 1 : 0
            }
        }
        #expect(lowered > 0)
    }

    private static func best(_ problem: Problem, _ powers: [Double], cells: Int, ues: Int) -> Double {
        var best = -Double.infinity
        var cellOfUE = [Int32](repeating: 0, count: ues)
        for code in 0..<Int(pow(Double(cells), Double(ues))) {
            var rest = code
            for u in 0..<ues { (cellOfUE[u], rest) = (Int32(rest % cells), rest / cells) }
            best = max(best, FairAssociation().value(problem, powerWatts: powers, cellOfUE: cellOfUE))
        }
        return best
    }

    @Test(arguments: [0.5, 1.0, 2.0]) func nearTheBestOfAll(alpha: Double) {
        var (sum, worst) = (0.0, 0.0)
        let drops = 40
        for seed in 0..<UInt64(drops) {
            let (problem, powers) = Self.problem(seed: seed, cells: 3, ues: 7, alpha: alpha)
            let solver = FairAssociation()
            let start = solver.value(problem, powerWatts: powers, cellOfUE: problem.servingCell)
            let found = solver.value(
                problem, powerWatts: powers, cellOfUE: solver.solve(problem, powerWatts: powers))
            let best = Self.best(problem, powers, cells: 3, ues: 7)
            #expect(found >= start - 1e-9 && found <= best + 1e-9, "seed \(seed)")
            // What is left to the best, in parts of what there was to gain.
            let left = best - start > 1e-9 ? (best - found) / (best - start) : 0
            (sum, worst) = (sum + left, max(worst, left))
        }
        #expect(sum / Double(drops) < 0.05, "alpha \(alpha): \(sum / Double(drops)) left on average")
        #expect(worst < 0.5, "alpha \(alpha): \(worst) left at worst")
    }

    /// The value is that of rates divided fairly: for alpha = 1 a cell's UEs get parts in proportion to their weights.
    @Test func theValueIsThatOfFairShares() {
        let (problem, powers) = Self.problem(seed: 5, cells: 3, ues: 6, alpha: 1)
        let serving = problem.servingCell
        let weight = problem.weight
        var shares: [Double] = []
        for u in 0..<6 {
            let whole = (0..<6).reduce(0) { serving[$1] == serving[u] ? $0 + weight[$1] : $0 }
            shares += Array(repeating: weight[u] / whole, count: 3)
        }
        let rates = Evaluation.rates(problem, powerWatts: powers, shares: shares)
        let expected = (0..<6).reduce(0) { $0 + weight[$1] * log(rates[$1]) }
        let value = FairAssociation().value(problem, powerWatts: powers, cellOfUE: serving)
        #expect(abs(value - expected) < 1e-3 * max(1, abs(expected)))
    }

    @Test func staysWithinTheCellsThatMayServe() {
        for seed in 0..<UInt64(20) {
            let (problem, powers) = Self.problem(seed: seed, cells: 4, ues: 9, alpha: 1)
            let found = FairAssociation().solve(
                problem, powerWatts: powers, candidates: [true, true, false, false])
            for (now, before) in zip(found, problem.servingCell) where now >= 2 { #expect(now == before) }
            // Whoever is better served outside is left to others, and there are some.
            #expect(found.contains(-1), "seed \(seed)")
        }
    }

    @Test func aBeamOnTheServingLinkIsNoReasonToStay() {
        let (problem, powers) = Self.problem(seed: 3, cells: 3, ues: 8, alpha: 1)
        // The same problem as reports with beams of 9 dB give it.
        let steering = Array(repeating: 8.0, count: 8)
        let links = (0..<8).flatMap { u in (0..<3).map { Int32(problem.cell(ue: u, link: $0) ?? -1) } }
        let gains = (0..<8).flatMap { u in
            (0..<3).flatMap { l in (0..<3).map { problem.gain(ue: u, link: l, subband: $0) * (l == 0 ? 8 : 1) } }
        }
        let steered = Problem(
            subbands: 3, links: 3, alpha: 1, snrGap: 2, maxSpectralEfficiency: 7.4,
            bandwidthHz: problem.bandwidthHz, powerBudgetWatts: problem.powerBudgetWatts,
            powerCapWatts: Array(repeating: 10, count: 9), load: [1, 1, 1], cellStart: problem.cellStart,
            weight: problem.weight, demandBps: Array(repeating: .infinity, count: 8), linkCell: links, gain: gains,
            backgroundWatts: Array(repeating: 1e-13, count: 24))
        // Whichever cell serves, its beam is on the signal and not on the interference.
        let naive = FairAssociation().solve(steered, powerWatts: powers)
        let fair = FairAssociation().solve(steered, powerWatts: powers, steering: steering)
        let value = { (cells: [Int32]) in
            FairAssociation().value(steered, powerWatts: powers, steering: steering, cellOfUE: cells)
        }
        #expect(value(fair) >= value(naive))
        #expect(value(fair) > value(problem.servingCell))
    }

    /// Association by load, at equal weights, as an auction of PRBs: a UE takes one of its cell, and what a cell is
    /// worth with few UEs is what others who come to it alone would give for its PRBs. The auction's dual is a bound.
    private static func boundOfTheAuction(_ problem: Problem, reach: [Double]) throws -> Double {
        let (cells, ues, links) = (problem.cells, problem.ues, problem.links)
        let worth = { (members: Int) in members < 1 ? 0 : -Double(members) * log(Double(members)) }
        let offset = worth(ues - 1) - worth(ues) - (reach.map { log($0) }.min() ?? 0)
        var (start, cell, value): ([Int32], [Int32], [Double]) = ([0], [], [])
        for u in 0..<ues {
            for l in 0..<links {
                cell.append(Int32(problem.cell(ue: u, link: l) ?? 0))
                value.append(log(reach[u * links + l]) + offset)
            }
            start.append(Int32(cell.count))
        }
        for c in 0..<cells {
            for member in 1...ues {
                cell.append(Int32(c))
                value.append(worth(member - 1) - worth(member))
                start.append(Int32(cell.count))
            }
        }
        let task = try AssociationProblem(
            capacity: Array(repeating: Int32(ues), count: cells), start: start, cell: cell,
            need: Array(repeating: 1, count: cell.count), value: value)
        var solver = PricedAssociation()
        solver.priceSteps = 1_000
        solver.tolerance = 1e-7
        var budget = Budget(rounds: 1_000)
        return solver.solve(task, budget: &budget).bound - Double(ues) * offset + Double(cells) * worth(ues)
    }

    /// What single moves leave to the best association, at the size that roles have: the auction's own bound says it.
    @Test func nearTheBoundOfTheAuction() throws {
        var sum = 0.0
        let drops = 10
        for seed in 0..<UInt64(drops) {
            let (problem, powers) = Self.problem(seed: seed, cells: 7, ues: 70, alpha: 1, hasEqualWeights: true)
            let reach = FairAssociation.reach(problem, powerWatts: powers, steering: [])
            let bound = try Self.boundOfTheAuction(problem, reach: reach)
            let solver = FairAssociation()
            let found = solver.value(
                problem, powerWatts: powers, cellOfUE: solver.solve(problem, powerWatts: powers))
            let start = solver.value(problem, powerWatts: powers, cellOfUE: problem.servingCell)
            #expect(start < found && found <= bound + 1e-3, "seed \(seed): \(found) of \(bound)")
            sum += (bound - found) / 70
        }
        #expect(sum / Double(drops) < 0.002, "\(sum / Double(drops)) of a UE's rate left to the bound")
    }

    @Test func othersSettleAroundUsersWhoAreMoved() {
        // Two cells without interference that all UEs hear alike, three UEs each.
        let problem = Problem(
            subbands: 1, links: 2, snrGap: 2, maxSpectralEfficiency: 7, bandwidthHz: [1e6],
            powerBudgetWatts: [1, 1], powerCapWatts: [1, 1], load: [0, 0], cellStart: [0, 3, 6],
            weight: Array(repeating: 1, count: 6), demandBps: Array(repeating: .infinity, count: 6),
            linkCell: [0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0], gain: Array(repeating: 1e-10, count: 12),
            backgroundWatts: Array(repeating: 1e-12, count: 6))
        let reach = FairAssociation.reach(problem, powerWatts: [1, 1], steering: [])
        let solver = FairAssociation()
        #expect(solver.solve(problem, reach: reach) == [0, 0, 0, 1, 1, 1])
        let found = solver.solve(problem, reach: reach, fixed: [1, 1, -1, -1, -1, -1])
        #expect(found[0] == 1 && found[1] == 1 && found.count { $0 == 1 } == 3, "\(found)")
        // Where their cell is another region's, or one without a link, they are still left where they are sent.
        let away = solver.solve(problem, reach: reach, candidates: [true, false], fixed: [1, 5, -1, -1, -1, -1])
        #expect(away[0] == 1 && away[1] == 5, "\(away)")
    }

    /// One UE hears two cells by turns 1 dB better and worse, as fading does.
    @Test func anAverageKeepsUsersFromFollowingTheirFading() {
        func moves(averages: Bool) -> Int {
            var average = ReachAverage(secondsPerDecision: 0.1)
            var solver = FairAssociation()
            solver.leastGain = 0.05
            var (cell, moves): (Int32, Int) = (0, 0)
            for decision in 0..<40 {
                let db = decision % 2 == 0 ? 0.5 : -0.5
                let gains = [1e-12 * pow(10, db / 10), 1e-12 * pow(10, -db / 10)]
                let problem = Problem(
                    subbands: 1, links: 2, snrGap: 2, maxSpectralEfficiency: 7, bandwidthHz: [1e6],
                    powerBudgetWatts: [1, 1], powerCapWatts: [1, 1], load: [0, 0],
                    cellStart: cell == 0 ? [0, 1, 1] : [0, 0, 1], weight: [1], demandBps: [.infinity],
                    linkCell: [cell, 1 - cell], gain: [gains[Int(cell)], gains[1 - Int(cell)]],
                    backgroundWatts: [1e-12])
                var reach = FairAssociation.reach(problem, powerWatts: [1, 1], steering: [])
                if averages { average.average(&reach, of: problem, ids: [7]) }
                let next = solver.solve(problem, reach: reach)[0]
                moves += next == cell ? 0 : 1
                cell = next
            }
            return moves
        }
        #expect(moves(averages: false) >= 38)
        #expect(moves(averages: true) <= 3, "\(moves(averages: true)) moves")
    }
}
