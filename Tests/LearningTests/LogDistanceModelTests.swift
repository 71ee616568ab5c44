import Glibc
import Learning
import Numerics
import Testing

/// A street of UEs about three cells with known laws and spatially constant shadowing.
struct SyntheticWorld {
    let generator: CounterGenerator
    let intercept = [-20.0, -35.0, -28.0]
    let exponent = [3.2, 4.3, 3.9]
    var shadowing = 5.0
    var noise = 1.0

    init(seed: UInt64) { generator = CounterGenerator(seed: seed) }

    func distance(_ ue: Int, _ cell: Int, _ step: Int) -> Double {
        generator.uniform(UInt64(ue), UInt64(900 + cell), in: 30..<400) + 40 * sin(0.01 * Double(step) + Double(ue))
    }

    func truth(_ ue: Int, _ cell: Int, _ step: Int) -> Double {
        let law = intercept[cell] - 10 * exponent[cell] * log10(max(1, distance(ue, cell, step)))
        return law + shadowing * generator.normal(UInt64(ue * 3 + cell), 7)
    }

    func reading(_ ue: Int, _ cell: Int, _ step: Int) -> Float {
        Float(truth(ue, cell, step) + noise * generator.normal(UInt64(ue * 3 + cell), UInt64(1_000 + step)))
    }

    func teach(_ model: inout LogDistanceModel, ues: Int, steps: Range<Int>) {
        for step in steps {
            for ue in 0..<ues {
                for cell in 0..<3 {
                    model.update(
                        ue: UInt32(ue), cell: UInt32(cell), distanceMetres: Float(distance(ue, cell, step)),
                        gainDb: reading(ue, cell, step), readingDeviationDb: noise)
                }
            }
        }
    }
}

