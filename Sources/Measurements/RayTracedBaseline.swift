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
        precondition(cells.count == positions.count)
        var links = zip(cells, positions).map { cell, position in
            BaselineLink(place: place(cell: cell, position), prediction: fallback(cell: cell, position))
        }
        var solver = PathSolver(index: index, settings: settings)
        for (cell, site) in sites.enumerated() {
            guard let site else { continue }
            let rows = cells.indices.filter { Int(cells[$0]) == cell }
            guard !rows.isEmpty,
                let geometry = try? solver.solve(transmitter: site, receivers: rows.map { positions[$0] })
            else { continue }
            let paths = fields.solve(geometry)
            for (receiver, row) in rows.enumerated() {
                guard
                    let prediction = prediction(paths, receiver, logDistance: links[row].place.logDistance)
                else { continue }
                links[row].prediction = prediction
            }
        }
        return links
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
    private func prediction(_ paths: PathSet, _ receiver: Int, logDistance: Float) -> BaselinePrediction? {
        let width = RayTracedBaseline.firstMaterial + paths.materialCount
        var rows: [(interactions: [Float], power: Double)] = []
        for path in paths.paths(of: receiver) {
            let power = paths.amplitude(of: path).squaredMagnitude
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
