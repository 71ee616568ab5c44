import Glibc
import NetworkModel
import ResourceAllocation
import Testing

struct SchemeAdviceTests {
    @Test func blocksFailLessOftenAboveTheThresholdThanBelow() {
        for mcs in MCSTable.indices {
            let threshold = BlockErrorCurve.thresholdDb[mcs]
            #expect(abs(BlockErrorCurve.errorRate(mcs: mcs, sinrOverGapDb: threshold) - 0.1) < 1e-3)
            var last: Float = 1
            for step in 0...40 {
                let rate = BlockErrorCurve.errorRate(mcs: mcs, sinrOverGapDb: threshold - 2 + 0.1 * Float(step))
                #expect(rate < last || rate == 0)
                last = rate
            }
            #expect(BlockErrorCurve.errorRate(mcs: mcs, sinrOverGapDb: threshold - 2) > 0.99)
            #expect(BlockErrorCurve.errorRate(mcs: mcs, sinrOverGapDb: threshold + 2) < 0.001)
            #expect(BlockErrorCurve.scheme(sinrOverGapDb: threshold) == mcs)
            #expect(BlockErrorCurve.scheme(sinrOverGapDb: threshold - 0.05) == max(0, mcs - 1))
        }
        #expect(BlockErrorCurve.errorRate(mcs: 5, sinrOverGapDb: -.infinity) == 1)
        #expect(BlockErrorCurve.scheme(sinrOverGapDb: -.infinity) == 0)
    }

    /// Goodput of every scheme by summing over the normal law.
    private func goodputs(meanDb: Double, deviationDb: Double) -> [Double] {
        let points = (-600...600).map { Double($0) / 100 }
        let weights = points.map { exp(-$0 * $0 / 2) }
        let total = weights.reduce(0, +)
        return MCSTable.indices.map { mcs in
            var sum = 0.0
            for (point, weight) in zip(points, weights) {
                let sinr = Float(meanDb + deviationDb * point)
                sum += weight * (1 - Double(BlockErrorCurve.errorRate(mcs: mcs, sinrOverGapDb: sinr)))
            }
            return MCSTable.spectralEfficiency[mcs] * sum / total
        }
    }

    @Test(arguments: [0, 0.4, 1, 2, 3.2, 5, 8])
    func theAdvisedSchemeCarriesWhatTheBestOneDoes(deviationDb: Double) throws {
        for meanDb in stride(from: -5.0, to: 30, by: 2.6) {
            let expected = goodputs(meanDb: meanDb, deviationDb: deviationDb)
            let best = try #require(expected.max())
            let advised = SchemeAdvice.scheme(sinrOverGapDb: Float(meanDb), deviationDb: Float(deviationDb))
            #expect(expected[advised] >= 0.93 * best, "\(meanDb) dB: MCS \(advised), \(expected[advised]) of \(best)")
            let formula = SchemeAdvice.goodput(
                mcs: advised, sinrOverGapDb: Float(meanDb), deviationDb: Float(deviationDb))
            #expect(abs(Double(formula) - expected[advised]) < 0.03 * MCSTable.spectralEfficiency[advised])
        }
    }

    @Test func whatIsLessSureIsAdvisedMoreCarefully() {
        #expect(
            SchemeAdvice.scheme(sinrOverGapDb: 10, deviationDb: 4)
                < SchemeAdvice.scheme(sinrOverGapDb: 10, deviationDb: 0))
        #expect(SchemeAdvice.scheme(sinrOverGapDb: 1e9, deviationDb: 0) == 27)
        #expect(SchemeAdvice.scheme(sinrOverGapDb: -1e9, deviationDb: 1e9) >= 0)
    }

    /// Two cells with a user each on two subbands; gains and powers by hand.
    @Test func schemesFollowThePowersOfAllCells() {
        let problem = Problem(
            subbands: 2, links: 2, snrGap: 2, maxSpectralEfficiency: 7.4, bandwidthHz: [1e6, 1e6],
            powerBudgetWatts: [4, 4], powerCapWatts: [4, 4, 4, 4], load: [1, 0.5], cellStart: [0, 1, 2],
            weight: [1, 1], demandBps: [.infinity, .infinity], linkCell: [0, 1, 1, 0],
            gain: [1e-9, 1e-9, 1e-10, 1e-10, 1e-9, 1e-9, 1e-10, 1e-10],
            backgroundWatts: Array(repeating: 1e-11, count: 4))
        let schemes = SchemeAdvice.schemes(
            problem, powerWatts: [1, 1, 0, 2], linkDeviationDb: [0, 0, 0, 0], none: .max)
        // User 0: 1e-9 over 2 x 1e-11, then over 2 x (1e-11 + 0.5 x 2e-10 of the other cell at half load).
        let alone = Float(10 * log10(1e-9 / 2e-11))
        let disturbed = Float(10 * log10(1e-9 / (2 * 1.1e-10)))
        #expect(schemes[0] == UInt32(SchemeAdvice.scheme(sinrOverGapDb: alone, deviationDb: 0)))
        #expect(schemes[1] == UInt32(SchemeAdvice.scheme(sinrOverGapDb: disturbed, deviationDb: 0)))
        #expect(schemes[0] > schemes[1])
        // Its cell sends nothing to user 1 on subband 0.
        #expect(schemes[2] == .max && schemes[3] < 28)
        let unsure = SchemeAdvice.schemes(
            problem, powerWatts: [1, 1, 0, 2], linkDeviationDb: [0, 6, 0, 0], none: .max)
        // What the other cell sends counts by its part of what disturbs: nothing where it is silent.
        #expect(unsure[0] == schemes[0] && unsure[1] < schemes[1])
    }
}
