import Glibc
import Learning
import Numerics

/// Links with known parameters, shadowing that depends on place, biases per device and noise.
///
/// The baseline has two groups of paths, direct and by one reflection, whose shares depend on the place; the truth has
/// them at offsets that the engine must find.
struct PlantedWorld {
    let generator: CounterGenerator
    let seed: UInt64
    var truth = [4.0, -6.0]
    var shadowing = 3.0
    var noise = 1.0
    /// Biases of devices; 0 for those beyond.
    var bias: [Double] = []

    static let parameters = [
        ChannelParameter("line-of-sight", deviation: 6, bound: 30), ChannelParameter("wall", deviation: 6, bound: 30),
    ]

    init(seed: UInt64) {
        self.seed = seed
        generator = CounterGenerator(seed: seed)
    }

    /// A place in a square of 1 km.
    func place(_ index: Int) -> SIMD3<Float> {
        SIMD3(
            Float(generator.uniform(UInt64(index), 11, in: 0..<1_000)),
            Float(generator.uniform(UInt64(index), 12, in: 0..<1_000)), 1.5)
    }

    /// Smooth shadowing: a sum of cosines of about 100 m.
    func shadow(_ at: SIMD3<Float>) -> Double {
        var sum = 0.0
        for wave in 0..<16 {
            let angle = generator.uniform(UInt64(wave), 21, in: 0..<(2 * .pi))
            let length = generator.uniform(UInt64(wave), 22, in: 80..<300)
            let phase = generator.uniform(UInt64(wave), 23, in: 0..<(2 * .pi))
            sum += cos(2 * .pi * (Double(at.x) * cos(angle) + Double(at.y) * sin(angle)) / length + phase)
        }
        return shadowing * sum / 8.0.squareRoot()
    }

    func baseline(_ at: SIMD3<Float>) -> BaselinePrediction {
        let distance = max(10, ((at.x - 500) * (at.x - 500) + (at.y - 500) * (at.y - 500)).squareRoot())
        let direct = 0.5 + 0.45 * sin(Float(at.x) / 150) * cos(Float(at.y) / 120)
        return BaselinePrediction(
            gainDb: -40 - 25 * log10(distance), share: [direct, 1 - direct], interactions: [1, 0, 0, 1])
    }

    func query(_ index: Int, phone: UInt32 = 0, seconds: Double? = nil) -> ChannelQuery {
        let at = place(index)
        return ChannelQuery(
            cell: 0, phone: phone, seconds: seconds ?? Double(100 * index), place: ChannelPlace(position: at),
            baseline: baseline(at))
    }

    /// Gain without noise.
    func gain(_ index: Int) -> Double {
        let at = place(index)
        return baseline(at).corrected(truth).gainDb + shadow(at)
    }

    func reading(_ index: Int, phone: UInt32 = 0) -> Float {
        Float(
            gain(index) + (Int(phone) < bias.count ? bias[Int(phone)] : 0) + noise * generator.normal(UInt64(index), 31)
        )
    }

    func teach(_ engine: inout ChannelEngine, _ range: Range<Int>, phones: Int = 1) {
        for index in range {
            let phone = UInt32(index % phones)
            engine.learn(query(index, phone: phone), readingDb: reading(index, phone: phone), readingDeviationDb: 0)
        }
    }

    /// Root mean square error over places that were not learnt.
    func error(_ engine: ChannelEngine, _ range: Range<Int>, _ value: (ChannelPrediction) -> Float) -> Double {
        var sum = 0.0
        for index in range {
            let difference = Double(value(engine.predict(query(index, phone: .max)))) - gain(index)
            sum += difference * difference
        }
        return (sum / Double(range.count)).squareRoot()
    }
}
