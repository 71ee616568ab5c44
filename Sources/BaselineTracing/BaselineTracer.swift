package import EdgeTwin
internal import Glibc
package import Learning
package import NetworkModel
package import RadioPropagation
internal import SceneFiles

/// Does the edges' tracing: reads the scene that a topology names, and works the baseline out on a grid for every cell.
/// Runs on the thread of the role's jobs.
package enum BaselineTracer {
    /// Height of users, metres above the ground of the scene.
    package static let userHeightMetres = 1.5
    /// Points of a map at most; a finer grid is made coarser.
    package static let maxPoints = 40_000
    /// Beyond the outermost cells the map goes on this far, within the scene.
    private static let marginMetres = 300.0

    /// Does a job; what goes wrong becomes its result, in words.
    @Sendable package static func execute(_ job: EdgeJob) -> EdgeJobResult {
        switch job {
        case .prepareBaseline(let network):
            do {
                let map = network.twin.baseline == .ray ? try map(for: network) : nil
                return .baseline(map: map, engine: try network.twin.model.map(engine))
            } catch {
                return .failed("\(error)")
            }
        }
    }

    /// The state that a fit saved.
    private static func engine(_ path: String) throws -> ChannelEngine {
        try ChannelEngine(snapshot: try FileBytes.read(path))
    }

    /// The map of a network whose twins start from rays.
    ///
    /// - Throws: what is wrong with scene, materials or positions, in words.
    package static func map(for network: NetworkConfiguration) throws -> BaselineMap {
        guard let path = network.twin.scene else { preconditionFailure("a ray baseline without a scene") }
        let scene = try SceneFile.load(path)
        var settings = PathSettings(maxDepth: network.twin.depth)
        settings.interactions = interactions(network.twin)
        var baseline = try RayBaseline(scene: scene, frequencyHz: network.carrier.frequencyHz, settings: settings)
        let grid = grid(network, bounds: scene.bounds())
        let receivers = (0..<grid.count).map { point -> SIMD3<Double> in
            let (x, y) = grid.position(point)
            return SIMD3(x, y, userHeightMetres)
        }
        var predictions: [BaselinePrediction] = []
        var departures: [[BaselineMap.Departure]] = []
        predictions.reserveCapacity(grid.count * network.cells.count)
        for cell in network.cells {
            let links = try baseline.links(
                transmitter: SIMD3(cell.xMetres, cell.yMetres, cell.heightMetres), antenna: antenna(of: cell),
                receivers: receivers)
            for link in links ?? [] {
                predictions.append(link.prediction)
                departures.append(link.departures)
            }
        }
        return BaselineMap(
            grid: grid, cells: network.cells.count, parameters: baseline.parameters, predictions: predictions,
            departures: departures)
    }

    /// The element that a cell transmits with: TR 38.901's where it looks somewhere, else isotropic.
    package static func antenna(of cell: CellConfiguration) -> Antenna {
        guard let azimuth = cell.azimuthDegrees else { return .vertical }
        return Antenna(
            .tr38901,
            orientation: AntennaOrientation(
                bearing: azimuth * .pi / 180, downtilt: cell.downtiltDegrees * .pi / 180))
    }

    private static func interactions(_ twin: TwinConfiguration) -> Interactions {
        twin.interactions.reduce(into: []) { result, kind in
            switch kind {
            case .los: result.insert(.lineOfSight)
            case .specular: result.insert(.specular)
            case .diffraction: result.insert(.diffraction)
            case .transmission: result.insert(.transmission)
            case .diffuse: result.insert(.diffuse)
            }
        }
    }

    /// The part of the scene around the cells, at the spacing asked for or as fine as the bound on points lets it be.
    static func grid(_ network: NetworkConfiguration, bounds: SceneBounds) -> BaselineMap.Grid {
        let x = network.cells.map(\.xMetres)
        let y = network.cells.map(\.yMetres)
        let west = max(bounds.minimum.x, (x.min() ?? 0) - marginMetres)
        let east = max(west, min(bounds.maximum.x, (x.max() ?? 0) + marginMetres))
        let south = max(bounds.minimum.y, (y.min() ?? 0) - marginMetres)
        let north = max(south, min(bounds.maximum.y, (y.max() ?? 0) + marginMetres))
        var spacing = network.twin.spacingMetres
        while ((east - west) / spacing + 1) * ((north - south) / spacing + 1) > Double(maxPoints) { spacing *= 1.25 }
        return BaselineMap.Grid(
            xMetres: west, yMetres: south, spacingMetres: spacing, columns: Int((east - west) / spacing) + 1,
            rows: Int((north - south) / spacing) + 1)
    }
}