@Suite struct LogDistanceModelTests {
    func model(maxUEs: Int = 256) -> LogDistanceModel {
        LogDistanceModel(cells: 3, interceptDb: -28, maxUEs: maxUEs)
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func correctionLowersTheErrorToTheNoise(seed: UInt64) {
        var model = model()
        let world = SyntheticWorld(seed: seed)
        world.teach(&model, ues: 60, steps: 0..<300)
        #expect(model.errorBeforeDb > 5, "seed \(seed)")
        #expect(model.errorAfterDb < 1.5, "seed \(seed), after \(model.errorAfterDb)")
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func learnsTheLawOfEachCell(seed: UInt64) {
        var model = model(maxUEs: 400)
        let world = SyntheticWorld(seed: seed)
        world.teach(&model, ues: 400, steps: 0..<200)
        for cell in 0..<3 {
            let learnt = model.parameters(ofCell: cell)
            // Intercept and exponent trade off: what counts is the law over the distances seen.
            for distance in [40.0, 100, 300] {
                let error =
                    learnt.interceptDb - 10 * learnt.exponent * log10(distance) - world.intercept[cell]
                    + 10 * world.exponent[cell] * log10(distance)
                #expect(abs(error) < 2, "seed \(seed), cell \(cell), \(distance) m: \(error) dB")
            }
        }
    }

    @Test func deviationIsCalibrated() throws {
        var model = model()
        let world = SyntheticWorld(seed: 4)
        world.teach(&model, ues: 60, steps: 0..<300)
        var squares = 0.0
        var count = 0.0
        for step in 300..<340 {
            for ue in 0..<60 {
                for cell in 0..<3 {
                    let predicted = try #require(
                        model.predict(
                            ue: UInt32(ue), cell: UInt32(cell), distanceMetres: Float(world.distance(ue, cell, step))))
                    let error = Double(world.reading(ue, cell, step)) - predicted.gainDb
                    squares += error * error / (predicted.deviationDb * predicted.deviationDb)
                    count += 1
                }
            }
            world.teach(&model, ues: 60, steps: step..<(step + 1))
        }
        let ratio = (squares / count).squareRoot()
        #expect(ratio > 0.7 && ratio < 1.5, "standardised error \(ratio)")
    }

    @Test func anUnknownLinkHasTheDeviationOfShadowing() throws {
        let model = model()
        let predicted = try #require(model.predict(ue: 9, cell: 1, distanceMetres: 100))
        #expect(abs(predicted.gainDb - (-28 - 39.08 * 2)) < 1e-9 && predicted.deviationDb == 8)
        #expect(model.predict(ue: 9, cell: 1, distanceMetres: -1) == nil)
        #expect(model.predict(ue: 9, cell: 3, distanceMetres: 100) == nil)
    }

    @Test func aUEWithoutPositionKeepsItsLastLevel() throws {
        var model = model()
        for _ in 0..<50 {
            model.update(ue: 5, cell: 0, distanceMetres: 120, gainDb: -100, readingDeviationDb: 1)
        }
        for _ in 0..<50 {
            model.update(ue: 5, cell: 0, distanceMetres: -1, gainDb: -104, readingDeviationDb: 1)
        }
        let predicted = try #require(model.predict(ue: 5, cell: 0, distanceMetres: -1))
        #expect(abs(predicted.gainDb + 104) < 0.5)
        // A link that has never been seen cannot start without a position.
        model.update(ue: 6, cell: 0, distanceMetres: -1, gainDb: -100, readingDeviationDb: 1)
        #expect(model.predict(ue: 6, cell: 0, distanceMetres: -1) == nil)
    }

    @Test func oneOutlierMovesAPredictionLittle() throws {
        var model = model()
        let world = SyntheticWorld(seed: 5)
        world.teach(&model, ues: 20, steps: 0..<200)
        let before = try #require(model.predict(ue: 3, cell: 1, distanceMetres: 200))
        let outliers = model.outliers
        model.update(ue: 3, cell: 1, distanceMetres: 200, gainDb: -20, readingDeviationDb: 1)
        let after = try #require(model.predict(ue: 3, cell: 1, distanceMetres: 200))
        #expect(model.outliers == outliers + 1)
        #expect(abs(after.gainDb - before.gainDb) < 2)
    }

    @Test func aRealChangeIsFollowed() throws {
        var model = model()
        for step in 0..<200 {
            let gain: Float = step < 100 ? -100 : -80
            model.update(ue: 1, cell: 0, distanceMetres: 150, gainDb: gain, readingDeviationDb: 1)
        }
        let predicted = try #require(model.predict(ue: 1, cell: 0, distanceMetres: 150))
        #expect(abs(predicted.gainDb + 80) < 1)
    }

    @Test func memoryIsBoundedAndTheLeastRecentlySeenGivesWay() {
        var model = model(maxUEs: 4)
        for ue in 0..<100 as Range<UInt32> {
            model.update(ue: 0, cell: 0, distanceMetres: 100, gainDb: -90, readingDeviationDb: 1)
            model.update(ue: ue, cell: 0, distanceMetres: 100, gainDb: -100, readingDeviationDb: 1)
        }
        let known = (0..<100 as Range<UInt32>).filter { model.predict(ue: $0, cell: 0, distanceMetres: -1) != nil }
        #expect(known == [0, 97, 98, 99])
    }

    @Test func badReadingsAreLeftOut() {
        var model = model()
        for gain in [Float.nan, .infinity, -.infinity] {
            model.update(ue: 1, cell: 0, distanceMetres: 100, gainDb: gain, readingDeviationDb: 1)
        }
        model.update(ue: 1, cell: 0, distanceMetres: .nan, gainDb: -90, readingDeviationDb: 1)
        model.update(ue: 1, cell: 0, distanceMetres: .infinity, gainDb: -90, readingDeviationDb: 1)
        model.update(ue: 1, cell: 77, distanceMetres: 100, gainDb: -90, readingDeviationDb: 1)
        #expect(model.readings == 0)
    }

    @Test func parametersStayWithinBoundsUnderNonsense() {
        var model = model()
        for step in 0..<5_000 {
            let distance = Float(10 + step % 300)
            model.update(
                ue: UInt32(step % 50), cell: 2, distanceMetres: distance, gainDb: step % 2 == 0 ? 400 : -900,
                readingDeviationDb: 0)
        }
        let learnt = model.parameters(ofCell: 2)
        #expect((1.6...6).contains(learnt.exponent) && abs(learnt.interceptDb + 28) <= 40)
        #expect(model.errorAfterDb.isFinite)
    }

    @Test func aBatchIsTheSameAsItsReadings() {
        var one = model()
        var many = model()
        let world = SyntheticWorld(seed: 6)
        for step in 0..<40 {
            world.teach(&one, ues: 5, steps: step..<(step + 1))
            var cells: [UInt32] = []
            var distances: [Float] = []
            var gains: [Float] = []
            for ue in 0..<5 {
                for cell in [0, 1, 2, 3] {
                    cells.append(cell == 3 ? .max : UInt32(cell))
                    distances.append(cell == 3 ? -1 : Float(world.distance(ue, cell, step)))
                    gains.append(cell == 3 ? 0 : world.reading(ue, cell, step))
                }
            }
            many.updateAll(
                ues: [0, 1, 2, 3, 4], links: 4, linkCell: cells, distances: distances, gainsDb: gains,
                readingDeviationDb: 1)
        }
        #expect(one.errorAfterDb == many.errorAfterDb && one.readings == many.readings)
        let deviations = many.deviations(ues: [2, 99], links: 2, linkCell: [1, .max, 1, 0])
        #expect(deviations[0] > 0 && deviations[0] < 3 && deviations[1] == 0)
        #expect(deviations[2] == 8 && deviations[3] == 8)
    }
}
