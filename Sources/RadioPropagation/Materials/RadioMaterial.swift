internal import Glibc

/// What a surface is made of, as far as radio waves are concerned: permittivity and conductivity by frequency, the
/// thickness of the slab that they pass, and how it scatters.
package struct RadioMaterial: Sendable, Equatable {
    /// Where the two constants come from.
    package enum Law: Sendable, Equatable {
        /// Rows of ITU-R P.2040 Table 3; the first whose range holds the frequency counts.
        case itu([ITURow])
        /// The same at every frequency; conductivity in S/m.
        case constant(relativePermittivity: Double, conductivity: Double)
    }

    /// `itu_concrete`, or the scene's own id.
    package var name: String
    package var law: Law
    /// Of the slab, for reflection from and transmission through it.
    package var thicknessMetres: Double
    /// Share of the reflected amplitude that is scattered diffusely, 0...1 (Degli-Esposti's S; Lambertian).
    package var scatteringCoefficient: Double
    /// Share of the scattered power that changes its polarisation, 0...1 (Sionna's `xpd_coefficient`).
    package var crossPolarisationDiscrimination: Double

    /// Sionna RT's default, which scenes rely on.
    package static let defaultThicknessMetres = 0.1
    /// Permittivity of free space in F/m (CODATA 2018).
    package static let vacuumPermittivity = 8.854_187_812_8e-12

    package init(
        name: String, law: Law, thicknessMetres: Double = RadioMaterial.defaultThicknessMetres,
        scatteringCoefficient: Double = 0, crossPolarisationDiscrimination: Double = 0
    ) {
        self.name = name
        self.law = law
        self.thicknessMetres = thicknessMetres
        self.scatteringCoefficient = scatteringCoefficient
        self.crossPolarisationDiscrimination = crossPolarisationDiscrimination
    }

    /// Relative permittivity and conductivity in S/m.
    ///
    /// - Throws: `RadioMaterialError.frequencyOutOfRange` where no row of the table holds the frequency, as Sionna RT.
    package func properties(
        frequencyHz: Double
    ) throws(RadioMaterialError) -> (relativePermittivity: Double, conductivity: Double) {
        switch law {
        case .constant(let relativePermittivity, let conductivity): return (relativePermittivity, conductivity)
        case .itu(let rows):
            let gigahertz = frequencyHz / 1e9
            guard let row = rows.first(where: { $0.gigahertz.contains(gigahertz) }) else {
                throw .frequencyOutOfRange(
                    material: name, frequencyHz: frequencyHz, gigahertzRanges: rows.map(\.gigahertz))
            }
            return (row.a * pow(gigahertz, row.b), row.c * pow(gigahertz, row.d))
        }
    }

    /// Complex relative permittivity `eps' - j sigma / (eps0 omega)` for fields that go as exp(+j omega t) (ITU-R
    /// P.2040-3, 9): the imaginary part is 0 or below.
    package func complexPermittivity(
        frequencyHz: Double
    ) throws(RadioMaterialError) -> (real: Double, imaginary: Double) {
        let (real, conductivity) = try properties(frequencyHz: frequencyHz)
        return (real, -conductivity / (RadioMaterial.vacuumPermittivity * 2 * .pi * frequencyHz))
    }
}

/// What is wrong with a material, in words for its user.
package enum RadioMaterialError: Error, Equatable, CustomStringConvertible {
    case unknownName(String)
    case frequencyOutOfRange(material: String, frequencyHz: Double, gigahertzRanges: [ClosedRange<Double>])

    package var description: String {
        switch self {
        case .unknownName(let name):
            return "unknown material '\(name)': known are \(ITUMaterials.names.joined(separator: ", "))"
        case .frequencyOutOfRange(let material, let frequencyHz, let ranges):
            let known = ranges.map { "\($0.lowerBound)-\($0.upperBound) GHz" }.joined(separator: ", ")
            return "material '\(material)' is not defined at \(frequencyHz / 1e9) GHz: ITU-R P.2040 gives it for "
                + "\(known); use one of these frequencies or give the scene constants for it"
        }
    }
}
