internal import Foundation
package import Learning
internal import Numerics
internal import RadioPropagation

/// A ray-traced baseline that learns what its scene lacks.
extension RayTracedBaseline {
    /// Traces with another correction of the scene from now on; the geometry stays.
    package mutating func correct(_ correction: SceneCorrection) {
        let scene = correction.applied(to: index.scene, frequencyHz: frequencyHz)
        guard let fields = try? FieldSolver(scene: scene, faces: index.faces, frequencyHz: frequencyHz) else { return }
        self.fields = fields
        self.correction = correction
    }

    /// Learns materials and crowns from placed readings whose link has paths; at most `SceneFit.mostRows` of them,
    /// evenly taken. A search of seconds: never on the decision path.
    package mutating func learnScene(_ readings: [DriveReading], shouldStop: () -> Bool = { false }) {
        let placed = readings.filter { $0.position != nil && Int($0.cell) < sites.count && $0.readingDb.isFinite }
        let stride = max(1, (placed.count + SceneFit.mostRows - 1) / SceneFit.mostRows)
        let chosen = placed.indices.filter { $0 % stride == 0 }.map { placed[$0] }
        var rows: [SceneFit.Row] = []
        var bundles: [SceneFit.Bundle] = []
        var solver = PathSolver(index: index, settings: settings)
        for (cell, site) in sites.enumerated() {
            let own = chosen.filter { Int($0.cell) == cell }
            let places = own.compactMap(\.position)
            guard let site, !own.isEmpty,
                let geometry = try? solver.solve(transmitter: site, receivers: places)
            else { continue }
            let antenna = cell < antennas.count ? antennas[cell] : .vertical
            let paths = fields.solve(geometry)
            let powers = (0..<paths.count).map {
                paths.amplitude(of: $0, transmitterAntenna: antenna).squaredMagnitude
            }
            // Receivers without a path say nothing of the scene's constants.
            let heard = places.indices.filter { geometry.paths(of: $0).contains { powers[$0] > 0 } }
            guard !heard.isEmpty else { continue }
            var kept = SceneFit.audible(geometry, powers: powers)
            var place = Array(repeating: Int32(-1), count: places.count)
            for (new, old) in heard.enumerated() { place[old] = Int32(new) }
            kept.receivers = heard.map { places[$0] }
            kept.receiver = kept.receiver.map { place[Int($0)] }
            bundles.append(
                SceneFit.Bundle(
                    geometry: kept, antenna: antenna, rows: heard.indices.map { rows.count + $0 }))
            rows += heard.map {
                SceneFit.Row(
                    place: places[$0], cell: UInt32(cell), phone: own[$0].phone, readingDb: own[$0].readingDb)
            }
        }
        guard rows.count >= RayTracedBaseline.fewestRows else { return }
        withoutActuallyEscaping(shouldStop) { shouldStop in
            var fit = SceneFit(
                rows: rows, bundles: bundles, index: index, frequencyHz: frequencyHz, offsetDb: powerDbm,
                shouldStop: shouldStop)
            fit.run()
            correct(fit.correction)
        }
    }

    /// Readings that a scene is learnt from at least.
    private static let fewestRows = 50

    /// Share of a path's power that the crowns on its way leave.
    func left(_ paths: PathSet, _ path: Int, receiver: Int) -> Double {
        guard !correction.crowns.isEmpty else { return 1 }
        let geometry = paths.geometry
        var from = geometry.transmitter
        var loss = 0.0
        for vertex in geometry.vertices(of: path) {
            loss += correction.lossDb(from: from, to: geometry.point[vertex])
            from = geometry.point[vertex]
        }
        loss += correction.lossDb(from: from, to: geometry.receivers[receiver])
        return pow(10, -0.1 * loss)
    }
}

extension SceneCorrection {
    /// The scene with the corrected constants; materials of other names, or unknown at the frequency, stay.
    func applied(to scene: Scene, frequencyHz: Double) -> Scene {
        let corrected = scene.materials.map { material in
            var other = material
            guard let factors = materials.first(where: { $0.name == material.name }),
                factors.logPermittivity != 0 || factors.logConductivity != 0,
                let known = try? material.properties(frequencyHz: frequencyHz)
            else { return material }
            // A permittivity below that of air is none.
            other.law = .constant(
                relativePermittivity: max(1, known.relativePermittivity * exp(factors.logPermittivity)),
                conductivity: known.conductivity * exp(factors.logConductivity))
            return other
        }
        return Scene(
            name: scene.name, vertices: scene.vertices, triangles: scene.triangles, objects: scene.objects,
            materials: corrected, notes: scene.notes)
    }
}
