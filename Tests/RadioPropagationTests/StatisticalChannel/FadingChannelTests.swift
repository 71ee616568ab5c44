import Glibc
import NetworkModel
import RadioPropagation
import Testing

struct FadingChannelTests {
    private let doppler = 9.7
    private let seconds = 1e-3

    /// Gains of `links` links of one user at a slot, first eight subbands.
    private func gains(_ channel: FadingChannel, ue: UInt32, tick: UInt32, links: Int = 4) -> [SIMD8<Float>] {
        let means = [Float](repeating: 1, count: links)
        var result = [SIMD8<Float>](repeating: .zero, count: links * channel.vectorsPerLink)
        let rate = FadingChannel.rate(dopplerHz: doppler, slotSeconds: seconds)
        let phases = (0..<UInt32(links)).map { channel.phase(ue: ue, cell: $0, rate: rate) }
        phases.withUnsafeBufferPointer { phases in
            means.withUnsafeBufferPointer { means in
                result.withUnsafeMutableBufferPointer { result in
                    channel.writeGains(phases: phases, tick: tick, means: means, to: result)
                }
            }
        }
        return result
    }

    @Test func profileHasTheDelaySpread() {
        let profile = FadingChannel.profile(delaySpreadSeconds: 363e-9)
        let power = profile.reduce(0) { $0 + $1.power }
        let mean = profile.reduce(0) { $0 + $1.power * $1.delay }
        let square = profile.reduce(0) { $0 + $1.power * $1.delay * $1.delay }
        #expect(profile.count >= 6)
        #expect(abs(power - 1) < 1e-12)
        #expect(abs((square - mean * mean).squareRoot() - 363e-9) < 1e-15)
    }

    @Test func gainsAreExponentialWithMeanOne() {
        let channel = FadingChannel(carrier: .init(), delaySpreadNs: 363, seed: 4)
        var (sum, square, count) = (0.0, 0.0, 0.0)
        for ue in 0..<200 as Range<UInt32> {
            for step in 0..<40 as Range<UInt32> {
                for gain in gains(channel, ue: ue, tick: step * 100) {
                    for lane in 0..<8 {
                        sum += Double(gain[lane])
                        square += Double(gain[lane] * gain[lane])
                        count += 1
                    }
                }
            }
        }
        #expect(abs(sum / count - 1) < 0.03, "seed 4: mean \(sum / count)")
        #expect(abs(square / count - 2) < 0.15, "seed 4: second moment \(square / count)")
    }

    /// The correlation of Rayleigh powers is the squared correlation of the amplitudes, `J0(2 pi f_d t)^2`; Doppler
    /// rates lie 0 to 6 % below the maximum, 3 % in the mean.
    @Test(arguments: [5, 10, 20, 40, 60] as [UInt32])
    func correlationInTimeIsThatOfJakes(lag: UInt32) {
        let channel = FadingChannel(carrier: .init(), delaySpreadNs: 363, seed: 8)
        var (product, count) = (0.0, 0.0)
        for ue in 0..<300 as Range<UInt32> {
            for step in 0..<10 as Range<UInt32> {
                let before = gains(channel, ue: ue, tick: step * 300)
                let after = gains(channel, ue: ue, tick: step * 300 + lag)
                for (a, b) in zip(before, after) {
                    product += Double(((a - 1) * (b - 1)).sum()) / 8
                    count += 1
                }
            }
        }
        let amplitude = j0(2 * .pi * 0.97 * doppler * Double(lag) * seconds)
        #expect(abs(product / count - amplitude * amplitude) < 0.06, "seed 8, lag \(lag): \(product / count)")
    }

    @Test func correlationOverSubbandsFollowsTheDelayProfile() {
        var carrier = CarrierConfiguration()
        carrier.bandwidthHz = 4e6
        let channel = FadingChannel(carrier: carrier, delaySpreadNs: 363, seed: 2)
        var products = [Double](repeating: 0, count: 4)
        var count = 0.0
        for ue in 0..<1_500 as Range<UInt32> {
            for gain in gains(channel, ue: ue, tick: 0) {
                for lag in 0..<4 { products[lag] += Double((gain[0] - 1) * (gain[lag] - 1)) }
                count += 1
            }
        }
        for lag in 1..<4 {
            var (re, im) = (0.0, 0.0)
            for tap in FadingChannel.profile(delaySpreadSeconds: 363e-9) {
                let angle = 2 * .pi * Double(lag) * carrier.subbandBandwidthHz * tap.delay
                re += tap.power * cos(angle)
                im += tap.power * sin(angle)
            }
            let correlation = products[lag] / count
            #expect(abs(correlation - (re * re + im * im)) < 0.1, "seed 2, lag \(lag): \(correlation)")
        }
    }

    @Test func linksFadeIndependently() {
        let channel = FadingChannel(carrier: .init(), delaySpreadNs: 363, seed: 3)
        var (product, count) = (0.0, 0.0)
        for ue in 0..<1_000 as Range<UInt32> {
            let gain = gains(channel, ue: ue, tick: 17, links: 2)
            product += Double(((gain[0] - 1) * (gain[1] - 1)).sum()) / 8
            count += 1
        }
        #expect(abs(product / count) < 0.08, "seed 3: \(product / count)")
    }

    @Test func gainsAreAFunctionOfSeedUserCellAndSlot() {
        let channel = FadingChannel(carrier: .init(), delaySpreadNs: 363, seed: 6)
        let again = FadingChannel(carrier: .init(), delaySpreadNs: 363, seed: 6)
        _ = gains(channel, ue: 1, tick: 999)
        #expect(gains(channel, ue: 5, tick: 42) == gains(again, ue: 5, tick: 42))
        #expect(gains(channel, ue: 5, tick: 42) != gains(channel, ue: 6, tick: 42))
        let other = FadingChannel(carrier: .init(), delaySpreadNs: 363, seed: 7)
        #expect(gains(channel, ue: 5, tick: 42) != gains(other, ue: 5, tick: 42))
    }

    @Test(arguments: [1, 5, 12])
    func lanesPastTheLastSubbandAreZero(subbands: Int) {
        var carrier = CarrierConfiguration()
        carrier.subbands = subbands
        let channel = FadingChannel(carrier: carrier, delaySpreadNs: 363, seed: 1)
        #expect(channel.vectorsPerLink == (subbands + 7) / 8)
        let gain = gains(channel, ue: 0, tick: 3, links: 1)
        for index in 0..<8 * channel.vectorsPerLink {
            #expect((gain[index / 8][index % 8] > 0) == (index < subbands))
        }
    }
}
