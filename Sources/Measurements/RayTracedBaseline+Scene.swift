internal import Foundation
package import Learning
internal import Numerics
internal import RadioPropagation

/// A ray-traced baseline that learns what its drawing lacks.
extension RayTracedBaseline {
    /// Readings that a scene is learnt from at least, and at most: the cost grows with their third power.
    package static let fewestSceneReadings = 50
    package static let mostSceneReadings = 600

    /// Predicts with the mean of a correction's hypotheses from now on; the geometry stays.
    package mutating func correct(_ correction: SceneCorrection) {
        self.correction = correction
        hypotheses = correction.hypotheses.compactMap { hypothesis in
            let scene = hypothesis.applied(to: index.scene, frequencyHz: frequencyHz)
            guard let fields = try? FieldSolver(scene: scene, faces: index.faces, frequencyHz: frequencyHz) else {
                return nil
            }
            return (fields, hypothesis)
        }
    }

    /// Learns constants of materials and clutter from placed readings whose links have paths; at most
    /// `mostSceneReadings` of them, evenly taken. Some seconds of work: never on the decision path. The same readings
    /// give the same scenes.
    ///
    /// - Parameter goesOn: asked now and then, with the steps made and those there are; scenes that were drawn until it
    ///     says no stand.
    package mutating func learnScene(
        _ readings: [DriveReading], goesOn: (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
    ) {
        let placed = readings.filter { $0.position != nil && Int($0.cell) < sites.count && $0.readingDb.isFinite }
        let stride = max(
            1, (placed.count + RayTracedBaseline.mostSceneReadings - 1) / RayTracedBaseline.mostSceneReadings)
        let chosen = placed.indices.filter { $0 % stride == 0 }.map { placed[$0] }
        var rows: [SceneReading] = []
        var traced: [(geometry: PathGeometry, antenna: Antenna)] = []
        var solver = solver()
        for (cell, site) in sites.enumerated() {
            let own = chosen.filter { Int($0.cell) == cell }
            guard let site, !own.isEmpty, goesOn(0, SceneChains.allSweeps) else { continue }
            let antenna = cell < antennas.count ? antennas[cell] : .vertical
            let places = own.compactMap(\.position)
            guard let all = try? solver.solve(transmitter: site, receivers: places) else { continue }
            let solved = fields.solve(all)
            // Links without a path say nothing of the scene's constants.
            let heard = places.indices.filter { receiver in
                all.paths(of: receiver).contains {
                    solved.amplitude(of: $0, transmitterAntenna: antenna).squaredMagnitude > 0
                }
            }
            guard !heard.isEmpty,
                let geometry = try? solver.solve(transmitter: site, receivers: heard.map { places[$0] })
            else { continue }
            traced.append((geometry, antenna))
            rows += heard.map {
                SceneReading(
                    place: places[$0], cell: UInt32(cell), phone: own[$0].phone,
                    gainDb: own[$0].readingDb - powerDbm)
            }
        }
        guard rows.count >= RayTracedBaseline.fewestSceneReadings else { return }
        let problem = SceneProblem(
            readings: rows, traced: traced, index: index, fields: fields, sites: sites.compactMap(\.self))
        let drawn = SceneChains.run(problem) { goesOn($0, SceneChains.allSweeps) }
        correct(SceneCorrection(hypotheses: drawn.map(\.scene)))
        readingLaws = drawn.map(\.law)
    }
}
