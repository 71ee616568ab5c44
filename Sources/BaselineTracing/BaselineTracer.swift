package import EdgeTwin
package import Learning
internal import Measurements
package import NetworkModel
package import RadioPropagation
internal import SceneFiles
internal import Synchronization

/// Does the edges' jobs: reads the scene, the exported paths or the fitted state that a topology names, works the
/// baseline out on a grid for every cell, and follows the edits of its scene. Runs on the thread of the role's jobs.
///
/// Keeps the last traced network: the edges of one process trace it once, and an edit costs only what it touches.
package final class BaselineTracer: Sendable {
    /// Height of users, metres above the ground of the scene.
    package static let userHeightMetres = 1.5
    /// Points of a map at most; a finer grid is made coarser.
    package static let maxPoints = 40_000
    /// Beyond the outermost cells the map goes on this far, within the scene.
    private static let marginMetres = 300.0

    private let traced = Mutex<TracedNetwork?>(nil)
    /// The fitted states that twins have started from, by the names of their files: edges of one process may have one
    /// each.
    private let fitted = Mutex<[String: SavedChannelModel]>([:])
    private let clock: @Sendable () -> Double
    private let runFolder: String?

    /// - Parameters:
    ///   - clock: seconds from any moment on, never less than before.
    ///   - runFolder: where what twins have learnt is kept; nil keeps nothing.
    package init(
        clock: @escaping @Sendable () -> Double = BaselineTracer.monotonicClock(), runFolder: String? = nil
    ) {
        self.clock = clock
        self.runFolder = runFolder
    }

    /// The tracer of a process that its supervisor gave a run folder.
    package static func ofThisProcess() -> BaselineTracer {
        let arguments = CommandLine.arguments
        let flag = arguments.firstIndex(of: "--run")
        return BaselineTracer(runFolder: flag.flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil })
    }

    /// Seconds from now on.
    package static func monotonicClock() -> @Sendable () -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        return { (clock.now - start) / .seconds(1) }
    }

    /// Does a job; what goes wrong becomes its result, in words.
    ///
    /// - Parameter log: takes lines that say how far it is, bounded however long it takes, and what it came to. What
    ///     goes wrong is for the role to tell.
    @Sendable package func execute(
        _ job: EdgeJob, log: @escaping @Sendable (String) -> Void = { _ in }
    ) -> EdgeJobResult {
        switch job {
        case .prepareBaseline(let network):
            let watch = TracingWatch(network, clock: clock, log: log)
            do {
                let saved = try network.twin.model.map { try BaselineTracer.savedModel($0, for: network) }
                if let name = network.twin.model, let saved { fitted.withLock { $0[name] = saved.model } }
                let map = try preparedMap(network, fitted: saved?.model, watch)
                watch.conclude("the baseline is ready: \(BaselineTracer.text(of: network, map))")
                return .baseline(map: map, engine: saved?.model.engine, notices: saved?.notices ?? [])
            } catch {
                return .failed("\(error)")
            }
        case .followEdits(let network, let seen):
            let watch = TracingWatch(network, clock: clock, log: log)
            return traced.withLock { follow(&$0, network, seen: seen, watch) }
        case .saveModel(let network, let node, let engine):
            let result = save(engine, of: network, node: node)
            // At the end of the process no role is left to tell it.
            if case .unsaved(let reason) = result { log(reason) }
            return result
        }
    }

    /// Writes what an engine has learnt, with the laws, the scene and the origin of the state that it started from.
    private func save(_ engine: ChannelEngine, of network: NetworkConfiguration, node: String) -> EdgeJobResult {
        guard let runFolder else { return .unsaved("there is no run folder") }
        let start = network.twin.model.flatMap { name in fitted.withLock { $0[name] } }
        let model = SavedChannelModel(
            cells: network.cells.map(\.name), frame: start?.frame ?? .metres(originX: 0, originY: 0),
            logDistance: start?.logDistance, map: start?.map, scene: start?.scene ?? SceneCorrection(),
            tracing: network.twin.baseline == .ray ? TracedNetwork.conditions(network) : nil, engine: engine)
        let bytes = model.bytes()
        do {
            try FileBytes.write(bytes, to: "\(runFolder)/twins/\(node).l1")
            return .saved(bytes: bytes.count)
        } catch {
            return .unsaved("\(error)")
        }
    }

    /// `rays in blocks.xml, 3 cells at 1200 points each`.
    private static func text(of network: NetworkConfiguration, _ map: BaselineMap?) -> String {
        let twin = network.twin
        let source = (twin.scene ?? twin.paths).map { " in \($0)" } ?? ""
        let state = twin.model.map { ", the fitted state of \($0)" } ?? ""
        let points = map.map { " at \($0.grid.count) points each" } ?? ""
        return "\(twin.baseline.text)\(source)\(state), \(network.cells.count) cells\(points)"
    }

    private func preparedMap(
        _ network: NetworkConfiguration, fitted: SavedChannelModel?, _ watch: TracingWatch
    ) throws -> BaselineMap? {
        guard network.twin.baseline == .ray else { return try BaselineTracer.map(for: network, fitted: fitted, watch) }
        return try traced.withLock {
            try BaselineTracer.prepare(&$0, network, scene: fitted?.scene ?? SceneCorrection(), watch).originalMap
        }
    }

    /// The network as it is traced, now if it is new.
    ///
    /// - Parameter scene: what its drawing lacks; nil takes what the fitted state says that the topology names.
    private static func prepare(
        _ traced: inout TracedNetwork?, _ network: NetworkConfiguration, scene: SceneCorrection? = nil,
        _ watch: TracingWatch
    ) throws -> TracedNetwork {
        // Edges of one process may start from states of their own.
        var asked = network
        asked.twin.model = traced?.network.twin.model
        if let known = traced, known.network == asked, scene == nil || scene == known.correction { return known }
        traced = nil
        let saved = try scene ?? network.twin.model.map { try savedModel($0, for: network).model.scene }
        let new = try TracedNetwork(network, correction: saved ?? SceneCorrection(), watch: watch)
        traced = new
        return new
    }

    private func follow(
        _ traced: inout TracedNetwork?, _ network: NetworkConfiguration, seen: SceneEditsDigest,
        _ watch: TracingWatch
    ) -> EdgeJobResult {
        guard let file = network.twin.sceneEdits else { return .unedited }
        var digest = SceneEditsDigest.none
        do {
            let bytes = FileBytes.exists(file) ? try FileBytes.read(file) : nil
            digest = bytes.map { SceneEditsDigest(BaselineTracer.digest($0)) } ?? .none
            if digest == seen { return .unedited }
            _ = try BaselineTracer.prepare(&traced, network, watch)
            let edits = try bytes.map { try SceneEdits.parse($0, file: file) } ?? SceneEdits()
            // Taken out while it is worked on, so that it is not copied.
            guard var known = traced.take() else { return .unedited }
            defer { traced = known }
            try known.follow(edits, digest: digest, file: file, watch: watch)
            watch.conclude("\(edits.edits.count) edits of \(file) are followed: \(known.changedLinks) links changed")
            return .edited(
                map: known.map, digest: digest, edits: edits.edits.count, changedLinks: known.changedLinks)
        } catch {
            let cause = "\(error)"
            // A file that cannot be read has no bytes: it is told by what is wrong with it.
            let known = digest == .none ? SceneEditsDigest(BaselineTracer.digest(Array(cause.utf8))) : digest
            return .refusedEdits(cause, digest: known)
        }
    }

    /// FNV-1a; never that of a file that is not there.
    private static func digest(_ bytes: [UInt8]) -> UInt64 {
        max(1, bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 })
    }

    /// The map of a network's baseline; nil where it is a formula that the edge knows itself.
    ///
    /// - Throws: what is wrong with file, scene, materials or positions, in words.
    package static func map(for network: NetworkConfiguration) throws -> BaselineMap? {
        try map(for: network, fitted: nil, TracingWatch(network, clock: monotonicClock(), log: { _ in }))
    }

    private static func map(
        for network: NetworkConfiguration, fitted: SavedChannelModel?, _ watch: TracingWatch
    ) throws -> BaselineMap? {
        switch network.twin.baseline {
        case .ray: return try TracedNetwork(network, watch: watch).map
        case .paths: return try ExportedBaseline(network, goesOn: watch.goesOn).map(goesOn: watch.goesOn)
        case .logDistance, .tr38901:
            if let laws = fitted?.logDistance {
                return fittedMap(laws, network) { Int($0) < laws.laws.count && laws.laws[Int($0)] != nil }
            }
            return fitted?.map.map { map in fittedMap(map, network, knows: map.knows) }
        }
    }

    // MARK: - Sources

    /// The state that `dtnet radio fit --save` wrote, brought to the network's cells by their names, and what of it
    /// does not fit or cannot be checked, in words.
    private static func savedModel(
        _ path: String, for network: NetworkConfiguration
    ) throws -> (model: SavedChannelModel, notices: [String]) {
        let bytes = try FileBytes.read(path)
        let file: SavedChannelModel
        do {
            file = try SavedChannelModel(bytes: bytes)
        } catch {
            throw SceneFileError(path, "is \(error)")
        }
        let names = network.cells.map(\.name)
        guard let match = file.matched(to: names) else {
            throw SceneFileError(
                path, "is fitted to the cells \(list(file.cells)), the topology has \(list(names)): no name is in both")
        }
        var notices: [String] = []
        if !match.leftOut.isEmpty {
            notices.append(
                "\(path) is also fitted to \(list(match.leftOut)), left out: no cell of the topology has that name")
        }
        if !match.untrained.isEmpty {
            notices.append("\(path) holds nothing of \(list(match.untrained)): they start untrained")
        }
        if let origin = origin(of: file.frame) {
            notices.append(
                "\(path) has its (0, 0) at \(origin): that must be the topology's, which names no such place")
        }
        notices += otherRays(file, path, network).map { [$0] } ?? []
        return (match.model, notices)
    }

    /// Says that a state was fitted over other rays than the topology's; nil where it was not, or does not say.
    private static func otherRays(
        _ file: SavedChannelModel, _ path: String, _ network: NetworkConfiguration
    ) -> String? {
        guard network.twin.baseline == .ray, let fitted = file.tracing else { return nil }
        let own = TracedNetwork.conditions(network)
        guard !fitted.agree(with: own) else { return nil }
        return
            "\(path) is fitted over rays of \(fitted), the topology traces \(own): fit it anew with these, or change "
            + "the topology's carrier, twin.depth or twin.interactions"
    }

    /// Where a fitted state has its origin; nil where it is that of the measurements' own metres, or none.
    private static func origin(of frame: Frame?) -> String? {
        switch frame {
        case .geodetic(let latitude, let longitude): "latitude \(latitude), longitude \(longitude)"
        case .metres(let x, let y) where x != 0 || y != 0: "x \(x) m, y \(y) m of the measurements"
        case .metres, nil: nil
        }
    }

    /// The first names, and how many follow.
    private static func list(_ names: [String]) -> String {
        names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }

    /// Fitted laws or a fitted map on a grid around the cells; a cell that was not heard has the formula that an
    /// untrained twin starts from.
    private static func fittedMap(
        _ baseline: some LinkBaseline, _ network: NetworkConfiguration, knows: (UInt32) -> Bool
    ) -> BaselineMap {
        let reach = 1e5
        let everywhere = SceneBounds(minimum: SIMD3(repeating: -reach), maximum: SIMD3(repeating: reach))
        let grid = grid(network, bounds: everywhere)
        let receivers = receivers(grid)
        let formula = CellFormula(frequencyHz: network.carrier.frequencyHz)
        let predictions = network.cells.flatMap { cell -> [BaselinePrediction] in
            guard knows(cell.id.rawValue) else {
                return receivers.map { formula.prediction(cell, xMetres: $0.x, yMetres: $0.y) }
            }
            let cells = receivers.map { _ in cell.id.rawValue }
            return baseline.predict(cells: cells, positions: receivers).map(\.prediction)
        }
        return BaselineMap(
            grid: grid, cells: network.cells.count, parameters: baseline.parameters, predictions: predictions,
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

    static func receivers(_ grid: BaselineMap.Grid) -> [SIMD3<Double>] {
        (0..<grid.count).map { point in
            let (x, y) = grid.position(point)
            return SIMD3(x, y, userHeightMetres)
        }
    }

    /// - Parameter what: what a file holds, for the error.
    /// - Throws: where no cell stands near what the file holds: a map would be one of a place where nobody is.
    static func checkReach(
        _ network: NetworkConfiguration, _ bounds: SceneBounds, of what: String, in file: String
    ) throws(SceneFileError) {
        let isNear = network.cells.contains { cell in
            cell.xMetres >= bounds.minimum.x - marginMetres && cell.xMetres <= bounds.maximum.x + marginMetres
                && cell.yMetres >= bounds.minimum.y - marginMetres && cell.yMetres <= bounds.maximum.y + marginMetres
        }
        guard !isNear, let first = network.cells.first else { return }
        let (low, high) = (bounds.minimum.rounded(.toNearestOrEven), bounds.maximum.rounded(.toNearestOrEven))
        throw SceneFileError(
            file,
            "\(what) from x \(low.x), y \(low.y) to x \(high.x), y \(high.y) m, more than \(marginMetres) m from every "
                + "cell (\(first.name) stands at x \(first.xMetres), y \(first.yMetres)): do both have the same origin?"
        )
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
