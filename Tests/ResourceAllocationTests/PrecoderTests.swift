import Foundation
import Numerics
import ResourceAllocation
import Testing

@Suite struct PrecoderTests {
    private func drop(
        _ cells: Int, _ perCell: Int, _ sending: Int, _ receiving: Int, _ streams: Int, snrDb: Double = 10,
        seed: UInt64
    ) throws -> PrecodingProblem {
        try PrecodingProblem.drop(
            cells: cells, perCell: perCell, sending: sending, receiving: receiving, streams: streams, snrDb: snrDb,
            seed: seed)
    }

    private func solve(
        _ problem: PrecodingProblem, tolerance: Double = 1e-6, iterations: Int = 2_000, rounds: Int = .max
    ) -> PrecoderWMMSE.Outcome {
        var kernel = PrecoderWMMSE()
        (kernel.tolerance, kernel.maxIterations) = (tolerance, iterations)
        var budget = Budget(rounds: rounds)
        return kernel.solve(problem, budget: &budget)
    }

    private func keepsBudgets(_ problem: PrecodingProblem, _ precoders: [ComplexMatrix]) -> Bool {
        zip(problem.powers(precoders), problem.powerLimit).allSatisfy { $0 <= $1 * (1 + 1e-9) }
    }

    @Test(arguments: [(1, 1), (1, 4), (3, 1), (3, 2), (7, 2)])
    func theSumRateNeverFallsAndBudgetsAreKept(cells: Int, perCell: Int) throws {
        for (sending, receiving, streams) in [(1, 1, 1), (4, 1, 1), (4, 2, 1), (4, 2, 2), (8, 3, 2)] {
            for seed in 1...3 as ClosedRange<UInt64> {
                let problem = try drop(cells, perCell, sending, receiving, streams, seed: seed)
                let outcome = solve(problem, tolerance: 1e-4, iterations: 60)
                let place: Comment = "\(cells) x \(perCell), \(sending) x \(receiving), d \(streams), seed \(seed)"
                for (before, after) in zip(outcome.course, outcome.course.dropFirst()) {
                    #expect(after >= before * (1 - 1e-9), place)
                }
                #expect(keepsBudgets(problem, outcome.precoders), place)
                #expect(abs(problem.sumRate(outcome.precoders) - outcome.sumRate) <= 1e-9 * outcome.sumRate, place)
                #expect(outcome.sumRate >= problem.sumRate(LinearPrecoders.maximumRatio(problem)), place)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func oneAntennaEachIsTheScalarCase(seed: UInt64) throws {
        for users in [1, 2, 5, 9] {
            let problem = try drop(users, 1, 1, 1, 1, seed: seed)
            let limit = problem.powerLimit[0]
            let channel = try InterferenceChannel(
                users: users, gain: problem.channel.map(\.squaredNorm), powerLimit: limit)
            var scalar = InterferenceWMMSE()
            var budget = Budget(rounds: .max)
            // As many iterations as here, then to the fixed point.
            (scalar.tolerance, scalar.maxIterations) = (-.infinity, 40)
            let some = scalar.solve(channel, budget: &budget)
            let same = solve(problem, tolerance: -.infinity, iterations: 40)
            for (one, other) in zip(problem.powers(same.precoders), some.powers) {
                #expect(abs(one - other) < 1e-8 * limit, "K = \(users), seed \(seed)")
            }
            (scalar.tolerance, scalar.maxIterations) = (1e-12, 20_000)
            let fixed = channel.sumRate(scalar.solve(channel, budget: &budget).powers)
            let ours = solve(problem, tolerance: 1e-12, iterations: 20_000)
            #expect(abs(ours.sumRate - fixed) < 1e-6 * fixed, "K = \(users), seed \(seed)")
        }
    }

    /// Capacity of one link by water-filling over the squared singular values (Telatar 1999), found by deflation.
    private func capacity(_ channel: ComplexMatrix, limit: Double) -> Double {
        var gram = channel.gram
        var gains: [Double] = []
        for index in 0..<min(channel.rows, channel.columns) {
            var vector = ComplexMatrix(
                rows: gram.rows, columns: 1, elements: (0..<gram.rows).map { Complex(1, Double($0 + index)) })
            for _ in 0..<20_000 {
                let next = gram * vector
                vector = 1 / next.squaredNorm.squareRoot() * next
            }
            let value = (vector.adjoint * (gram * vector)).trace
            gains.append(value)
            let outer = vector * vector.adjoint
            for place in gram.elements.indices {
                gram.elements[place] = gram.elements[place] - value * outer.elements[place]
            }
        }
        for used in (1...gains.count).reversed() {
            let best = gains.sorted(by: >).prefix(used)
            let level = (limit + best.reduce(0) { $0 + 1 / $1 }) / Double(used)
            if level > 1 / best[used - 1] { return best.reduce(0) { $0 + log2(level * $1) } }
        }
        return 0
    }

    @Test(arguments: [(2, 2), (4, 2), (2, 4), (4, 4)])
    func aSingleUserReachesTheWaterFillingCapacity(sending: Int, receiving: Int) throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let problem = try drop(1, 1, sending, receiving, min(sending, receiving), seed: seed)
            let capacity = capacity(problem.channel[0], limit: problem.powerLimit[0])
            let reached = solve(problem, tolerance: 1e-10, iterations: 20_000).sumRate
            #expect(reached <= capacity * (1 + 1e-9), "seed \(seed)")
            #expect(reached >= capacity * (1 - 1e-4), "seed \(seed): \(reached) of \(capacity)")
        }
    }

