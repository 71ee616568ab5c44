internal import EdgeTwin
internal import Learning
internal import Measurements
internal import NetworkModel
internal import RadioPropagation
internal import SceneFiles

/// A network whose baseline is traced in a scene, with what every transmitter reaches: edits of the scene cost what
/// they touch.
struct TracedNetwork {
    let network: NetworkConfiguration
    /// The map of the scene as its file has it.
    let originalMap: BaselineMap
    private(set) var map: BaselineMap
    private(set) var digest = SceneEditsDigest.none
    /// Links whose baseline the last edits changed.
    private(set) var changedLinks = 0
    private let original: Scene
    private var scene: Scene
    private var edits = SceneEdits()
    private var baseline: RayTracedBaseline
    private var solver: PathSolver

    /// What the drawing of its scene lacks.
    var correction: SceneCorrection { baseline.correction }

    /// - Parameter correction: of the scene, as a fitted state holds it.
    /// - Throws: what is wrong with file, scene, materials or positions, in words; also that the time is over.
    init(
        _ network: NetworkConfiguration, correction: SceneCorrection = SceneCorrection(), watch: TracingWatch
    ) throws {
        guard let path = network.twin.scene else { preconditionFailure("a ray baseline without a scene") }
        self.network = network
        original = try SceneFile.load(path, footprints: TracedNetwork.footprints(network.twin))
        scene = original
        try BaselineTracer.checkReach(network, original.bounds(), of: "the scene reaches", in: path)
        let index = try SceneIndex(original)
        let fields = try FieldSolver(scene: original, faces: index.faces, frequencyHz: network.carrier.frequencyHz)
        var settings = PathSettings(maxDepth: network.twin.depth)
        settings.interactions = TracedNetwork.interactions(network.twin)
        var baseline = RayTracedBaseline(
            index: index, fields: fields, settings: settings,
            sites: network.cells.map { SIMD3($0.xMetres, $0.yMetres, $0.heightMetres) })
        baseline.antennas = network.cells.map(BaselineTracer.antenna)
        if !correction.hypotheses.isEmpty { baseline.correct(correction) }
        var solver = baseline.solver(transmitters: network.cells.count)
        let grid = BaselineTracer.grid(network, bounds: original.bounds())
        map = try TracedNetwork.trace(network, baseline, on: grid, with: &solver, watch)
        originalMap = map
        self.baseline = baseline
        self.solver = solver
    }

    /// Goes to the scene with these edits. What transmitters reach is found again only where their beams meet what
    /// changed; the map is that of the edited scene traced afresh, on the same points.
    ///
    /// - Throws: an edit that cannot be made, or that the time is over; the scene is then what it was.
    mutating func follow(
        _ next: SceneEdits, digest: SceneEditsDigest, file: String, watch: TracingWatch
    ) throws {
        if digest == self.digest { return }
        let edited = try next.applied(to: original, file: file)
        let changed = next.changed(from: edits, before: scene, after: edited)
        let index = try SceneIndex(edited)
        let fields = try FieldSolver(scene: edited, faces: index.faces, frequencyHz: network.carrier.frequencyHz)
        let before = (baseline: baseline, solver: solver, map: map)
        baseline.replaceScene(by: index, fields: fields)
        solver.replaceScene(by: index, changed: changed, goesOn: watch.goesOn)
        do {
            map = try TracedNetwork.trace(network, baseline, on: map.grid, with: &solver, watch)
        } catch {
            baseline = before.baseline
            solver = before.solver
            throw error
        }
        changedLinks = map.differences(from: before.map)
        scene = edited
        edits = next
        self.digest = digest
    }

    private static func trace(
        _ network: NetworkConfiguration, _ baseline: RayTracedBaseline, on grid: BaselineMap.Grid,
        with solver: inout PathSolver, _ watch: TracingWatch
    ) throws -> BaselineMap {
        let receivers = BaselineTracer.receivers(grid)
        var predictions: [BaselinePrediction] = []
        var departures: [[BaselineMap.Departure]] = []
        for (done, cell) in network.cells.enumerated() {
            let links = baseline.trace(cell: cell.id.rawValue, positions: receivers, with: &solver) { points in
                let share = 100 * (done * receivers.count + points) / (network.cells.count * receivers.count)
                watch.report(
                    "tracing rays in \(network.twin.scene ?? "-"): \(share) %, \(done) of \(network.cells.count) cells")
                return watch.goesOn()
            }
            guard let links else {
                throw TracingDeadline(
                    seconds: network.twin.deadlineSeconds, done: done,
                    missing: network.cells.dropFirst(done).map(\.name))
            }
            predictions += links.map(\.link.prediction)
            departures += links.map(\.departures)
        }
        return BaselineMap(
            grid: grid, cells: network.cells.count, parameters: baseline.parameters, predictions: predictions,
            departures: departures)
    }

    /// How a scene of footprints is read; other scenes have no use for it.
    private static func footprints(_ twin: TwinConfiguration) -> FootprintOptions {
        var options = FootprintOptions()
        switch twin.sceneOrigin {
        case .degrees(let latitude, let longitude)?:
            options.origin = SIMD2(longitude, latitude)
            options.coordinates = .degrees
        case .metres(let x, let y)?:
            options.origin = SIMD2(x, y)
            options.coordinates = .metres
        case nil: break
        }
        if let height = twin.buildingHeightMetres { options.heightMetres = height }
        return options
    }

    /// What the rays of a network's twins are traced with.
    static func conditions(_ network: NetworkConfiguration) -> TracingConditions {
        TracingConditions(
            frequencyHz: network.carrier.frequencyHz, depth: network.twin.depth,
            interactions: interactions(network.twin).text)
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
}

/// The time that a topology gives to tracing is over.
struct TracingDeadline: Error, CustomStringConvertible {
    var seconds: Double
    /// Cells that are traced, and the names of those that are not.
    var done: Int
    var missing: [String]

    var description: String {
        let names = missing.prefix(4).joined(separator: ", ") + (missing.count > 4 ? ", ..." : "")
        return "twin.deadline of \(seconds) s: \(done) of \(done + missing.count) cells are traced, missing: \(names)"
    }
}
