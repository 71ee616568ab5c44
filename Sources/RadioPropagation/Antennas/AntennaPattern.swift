internal import Glibc

/// How an antenna element radiates when it stands upright and looks along x: the amplitude of its vertically polarised
/// field by direction, its square being the power gain over an isotropic antenna.
package enum AntennaPattern: String, Sendable, Equatable, CaseIterable {
    case isotropic
    /// A dipole much shorter than the wavelength: `sqrt(3/2) sin(zenith)` (Balanis 4-26a), 1.76 dBi.
    case shortDipole = "short-dipole"
    /// A dipole of half a wavelength (Balanis 4-84), 2.15 dBi.
    case halfWaveDipole = "dipole"
    /// The sector element of TR 38.901 Table 7.3-1: 8 dBi, 65 degrees half-power width, 30 dB front to back.
    case tr38901

    package func amplitude(towards direction: SphericalDirection) -> Double {
        switch self {
        case .isotropic: return 1
        case .shortDipole: return 1.5.squareRoot() * sin(direction.zenith)
        case .halfWaveDipole:
            let sine = sin(direction.zenith)
            guard sine > 1e-9 else { return 0 }
            return 1.6409.squareRoot() * cos(0.5 * .pi * cos(direction.zenith)) / sine
        case .tr38901:
            let degrees = 180 / Double.pi
            let gain = SectorAntenna.gainDbi(
                azimuthOffset: direction.azimuth * degrees, depression: direction.zenith * degrees - 90, downtilt: 0)
            return pow(10, gain / 20)
        }
    }
}
