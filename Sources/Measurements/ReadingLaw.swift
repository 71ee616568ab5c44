internal import Foundation

/// Spreads of what a right scene leaves of readings; all are inferred with the scene.
///
/// What is assumed before any reading is wide, and of other sources than any scene that is learnt: shadowing of 4 dB
/// that decorrelates in 10 m (3GPP TR 38.901, street canyons in sight), each within a factor of some two.
package struct ReadingLaw: Equatable, Sendable {
    /// Shadowing: standard deviation, dB, and the distance at which its correlation is 1/e, metres.
    package var shadowDeviationDb = 4.0
    package var shadowMetres = 10.0
    /// Biases of devices: standard deviation, dB.
    package var phoneDeviationDb = 2.0
    /// A reading's own noise and what the model leaves out: standard deviation, dB.
    package var noiseDeviationDb = 2.0
    /// Level of a cell: standard deviation, dB.
    static let levelDeviationDb = 1.0

    /// Deviations of the values' logarithms from what is assumed, in the order of `values`.
    private static let deviations = [0.4, 0.7, 0.4, 0.3]
    /// How far from what is assumed nothing is tried: so many deviations.
    private static let reach = 3.0

    package init() {}

    /// Means over laws, of their values' logarithms; nil of none.
    package static func mean(of laws: [ReadingLaw]) -> ReadingLaw? {
        guard !laws.isEmpty else { return nil }
        var law = ReadingLaw()
        law.values = law.values.indices.map { place in
            exp(laws.reduce(0) { $0 + log($1.values[place]) } / Double(laws.count))
        }
        return law
    }

    private var values: [Double] {
        get { [shadowDeviationDb, shadowMetres, phoneDeviationDb, noiseDeviationDb] }
        set {
            shadowDeviationDb = newValue[0]
            shadowMetres = newValue[1]
            phoneDeviationDb = newValue[2]
            noiseDeviationDb = newValue[3]
        }
    }

    /// Variance of a reading's own noise, dB^2.
    var noiseVariance: Double { noiseDeviationDb * noiseDeviationDb }

    /// Covariance of two readings without their noise, dB^2.
    func covariance(_ a: SceneReading, _ b: SceneReading) -> Double {
        let way = a.place - b.place
        let distance = (way * way).sum().squareRoot()
        var value = shadowDeviationDb * shadowDeviationDb * exp(-distance / shadowMetres)
        if a.cell == b.cell { value += ReadingLaw.levelDeviationDb * ReadingLaw.levelDeviationDb }
        if a.phone == b.phone { value += phoneDeviationDb * phoneDeviationDb }
        return value
    }

    /// Logarithm of the prior density of the values' logarithms, up to a constant; nil out of reach.
    var logPrior: Double? {
        var sum = 0.0
        for (index, (value, assumed)) in zip(values, ReadingLaw().values).enumerated() {
            let distance = log(value / assumed) / ReadingLaw.deviations[index]
            guard abs(distance) < ReadingLaw.reach else { return nil }
            sum -= 0.5 * distance * distance
        }
        return sum
    }

    /// Another law near this one: one value moved.
    func moved(_ draws: inout Draws) -> ReadingLaw {
        var other = self
        let chosen = draws.index(below: ReadingLaw.deviations.count)
        other.values[chosen] *= exp(0.7 * ReadingLaw.deviations[chosen] * draws.normal())
        return other
    }
}
