internal import Glibc
package import Learning
internal import Numerics
package import RadioPropagation

/// Ray tracing as a baseline of the L1 engine (DESIGN 8): the gain of a link, and how it hangs on line of sight, slope,
/// diffraction and each material. Where no path is found, TR 38.901 UMa without line of sight stands in, under a
/// parameter of its own.
package struct RayBaseline {
    /// Line of sight, slope, diffraction, the scene's materials, passages through them where they are traced, and
    /// `no path`.
    package let parameters: [ChannelParameter]
    /// Groups of paths of equal interactions kept of a link, the strongest; the others join the last.
    package static let pathGroups = 8

    private var solver: PathSolver
    private let fields: FieldSolver
    private let pathLoss: UrbanMacroPathLoss
    private let materials: Int
    private let passes: Bool

    /// A prediction and the two strongest ways out of the transmitter.
    package struct Link: Sendable {
        package var prediction: BaselinePrediction
        package var departures: [BaselineMap.Departure]
        /// `false` where no path was found.
        package var isReached: Bool
    }

    /// - Throws: `RadioMaterialError` where a material of the scene is not defined at the frequency, and what
    ///   `SceneIndex` throws.
    package init(scene: Scene, frequencyHz: Double, settings: PathSettings) throws {
        let index = try SceneIndex(scene)
        fields = try FieldSolver(scene: scene, faces: index.faces, frequencyHz: frequencyHz)
        solver = PathSolver(index: index, settings: settings)
        pathLoss = UrbanMacroPathLoss(frequencyHz: frequencyHz)
        materials = scene.materials.count
        passes = settings.interactions.contains(.transmission)
        let names = scene.materials.map(\.name)
        parameters =
            ChannelParameter.rayTraced(materials: names + (passes ? names.map { "through \($0)" } : []))
            + [ChannelParameter("no path", deviation: 8, bound: 40)]
    }

    /// Links from one transmitter to receivers, in order.
    ///
    /// - Parameter goesOn: asked every millisecond or so; false ends the search, and nil is returned.
    package mutating func links(
        transmitter: SIMD3<Double>, antenna: Antenna, receivers: [SIMD3<Double>],
        goesOn: (PathProgress) -> Bool = { _ in true }
    ) throws -> [Link]? {
        let geometry = try solver.solve(transmitter: transmitter, receivers: receivers, goesOn: goesOn)
        guard geometry.isComplete else { return nil }
        let paths = fields.solve(geometry)
        return receivers.indices.map { link(paths, $0, transmitter: transmitter, antenna: antenna) }
    }

    // MARK: - One link

    /// Paths that meet the same things: their power, and the interactions in the order of the parameters.
    private struct Group {
        var power: Double
        var interactions: [Float]
    }

    private func link(
        _ paths: PathSet, _ receiver: Int, transmitter: SIMD3<Double>, antenna: Antenna
    ) -> Link {
        let offset = paths.geometry.receivers[receiver] - transmitter
        let metres = max(1, (offset * offset).sum().squareRoot())
        let slope = Float(-10 * (log10(metres) - 2))
        var groups: [Group] = []
        var strongest: [(power: Double, path: Int)] = []
        for path in paths.paths(of: receiver) {
            let power = paths.amplitude(of: path, transmitterAntenna: antenna).squaredMagnitude
            guard power > 0 else { continue }
            let interactions = interactions(of: path, in: paths, slope: slope)
            if let known = groups.firstIndex(where: { $0.interactions == interactions }) {
                groups[known].power += power
            } else {
                groups.append(Group(power: power, interactions: interactions))
            }
            strongest.append((power, path))
        }
        let total = groups.reduce(0) { $0 + $1.power }
        guard total > 0 else { return unreached(offset, transmitter: transmitter, antenna: antenna, slope: slope) }
        strongest.sort { $0.power == $1.power ? $0.path < $1.path : $0.power > $1.power }
        return Link(
            prediction: prediction(bounded(groups), total: total),
            departures: strongest.prefix(2).map { power, path in
                let direction = paths.departureDirection(path)
                return BaselineMap.Departure(
                    azimuthRadians: Float(direction.azimuth), zenithRadians: Float(direction.zenith),
                    share: Float(power / total))
            },
            isReached: true)
    }

    private func interactions(of path: Int, in paths: PathSet, slope: Float) -> [Float] {
        var counts = Array(repeating: Float(0), count: parameters.count)
        let vertices = paths.geometry.vertices(of: path)
        if vertices.isEmpty { counts[0] = 1 }
        counts[1] = slope
        for vertex in vertices {
            let material = Int(paths.materialOfVertex[vertex])
            switch paths.geometry.kind[vertex] {
            case .diffraction: counts[2] += 1
            case .transmission: counts[3 + materials + material] += 1
            case .specular, .diffuse: counts[3 + material] += 1
            }
        }
        return counts
    }

    /// The strongest groups; the rest join the last of them.
    private func bounded(_ groups: [Group]) -> [Group] {
        var sorted = groups
        sorted.sort { $0.power > $1.power }
        guard sorted.count > RayBaseline.pathGroups else { return sorted }
        let rest = sorted[RayBaseline.pathGroups...].reduce(0) { $0 + $1.power }
        sorted.removeSubrange(RayBaseline.pathGroups...)
        sorted[RayBaseline.pathGroups - 1].power += rest
        return sorted
    }

    private func prediction(_ groups: [Group], total: Double) -> BaselinePrediction {
        BaselinePrediction(
            gainDb: Float(10 * log10(total)), share: groups.map { Float($0.power / total) },
            interactions: groups.flatMap(\.interactions))
    }

    private func unreached(
        _ offset: SIMD3<Double>, transmitter: SIMD3<Double>, antenna: Antenna, slope: Float
    ) -> Link {
        let horizontal = max(
            UrbanMacroPathLoss.shortestDistanceMetres, (offset.x * offset.x + offset.y * offset.y).squareRoot())
        let loss = pathLoss.obstructedDb(
            distance: horizontal, baseHeight: max(2, transmitter.z), userHeight: 1.5)
        let length = max(1e-3, (offset * offset).sum().squareRoot())
        let field = antenna.field(towards: offset / length)
        let pattern = max(1e-4, field.theta.squaredMagnitude + field.phi.squaredMagnitude)
        var interactions = Array(repeating: Float(0), count: parameters.count)
        interactions[1] = slope
        interactions[parameters.count - 1] = 1
        return Link(
            prediction: BaselinePrediction(gainDb: Float(10 * log10(pattern) - loss), sensitivity: interactions),
            departures: [], isReached: false)
    }
}
