import Glibc
import Learning
import Measurements
import Numerics
import Testing

@Suite struct ChannelFitTests {
    /// Two drives along one street of a cell at (0, 300), with the same shadows and another bias each.
    func drive(seed: UInt64, run: UInt64, bias: Double) -> [DriveReading] {
        let generator = CounterGenerator(seed: seed)
        return (0..<400).map { step in
            let x = -800 + 4 * Double(step) + generator.uniform(run, 3, in: -2..<2)
            let law = LogDistanceLaw(site: SIMD2(0, 300), interceptDb: -20, exponent: 3.2)
            let position = SIMD3(x, 0.0, 1.5)
            let shadow = 5 * sin(x / 60 + Double(seed)) + 3 * cos(x / 23)
            let reading = law.levelDb(position) + shadow + bias + generator.normal(UInt64(step), run)
            return DriveReading(
                line: step, seconds: Double(step) + Double(run) * 1e5, position: position, cell: 0,
                phone: UInt32(run), readingDb: reading)
        }
    }

    func set(_ rows: [DriveReading]) -> MeasurementSet {
        var set = MeasurementSet()
        set.cells = ["one"]
        set.rows = rows
        return set
    }

    @Test func aFittedLawFindsItsSite() throws {
        let generator = CounterGenerator(seed: 1)
        let law = LogDistanceLaw(site: SIMD2(120, -80), interceptDb: -30, exponent: 3.5)
        let positions = (0..<200).map { index in
            SIMD3(
                generator.uniform(UInt64(index), 1, in: -500..<500),
                generator.uniform(UInt64(index), 2, in: -500..<500),
                1.5)
        }
        let found = try #require(LogDistanceLaw.fitted(positions: positions, levelsDb: positions.map(law.levelDb)))
        let site = try #require(found.site)
        #expect(abs(site.x - 120) < 20 && abs(site.y + 80) < 20, "\(found)")
        #expect(abs(found.exponent - 3.5) < 0.2)
        #expect(
            LogDistanceLaw.fitted(positions: Array(positions.prefix(10)), levelsDb: Array(repeating: 1, count: 10))
                == nil)
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func theMapBeatsTheLawAndOnlineTakesTheBias(seed: UInt64) {
        let train = set(drive(seed: seed, run: 0, bias: 0))
        let test = drive(seed: seed, run: 1, bias: -6)
        var fit = ChannelFit(baseline: LogDistanceBaseline(fitting: train), cells: 1)
        fit.teach(train.rows, refits: false)
        let readings = test.map(\.readingDb)
        func score(_ predictions: [ChannelPrediction], _ value: (ChannelPrediction) -> Float) -> PredictionScore {
            PredictionScore(
                predictionsDb: predictions.map { Double(value($0)) }, readingsDb: readings,
                deviationsDb: predictions.map { Double($0.deviationDb) })
        }
        let cold = fit.predictCold(test)
        let baseline = score(cold, \.baselineDb)
        let full = score(cold, \.meanDb)
        #expect(full.rmseDb < 0.97 * baseline.rmseDb, "seed \(seed): \(baseline), \(full)")
        #expect(full.biasDb > 4, "seed \(seed): a bias cannot be known before the drive")
        let online = score(fit.predictOnline(test, ahead: 10), \.meanDb)
        #expect(online.rmseDb < 0.6 * full.rmseDb, "seed \(seed): \(full), \(online)")
        #expect((0.82...0.99).contains(online.coverage ?? 0), "seed \(seed): \(online)")
    }

    /// Two devices in turn, at places too far apart to say anything of each other.
    @Test(arguments: [0.0, 10]) func aDeviceUnlikeTheOthersIsSeen(offsetDb: Double) {
        let rows = (0..<400).map { step in
            DriveReading(
                line: step, seconds: 1_000 * Double(step),
                position: SIMD3(300 * Double(step % 20), 300 * Double(step / 20), 1.5), cell: 0,
                phone: UInt32(step % 2), readingDb: -90 + (step % 2 == 0 ? offsetDb : -offsetDb))
        }
        let level = LogDistanceBaseline(
            laws: [LogDistanceLaw(site: nil, interceptDb: -90, exponent: 0)], meanDb: -90)
        var fit = ChannelFit(baseline: level, cells: 1, settings: ChannelFit.assumedRaySettings)
        fit.teach(rows, refits: false)
        for phone in [UInt32(0), 1] {
            let biasDb = fit.engine.bias(ofPhone: phone).meanDb
            let ownDb = phone == 0 ? offsetDb : -offsetDb
            #expect(abs(biasDb - ownDb) < 3.5, "device \(phone): \(biasDb)")
            #expect(fit.isBiasUnlikely(ofPhone: phone) == (offsetDb > 6), "device \(phone): \(biasDb)")
        }
    }

