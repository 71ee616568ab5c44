import Learning
import Numerics
import Testing

/// A street that has changed: the twin forgets what it learnt there, and there only.
@Suite struct ForgettingTests {
    /// Streets along x, 30 m apart in y; a reading every metre or so.
    private static func query(_ generator: CounterGenerator, _ index: Int, street: Int) -> ChannelQuery {
        let x = Float(generator.uniform(UInt64(index), 1, in: 0..<200))
        let y = Float(200 * street)
        return ChannelQuery(
            cell: 0, phone: UInt32(index % 20), seconds: Double(index),
            place: ChannelPlace(position: SIMD3(x, y, 1.5), angleRadians: 0, logDistance: 2),
            baseline: BaselinePrediction(gainDb: -90, sensitivity: [1]))
    }

    private static func error(_ engine: ChannelEngine, _ street: Int, truthDb: Float) -> Float {
        let generator = CounterGenerator(seed: 99)
        var sum: Float = 0
        for index in 0..<50 {
            let error = engine.predict(query(generator, index, street: street)).meanDb - truthDb
            sum += error * error
        }
        return (sum / 50).squareRoot()
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5]) func aChangedStreetIsLearntAnewAndNothingElse(seed: UInt64) {
        let generator = CounterGenerator(seed: seed)
        var engine = ChannelEngine(cells: 1, parameters: [ChannelParameter("offset", deviation: 3, bound: 20)])
        for index in 0..<900 {
            let query = Self.query(generator, index, street: index % 3)
            engine.learn(query, readingDb: -90 + Float(generator.normal(UInt64(index), 2)), readingDeviationDb: 1)
        }
        #expect(Self.error(engine, 0, truthDb: -90) < 1.5)
        // A wall goes up: 15 dB more in the first street than the twin knows of.
        var told = engine
        let gone = told.forget(cell: 0, near: SIMD2(100, 0), radiusMetres: 120)
        #expect(gone > 0 && gone < engine.inducingCount)
        for index in 900..<960 {
            let query = Self.query(generator, index, street: 0)
            let reading = -105 + Float(generator.normal(UInt64(index), 2))
            engine.learn(query, readingDb: reading, readingDeviationDb: 1)
            told.learn(query, readingDb: reading, readingDeviationDb: 1)
        }
        let (kept, begun) = (Self.error(engine, 0, truthDb: -105), Self.error(told, 0, truthDb: -105))
        print(
            "seed \(seed): 60 readings after the change the street's error is \(kept) dB, \(begun) dB where retrained")
        #expect(begun < kept)
        for street in 1...2 {
            #expect(Self.error(told, street, truthDb: -90) < 2.5, "street \(street)")
        }
    }

    @Test func aWholeCellForgetsItsOffsetToo() {
        let generator = CounterGenerator(seed: 7)
        var engine = ChannelEngine(cells: 1, parameters: [ChannelParameter("offset", deviation: 3, bound: 20)])
        for index in 0..<200 {
            engine.learn(
                Self.query(generator, index, street: 0), readingDb: -80, readingDeviationDb: 1)
        }
        let count = engine.inducingCount
        #expect(engine.forget(cell: 0) == count && engine.inducingCount == 0)
        #expect(engine.forget(cell: 0) == 0)
        // It learns again from there.
        engine.learn(Self.query(generator, 300, street: 0), readingDb: -80, readingDeviationDb: 1)
        #expect(engine.inducingCount == 1)
    }
}
