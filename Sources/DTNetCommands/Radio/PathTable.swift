internal import Foundation
internal import Numerics
internal import RadioPropagation

/// The table of `dtnet radio paths`.
struct PathTable {
    static let header =
        "rx_x,rx_y,rx_z,n_bounces,delay_ns,gain_db,phase_deg,departure_azimuth_deg,departure_zenith_deg,"
        + "arrival_azimuth_deg,arrival_zenith_deg,doppler_hz,interactions"

    private var table = DecimalText()
    private let scene: Scene
    private let transmitterAntenna: Antenna
    private let receiverAntenna: Antenna?

    var text: [UInt8] { table.bytes }

    /// - Parameter receiverAntenna: nil gives the power of both polarisations, and the phase of the vertical one.
    init(scene: Scene, transmitterAntenna: Antenna, receiverAntenna: Antenna?) {
        self.scene = scene
        self.transmitterAntenna = transmitterAntenna
        self.receiverAntenna = receiverAntenna
        table.append(PathTable.header + "\n")
    }

    mutating func append(_ set: PathSet) {
        for path in 0..<set.count {
            let receiver = set.geometry.receivers[Int(set.geometry.receiver[path])]
            for axis in 0..<3 {
                table.append(shortest: receiver[axis])
                table.append(",")
            }
            let vertices = set.geometry.vertices(of: path)
            table.append("\(vertices.count),")
            table.append(set.delaySeconds[path] * 1e9, decimals: 6)
            table.append(",")
            let amplitude = set.amplitude(
                of: path, transmitterAntenna: transmitterAntenna, receiverAntenna: receiverAntenna ?? .vertical)
            var power = amplitude.squaredMagnitude
            if receiverAntenna == nil {
                power +=
                    set.amplitude(
                        of: path, transmitterAntenna: transmitterAntenna, receiverAntenna: .horizontal
                    ).squaredMagnitude
            }
            if power > 0 { table.append(10 * log10(power), decimals: 4) }
            table.append(",")
            PathTable.degrees(atan2(amplitude.imaginary, amplitude.real), to: &table)
            for direction in [set.departureDirection(path), set.arrivalDirection(path)] {
                PathTable.degrees(direction.azimuth, to: &table)
                PathTable.degrees(direction.zenith, to: &table)
            }
            table.append(set.dopplerHz[path], decimals: 3)
            table.append(",")
            let met = vertices.map { vertex in
                let object = scene.objects[Int(set.objectOfVertex[vertex])].name
                return "\(PathTable.name(of: set.geometry.kind[vertex])):\(object)"
            }
            table.append(cell: met.joined(separator: " "))
            table.append("\n")
        }
    }

    private static func degrees(_ radians: Double, to table: inout DecimalText) {
        table.append(radians * 180 / .pi, decimals: 3)
        table.append(",")
    }

    private static func name(of kind: InteractionKind) -> String {
        switch kind {
        case .specular: "specular"
        case .diffraction: "diffraction"
        case .transmission: "transmission"
        case .diffuse: "diffuse"
        }
    }
}
