internal import Glibc
package import Numerics

/// How the field of a slanted element follows from its upright pattern (TR 38.901 section 7.3.2).
package enum PolarisationModel: Sendable, Equatable {
    /// Model 1: the element is turned, its field's direction depends on the direction of the wave.
    case rotated
    /// Model 2: the same share of both polarisations in every direction.
    case fixed
}

/// One antenna element: pattern, linear polarisation, orientation.
package struct Antenna: Sendable, Equatable {
    package var pattern: AntennaPattern
    /// Radians: 0 vertical, pi/2 horizontal, +-pi/4 the two of a cross-polarised pair.
    package var slant: Double
    package var model: PolarisationModel
    package var orientation: AntennaOrientation

    /// Isotropic, vertically polarised.
    package static let vertical = Antenna(.isotropic)
    /// Isotropic, horizontally polarised.
    package static let horizontal = Antenna(.isotropic, slant: .pi / 2)

    package init(
        _ pattern: AntennaPattern, slant: Double = 0, model: PolarisationModel = .fixed,
        orientation: AntennaOrientation = .upright
    ) {
        self.pattern = pattern
        self.slant = slant
        self.model = model
        self.orientation = orientation
    }

    /// The pair of one position, at -45 and +45 degrees.
    package static func crossed(
        _ pattern: AntennaPattern, orientation: AntennaOrientation = .upright
    ) -> [Antenna] {
        [
            Antenna(pattern, slant: -.pi / 4, orientation: orientation),
            Antenna(pattern, slant: .pi / 4, orientation: orientation),
        ]
    }

    /// Field amplitudes along the unit vectors of growing zenith angle and azimuth at a direction of the world.
    ///
    /// - Parameter direction: unit vector away from the antenna.
    package func field(towards direction: SIMD3<Double>) -> (theta: Complex, phi: Complex) {
        if orientation == .upright && pattern == .isotropic && model == .fixed {
            if slant == 0 { return (.one, .zero) }
            return (Complex(cos(slant)), Complex(sin(slant)))
        }
        let local = orientation.local(direction)
        let angles = SphericalDirection(local)
        let amplitude = pattern.amplitude(towards: angles)
        let (theta, phi) = polarised(amplitude, towards: angles)
        if orientation == .upright { return (Complex(theta), Complex(phi)) }
        // The field is a vector in space: take its components along the world's directions.
        let own = SphericalDirection.basis(local)
        let vector = orientation.world(own.theta * theta + own.phi * phi)
        let basis = SphericalDirection.basis(direction)
        return (Complex(dot(vector, basis.theta)), Complex(dot(vector, basis.phi)))
    }

    private func polarised(_ amplitude: Double, towards angles: SphericalDirection) -> (Double, Double) {
        switch model {
        case .fixed: return (amplitude * cos(slant), amplitude * sin(slant))
        case .rotated:
            // TR 38.901 equation 7.3-3; where the element's axis points at us the angle is free, and vertical is taken.
            let (sine, cosine) = (sin(angles.zenith), cos(angles.zenith))
            let axis = cos(slant) * cosine - sin(slant) * sin(angles.azimuth) * sine
            let norm = max(0, 1 - axis * axis).squareRoot()
            guard norm > 1e-9 else { return (amplitude, 0) }
            let upright = cos(slant) * sine + sin(slant) * sin(angles.azimuth) * cosine
            return (amplitude * upright / norm, amplitude * sin(slant) * cos(angles.azimuth) / norm)
        }
    }
}
