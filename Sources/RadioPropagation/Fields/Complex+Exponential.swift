internal import Glibc
internal import Numerics

extension Complex {
    /// `e^(j phase)`, the phase in radians.
    static func unit(phase: Double) -> Complex {
        Complex(Glibc.cos(phase), Glibc.sin(phase))
    }

    /// `e^z`; 0 where the real part is so low that the value underflows.
    static func exponential(_ z: Complex) -> Complex {
        Glibc.exp(z.real) * unit(phase: z.imaginary)
    }
}
