import Foundation
import Numerics
import ResourceAllocation
import Testing

@Suite struct PowerNetworkTests {
    private let network = PowerNetwork.shipped

    private func wmmse(_ channel: InterferenceChannel, from start: [Double]? = nil) -> Double {
        var kernel = InterferenceWMMSE()
        var budget = Budget(rounds: 1_000)
        return channel.sumRate(kernel.solve(channel, from: start, budget: &budget).powers)
    }

    /// Mean sum rates: WMMSE, the network, WMMSE from its powers.
    private func rates(_ channels: [InterferenceChannel]) -> (wmmse: Double, alone: Double, both: Double) {
        var sums = (wmmse: 0.0, alone: 0.0, both: 0.0)
        for channel in channels {
            let powers = network.powers(channel)
            sums.wmmse += wmmse(channel) / Double(channels.count)
            sums.alone += channel.sumRate(powers) / Double(channels.count)
            sums.both += wmmse(channel, from: powers) / Double(channels.count)
        }
        return sums
    }

    @Test(arguments: [2, 5, 8, 10, 17, 30])
    func otherOrderOfLinksIsOtherOrderOfPowers(users: Int) throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let channel = InterferenceChannel.gaussian(users: users, seed: seed)
            let draw = CounterGenerator(seed: seed, purpose: 0x5045)
            let order = (0..<users).sorted { draw.bits(UInt64($0)) < draw.bits(UInt64($1)) }
            let other = try InterferenceChannel(
                users: users, gain: order.flatMap { i in order.map { channel.gain[i * users + $0] } })
            let (powers, permuted) = (network.powers(channel), network.powers(other))
            for (index, link) in order.enumerated() {
                #expect(abs(permuted[index] - powers[link]) < 1e-3, "K = \(users), seed \(seed), link \(link)")
            }
        }
    }

    @Test func powersRepeatWhateverTheMemoryHeld() {
        var memory = PowerNetwork.Memory()
        var powers: [Double] = []
        for users in [30, 3, 17, 30] {
            let channel = InterferenceChannel.gaussian(users: users, seed: UInt64(users))
            network.solve(channel, memory: &memory, powers: &powers)
            #expect(powers == network.powers(channel))
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func noiseAndLimitAreTakenIntoTheGains(seed: UInt64) throws {
        let channel = InterferenceChannel.gaussian(users: 6, seed: seed)
        let other = try InterferenceChannel(
            users: 6, gain: channel.gain.map { $0 * 0x1p-10 }, noise: 0x1p-8, powerLimit: 4)
        #expect(network.powers(other) == network.powers(channel).map { 4 * $0 })
    }

    @Test func oneLinkAndLinksWithoutGains() throws {
        let alone = network.powers(try InterferenceChannel(users: 1, gain: [0.7]))
        #expect(alone.count == 1 && alone[0] > 0.9 && alone[0] <= 1)
        for users in [1, 4, 9] {
            let powers = network.powers(
                try InterferenceChannel(users: users, gain: [Double](repeating: 0, count: users * users)))
            #expect(powers.count == users && powers.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func fifteenDecadesOfGainsStayFiniteAndInBounds(seed: UInt64) throws {
        let draw = CounterGenerator(seed: seed, purpose: 0x4445)
        for (least, most) in [(-7.5, 7.5), (0, 15), (-15, 0), (15, 30), (-300, 30)] {
            for users in [3, 11, 40] {
                let gain = (0..<(users * users)).map { pow(10, draw.uniform(UInt64($0), 0, in: least..<most)) }
                let channel = try InterferenceChannel(users: users, gain: gain)
                let powers = network.powers(channel)
                #expect(powers.allSatisfy { (0...1).contains($0) }, "seed \(seed), 1e\(least)...1e\(most), K \(users)")
                #expect(channel.sumRate(powers).isFinite)
            }
        }
    }

    @Test(arguments: [5, 10, 20, 30])
    func seededChannelsReachWMMSE(users: Int) {
        let rates = rates((1...200).map { InterferenceChannel.gaussian(users: users, seed: 40_000 + UInt64($0)) })
        #expect(rates.alone >= 0.98 * rates.wmmse, "K = \(users): \(rates)")
        #expect(rates.both >= rates.wmmse, "K = \(users): \(rates)")
    }

    @Test(arguments: [(10, 0.98), (20, 0.96), (30, 0.94)])
    func theBenchmarksInstancesReachWhatWasAskedFor(users: Int, share: Double) throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../../shared/data/interference-channels")
            .standardized
        guard let data = try? Data(contentsOf: folder.appending(path: "gain-k\(users).f32")) else {
            print("skipped: no instances under \(folder.path)")
            return
        }
        let values = data.withUnsafeBytes { raw in
            (0..<(data.count / 4)).map {
                Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
            }
        }
        let size = users * users
        let rates = rates(
            try (0..<(values.count / size)).map {
                try InterferenceChannel(users: users, gain: values[($0 * size)..<(($0 + 1) * size)].map(Double.init))
            })
        #expect(rates.alone >= share * rates.wmmse, "K = \(users): \(rates)")
        #expect(rates.both >= rates.wmmse, "K = \(users): \(rates)")
    }

    @Test func damagedWeightsAreRefused() {
        func words(_ values: [UInt32]) -> [UInt8] {
            values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) } }
        }
        /// One round, no message, width 8: 6 x 8 + 8 weights and 8 + 1.
        func bytes(
            version: UInt32 = 1, rounds: UInt32 = 1, messages: UInt32 = 0, width: UInt32 = 8, weight: Float = 0,
            count: Int = 65
        ) -> [UInt8] {
            Array("DTPN".utf8) + words([version, rounds, messages, width, 3])
                + words([weight.bitPattern] + [UInt32](repeating: 0, count: count - 1))
        }
        func flaw(_ bytes: [UInt8]) -> String {
            do {
                _ = try PowerNetwork(weights: bytes)
                return "taken"
            } catch { return error.description }
        }
        #expect(flaw(bytes()) == "taken")
        #expect(flaw([]).contains("24 bytes of header, these are 0"))
        #expect(flaw([0] + bytes().dropFirst()).contains("begin with DTPN"))
        #expect(flaw(bytes(version: 2)).contains("version 2, version 1 can be read"))
        #expect(flaw(bytes(rounds: 0)).contains("0 rounds"))
        #expect(flaw(bytes(rounds: .max)).contains("rounds, 1 to 64"))
        #expect(flaw(bytes(messages: .max)).contains("messages, 0 to 32"))
        #expect(flaw(bytes(width: 12)).contains("width 12, multiples of 8"))
        #expect(flaw(bytes(count: 64)).contains("65 weights in 284 bytes, not 280"))
        #expect(flaw(bytes() + [0]).contains("not 285"))
        #expect(flaw(bytes(weight: .nan)).contains("weight 0 is nan"))
        #expect(flaw(bytes(weight: 1e7)).contains("weight 0 is"))
    }
}
