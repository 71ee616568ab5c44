import Numerics
import ResourceAllocation
import Testing

@Suite struct InterferenceChannelTests {
    /// Rayleigh gains; with `decades`, each scaled by a power of ten from half below to half above 1.
    private func channel(_ users: Int, seed: UInt64, decades: Double = 0) throws -> InterferenceChannel {
        let draw = CounterGenerator(seed: seed, purpose: 0x4943)
        let gain = (0..<(users * users)).map { index in
            let (real, imaginary) = (draw.normal(UInt64(index), 0), draw.normal(UInt64(index), 1))
            var scale = 1.0
            for _ in 0..<Int(decades * draw.uniform(UInt64(index), 2)) { scale *= 10 }
            for _ in 0..<Int(decades / 2) { scale *= 0.1 }
            return 0.5 * (real * real + imaginary * imaginary) * scale
        }
        return try InterferenceChannel(users: users, gain: gain)
    }

    private func wmmse(_ channel: InterferenceChannel) -> InterferenceWMMSE.Outcome {
        var kernel = InterferenceWMMSE()
        var budget = Budget(rounds: 1_000)
        return kernel.solve(channel, budget: &budget)
    }

    /// The algorithm as its article writes it, with receivers and weights as numbers of their own.
    private func textbook(_ channel: InterferenceChannel) -> [Double] {
        let (users, limit) = (channel.users, channel.powerLimit)
        var amplitude = [Double](repeating: limit.squareRoot(), count: users)
        var last = -Double.infinity
        for _ in 0...100 {
            var (receiver, weight): ([Double], [Double]) = ([], [])
            for i in 0..<users {
                var total = channel.noise
                for j in 0..<users { total += channel.gain[i * users + j] * amplitude[j] * amplitude[j] }
                let direct = channel.gain[i * users + i].squareRoot()
                receiver.append(direct * amplitude[i] / total)
                weight.append(1 / (1 - receiver[i] * direct * amplitude[i]))
            }
            let rate = channel.sumRate(amplitude.map { $0 * $0 })
            if rate - last <= 1e-3 { break }
            last = rate
            for i in 0..<users {
                var slope = 0.0
                for j in 0..<users { slope += weight[j] * receiver[j] * receiver[j] * channel.gain[j * users + i] }
                let direct = channel.gain[i * users + i].squareRoot()
                amplitude[i] = min(limit.squareRoot(), weight[i] * receiver[i] * direct / slope)
            }
        }
        return amplitude.map { $0 * $0 }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 8, 10, 13, 16, 17, 30, 33])
    func powersAreThoseOfTheTextbook(users: Int) throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let channel = try channel(users, seed: seed)
            let ours = wmmse(channel)
            for (one, other) in zip(ours.powers, textbook(channel)) {
                #expect(abs(one - other) < 1e-9, "K = \(users), seed \(seed)")
            }
            #expect(ours.hasConverged && ours.powers.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test func theBatchAgreesWithOneByOne() throws {
        for (users, count) in [(3, 40), (10, 17), (30, 5)] {
            let channels = try (1...count).map { try channel(users, seed: UInt64($0)) }
            let gains = channels.flatMap { $0.gain.map(Float.init) }
            let powers = InterferenceWMMSEBatch().solve(gains: gains, users: users)
            for (index, channel) in channels.enumerated() {
                let own = powers[(index * users)..<((index + 1) * users)].map(Double.init)
                let rate = channel.sumRate(wmmse(channel).powers)
                #expect(abs(channel.sumRate(own) - rate) < 5e-3 * rate, "K = \(users), seed \(index + 1)")
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func searchImprovesTheRoundedPowersAndComesNearTheBestPattern(seed: UInt64) throws {
        for users in [1, 4, 9, 12] {
            let channel = try channel(users, seed: seed)
            var budget = Budget(rounds: 10_000)
            let start = wmmse(channel).powers
            let found = channel.sumRate(OnOffSearch().solve(channel, from: start, budget: &budget))
            let best = channel.sumRate(OnOffSearch().exhaust(channel))
            #expect(found >= channel.sumRate(start.map { $0 > 0.5 ? 1 : 0 }) - 1e-9, "K = \(users), seed \(seed)")
            #expect(found <= best + 1e-9 && found >= 0.97 * best, "K = \(users), seed \(seed): \(found) of \(best)")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func certificatesHoldForEveryPower(seed: UInt64) throws {
        for users in [1, 2, 4, 5] {
            let channel = try channel(users, seed: seed)
            var budget = Budget(rounds: 100_000)
            let outcome = PowerBranchAndBound().solve(channel, start: wmmse(channel).powers, budget: &budget)
            #expect(outcome.isCertified, "K = \(users), seed \(seed)")
            #expect(abs(channel.sumRate(outcome.powers) - outcome.value) < 1e-9)
            #expect(channel.sumRate(OnOffSearch().exhaust(channel)) <= outcome.bound + 1e-9)
            let draw = CounterGenerator(seed: seed, purpose: 0x4244)
            for trial in 0..<2_000 as Range<UInt64> {
                let powers = (0..<users).map { draw.uniform(trial, UInt64($0)) }
                #expect(channel.sumRate(powers) <= outcome.bound + 1e-9, "K = \(users), seed \(seed)")
            }
        }
    }

    @Test(arguments: [4, 5, 6, 7] as [UInt64])
    func aWideGapBoundsWhatANarrowOneFinds(seed: UInt64) throws {
        let channel = try channel(4, seed: seed)
        let start = [Double](repeating: 1, count: 4)
        var narrow = PowerBranchAndBound()
        narrow.gap = 1e-5
        var many = Budget(rounds: 200_000)
        let exact = narrow.solve(channel, start: start, budget: &many)
        #expect(exact.isCertified, "seed \(seed)")
        for gap in [1e-3, 1e-2, 0.1, 0.5] {
            var wide = PowerBranchAndBound()
            wide.gap = gap
            // Cut short anywhere the bound must hold as well.
            for rounds in [0, 1, 3, 10, 30, 100_000] {
                var budget = Budget(rounds: rounds)
                let outcome = wide.solve(channel, start: start, budget: &budget)
                #expect(outcome.bound >= exact.value, "seed \(seed), gap \(gap), \(rounds) rounds")
                #expect(outcome.value <= exact.bound, "seed \(seed), gap \(gap), \(rounds) rounds")
            }
        }
    }

    @Test func whatTimeLeavesIsAnAnswerWithAValidBound() throws {
        let channel = try channel(8, seed: 7)
        var none = Budget(rounds: 0)
        let start = [Double](repeating: 1, count: 8)
        let outcome = PowerBranchAndBound().solve(channel, start: start, budget: &none)
        #expect(outcome.value >= channel.sumRate(start) && outcome.bound >= channel.sumRate(wmmse(channel).powers))
        var kernel = InterferenceWMMSE()
        let first = kernel.solve(channel, budget: &none)
        #expect(first.powers == start && !first.hasConverged)
        #expect(OnOffSearch().solve(channel, from: start, budget: &none) == start)
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func fifteenDecadesOfGainsStayFinite(seed: UInt64) throws {
        let channel = try channel(9, seed: seed, decades: 15)
        let start = wmmse(channel).powers
        #expect(start.allSatisfy { $0 >= 0 && $0 <= 1 }, "seed \(seed)")
        var budget = Budget(rounds: 10_000)
        let found = channel.sumRate(OnOffSearch().solve(channel, from: start, budget: &budget))
        let best = channel.sumRate(OnOffSearch().exhaust(channel))
        #expect(found.isFinite && found <= best * (1 + 1e-9), "seed \(seed)")
        var few = Budget(rounds: 200)
        let outcome = PowerBranchAndBound().solve(channel, start: start, budget: &few)
        #expect(outcome.bound >= best - 1e-6, "seed \(seed)")
    }

    @Test func silentUsersGetNothingAndBadValuesAreNamed() throws {
        let silent = try InterferenceChannel(users: 2, gain: [1, 0, 0, 0])
        #expect(wmmse(silent).powers == [1, 0])
        func flaw(_ users: Int, _ gain: [Double], noise: Double = 1, limit: Double = 1) -> String {
            do {
                _ = try InterferenceChannel(users: users, gain: gain, noise: noise, powerLimit: limit)
                return "taken"
            } catch { return error.description }
        }
        #expect(flaw(0, []).contains("number of users is 0"))
        #expect(flaw(2, [1, 2, 3]).contains("4 gains, not 3"))
        #expect(flaw(2, [1, .nan, 0, 1]).contains("from transmitter 1 to receiver 0 is nan"))
        #expect(flaw(2, [1, 0, -1, 1]).contains("from transmitter 0 to receiver 1 is -1"))
        #expect(flaw(1, [1], noise: 0).contains("noise is 0"))
        #expect(flaw(1, [1], limit: .infinity).contains("power limit is inf"))
        #expect(flaw(1, [1e31]).contains("times above the noise"))
    }
}
