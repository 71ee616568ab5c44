internal import Foundation
package import Learning
internal import Numerics
package import RadioPropagation

/// Ray tracing as a baseline: the power sum of the paths from each cell's site, with what each path met.
///
/// Parameters: line of sight, slope, diffraction, no path, then one per material of the scene, counting a path's
/// reflections, passages and scatterings. Where no path arrives, TR 38.901 UMi NLOS (Table 7.4.1-1) stands in,
/// corrected by a parameter of its own.
package struct RayTracedBaseline: LinkBaseline {
    /// Transmitter by cell, metres in the scene; nil where unknown.
    package var sites: [SIMD3<Double>?]
    package let frequencyHz: Double
    /// Transmitted power that readings hold, dB: 0 for gains, dBm for RSRP.
    package var powerDbm: Double
    /// Factor on the parameters' deviations before any measurement.
    package var priorScale: Float = 1
    /// Transmitting element by cell; isotropic and vertical where there is none.
    package var antennas: [Antenna] = []
    /// Index of the first material among the parameters.
    private static let firstMaterial = 4
    private let index: SceneIndex
    private let fields: FieldSolver
    private let settings: PathSettings

    package let pathGroups = 8

    package init(
        index: SceneIndex, fields: FieldSolver, settings: PathSettings, sites: [SIMD3<Double>?], powerDbm: Double = 0
    ) {
        self.index = index
        self.fields = fields
        self.settings = settings
        self.sites = sites
        self.powerDbm = powerDbm
        frequencyHz = fields.frequencyHz
    }

    package var parameters: [ChannelParameter] {
        ChannelParameter.rayTraced(materials: index.scene.materials.map(\.name)).map {
            ChannelParameter($0.name, deviation: priorScale * $0.deviation, bound: $0.bound)
        }
    }

    package func predict(cells: [UInt32], positions: [SIMD3<Double>]) -> [BaselineLink] {
        predict(cells: cells, positions: positions) { _ in true }.compactMap(\.self)
    }

    package func predict(
        cells: [UInt32], positions: [SIMD3<Double>], goesOn: (Int) -> Bool
    ) -> [BaselineLink?] {
        precondition(cells.count == positions.count)
        var links = zip(cells, positions).map { cell, position -> BaselineLink? in
            site(cell) != nil
                ? nil : BaselineLink(place: place(cell: cell, position), prediction: fallback(cell: cell, position))
        }
        var done = links.count { $0 != nil }
        var solver = PathSolver(index: index, settings: settings)
        for cell in sites.indices {
            let rows = cells.indices.filter { Int(cells[$0]) == cell && links[$0] == nil }
            for start in stride(from: 0, to: rows.count, by: RayTracedBaseline.blockSize) {
                let block = rows[start..<min(rows.count, start + RayTracedBaseline.blockSize)]
                let traced = trace(
                    cell: UInt32(cell), positions: block.map { positions[$0] }, with: &solver, goesOn: { goesOn(done) })
                guard let traced else { return links }
                for (row, link) in zip(block, traced) { links[row] = link.link }
                done += block.count
            }
        }
        return links
    }

    /// A link with the two strongest ways out of the transmitter, strongest first; none where no path arrives.
    package struct TracedLink: Sendable {
        package var link: BaselineLink
        package var departures: [BaselineMap.Departure]
    }

    /// A solver of this scene, which keeps what each of these many transmitters reaches.
    package func solver(transmitters: Int = 1) -> PathSolver {
        var settings = settings
        settings.maxTransmitters = max(settings.maxTransmitters, transmitters)
        return PathSolver(index: index, settings: settings)
    }

    /// Positions that are solved at once: bounds the memory of their paths, and what a deadline loses.
    package static let blockSize = 2_048

    /// Links of one cell to positions, in order; nil where `goesOn` said no before all were traced.
    package func trace(
        cell: UInt32, positions: [SIMD3<Double>], with solver: inout PathSolver, goesOn: () -> Bool
    ) -> [TracedLink]? {
        var links = positions.map { position in
            TracedLink(
                link: BaselineLink(place: place(cell: cell, position), prediction: fallback(cell: cell, position)),
                departures: [])
        }
        guard let site = site(cell) else { return links }
        let antenna = Int(cell) < antennas.count ? antennas[Int(cell)] : .vertical
        for start in stride(from: 0, to: positions.count, by: RayTracedBaseline.blockSize) {
            let block = start..<min(positions.count, start + RayTracedBaseline.blockSize)
            var isCut = !goesOn()
            let geometry = try? solver.solve(transmitter: site, receivers: Array(positions[block])) { _ in
                if !goesOn() { isCut = true }
                return !isCut
            }
            if isCut { return nil }
            guard let geometry else { continue }
            let paths = fields.solve(geometry)
            for (receiver, row) in block.enumerated() {
                let powers = paths.paths(of: receiver).map {
                    paths.amplitude(of: $0, transmitterAntenna: antenna).squaredMagnitude
                }
                let logDistance = links[row].link.place.logDistance
                guard let prediction = prediction(paths, receiver, powers: powers, logDistance: logDistance) else {
                    continue
                }
                links[row].link.prediction = prediction
                links[row].departures = departures(paths, receiver, powers: powers)
            }
        }
        return links
    }

    private func departures(_ paths: PathSet, _ receiver: Int, powers: [Double]) -> [BaselineMap.Departure] {
        let first = paths.paths(of: receiver).lowerBound
        let total = powers.reduce(0, +)
        let order = powers.indices.sorted { powers[$0] == powers[$1] ? $0 < $1 : powers[$0] > powers[$1] }
        return order.prefix(2).map { index in
            let direction = paths.departureDirection(first + index)
            return BaselineMap.Departure(
                azimuthRadians: Float(direction.azimuth), zenithRadians: Float(direction.zenith),
                share: Float(powers[index] / total))
        }
    }

    package func predict(cell: UInt32) -> BaselinePrediction {
        fallback(cell: cell, (site(cell) ?? .zero) + SIMD3(100, 0, 0))
    }

    private func site(_ cell: UInt32) -> SIMD3<Double>? { Int(cell) < sites.count ? sites[Int(cell)] : nil }

    private func place(cell: UInt32, _ position: SIMD3<Double>) -> ChannelPlace {
        let way = site(cell).map { position - $0 } ?? SIMD3(100, 0, 0)
        let distance = max(1, (way * way).sum().squareRoot())
        return ChannelPlace(
            position: SIMD3(Float(position.x), Float(position.y), Float(position.z)),
            angleRadians: site(cell) == nil ? 0 : Float(atan2(way.y, way.x)), logDistance: Float(log10(distance)))
    }

    /// Paths of equal interactions put together; nil where there is none.
    private func prediction(
        _ paths: PathSet, _ receiver: Int, powers: [Double], logDistance: Float
    ) -> BaselinePrediction? {
        let width = RayTracedBaseline.firstMaterial + paths.materialCount
        var rows: [(interactions: [Float], power: Double)] = []
        for (path, power) in zip(paths.paths(of: receiver), powers) {
            guard power > 0, power.isFinite else { continue }
            var counts = Array(repeating: Float(0), count: width)
            counts[1] = -10 * (logDistance - 2)
            let vertices = paths.geometry.vertices(of: path)
            if vertices.isEmpty { counts[0] = 1 }
            for vertex in vertices {
                if paths.geometry.kind[vertex] == .diffraction {
                    counts[2] += 1
                } else {
                    counts[RayTracedBaseline.firstMaterial + Int(paths.materialOfVertex[vertex])] += 1
                }
            }
            if let known = rows.firstIndex(where: { $0.interactions == counts }) {
                rows[known].power += power
            } else {
                rows.append((counts, power))
            }
        }
        let total = rows.reduce(0) { $0 + $1.power }
        guard total > 0 else { return nil }
        return BaselinePrediction(
            gainDb: Float(powerDbm + 10 * log10(total)), share: rows.map { Float($0.power / total) },
            interactions: rows.flatMap(\.interactions))
    }

    /// UMi NLOS for a receiver at 1.5 m.
    private func fallback(cell: UInt32, _ position: SIMD3<Double>) -> BaselinePrediction {
        let logDistance = place(cell: cell, position).logDistance
        let loss = 35.3 * Double(logDistance) + 22.4 + 21.3 * log10(frequencyHz / 1e9)
        var counts = Array(repeating: Float(0), count: parameters.count)
        counts[1] = -10 * (logDistance - 2)
        counts[3] = 1
        return BaselinePrediction(gainDb: Float(powerDbm - loss), sensitivity: counts)
    }
}
