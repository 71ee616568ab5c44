internal import Numerics

/// What a surface makes of a wave: mirror reflection, passage, diffuse scattering. Directions are unit vectors along
/// which waves travel; normals may point to either side.
enum SurfaceScattering {
    /// What a face does as a mirror that sends the wave into `outgoing`.
    static func mirror(
        incoming: SIMD3<Double>, outgoing: SIMD3<Double>, normal: SIMD3<Double>, material: MaterialElectrics
    ) -> PolarisedPassage {
        let slab = material.slab(cosine: min(abs(dot(incoming, normal)), 1))
        return PolarisedPassage(
            axis: transverse(incoming, normal), incoming: incoming, outgoing: outgoing,
            te: material.specularAmplitude * slab.reflectionTE, tm: material.specularAmplitude * slab.reflectionTM)
    }

    /// What a wall does to a wave that passes it: the phase inside the slab is part of the coefficient, the path is
    /// not bent (as in Sionna RT).
    static func passage(
        direction: SIMD3<Double>, normal: SIMD3<Double>, material: MaterialElectrics
    ) -> PolarisedPassage {
        let slab = material.slab(cosine: min(abs(dot(direction, normal)), 1))
        return PolarisedPassage(
            axis: transverse(direction, normal), incoming: direction, outgoing: direction, te: slab.transmissionTE,
            tm: slab.transmissionTM)
    }

    /// The wave that a patch scatters after Lambert's law (Degli-Esposti 2007; Sionna RT's model): its power per solid
    /// angle is `(S Gamma)^2 cos / pi` of what falls on the patch, Gamma the mirror's amplitude for this polarisation,
    /// a share K of it in the other polarisation. Amplitude at 1 m from the patch, for a field given at the patch.
    static func scattered(
        _ field: ComplexVector, incoming: SIMD3<Double>, outgoing: SIMD3<Double>, normal: SIMD3<Double>,
        area: Double, material: MaterialElectrics
    ) -> ComplexVector {
        let image = incoming - 2 * dot(incoming, normal) * normal
        var smooth = material
        smooth.specularAmplitude = 1
        let mirrored = mirror(incoming: incoming, outgoing: image, normal: normal, material: smooth)(field)
        // A wave that comes from one side is not scattered to the other.
        let cosines = -dot(incoming, normal) * dot(outgoing, normal)
        let power = field.squaredMagnitude
        guard power > 0, cosines > 0 else { return ComplexVector(.zero) }
        let gamma = (mirrored.squaredMagnitude / power).squareRoot()
        let amplitude = material.scatteredAmplitude * gamma * (cosines * area / .pi).squareRoot()
        let before = SphericalDirection.basis(incoming)
        let after = SphericalDirection.basis(outgoing)
        let theta = field.along(before.theta)
        let phi = field.along(before.phi)
        let kept = amplitude * material.coPolar
        let turned = amplitude * material.crossPolar
        return (kept * theta - turned * phi) * after.theta + (turned * theta + kept * phi) * after.phi
    }

    /// Direction of the electric field in TE polarisation; any direction across the wave at perpendicular incidence.
    static func transverse(_ direction: SIMD3<Double>, _ normal: SIMD3<Double>) -> SIMD3<Double> {
        let axis = cross(direction, normal)
        let square = dot(axis, axis)
        if square > 1e-12 { return axis / square.squareRoot() }
        let other = abs(direction.x) < 0.9 ? SIMD3<Double>(1, 0, 0) : SIMD3<Double>(0, 1, 0)
        return normalised(other - dot(other, direction) * direction)
    }
}

/// A wave's way past a surface: one coefficient along the TE direction, another across it.
struct PolarisedPassage: Sendable {
    private let axis: SIMD3<Double>
    private let before: SIMD3<Double>
    private let after: SIMD3<Double>
    private let te: Complex
    private let tm: Complex

    init(axis: SIMD3<Double>, incoming: SIMD3<Double>, outgoing: SIMD3<Double>, te: Complex, tm: Complex) {
        self.axis = axis
        before = cross(incoming, axis)
        after = cross(outgoing, axis)
        self.te = te
        self.tm = tm
    }

    func callAsFunction(_ field: ComplexVector) -> ComplexVector {
        (te * field.along(axis)) * axis + (tm * field.along(before)) * after
    }
}
