import Foundation
import Glibc
import Learning
import Numerics
import Testing

/// Links whose shadowing is a Gauss-Markov sequence of 6 dB: how well they are followed, and how honestly.
@Suite struct LinkTrackingTests {
    struct Drop {
        /// Correlation of shadowing between two readings: 0.998 is a walk, 0.9 a fast vehicle at 10 readings a second.
        var correlation = 0.998
        /// Standard deviation of a reading, dB, and what the model is told of it.
        var noiseDb = 1.0
        var toldDb = 1.0
        var outlierShare = 0.0
    }

    struct Score {
        var rmseDb: Double
        /// Shares of clean readings below the 5 % and above the 95 % quantile of their prediction.
        var below: Double
        var above: Double
        var model: LogDistanceModel
    }

    /// Claims are counted in 32 bits, and a thousand UEs are claimed 50,000 times a second: after a day the count
    /// begins anew, and who was seen before that gives way first.
    @Test func theLeastRecentlySeenGivesWayWhenTheCountBeginsAnew() throws {
        var model = LogDistanceModel(cells: 1, interceptDb: -28, maxUEs: 2)
        func hear(_ ue: UInt32) {
            model.update(ue: ue, cell: 0, distanceMetres: 100, gainDb: -110, readingDeviationDb: 1)
        }
        hear(1)
        hear(2)
        var state = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(model)) as? [String: Any])
        var tracks = try #require(state["tracks"] as? [String: Any])
        #expect(tracks["clock"] as? Int == 2 && tracks["lastUse"] as? [Int] == [1, 2])
        tracks["clock"] = Int(UInt32.max)
        tracks["lastUse"] = [Int(UInt32.max) - 1, Int(UInt32.max)]
        state["tracks"] = tracks
        model = try JSONDecoder().decode(
            LogDistanceModel.self, from: JSONSerialization.data(withJSONObject: state))
        hear(1)
        hear(3)
        let known = [UInt32(1), 2, 3].map { model.predict(ue: $0, cell: 0, distanceMetres: -1) != nil }
        #expect(known == [true, false, true])
    }

    func score(_ drop: Drop, seed: UInt64) throws -> Score {
        let generator = CounterGenerator(seed: seed)
        let ues = 30
        let steps = 900
        var model = LogDistanceModel(cells: 3, interceptDb: -24, maxUEs: 64)
        var shadowing = (0..<(ues * 3)).map { 6 * generator.normal(UInt64($0), 1) }
        var (squares, below, above, count) = (0.0, 0.0, 0.0, 0.0)
        for step in 0..<steps {
            for link in shadowing.indices {
                let fresh = 6 * (1 - drop.correlation * drop.correlation).squareRoot()
                let key = UInt64(1_000 + step)
                shadowing[link] = drop.correlation * shadowing[link] + fresh * generator.normal(UInt64(link), key)
                let distance = generator.uniform(UInt64(link), 5, in: 50..<800) + 30 * sin(0.01 * Double(step + link))
                let noise = drop.noiseDb * generator.normal(UInt64(link), UInt64(1_000_000 + step))
                let clean = -29 - 36 * log10(distance) + shadowing[link] + noise
                let isOutlier = generator.uniform(UInt64(link), UInt64(2_000_000 + step)) < drop.outlierShare
                let (ue, cell) = (UInt32(link / 3), UInt32(link % 3))
                if step > 200 && !isOutlier {
                    let predicted = try #require(
                        model.predict(ue: ue, cell: cell, distanceMetres: Float(distance)))
                    let error = clean - predicted.gainDb
                    squares += error * error
                    if error < -1.645 * predicted.deviationDb { below += 1 }
                    if error > 1.645 * predicted.deviationDb { above += 1 }
                    count += 1
                }
                model.update(
                    ue: ue, cell: cell, distanceMetres: Float(distance), gainDb: Float(clean + (isOutlier ? 40 : 0)),
                    readingDeviationDb: drop.toldDb)
            }
        }
        return Score(
            rmseDb: (squares / count).squareRoot(), below: below / count, above: above / count, model: model)
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func fiveToNinetyFivePercentIntervalsHold(seed: UInt64) throws {
        for correlation in [1, 0.998, 0.98, 0.9] {
            let score = try score(Drop(correlation: correlation), seed: seed)
            #expect((0.03...0.09).contains(score.below), "seed \(seed), correlation \(correlation): \(score.below)")
            #expect((0.03...0.09).contains(score.above), "seed \(seed), correlation \(correlation): \(score.above)")
            #expect(score.model.errorAfterDb < 0.5 * score.model.errorBeforeDb, "seed \(seed)")
        }
    }

    /// The bounds are 15 % above the steady state of the Kalman filter that knows drift and noise.
    @Test(arguments: [(1.0, 1.0), (0.998, 1), (0.98, 1), (0.9, 1), (0.998, 3), (0.998, 0.3)])
    func followsAnySpeedAndNoiseNearlyAsIfTheyWereKnown(correlation: Double, noiseDb: Double) throws {
        let drift = 36 * (1 - correlation * correlation)
        let noise = noiseDb * noiseDb
        var variance = 36.0
        for _ in 0..<2_000 {
            variance = correlation * correlation * variance * noise / (variance + noise) + drift
        }
        let score = try score(Drop(correlation: correlation, noiseDb: noiseDb), seed: 8)
        #expect(score.rmseDb < 1.15 * (variance + noise).squareRoot(), "rmse \(score.rmseDb)")
    }

    @Test func oneReadingInFiftyWrongCostsLittle() throws {
        let clean = try score(Drop(), seed: 9)
        let dirty = try score(Drop(outlierShare: 0.02), seed: 9)
        #expect(dirty.rmseDb < 1.1 * clean.rmseDb, "\(dirty.rmseDb) against \(clean.rmseDb)")
        #expect(dirty.model.outliers > clean.model.outliers + 1_000)
    }

    /// Once a site is turned, a UE that was never seen meets the law of today.
    @Test func theLawOfACellIsForgotten() throws {
        let generator = CounterGenerator(seed: 10)
        var prior = LogDistanceModel.Prior()
        prior.forgetting = 0.999
        var model = LogDistanceModel(cells: 1, interceptDb: -24, maxUEs: 64, prior: prior)
        for step in 0..<20_000 as Range<UInt64> {
            let distance = generator.uniform(step, 1, in: 50..<800)
            let law = (step < 10_000 ? -24 : -36) - 39.08 * log10(distance) + 3 * generator.normal(step, 2)
            model.update(
                ue: UInt32(step % 64), cell: 0, distanceMetres: Float(distance), gainDb: Float(law),
                readingDeviationDb: 3)
        }
        let predicted = try #require(model.predict(ue: 99, cell: 0, distanceMetres: 300))
        #expect(abs(predicted.gainDb - (-36 - 39.08 * log10(300.0))) < 1.5, "\(predicted.gainDb)")
    }

    @Test func deviationsAgreeOneByOneAndInRows() throws {
        let model = try score(Drop(), seed: 11).model
        let rows = model.deviations(ues: [4, 77], links: 2, linkCell: [2, 0, 1, 2])
        let single = [(4, 2), (4, 0), (77, 1), (77, 2)].map { model.deviationDb(ue: $0.0, cell: $0.1) }
        for (row, one) in zip(rows, single) { #expect(abs(Double(row) - one) < 1e-5) }
    }
}
