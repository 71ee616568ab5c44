import Learning
import Testing

@Suite struct ChannelEngineTests {
    static let seeds: [UInt64] = [1, 2, 3]

    func engine(_ change: (inout ChannelEngine.Settings) -> Void = { _ in }) -> ChannelEngine {
        var settings = ChannelEngine.Settings()
        settings.kernel.wideVariance = 1
        settings.kernel.antennaVariance = 1
        settings.kernel.localVariance = 4
        settings.kernel.cellVariance = 8
        settings.kernel.trackVariance = 1
        change(&settings)
        return ChannelEngine(cells: 1, parameters: PlantedWorld.parameters, settings: settings)
    }

    @Test(arguments: seeds) func findsPlantedParameters(seed: UInt64) {
        var engine = engine()
        var world = PlantedWorld(seed: seed)
        world.shadowing = 1
        world.teach(&engine, 0..<500)
        engine = engine.restarted(engine.refittedKernel(assumed: engine.settings.kernel))
        world.teach(&engine, 0..<500)
        for (learnt, planted) in zip(engine.theta, world.truth) {
            #expect(abs(learnt - planted) < 1.5, "seed \(seed): \(engine.theta)")
        }
    }

    @Test(arguments: seeds) func eachStepLowersTheErrorOnUnseenPlaces(seed: UInt64) {
        var engine = engine()
        let world = PlantedWorld(seed: seed)
        world.teach(&engine, 0..<900)
        let unseen = 5_000..<5_400
        let baseline = world.error(engine, unseen, \.baselineDb)
        let parametric = world.error(engine, unseen, \.parametricDb)
        let full = world.error(engine, unseen, \.meanDb)
        #expect(parametric < 0.9 * baseline, "seed \(seed): \(baseline), \(parametric)")
        #expect(full < 0.75 * parametric, "seed \(seed): \(parametric), \(full)")
    }

    @Test(arguments: seeds) func theIntervalCoversNineInTen(seed: UInt64) {
        var engine = engine()
        let world = PlantedWorld(seed: seed)
        var inside = 0
        for index in 0..<1_500 {
            let prediction = engine.predict(world.query(index))
            let reading = world.reading(index)
            if index >= 500, abs(reading - prediction.meanDb) <= 1.645 * prediction.deviationDb { inside += 1 }
            engine.calibrate(prediction, readingDb: reading)
            world.teach(&engine, index..<(index + 1))
        }
        #expect((850...950).contains(inside), "seed \(seed): \(inside) of 1000")
    }

    @Test(arguments: seeds) func tellsTheBiasOfEachPhone(seed: UInt64) {
        var engine = engine { $0.phoneDeviationDb = 8 }
        var world = PlantedWorld(seed: seed)
        world.bias = [-10, 10, -2, 2]
        world.teach(&engine, 0..<1_200, phones: 4)
        // Only differences can be told: a bias that all share is the line of sight's.
        let learnt = (0..<4).map { engine.bias(ofPhone: UInt32($0)).meanDb }
        for phone in 1..<4 {
            let difference = learnt[phone] - learnt[0]
            #expect(abs(difference - world.bias[phone] + world.bias[0]) < 1.5, "seed \(seed): \(learnt)")
        }
        #expect(world.error(engine, 5_000..<5_300, \.meanDb) < 4, "seed \(seed)")
    }

    @Test(arguments: seeds) func outliersHardlyMoveIt(seed: UInt64) {
        let world = PlantedWorld(seed: seed)
        var clean = engine()
        var dirty = clean
        world.teach(&clean, 0..<600)
        for index in 0..<600 {
            let spoilt: Float = index % 20 == 7 ? (index % 40 == 7 ? 45 : -45) : 0
            dirty.learn(world.query(index), readingDb: world.reading(index) + spoilt, readingDeviationDb: 0)
        }
        let unseen = 5_000..<5_300
        let (before, after) = (world.error(clean, unseen, \.meanDb), world.error(dirty, unseen, \.meanDb))
        #expect(after < before + 0.7, "seed \(seed): \(before), with outliers \(after)")
        #expect(dirty.outliers >= 20 && clean.outliers < 5, "seed \(seed): \(dirty.outliers), \(clean.outliers)")
    }

