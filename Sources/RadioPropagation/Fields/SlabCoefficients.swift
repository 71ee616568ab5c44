package import Numerics

/// Reflection and transmission of a plane wave by one slab in air, for both linear polarisations
/// (ITU-R P.2040-3 section 2.2.2: equations 31 for one boundary, 41 to 44 for the slab; time factor e^(+j w t)).
///
/// TE: electric field perpendicular to the plane of incidence; TM: within it. With `s` the TE direction and `k` the
/// direction of propagation, the TM direction is `k x s` before and after, so that at perpendicular incidence the TM
/// coefficient is minus the TE coefficient, and a perfect conductor has TE = -1, TM = +1.
package struct SlabCoefficients: Sendable {
    package var reflectionTE: Complex
    package var reflectionTM: Complex
    package var transmissionTE: Complex
    package var transmissionTM: Complex

    /// - Parameters:
    ///   - cosine: of the angle between the wave and the normal, 0...1.
    ///   - permittivity: relative, complex, imaginary part not positive.
    ///   - wavenumberThickness: `2 pi thickness / wavelength`, not negative. 0 is no slab: all passes.
    package init(cosine: Double, permittivity: Complex, wavenumberThickness: Double) {
        let inside = (permittivity - Complex(1 - cosine * cosine)).squareRoot
        let boundary = SlabCoefficients.boundary(cosine: cosine, permittivity: permittivity, inside: inside)
        // e^(-jq) with q = k d sqrt(eta - sin^2); its square is one way there and back.
        let once = Complex.exponential(
            Complex(wavenumberThickness * inside.imaginary, -wavenumberThickness * inside.real))
        let twice = once * once
        let squareTE = boundary.te * boundary.te
        let squareTM = boundary.tm * boundary.tm
        let echoTE = Complex.one / (Complex.one - squareTE * twice)
        let echoTM = Complex.one / (Complex.one - squareTM * twice)
        reflectionTE = boundary.te * (Complex.one - twice) * echoTE
        reflectionTM = boundary.tm * (Complex.one - twice) * echoTM
        transmissionTE = (Complex.one - squareTE) * once * echoTE
        transmissionTM = (Complex.one - squareTM) * once * echoTM
    }

    /// Fresnel coefficients of a half-space that begins at the surface: what a slab tends to as its losses grow.
    package static func halfSpace(cosine: Double, permittivity: Complex) -> (te: Complex, tm: Complex) {
        let inside = (permittivity - Complex(1 - cosine * cosine)).squareRoot
        return boundary(cosine: cosine, permittivity: permittivity, inside: inside)
    }

    private static func boundary(
        cosine: Double, permittivity: Complex, inside: Complex
    ) -> (te: Complex, tm: Complex) {
        let outside = Complex(cosine)
        let scaled = cosine * permittivity
        return ((outside - inside) / (outside + inside), (scaled - inside) / (scaled + inside))
    }
}
