internal import Glibc
package import Numerics

/// The transition function of the uniform theory of diffraction (Kouyoumjian and Pathak 1974, equation 27):
/// `F(x) = 2 j sqrt(x) e^(jx) integral from sqrt(x) to infinity of e^(-j t^2) dt`, which removes the infinities of
/// the geometric theory at shadow and reflection boundaries. F(0) = 0, F(x) tends to 1.
package enum TransitionFunction {
    /// Below this argument the power series of the error function serves, above it the continued fraction.
    private static let seriesLimit = 4.0

    /// F(x) for x >= 0; relative error below 1e-9.
    package static func value(_ x: Double) -> Complex {
        x.squareRoot() * quotient(x)
    }

    /// `F(x) / sqrt(x)`, which stays finite at 0: there it is `sqrt(pi) e^(j pi / 4)`.
    static func quotient(_ x: Double) -> Complex {
        let turn = Complex(0.5.squareRoot(), 0.5.squareRoot())
        let root = x.squareRoot() * turn
        let scaled = x < seriesLimit ? Complex.unit(phase: x) * complement(root) : fraction(root)
        return Double.pi.squareRoot() * (turn * scaled)
    }

    /// `1 - erf(z)` by its power series.
    private static func complement(_ z: Complex) -> Complex {
        let square = -(z * z)
        var power = z
        var sum = z
        for n in 1...40 {
            power = (1 / Double(n)) * (power * square)
            sum += (1 / Double(2 * n + 1)) * power
        }
        return Complex.one - (2 / Double.pi.squareRoot()) * sum
    }

    /// `e^(z^2) (1 - erf(z))` by the continued fraction of Abramowitz and Stegun 7.1.14, from its far end.
    private static func fraction(_ z: Complex) -> Complex {
        var tail = z
        for n in stride(from: 48, through: 1, by: -1) {
            tail = z + Complex(0.5 * Double(n)) / tail
        }
        return Complex(1 / Double.pi.squareRoot()) / tail
    }
}
