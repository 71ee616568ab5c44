internal import ArgumentParser
internal import Foundation
internal import RadioPropagation

/// The polarisations of the elements at one position of an array.
enum ArrayPolarisation: String, Sendable, CaseIterable {
    case vertical, horizontal, both, crossed

    /// Degrees, one per port of a position.
    var slants: [Double] {
        switch self {
        case .vertical: [0]
        case .horizontal: [90]
        case .both: [0, 90]
        case .crossed: [-45, 45]
        }
    }
}

/// The antenna arrays of both ends; pattern, bearing, downtilt and slant of the transmitter's are `RadioOptions`.
struct ArrayOptions: ParsableArguments {
    @Option(
        help: "Array of the transmitter, across its bearing: ROWSxCOLUMNS, or ROWSxCOLUMNS:SPACING in wavelengths.",
        transform: RadioArguments.array)
    var txArray = ArrayShape()

    @Option(help: "Array of the receivers.", transform: RadioArguments.array)
    var rxArray = ArrayShape()

    @Option(
        help: "What each position of the transmitter's array sends: vertical, horizontal, both, or crossed (-45, 45).",
        transform: { try RadioArguments.choice($0) as ArrayPolarisation })
    var txPolarisation: ArrayPolarisation = .both

    @Option(
        help: "What each position of a receiver's array takes, likewise.",
        transform: { try RadioArguments.choice($0) as ArrayPolarisation })
    var rxPolarisation: ArrayPolarisation = .both

    @Option(
        help: "Antenna of the receivers: isotropic, short-dipole, dipole or tr38901.",
        transform: { try RadioArguments.choice($0) as AntennaPattern })
    var rxAntenna: AntennaPattern = .isotropic

    @Option(parsing: .unconditional, help: "Bearing of the receivers' array from the x axis towards y, degrees.")
    var rxBearing = 0.0

    @Option(parsing: .unconditional, help: "Tilt of the receivers' array below the horizon, degrees.")
    var rxDowntilt = 0.0

    func validate() throws {
        guard rxBearing.isFinite, rxDowntilt.isFinite else {
            throw ValidationError("--rx-bearing and --rx-downtilt are degrees")
        }
    }

    /// - Parameter options: hold the pattern and the orientation; its slant turns the polarisations.
    func transmitter(_ options: RadioOptions) -> AntennaArray {
        ArrayOptions.array(
            txArray, options.antenna, slants: txPolarisation.slants.map { $0 + options.slant },
            bearing: options.bearing, downtilt: options.downtilt)
    }

    var receiver: AntennaArray {
        ArrayOptions.array(
            rxArray, rxAntenna, slants: rxPolarisation.slants, bearing: rxBearing, downtilt: rxDowntilt)
    }

    private static func array(
        _ shape: ArrayShape, _ pattern: AntennaPattern, slants: [Double], bearing: Double, downtilt: Double
    ) -> AntennaArray {
        let radians = Double.pi / 180
        return AntennaArray(
            rows: shape.rows, columns: shape.columns,
            elements: slants.map { Antenna(pattern, slant: $0 * radians) },
            spacing: (shape.spacingWavelengths, shape.spacingWavelengths),
            orientation: AntennaOrientation(bearing: bearing * radians, downtilt: downtilt * radians))
    }
}
