internal import Glibc
internal import Numerics

/// A random field over the plane with mean 0, variance 1 and correlation `exp(-distance / correlationMetres)`:
/// a sum of 48 plane cosines, hence a pure function of position (TR 38.901 7.6.3.1 asks for that correlation).
///
/// The wave numbers follow the isotropic spectrum of the exponential correlation, whose distribution is
/// `1 - 1 / sqrt(1 + (k d)^2)`, sampled in 48 equal strata; directions and phases are uniform.
package struct CosineField: Sendable {
    private static let vectors = 6
    private var xTurnsPerMetre: [SIMD8<Float>] = []
    private var yTurnsPerMetre: [SIMD8<Float>] = []
    private var phaseTurns: [SIMD8<Float>] = []

    /// - Parameters:
    ///   - correlationMetres: distance at which the correlation has fallen to 1/e.
    ///   - entity: number of the field; fields of different numbers are independent.
    package init(correlationMetres: Double, seed: UInt64, entity: UInt64) {
        precondition(correlationMetres > 0)
        let draw = CounterGenerator(seed: seed, purpose: 0x5AD0)
        let count = CosineField.vectors * 8
        for vector in 0..<CosineField.vectors {
            var x = SIMD8<Float>.zero
            var y = SIMD8<Float>.zero
            var phase = SIMD8<Float>.zero
            for lane in 0..<8 {
                let index = vector * 8 + lane
                let key = UInt64(index) * 3
                let u = (Double(index) + draw.uniform(entity, key)) / Double(count)
                let survivor = max(1 - u, 0.5 / Double(count))
                let wave = (1 / (survivor * survivor) - 1).squareRoot() / correlationMetres / (2 * .pi)
                let direction = 2 * .pi * draw.uniform(entity, key + 1)
                x[lane] = Float(wave * cos(direction))
                y[lane] = Float(wave * sin(direction))
                phase[lane] = Float(draw.uniform(entity, key + 2))
            }
            xTurnsPerMetre.append(x)
            yTurnsPerMetre.append(y)
            phaseTurns.append(phase)
        }
    }

    /// Value of the field at a point, in standard deviations.
    package func value(x: Float, y: Float) -> Float {
        var sum = SIMD8<Float>.zero
        for vector in 0..<CosineField.vectors {
            let turns = xTurnsPerMetre[vector] * x + yTurnsPerMetre[vector] * y + phaseTurns[vector]
            sum += VectorFunctions.cosine(turns: turns)
        }
        return sum.sum() * (2 / Float(CosineField.vectors * 8)).squareRoot()
    }
}
