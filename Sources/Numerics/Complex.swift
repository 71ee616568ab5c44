/// A complex number of double precision.
///
/// `@frozen` and `@inlinable`, because arithmetic that is called across a target costs more than it computes.
@frozen
@usableFromInline
package struct Complex: Sendable, Equatable {
    @usableFromInline package var real: Double
    @usableFromInline package var imaginary: Double

    @inlinable
    package init(_ real: Double, _ imaginary: Double = 0) {
        self.real = real
        self.imaginary = imaginary
    }

    @inlinable package static var zero: Complex { Complex(0) }
    @inlinable package static var one: Complex { Complex(1) }
    /// The imaginary unit.
    @inlinable package static var i: Complex { Complex(0, 1) }

    /// |z|^2.
    @inlinable package var squaredMagnitude: Double { real * real + imaginary * imaginary }
    /// |z|.
    @inlinable package var magnitude: Double { squaredMagnitude.squareRoot() }
    @inlinable package var conjugate: Complex { Complex(real, -imaginary) }

    /// The root whose real part is not negative; on the negative real axis, the one with a positive imaginary part.
    @inlinable
    package var squareRoot: Complex {
        let size = magnitude
        guard size > 0 else { return .zero }
        if real >= 0 {
            let root = (0.5 * (size + real)).squareRoot()
            return Complex(root, imaginary / (2 * root))
        }
        let root = (0.5 * (size - real)).squareRoot()
        return Complex(abs(imaginary) / (2 * root), imaginary < 0 ? -root : root)
    }

    @inlinable
    package static func + (a: Complex, b: Complex) -> Complex {
        Complex(a.real + b.real, a.imaginary + b.imaginary)
    }

    @inlinable
    package static func - (a: Complex, b: Complex) -> Complex {
        Complex(a.real - b.real, a.imaginary - b.imaginary)
    }

    @inlinable
    package static func * (a: Complex, b: Complex) -> Complex {
        Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
    }

    @inlinable
    package static func * (a: Double, b: Complex) -> Complex { Complex(a * b.real, a * b.imaginary) }

    @inlinable
    package static func / (a: Complex, b: Complex) -> Complex {
        let scale = 1 / b.squaredMagnitude
        let product = a * b.conjugate
        return Complex(product.real * scale, product.imaginary * scale)
    }

    @inlinable
    package static prefix func - (a: Complex) -> Complex { Complex(-a.real, -a.imaginary) }

    @inlinable
    package static func += (a: inout Complex, b: Complex) { a = a + b }
}
