import Forecasting
import Numerics
import Testing

@Suite struct HoltWintersTests {
    @Test func followsALine() {
        var model = HoltWinters(smoothing: .init(level: 0.5, trend: 0.5, trendDamping: 1))
        for step in 0..<200 { model.update(3 + 0.25 * Double(step)) }
        #expect(abs(model.forecast(stepsAhead: 1) - (3 + 0.25 * 200)) < 1e-6)
        #expect(abs(model.forecast(stepsAhead: 8) - (3 + 0.25 * 207)) < 1e-6)
    }

    @Test(arguments: [2, 7, 24]) func learnsASeason(length: Int) {
        var model = HoltWinters(seasonLength: length)
        let season = (0..<length).map { Double(($0 * 5) % length) }
        for step in 0..<(40 * length) { model.update(10 + season[step % length]) }
        for ahead in 1...length {
            let truth = 10 + season[(40 * length + ahead - 1) % length]
            #expect(abs(model.forecast(stepsAhead: ahead) - truth) < 0.05)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func beatsPersistenceOnSeasonalNoiseAndScoresBoth(seed: UInt64) {
        let generator = CounterGenerator(seed: seed)
        var model = HoltWinters(seasonLength: 10)
        var last = 0.0
        var errors = (model: 0.0, persistence: 0.0)
        for step in 0..<400 {
            let value = 0.5 + (step % 10 < 5 ? 0.2 : -0.2) + 0.05 * generator.normal(UInt64(step))
            if step >= 200 {
                errors.model += abs(value - model.forecast(stepsAhead: 1)) / 200
                errors.persistence += abs(value - last) / 200
            }
            model.update(value)
            last = value
        }
        #expect(model.meanAbsoluteError < 0.8 * model.persistenceMeanAbsoluteError, "seed \(seed)")
        #expect(abs(model.meanAbsoluteError - errors.model) < 0.01, "seed \(seed)")
        #expect(abs(model.persistenceMeanAbsoluteError - errors.persistence) < 0.01, "seed \(seed)")
    }

    @Test func isPersistenceBeforeTheFirstSeasonIsOver() {
        var model = HoltWinters(seasonLength: 4)
        #expect(model.forecast(stepsAhead: 1) == 0 && model.meanAbsoluteError == 0)
        model.update(2)
        model.update(5)
        #expect(model.forecast(stepsAhead: 1) == 5 && model.forecast(stepsAhead: 3) == 5)
        #expect(model.meanAbsoluteError == 3 && model.persistenceMeanAbsoluteError == 3)
    }

    @Test func leavesOutWhatIsNotFinite() {
        var model = HoltWinters(seasonLength: 3)
        var clean = model
        for step in 0..<30 {
            model.update(Double(step % 3))
            clean.update(Double(step % 3))
            model.update(.nan)
            model.update(-.infinity)
        }
        #expect(model.forecast(stepsAhead: 2) == clean.forecast(stepsAhead: 2) && model.count == 30)
    }

    @Test func staysFiniteFarAhead() {
        var model = HoltWinters(seasonLength: 5)
        for step in 0..<50 { model.update(Double(step)) }
        let far = model.forecast(stepsAhead: .max - 100)
        #expect(far.isFinite && far < 100)
    }

    /// A random walk has no better forecast than its last value.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func losesNothingToPersistenceOnARandomWalk(seed: UInt64) {
        let generator = CounterGenerator(seed: seed)
        var model = HoltWinters(seasonLength: 10)
        var value = 0.0
        for step in 0..<2_000 as Range<UInt64> {
            value += generator.normal(step)
            model.update(value)
        }
        #expect(model.isPersistence, "seed \(seed)")
        #expect(model.meanAbsoluteError < 1.03 * model.persistenceMeanAbsoluteError, "seed \(seed)")
    }

    @Test func returnsToSmoothingWhenTheWalkBecomesASeason() {
        let generator = CounterGenerator(seed: 6)
        var model = HoltWinters(seasonLength: 10)
        var value = 0.0
        for step in 0..<500 as Range<UInt64> {
            value += generator.normal(step)
            model.update(value)
        }
        for step in 0..<1_000 { model.update(value + (step % 10 < 5 ? 3 : -3)) }
        #expect(!model.isPersistence)
        #expect(model.meanAbsoluteError < 0.2 * model.persistenceMeanAbsoluteError, "\(model.meanAbsoluteError)")
    }

    @Test func aConstantStaysConstant() {
        var model = HoltWinters(seasonLength: 10)
        for _ in 0..<100_000 { model.update(0.37) }
        #expect(abs(model.forecast(stepsAhead: 7) - 0.37) < 1e-12)
        #expect(model.meanAbsoluteError < 1e-12 && model.persistenceMeanAbsoluteError == 0)
    }

    /// A pattern of three steps against a season of ten: a slow level without a season errs by a quarter less.
    @Test func aForecastIsFittedToWhatIsKept() {
        let values = (0..<400).map { [0.2, 0.8, 0.5][$0 % 3] }
        var old = HoltWinters(seasonLength: 10)
        for value in values[..<200] { old.update(value) }
        var new = old.refitted(to: Array(values[100..<200]), seasons: [1, 10])
        #expect(new.seasonLength == 1 && new.smoothing.level == 0.1 && new.meanAbsoluteError == 0)
        var errors = (old: 0.0, new: 0.0)
        for value in values[200...] {
            old.update(value)
            new.update(value)
            errors.old += old.lastErrors?.published ?? 0
            errors.new += new.lastErrors?.published ?? 0
        }
        #expect(errors.new < 0.85 * errors.old && errors.new > 0, "\(errors)")
    }

    /// Where no other errs less it stays what it is.
    @Test func aForecastThatIsRightKeepsItsWeights() {
        var old = HoltWinters(seasonLength: 10)
        let values = Array(repeating: 0.5, count: 100)
        for value in values { old.update(value) }
        let new = old.refitted(to: values, seasons: [1, 10])
        #expect(new.seasonLength == 10 && new.smoothing.level == old.smoothing.level && new.count == 100)
        #expect(new.forecast(stepsAhead: 1) == 0.5)
    }
}
