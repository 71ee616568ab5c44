internal import Numerics

/// Electric field of a wave: a complex amplitude along x, y and z.
struct ComplexVector: Sendable {
    var real: SIMD3<Double>
    var imaginary: SIMD3<Double>

    init(_ real: SIMD3<Double>, _ imaginary: SIMD3<Double> = .zero) {
        self.real = real
        self.imaginary = imaginary
    }

    /// Component along a unit vector.
    func along(_ axis: SIMD3<Double>) -> Complex {
        Complex((real * axis).sum(), (imaginary * axis).sum())
    }

    var squaredMagnitude: Double { (real * real).sum() + (imaginary * imaginary).sum() }

    static func + (a: ComplexVector, b: ComplexVector) -> ComplexVector {
        ComplexVector(a.real + b.real, a.imaginary + b.imaginary)
    }
}

/// A wave polarised along one real axis.
@inline(__always)
func * (amplitude: Complex, axis: SIMD3<Double>) -> ComplexVector {
    ComplexVector(axis * amplitude.real, axis * amplitude.imaginary)
}