    @Test func aCellOfSeveralUsersBeatsZeroForcingAndMaximumRatio() throws {
        for (users, sending, receiving, streams) in [(2, 2, 1, 1), (4, 4, 1, 1), (3, 8, 2, 2), (4, 8, 2, 1)] {
            var gain = 0.0
            for seed in 1...10 as ClosedRange<UInt64> {
                let problem = try drop(1, users, sending, receiving, streams, snrDb: 0, seed: seed)
                let others = [
                    try #require(LinearPrecoders.zeroForcing(problem)), LinearPrecoders.maximumRatio(problem),
                ]
                #expect(others.allSatisfy { keepsBudgets(problem, $0) })
                let best = others.map(problem.sumRate).max() ?? 0
                let ours = solve(problem).sumRate
                #expect(ours >= best, "\(users) users, \(sending) antennas, seed \(seed)")
                gain += 0.1 * (ours / best - 1)
            }
            #expect(gain > 0.03, "\(users) users, \(sending) antennas: \(gain)")
        }
        #expect(LinearPrecoders.zeroForcing(try drop(1, 3, 2, 1, 1, seed: 1)) == nil)
    }

    @Test func zeroForcingLeavesNothingBetweenUsers() throws {
        let problem = try drop(1, 3, 6, 2, 2, seed: 4)
        let precoders = try #require(LinearPrecoders.zeroForcing(problem))
        for user in 0..<3 {
            let own = (problem.ownChannel(user) * precoders[user]).squaredNorm
            for other in 0..<3 where other != user {
                #expect((problem.ownChannel(user) * precoders[other]).squaredNorm < 1e-18 * own)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func fifteenDecadesOfGainsStayFinite(seed: UInt64) throws {
        let draw = CounterGenerator(seed: seed, purpose: 0x5044)
        for (least, most) in [(-7.5, 7.5), (0, 15), (-15, 0), (-300, 0)] {
            for (sending, receiving, streams) in [(1, 1, 1), (4, 2, 2), (3, 3, 3)] {
                let (cells, users) = (2, 4)
                var key: UInt64 = 0
                let channel = (0..<(users * cells)).map { _ in
                    ComplexMatrix(
                        rows: receiving, columns: sending,
                        elements: (0..<(receiving * sending)).map { _ in
                            key += 1
                            let size = pow(10, 0.5 * draw.uniform(key, 1, in: least..<most))
                            let angle = 2 * .pi * draw.uniform(key, 2)
                            return Complex(size * cos(angle), size * sin(angle))
                        })
                }
                let problem = try PrecodingProblem(
                    cells: cells, sending: sending, receiving: receiving, streams: streams, cellOfUser: [0, 0, 1, 1],
                    channel: channel, powerLimit: [1, 2], weight: [1, 2, 1, 0.5])
                let outcome = solve(problem, tolerance: 1e-6, iterations: 100)
                let place: Comment = "seed \(seed), 1e\(least)...1e\(most), \(sending) x \(receiving)"
                #expect(outcome.course.allSatisfy { $0.isFinite && $0 >= 0 }, place)
                #expect(keepsBudgets(problem, outcome.precoders), place)
                #expect(outcome.precoders.allSatisfy { $0.squaredNorm.isFinite }, place)
                #expect(outcome.sumRate >= outcome.course[0], place)
            }
        }
    }

    @Test func aChannelOfZerosAndUsersWithoutACellAreAnswered() throws {
        let zero = ComplexMatrix(rows: 2, columns: 3)
        let silent = try PrecodingProblem(
            cells: 2, sending: 3, receiving: 2, streams: 2, cellOfUser: [0, 0],
            channel: [ComplexMatrix](repeating: zero, count: 4), powerLimit: [1, 1], weight: [1, 1])
        let outcome = solve(silent)
        #expect(outcome.sumRate == 0 && outcome.hasConverged && keepsBudgets(silent, outcome.precoders))
        #expect(outcome.precoders.allSatisfy { $0.squaredNorm.isFinite })
        var mixed = silent.channel
        mixed[0] = ComplexMatrix(
            rows: 2, columns: 3, elements: (0..<6).map { Complex(Double($0), 1) })
        let half = try PrecodingProblem(
            cells: 2, sending: 3, receiving: 2, streams: 2, cellOfUser: [0, 0], channel: mixed, powerLimit: [1, 1],
            weight: [1, 1])
        #expect(solve(half).sumRate > 1 && keepsBudgets(half, solve(half).precoders))
    }

    @Test func noTimeStillGivesPrecodersWithinTheBudgets() throws {
        let problem = try drop(3, 2, 4, 2, 1, seed: 9)
        let none = solve(problem, rounds: 0)
        #expect(none.iterations == 0 && !none.hasConverged && keepsBudgets(problem, none.precoders))
        #expect(none.sumRate > 0)
        var late = Budget(rounds: .max) { true }
        let outcome = PrecoderWMMSE().solve(problem, budget: &late)
        #expect(outcome.iterations == 0 && outcome.precoders == none.precoders)
        let one = solve(problem, rounds: 1)
        #expect(one.iterations == 1 && one.sumRate >= none.sumRate)
        #expect(solve(problem).precoders == solve(problem).precoders)
    }

    @Test func badValuesAreNamed() throws {
        func flaw(
            cells: Int = 1, sending: Int = 2, streams: Int = 1, cell: Int = 0, columns: Int = 2, noise: Double = 1,
            limit: Double = 1, weight: Double = 1, value: Double = 1
        ) -> String {
            let matrix = ComplexMatrix(
                rows: 1, columns: columns, elements: [Complex](repeating: Complex(value), count: columns))
            do {
                _ = try PrecodingProblem(
                    cells: cells, sending: sending, receiving: 1, streams: streams, cellOfUser: [cell],
                    channel: [matrix], noise: noise, powerLimit: [limit], weight: [weight])
                return "taken"
            } catch { return error.description }
        }
        #expect(flaw() == "taken")
        #expect(flaw(cells: 0).contains("number of cells is 0"))
        #expect(flaw(cells: 2).contains("2 channels are needed, not 1"))
        #expect(flaw(sending: 0).contains("antennas of a cell is 0"))
        #expect(flaw(streams: 2).contains("streams is 2, 1 to 1"))
        #expect(flaw(cell: 1).contains("cell of user 0 is 1"))
        #expect(flaw(columns: 3).contains("1 x 3, it must be 1 x 2"))
        #expect(flaw(noise: 0).contains("noise is 0"))
        #expect(flaw(limit: .infinity).contains("power limit of cell 0 is inf"))
        #expect(flaw(weight: 0).contains("weight of user 0 is 0"))
        #expect(flaw(value: .nan).contains("not finite"))
        #expect(flaw(value: 1e16).contains("times above the noise"))
    }
}
