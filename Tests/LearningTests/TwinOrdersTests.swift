import Glibc
import Learning
import NetworkModel
import Numerics
import Testing

/// What an order to a model is worth against doing nothing, in worlds that are planted.
@Suite struct TwinOrdersTests {
    /// Links of one cell whose users come and go: every user is heard `life` times.
    private struct Street {
        let seed: UInt64
        var life = 60
        /// Gain at 1 m and exponent of the law, and how far shadowing wanders between two readings, dB.
        var intercept = -44.0
        var exponent = 3.9
        var wanderDb = 0.2
        var noiseDb = 1.0

        /// Teaches `readings` readings from one on; returns the RMS error of predicting each of them first.
        func play(_ model: inout LogDistanceModel, from first: Int, readings: Int, interceptDb: (Int) -> Double)
            -> Double
        {
            let draw = CounterGenerator(seed: seed)
            var sum = 0.0
            var shadow = 0.0
            for reading in first..<first + readings {
                let ue = UInt64(reading / life)
                let step = UInt64(reading % life)
                let walk = draw.normal(ue, 4 * step + 1)
                shadow = step == 0 ? 4 * draw.normal(ue, 2) : shadow + wanderDb * walk
                let distance = 30 + 300 * draw.uniform(ue, 3) + Double(step)
                let law = interceptDb(reading) - 10 * exponent * log10(distance)
                let gain = law + shadow + noiseDb * draw.normal(ue, 4 * step + 4)
                let known = model.predict(ue: UInt32(ue), cell: 0, distanceMetres: Float(distance))?.gainDb ?? law
                sum += (gain - known) * (gain - known)
                model.update(
                    ue: UInt32(ue), cell: 0, distanceMetres: Float(distance), gainDb: Float(gain),
                    readingDeviationDb: 1)
            }
            return (sum / Double(readings)).squareRoot()
        }
    }

    private func model() -> LogDistanceModel { LogDistanceModel(cells: 1, interceptDb: -44, maxUEs: 64) }

    @Test(arguments: [UInt64(1), 2, 3]) func aShorterMemoryFollowsALawThatMoves(seed: UInt64) {
        let street = Street(seed: seed, life: 5)
        var idle = model()
        _ = street.play(&idle, from: 0, readings: 10_000) { _ in -44 }
        var ordered = idle
        ordered.scale(.memory, by: 0.1)
        let drifting = { (reading: Int) in -44 - 0.002 * Double(reading - 10_000) }
        let nothing = street.play(&idle, from: 10_000, readings: 5_000, interceptDb: drifting)
        let order = street.play(&ordered, from: 10_000, readings: 5_000, interceptDb: drifting)
        print("seed \(seed): memory: \(nothing) dB, with the order \(order) dB")
        #expect(order < 0.95 * nothing, "seed \(seed): \(nothing), \(order)")
    }

    @Test(arguments: [UInt64(1), 2, 3]) func fasterLinksAreFollowedFaster(seed: UInt64) {
        var street = Street(seed: seed, life: 30)
        var idle = model()
        _ = street.play(&idle, from: 0, readings: 6_000) { _ in -44 }
        var ordered = idle
        // What the rules order, twice.
        ordered.scale(.residualTime, by: 0.25)
        ordered.scale(.residualTime, by: 0.25)
        street.wanderDb = 2
        let nothing = street.play(&idle, from: 6_000, readings: 6_000) { _ in -44 }
        let order = street.play(&ordered, from: 6_000, readings: 6_000) { _ in -44 }
        print("seed \(seed): residual time: \(nothing) dB, with the order \(order) dB")
        #expect(order < 0.97 * nothing, "seed \(seed): \(nothing), \(order)")
    }

    @Test(arguments: [UInt64(1), 2, 3]) func aConditionThatReturnsIsKnown(seed: UInt64) {
        let street = Street(seed: seed, life: 5)
        var model = model()
        _ = street.play(&model, from: 0, readings: 20_000) { _ in -44 }
        let walking = model.law
        // In cars: 9 dB of the body (TR 38.901, 7.4.3.2).
        _ = street.play(&model, from: 20_000, readings: 20_000) { _ in -53 }
        var ordered = model
        ordered.recall(walking)
        let nothing = street.play(&model, from: 40_000, readings: 3_000) { _ in -44 }
        let order = street.play(&ordered, from: 40_000, readings: 3_000) { _ in -44 }
        print("seed \(seed): snapshot: \(nothing) dB, with the order \(order) dB")
        #expect(order < 0.9 * nothing, "seed \(seed): \(nothing), \(order)")
    }

    @Test func factorsStayInBounds() {
        var model = model()
        for _ in 0..<20 {
            model.scale(.memory, by: 100)
            model.scale(.residualTime, by: 100)
        }
        #expect(model.prior.forgetting < 1 && model.prior.forgetting > 0.9999 && model.prior.driftVarianceDb == 1e-3)
        for _ in 0..<20 {
            model.scale(.memory, by: 0.01)
            model.scale(.residualTime, by: 0.01)
        }
        #expect(abs(model.prior.forgetting - 0.99) < 1e-9 && model.prior.driftVarianceDb == 10)
    }

    // MARK: - The channel engine

    private func engine() -> ChannelEngine { ChannelEngine(cells: 1, parameters: PlantedWorld.parameters) }

    /// The streets are rebuilt: what was learnt of them is trusted less after the order.
    @Test(arguments: [UInt64(1), 2]) func aShorterResidualTimeForgetsStreetsThatChanged(seed: UInt64) {
        let old = PlantedWorld(seed: seed)
        var new = PlantedWorld(seed: seed + 100)
        new.truth = old.truth
        var idle = engine()
        old.teach(&idle, 0..<500)
        var ordered = idle
        for _ in 0..<3 { ordered.scale(.residualTime, by: 0.1) }
        for index in 500..<700 {
            let query = new.query(index)
            let reading = new.reading(index)
            idle.learn(query, readingDb: reading, readingDeviationDb: 0)
            ordered.learn(query, readingDb: reading, readingDeviationDb: 0)
        }
        func error(_ engine: ChannelEngine) -> Double {
            var sum = 0.0
            for index in 5_000..<5_300 {
                let query = new.query(index, phone: .max, seconds: 70_000)
                let difference = Double(engine.predict(query).meanDb) - new.gain(index)
                sum += difference * difference
            }
            return (sum / 300).squareRoot()
        }
        let (nothing, order) = (error(idle), error(ordered))
        print("seed \(seed): streets: \(nothing) dB, with the order \(order) dB")
        #expect(order < 0.97 * nothing, "seed \(seed): \(nothing), \(order)")
    }

    @Test func aCellIsGoneBackTo() {
        let (before, after) = (PlantedWorld(seed: 5), PlantedWorld(seed: 6))
        var engine = engine()
        before.teach(&engine, 0..<400)
        let kept = engine.snapshot(ofCell: 0)
        #expect(kept.count == engine.inducingCount)
        after.teach(&engine, 400..<1_400)
        let nothing = before.error(engine, 5_000..<5_300, \.meanDb)
        engine.recall(kept, cell: 0)
        let order = before.error(engine, 5_000..<5_300, \.meanDb)
        print("cell snapshot: \(nothing) dB, with the order \(order) dB")
        #expect(order < 0.8 * nothing && engine.inducingCount == kept.count, "\(nothing), \(order)")
    }
}