    @Test(arguments: seeds) func followsParametersThatDrift(seed: UInt64) {
        var engine = engine {
            $0.forgetting = 0.98
            $0.kernel.mapSeconds = 2e4
        }
        var world = PlantedWorld(seed: seed)
        world.teach(&engine, 0..<600)
        world.truth = [-4, -6]
        world.teach(&engine, 600..<2_400)
        #expect(abs(engine.theta[0] + 4) < 2, "seed \(seed): \(engine.theta)")
        #expect(world.error(engine, 5_000..<5_300, \.meanDb) < 3.5, "seed \(seed)")
    }

    @Test func aDeviceWithoutPlaceTakesItsLast() {
        var engine = engine()
        let world = PlantedWorld(seed: 4)
        world.teach(&engine, 0..<400)
        var query = world.query(399)
        query.place = nil
        query.seconds += 5
        let near = engine.predict(query)
        #expect(abs(near.meanDb - world.reading(399)) < 4)
        query.seconds += 10_000
        #expect(engine.predict(query).deviationDb > 2 * near.deviationDb)
    }

    @Test func memoryIsBounded() {
        var engine = engine {
            $0.inducingPoints = 50
            $0.phones = 8
        }
        let world = PlantedWorld(seed: 5)
        for index in 0..<2_000 {
            engine.learn(
                world.query(index, phone: UInt32(index)), readingDb: world.reading(index), readingDeviationDb: 1)
        }
        let full = engine.stateBytes
        world.teach(&engine, 2_000..<2_500, phones: 500)
        #expect(engine.inducingCount == 50 && engine.readings == 2_500)
        #expect(engine.stateBytes == full && full < 10_000)
        #expect(engine.snapshot().count < 12_000)
    }

    @Test func theSameReadingsGiveTheSameState() {
        let world = PlantedWorld(seed: 6)
        var (one, other) = (engine(), engine())
        world.teach(&one, 0..<700, phones: 3)
        world.teach(&other, 0..<700, phones: 3)
        #expect(one == other)
        #expect(one.snapshot() == other.snapshot())
    }

    @Test func whatIsNoReadingIsRefused() {
        var engine = engine()
        let world = PlantedWorld(seed: 7)
        let untouched = engine
        var query = world.query(0)
        #expect(engine.learn(query, readingDb: .nan, readingDeviationDb: 0) == .refused)
        #expect(engine.learn(query, readingDb: -80, readingDeviationDb: -1) == .refused)
        query.cell = 1
        #expect(engine.learn(query, readingDb: -80, readingDeviationDb: 0) == .refused)
        query.cell = 0
        query.place?.position.x = .infinity
        #expect(engine.learn(query, readingDb: -80, readingDeviationDb: 0) == .refused)
        query = world.query(0)
        query.baseline.gainDb = .nan
        #expect(engine.learn(query, readingDb: -80, readingDeviationDb: 0) == .refused)
        #expect(engine.refused == 5 && engine.readings == 0)
        #expect(engine.theta == untouched.theta && engine.inducingCount == 0)
    }

    /// What is forgotten leaves no trace in predictions; what is not stays as it is, also for a snapshot.
    @Test func placesCanBeForgotten() throws {
        let world = PlantedWorld(seed: 12)
        var engine = ChannelEngine(cells: 1, parameters: PlantedWorld.parameters)
        world.teach(&engine, 0..<300)
        let whole = engine
        let before = engine.inducingCount
        let forgotten = engine.forget { cell, place in cell == 0 && place.position.x > 500 }
        #expect(forgotten > 0 && engine.inducingCount == before - forgotten)
        #expect(engine.forget { _, place in place.position.x > 500 } == 0)
        #expect(engine.theta == whole.theta)
        let restored = try ChannelEngine(snapshot: engine.snapshot())
        #expect(restored == engine)
        // Far in the half that is left the neighbours are the same; deep in the other there are none.
        var kept = 0
        for index in 300..<600 {
            let query = world.query(index, phone: .max, seconds: 50_000)
            let (old, new) = (whole.predict(query), engine.predict(query))
            let x = world.place(index).x
            if x < 200 {
                #expect(abs(old.meanDb - new.meanDb) < 0.5, "at \(x)")
                kept += 1
            } else if x > 900 {
                #expect(new.rawDeviationDb > old.rawDeviationDb)
            }
        }
        #expect(kept > 20)
        world.teach(&engine, 300..<320)
        #expect(engine.inducingCount > before - forgotten)
    }
}
