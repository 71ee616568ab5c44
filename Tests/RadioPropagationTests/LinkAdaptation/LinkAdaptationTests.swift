import Glibc
import RadioPropagation
import Testing

/// Schemes, ranks and beams from what is predicted.
@Suite struct LinkAdaptationTests {
    private let table = ModulationAndCoding(snrGapDb: 3)

    @Test func thresholdsRiseFromMinusFourToTwentyFive() {
        #expect(table.thresholdDb.count == 28)
        #expect(zip(table.thresholdDb, table.thresholdDb.dropFirst()).allSatisfy { $0 < $1 })
        // 2^0.2344 - 1 = 0.1764 and 2^7.4063 - 1 = 168.6, 3 dB above.
        #expect(abs(table.thresholdDb[0] - -4.535) < 0.01)
        #expect(abs(table.thresholdDb[27] - 25.269) < 0.01)
    }

    @Test func aSureSinrTakesTheFastestSchemeItCarries() {
        for scheme in 0..<28 {
            #expect(table.recommended(sinrDb: table.thresholdDb[scheme] + 0.001, deviationDb: 0) == scheme)
        }
        #expect(table.recommended(sinrDb: -5, deviationDb: 0) == nil)
        #expect(table.recommended(sinrDb: 60, deviationDb: 0) == 27)
    }

    @Test func anUnsureSinrKeepsTheErrorRate() throws {
        // Draw SINRs about the prediction: the recommended scheme fails in 10 % of them or a little less.
        let (mean, deviation): (Float, Float) = (12, 4)
        let scheme = try #require(table.recommended(sinrDb: mean, deviationDb: deviation))
        #expect(scheme < (table.recommended(sinrDb: mean, deviationDb: 0) ?? 0))
        // Normal distribution function at the scheme's and at the next one's threshold.
        let fails = { (threshold: Float) in 0.5 * erfc(Double((mean - threshold) / deviation) / 2.0.squareRoot()) }
        #expect(fails(table.thresholdDb[scheme]) <= 0.1)
        #expect(fails(table.thresholdDb[scheme + 1]) > 0.1)
    }

    @Test func twoLayersNeedTwoWaysAndPower() {
        #expect(ModulationAndCoding.recommendedRank(sinrDb: 25, shares: [1]) == 1)
        #expect(ModulationAndCoding.recommendedRank(sinrDb: 25, shares: [0.6, 0.4]) == 2)
        #expect(ModulationAndCoding.recommendedRank(sinrDb: 25, shares: [0.999, 0.001]) == 1)
        #expect(ModulationAndCoding.recommendedRank(sinrDb: -5, shares: [0.5, 0.5]) == 1)
    }

    @Test(arguments: [1, 4, 8, 32]) func theBestBeamHasTheMostGain(beams: Int) {
        let codebook = BeamCodebook(beams: beams)
        for step in -60...60 {
            let offset = Float(step) * .pi / 180
            let best = codebook.best(azimuthOffsetRadians: offset)
            let gains = (0..<beams).map { codebook.gain(ofBeam: $0, azimuthOffsetRadians: offset) }
            let most = gains.max() ?? 0
            #expect(gains[best] > 0.98 * most, "\(step) degrees: beam \(best) has \(gains[best]) of \(most)")
        }
        for beam in 0..<beams {
            let towards = codebook.azimuthOffsetRadians(ofBeam: beam)
            #expect(abs(codebook.gain(ofBeam: beam, azimuthOffsetRadians: towards) - Float(beams)) < 1e-3)
        }
    }
}
