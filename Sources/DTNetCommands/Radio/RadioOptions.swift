internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import RadioPropagation

/// What the receiver takes of a wave.
enum ReceivedPolarisation: String, Sendable, CaseIterable {
    case vertical, horizontal, both

    /// nil for both.
    var antenna: Antenna? {
        switch self {
        case .vertical: .vertical
        case .horizontal: .horizontal
        case .both: nil
        }
    }
}

/// The options that all commands of ray tracing share.
struct RadioOptions: ParsableArguments {
    @OptionGroup var scene: SceneOptions

    @Option(help: "Carrier frequency, e.g. 3.5GHz.", transform: ToolArguments.frequency)
    var frequency: Double

    @Option(help: "Reflections of one path, at most.")
    var depth = 3

    @Option(
        help: "What paths may do: los,specular,diffraction,transmission,diffuse.",
        transform: RadioArguments.interactions)
    var interactions: Interactions = .exact

    @Option(help: "Reflections of a path that also passes walls, at most; needs specular and transmission.")
    var throughWalls = 0

    @Option(help: "Reflections of a path before it bends over an edge, at most; needs diffraction.")
    var beforeBend = 0

    @Option(
        help: "Antenna of the transmitter: isotropic, short-dipole, dipole or tr38901.",
        transform: { try RadioArguments.choice($0) as AntennaPattern })
    var antenna: AntennaPattern = .isotropic

    @Option(parsing: .unconditional, help: "Bearing of the antenna from the x axis towards y, degrees.")
    var bearing = 0.0

    @Option(parsing: .unconditional, help: "Tilt of the antenna below the horizon, degrees.")
    var downtilt = 0.0

    @Option(parsing: .unconditional, help: "Slant of its polarisation: 0 vertical, 90 horizontal, degrees.")
    var slant = 0.0

    @OptionGroup var time: TimeOptions

    @Option(help: "Write the table to this CSV file, else to standard output.", completion: .file(extensions: ["csv"]))
    var out: String?

    @Flag(help: "Print a summary as JSON.")
    var json = false

    func validate() throws {
        guard (0...20).contains(depth) else { throw ValidationError("--depth is \(depth), not 0 to 20") }
        guard (0...depth).contains(throughWalls), (0...depth).contains(beforeBend) else {
            throw ValidationError("--through-walls and --before-bend are 0 to --depth, \(depth)")
        }
        guard throughWalls == 0 || interactions.contains([.specular, .transmission]) else {
            throw ValidationError("--through-walls needs specular and transmission among --interactions")
        }
        guard beforeBend == 0 || interactions.contains(.diffraction) else {
            throw ValidationError("--before-bend needs diffraction among --interactions")
        }
        guard [bearing, downtilt, slant].allSatisfy(\.isFinite) else {
            throw ValidationError("--bearing, --downtilt and --slant are degrees")
        }
        guard !json || out != nil else { throw ValidationError("--json prints the summary: name the table with --out") }
    }

    /// What the solver of a scene looks for.
    var pathSettings: PathSettings {
        var settings = PathSettings(maxDepth: depth, interactions: interactions)
        settings.reflectionsThroughWalls = throughWalls
        settings.reflectionsBeforeDiffraction = beforeBend
        return settings
    }

    var transmitterAntenna: Antenna {
        let radians = Double.pi / 180
        return Antenna(
            antenna, slant: slant * radians,
            orientation: AntennaOrientation(bearing: bearing * radians, downtilt: downtilt * radians))
    }
}

/// What the receiver takes, where one number stands for a path.
struct ReceptionOptions: ParsableArguments {
    @Option(
        help: "Polarisation that the receiver takes: vertical, horizontal or both (vertical; both with --sample mean).",
        transform: { try RadioArguments.choice($0) as ReceivedPolarisation })
    var receiver: ReceivedPolarisation?
}