    /// Two devices along one street: over a law whose map may bend, 20 dB could be taken for shadow. What they read on
    /// the same ground tells, whatever the baseline.
    @Test(arguments: [(nil, 0.0), (nil, -20), (3.908, 0), (3.908, -20)] as [(Double?, Double)])
    func aDeviceThatReadsFarBesideAnotherIsSeenOverAnyBaseline(exponent: Double?, offsetDb: Double) {
        let both = set(drive(seed: 7, run: 0, bias: 0) + drive(seed: 7, run: 1, bias: offsetDb))
        let baseline = LogDistanceBaseline(
            fitting: both, fixedExponent: exponent, trust: ChannelFit.trustInFittedSites)
        var fit = ChannelFit(baseline: baseline, cells: 1)
        fit.teach(both.rows, refits: false)
        for phone in [UInt32(0), 1] {
            let own = phone == 0 ? -offsetDb : offsetDb
            #expect(fit.isBiasUnlikely(ofPhone: phone) == (offsetDb != 0), "device \(phone)")
            if offsetDb != 0 { #expect(abs(fit.offsetDb(ofPhone: phone) - own) < 1) }
        }
    }

    /// Of three devices the one that is off is named, not those that drove with it; one that drove elsewhere has no
    /// part in it.
    @Test func theDeviceThatIsOffIsNamedAmongOthers() {
        var rows = (0..<3).flatMap { drive(seed: 8, run: UInt64($0), bias: $0 == 1 ? 20 : 0) }
        rows += drive(seed: 8, run: 3, bias: 0).map { row in
            var row = row
            row.position?.y += 5_000
            return row
        }
        let level = LogDistanceBaseline(
            laws: [LogDistanceLaw(site: nil, interceptDb: -110, exponent: 0)], meanDb: -110)
        var fit = ChannelFit(baseline: level, cells: 1)
        fit.teach(rows, refits: false)
        #expect(abs(fit.offsetDb(ofPhone: 1) - 20) < 1)
        for phone in [UInt32(0), 2, 3] {
            #expect(abs(fit.offsetDb(ofPhone: phone)) < 8, "device \(phone): \(fit.offsetDb(ofPhone: phone)) dB")
        }
    }

    @Test func onlinePredictionsDoNotSeeTheFuture() {
        let train = set(drive(seed: 5, run: 0, bias: 0))
        var test = drive(seed: 5, run: 1, bias: 0)
        var fit = ChannelFit(baseline: LogDistanceBaseline(fitting: train), cells: 1)
        fit.teach(train.rows, refits: false)
        let before = fit.predictOnline(test, ahead: 10)
        for index in 191..<400 { test[index].readingDb = -150 }
        let after = fit.predictOnline(test, ahead: 10)
        #expect(before.prefix(201) == after.prefix(201))
        #expect(before[201] != after[201])
    }

    @Test func aSavedModelPredictsAlikeAndDamageIsRefused() throws {
        let train = set(drive(seed: 6, run: 0, bias: 0))
        let baseline = LogDistanceBaseline(fitting: train)
        var fit = ChannelFit(baseline: baseline, cells: 1)
        fit.teach(train.rows, refits: false)
        let bytes = SavedChannelModel(cells: train.cells, logDistance: baseline, engine: fit.engine).bytes()
        let model = try SavedChannelModel(bytes: bytes)
        #expect(model.cells == ["one"] && model.logDistance == baseline && model.engine == fit.engine)
        for length in stride(from: 0, to: bytes.count, by: 101) {
            #expect(throws: SnapshotError.self) { try SavedChannelModel(bytes: Array(bytes[..<length])) }
        }
        for at in stride(from: 0, to: bytes.count, by: 37) {
            var damaged = bytes
            damaged[at] ^= 4
            #expect(throws: SnapshotError.self, "byte \(at)") { try SavedChannelModel(bytes: damaged) }
        }
    }
}
