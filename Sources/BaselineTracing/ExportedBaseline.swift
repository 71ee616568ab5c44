internal import Glibc
internal import Learning
internal import NetworkModel
internal import RadioPropagation
internal import SceneFiles

/// The baseline of twins whose paths another ray tracer found (docs/SIONNA-PATHS.md): each point of the map takes the
/// exported receiver nearest to it. The export holds powers with its own antennas in them.
struct ExportedBaseline {
    private let network: NetworkConfiguration
    private let file: String
    private let paths: SionnaPaths
    /// Transmitter of the export by cell.
    private let transmitter: [Int]
    /// Of the receivers.
    private var bounds = SceneBounds.empty

    /// Line of sight, slope, diffraction, no path, and what a path met, whatever the material.
    private static let parameters = ChannelParameter.rayTraced(materials: ["reflection", "transmission"])
    /// A cell's transmitter lies within this distance of it.
    private static let siteMetres = 1.0
    /// An export's carrier is the network's within this share of it: Sionna RT keeps frequencies in single precision.
    private static let frequencyTolerance = 1e-6

    /// - Parameter goesOn: whether there is time left to read the file.
    /// - Throws: what is wrong with the file, another carrier than the network's, and cells that it has no transmitter
    ///   for.
    init(_ network: NetworkConfiguration, goesOn: () -> Bool) throws(SceneFileError) {
        guard let file = network.twin.paths else { preconditionFailure("a paths baseline without a file") }
        self.network = network
        self.file = file
        let paths = try SionnaPaths.read(file, goesOn: goesOn)
        self.paths = paths
        guard !paths.receivers.isEmpty else { throw SceneFileError(file, "has no receiver") }
        let carrier = network.carrier.frequencyHz
        guard abs(paths.frequencyHz - carrier) <= Self.frequencyTolerance * carrier else {
            throw SceneFileError(
                file,
                "is traced at \(paths.frequencyHz / 1e9) GHz, the topology's carrier is \(carrier / 1e9) GHz: "
                    + "export it again at that frequency, or change the carrier")
        }
        var found: [Int] = []
        for cell in network.cells {
            let site = SIMD3(cell.xMetres, cell.yMetres, cell.heightMetres)
            guard let near = ExportedBaseline.transmitter(of: cell, at: site, in: paths) else {
                throw SceneFileError(
                    file, "has no transmitter within 1 m of cell \(cell.name) at \(site.x),\(site.y),\(site.z)")
            }
            found.append(near)
        }
        transmitter = found
        for receiver in paths.receivers { bounds.include(receiver) }
        try BaselineTracer.checkReach(network, bounds, of: "the receivers lie", in: file)
    }

    /// The transmitter nearest to a cell, within 1 m: cells of one mast may hang at heights of their own. Of several at
    /// one place, the sectors of a site, the one of the cell's name, else the first.
    private static func transmitter(
        of cell: CellConfiguration, at site: SIMD3<Double>, in paths: SionnaPaths
    ) -> Int? {
        let distances = paths.transmitters.map { metres($0, site) }
        guard let least = distances.min(), least <= siteMetres else { return nil }
        let nearest = distances.indices.filter { distances[$0] == least }
        return nearest.first { paths.transmitterNames[$0] == cell.name } ?? nearest.first
    }

    /// - Parameter goesOn: whether there is time left: each point is held against every receiver.
    func map(goesOn: () -> Bool) throws(TracingDeadline) -> BaselineMap {
        let grid = BaselineTracer.grid(network, bounds: bounds)
        var nearest: [Int] = []
        for (done, point) in BaselineTracer.receivers(grid).enumerated() {
            guard done % 64 != 0 || goesOn() else {
                throw TracingDeadline(
                    seconds: network.twin.deadlineSeconds, done: 0, missing: network.cells.map(\.name))
            }
            nearest.append(nearestReceiver(to: point))
        }
        var predictions: [BaselinePrediction] = []
        var departures: [[BaselineMap.Departure]] = []
        for site in transmitter {
            let links = links(from: site)
            predictions += nearest.map { links[$0].prediction }
            departures += nearest.map { links[$0].departures }
        }
        return BaselineMap(
            grid: grid, cells: network.cells.count, parameters: Self.parameters, predictions: predictions,
            departures: departures)
    }

    private func nearestReceiver(to point: SIMD3<Double>) -> Int {
        var best = 0
        var least = Double.infinity
        for (index, receiver) in paths.receivers.enumerated() {
            let offset = receiver - point
            let square = offset.x * offset.x + offset.y * offset.y
            if square < least { (best, least) = (index, square) }
        }
        return best
    }

    private struct Link {
        var prediction: BaselinePrediction
        var departures: [BaselineMap.Departure]
    }

    /// Links of one transmitter to every receiver of the export.
    private func links(from site: Int) -> [Link] {
        var ofReceiver = Array(repeating: [Int](), count: paths.receivers.count)
        for path in 0..<paths.count where Int(paths.transmitter[path]) == site {
            ofReceiver[Int(paths.receiver[path])].append(path)
        }
        return ofReceiver.indices.map { receiver in
            let metres = max(1, ExportedBaseline.metres(paths.transmitters[site], paths.receivers[receiver]))
            return link(ofReceiver[receiver], logDistance: Float(log10(metres)))
        }
    }

    private func link(_ found: [Int], logDistance: Float) -> Link {
        let slope = -10 * (logDistance - 2)
        var groups: [(interactions: [Float], power: Double)] = []
        var strongest: [(power: Double, path: Int)] = []
        for path in found {
            let (re, im) = (paths.gainReal[path], paths.gainImaginary[path])
            let power = re * re + im * im
            guard power > 0, power.isFinite else { continue }
            let counts = interactions(of: path, slope: slope)
            if let known = groups.firstIndex(where: { $0.interactions == counts }) {
                groups[known].power += power
            } else {
                groups.append((counts, power))
            }
            strongest.append((power, path))
        }
        let total = groups.reduce(0) { $0 + $1.power }
        guard total > 0 else { return unreached(logDistance: logDistance, slope: slope) }
        strongest.sort { $0.power == $1.power ? $0.path < $1.path : $0.power > $1.power }
        return Link(
            prediction: BaselinePrediction(
                gainDb: Float(10 * log10(total)), share: groups.map { Float($0.power / total) },
                interactions: groups.flatMap(\.interactions)),
            departures: strongest.prefix(2).map { power, path in
                BaselineMap.Departure(
                    azimuthRadians: Float(paths.angles[path].x), zenithRadians: Float(paths.angles[path].y),
                    share: Float(power / total))
            })
    }

    private func interactions(of path: Int, slope: Float) -> [Float] {
        let met = Int(paths.vertexStart[path])..<Int(paths.vertexStart[path + 1])
        var counts: [Float] = [met.isEmpty ? 1 : 0, slope, 0, 0, 0, 0]
        for vertex in met {
            switch paths.kind[vertex] {
            case .diffraction: counts[2] += 1
            case .specular, .diffuse: counts[4] += 1
            case .transmission: counts[5] += 1
            }
        }
        return counts
    }

    /// TR 38.901 UMi without line of sight (Table 7.4.1-1), as for traced scenes.
    private func unreached(logDistance: Float, slope: Float) -> Link {
        let loss = 35.3 * Double(logDistance) + 22.4 + 21.3 * log10(network.carrier.frequencyHz / 1e9)
        return Link(
            prediction: BaselinePrediction(gainDb: Float(-loss), sensitivity: [0, slope, 0, 1, 0, 0]), departures: [])
    }

    private static func metres(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
        let offset = a - b
        return (offset * offset).sum().squareRoot()
    }
}
