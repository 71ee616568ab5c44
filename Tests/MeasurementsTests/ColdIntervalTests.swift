import Learning
import Measurements
import Testing

/// The width of cold intervals, learnt from ground that was held out.
@Suite struct ColdIntervalTests {
    private static func score(
        _ told: [ChannelPrediction], _ rows: [DriveReading], _ deviation: (ChannelPrediction) -> Float
    ) -> Double {
        PredictionScore(
            predictionsDb: told.map { Double($0.meanDb) }, readingsDb: rows.map(\.readingDb),
            deviationsDb: told.map { Double(deviation($0)) }
        ).coverage ?? 0
    }

    /// Every other 100 m of a street are learnt, and the others asked for: shadows of 4 dB where the assumed map allows
    /// 29 dB.
    @Test(arguments: [1, 2, 3] as [UInt64]) func whatIsFarTooWideIsNarrowed(seed: UInt64) throws {
        let drives = ChannelFitTests()
        let train = drives.set(drives.drive(seed: seed, run: 0, bias: 0))
        func isLearnt(_ row: DriveReading) -> Bool { Int(((row.position?.x ?? 0) + 800) / 100) % 2 == 0 }
        var fit = ChannelFit(baseline: LogDistanceBaseline(fitting: train), cells: 1)
        fit.teach(train.rows.filter(isLearnt), refits: false)
        let rows = drives.drive(seed: seed, run: 1, bias: 0).filter { !isLearnt($0) }
        let told = fit.predictCold(rows)
        #expect(Self.score(told, rows, \.rawDeviationDb) > 0.99)
        let covered = Self.score(told, rows, \.deviationDb)
        #expect(covered > 0.8, "seed \(seed): \(covered)")
        let interval = try #require(fit.coldInterval)
        #expect(interval.factor < 0.5 && interval.blocks >= 8 && interval.readings > 150, "\(interval)")
        // Online predictions keep their own calibration.
        #expect(fit.engine.calibration.factor == 1)
    }

    /// A map that was solved as a whole is solved again without the ground that is held out.
    @Test func aSolvedMapHasItsIntervalsToo() throws {
        let drives = ChannelFitTests()
        let train = drives.set(drives.drive(seed: 1, run: 0, bias: 0))
        func isLearnt(_ row: DriveReading) -> Bool { Int(((row.position?.x ?? 0) + 800) / 100) % 2 == 0 }
        var learnt = train
        learnt.rows = train.rows.filter(isLearnt)
        var fit = ChannelFit(
            baseline: SolvedMap(fitting: learnt), cells: 1, settings: ChannelFit.assumedMapSettings)
        fit.teach(learnt.rows)
        let rows = drives.drive(seed: 1, run: 1, bias: 0).filter { !isLearnt($0) }
        let told = fit.predictCold(rows)
        #expect(Self.score(told, rows, \.rawDeviationDb) > 0.99)
        #expect(Self.score(told, rows, \.deviationDb) > 0.8)
        let interval = try #require(fit.coldInterval)
        #expect(interval.factor < 0.8 && interval.blocks >= 8, "\(interval)")
    }

    /// A map that allows too little is widened.
    @Test func whatIsTooNarrowIsWidened() throws {
        let drives = ChannelFitTests()
        let train = drives.set(drives.drive(seed: 4, run: 0, bias: 0))
        var settings = ChannelFit.assumedRaySettings
        settings.kernel.cellVariance = 0.5
        settings.kernel.placeVariance = 0.2
        settings.kernel.readingVariance = 0.2
        settings.cellDeviationDb = 0.2
        settings.phoneDeviationDb = 0.2
        var fit = ChannelFit(baseline: LogDistanceBaseline(fitting: train), cells: 1, settings: settings)
        fit.teach(train.rows, refits: false)
        let interval = try #require(fit.coldInterval)
        #expect(interval.factor > 1.5, "\(interval)")
    }

    /// Of little ground, or with no time, nothing is learnt, and the engine's own width stands.
    @Test func tooLittleGroundOrTimeTellsNothing() {
        let drives = ChannelFitTests()
        let rows = drives.drive(seed: 5, run: 0, bias: 0)
        let baseline = LogDistanceBaseline(fitting: drives.set(rows))
        var short = ChannelFit(baseline: baseline, cells: 1)
        short.teach(rows.filter { abs($0.position?.x ?? 0) < 60 }, refits: false)
        #expect(short.coldInterval == nil)
        var late = ChannelFit(baseline: baseline, cells: 1)
        let learnt = late.teach(rows, refits: false) { $0.stage != .intervals }
        #expect(learnt == 2 * rows.count && late.coldInterval == nil)
        #expect(late.predictCold(rows).allSatisfy { $0.deviationDb == $0.rawDeviationDb })
    }
}
