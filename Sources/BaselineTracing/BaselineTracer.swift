package import EdgeTwin
package import Learning
internal import Measurements
package import NetworkModel
package import RadioPropagation
internal import SceneFiles

/// Does the edges' jobs: reads the scene, the exported paths or the fitted state that a topology names, and works the
/// baseline out on a grid for every cell. Runs on the thread of the role's jobs.
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
                let saved = try network.twin.model.map { try savedModel($0, for: network) }
                return .baseline(map: try map(for: network, laws: saved?.logDistance), engine: saved?.engine)
            } catch {
                return .failed("\(error)")
            }
        }
    }

    /// The map of a network's baseline; nil where it is a formula that the edge knows itself.
    ///
    /// - Throws: what is wrong with file, scene, materials or positions, in words.
    package static func map(for network: NetworkConfiguration, laws: LogDistanceBaseline? = nil) throws -> BaselineMap?
    {
        switch network.twin.baseline {
        case .ray: return try rayMap(network)
        case .paths: return try ExportedBaseline(network).map()
        case .logDistance, .tr38901: return laws.map { lawMap($0, network) }
        }
    }

    // MARK: - Sources

    /// The state that `dtnet radio fit --save` wrote, for the same cells in the same order.
    private static func savedModel(_ path: String, for network: NetworkConfiguration) throws -> SavedChannelModel {
        let model = try SavedChannelModel(bytes: try FileBytes.read(path))
        let names = network.cells.map(\.name)
        guard model.cells == names else {
            let fitted = model.cells.prefix(4).joined(separator: ", ")
            let wanted = names.prefix(4).joined(separator: ", ")
            throw SceneFileError(path, "is fitted to the cells \(fitted) ..., the topology has \(wanted) ...")
        }
        return model
    }

    private static func rayMap(_ network: NetworkConfiguration) throws -> BaselineMap {
        guard let path = network.twin.scene else { preconditionFailure("a ray baseline without a scene") }
        let scene = try SceneFile.load(path)
        let index = try SceneIndex(scene)
        let fields = try FieldSolver(scene: scene, faces: index.faces, frequencyHz: network.carrier.frequencyHz)
        var settings = PathSettings(maxDepth: network.twin.depth)
        settings.interactions = interactions(network.twin)
        var baseline = RayTracedBaseline(
            index: index, fields: fields, settings: settings,
            sites: network.cells.map { SIMD3($0.xMetres, $0.yMetres, $0.heightMetres) })
        baseline.antennas = network.cells.map(antenna)
        let grid = grid(network, bounds: scene.bounds())
        let receivers = receivers(grid)
        var solver = baseline.solver(transmitters: network.cells.count)
        let links = network.cells.flatMap { cell in
            baseline.trace(cell: cell.id.rawValue, positions: receivers, with: &solver, goesOn: { true }) ?? []
        }
        return BaselineMap(
            grid: grid, cells: network.cells.count, parameters: baseline.parameters,
            predictions: links.map(\.link.prediction), departures: links.map(\.departures))
    }

    /// Fitted laws on a grid around the cells.
    private static func lawMap(_ laws: LogDistanceBaseline, _ network: NetworkConfiguration) -> BaselineMap {
        let reach = 1e5
        let everywhere = SceneBounds(minimum: SIMD3(repeating: -reach), maximum: SIMD3(repeating: reach))
        let grid = grid(network, bounds: everywhere)
        let receivers = receivers(grid)
        let predictions = network.cells.flatMap { cell in
            laws.predict(cells: receivers.map { _ in cell.id.rawValue }, positions: receivers).map(\.prediction)
        }
        return BaselineMap(
            grid: grid, cells: network.cells.count, parameters: laws.parameters, predictions: predictions,
            departures: Array(repeating: [], count: predictions.count))
    }

    // MARK: - Geometry

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

    static func receivers(_ grid: BaselineMap.Grid) -> [SIMD3<Double>] {
        (0..<grid.count).map { point in
            let (x, y) = grid.position(point)
            return SIMD3(x, y, userHeightMetres)
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
