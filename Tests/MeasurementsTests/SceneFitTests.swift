import Foundation
import Learning
import Measurements
import Numerics
import RadioPropagation
import Testing

/// A small city whose truth differs from its drawing.
@Suite struct SceneFitTests {
    static let site = SIMD3(4.0, 4.0, 8.0)

    func drawing() throws -> RayTracedBaseline {
        let scene = try CityBlocks(columns: 2, rows: 2, seed: 5).scene()
        let index = try SceneIndex(scene)
        let fields = try FieldSolver(scene: scene, faces: index.faces, frequencyHz: 3.5e9)
        let settings = PathSettings(maxDepth: 2, interactions: [.lineOfSight, .specular, .diffraction])
        return RayTracedBaseline(index: index, fields: fields, settings: settings, sites: [SceneFitTests.site])
    }

    /// Readings along the two streets through the middle: 1 dB of noise, one in twenty behind a lorry.
    func readings(_ truth: RayTracedBaseline, _ count: Int, draw: UInt64, blocked: Bool) -> [DriveReading] {
        let generator = CounterGenerator(seed: 9)
        let places = (0..<count).map { index in
            let along = generator.uniform(UInt64(index), draw, in: -50..<50)
            let across = generator.uniform(UInt64(index), draw + 1, in: -3..<3)
            return index % 2 == 0 ? SIMD3(along, across, 1.5) : SIMD3(across, along, 1.5)
        }
        let links = truth.predict(cells: places.map { _ in 0 }, positions: places)
        return places.indices.map { index in
            let lost = blocked && index % 20 == 3 ? 18.0 : 0
            let gain = Double(links[index].prediction.gainDb) - lost
            return DriveReading(
                line: index, seconds: Double(index) * 10, position: places[index], cell: 0, phone: 0,
                readingDb: gain + generator.normal(UInt64(index), draw + 2))
        }
    }

    func correction() -> SceneCorrection {
        var correction = SceneCorrection()
        correction.materials = [
            SceneCorrection.Material(name: "itu_concrete", logPermittivity: 0.35, logConductivity: -0.3)
        ]
        correction.crowns = [
            SceneCorrection.Crown(centre: SIMD3(14, 3, 6), radiusMetres: 3, lossDbPerMetre: 0.9)
        ]
        return correction
    }

    func error(_ baseline: RayTracedBaseline, _ rows: [DriveReading]) -> Double {
        let links = baseline.predict(cells: rows.map(\.cell), positions: rows.compactMap(\.position))
        return PredictionScore(
            predictionsDb: links.map { Double($0.prediction.gainDb) }, readingsDb: rows.map(\.readingDb)
        ).medianAbsoluteDb
    }

    @Test func constantsAndACrownAreFoundBesideBlockedReadings() throws {
        var truth = try drawing()
        truth.correct(correction())
        var learnt = try drawing()
        let test = readings(truth, 200, draw: 20, blocked: false)
        let before = error(learnt, test)
        learnt.learnScene(readings(truth, 160, draw: 10, blocked: true))
        let after = error(learnt, test)
        let floor = error(truth, test)
        #expect(after - floor < 0.5 * (before - floor), "\(before) -> \(after) dB, floor \(floor)")
        #expect(learnt.correction.crowns.contains { abs($0.centre.x - 14) < 6 && abs($0.centre.y - 3) < 6 })
    }

    @Test func fewReadingsOrADeadlineLeaveTheScene() throws {
        var truth = try drawing()
        truth.correct(correction())
        var learnt = try drawing()
        learnt.learnScene(readings(truth, 20, draw: 10, blocked: false))
        #expect(learnt.correction == SceneCorrection())
        learnt.learnScene(readings(truth, 100, draw: 10, blocked: false)) { true }
        #expect(learnt.correction.crowns.isEmpty)
        #expect(learnt.correction.materials.allSatisfy { $0.logPermittivity == 0 && $0.logConductivity == 0 })
    }

    @Test func theSameReadingsGiveTheSameScene() throws {
        let rows = readings(try drawing(), 60, draw: 10, blocked: true)
        var first = try drawing()
        var second = first
        first.learnScene(rows)
        second.learnScene(rows)
        #expect(first.correction == second.correction)
    }

    @Test func aCrownTakesTheMetresThatLieInIt() {
        let crown = SceneCorrection.Crown(centre: SIMD3(5, 0, 0), radiusMetres: 2, lossDbPerMetre: 1)
        #expect(abs(crown.metres(from: SIMD3(0, 0, 0), to: SIMD3(10, 0, 0)) - 4) < 1e-12)
        #expect(abs(crown.metres(from: SIMD3(0, 0, 0), to: SIMD3(5, 0, 0)) - 2) < 1e-12)
        #expect(crown.metres(from: SIMD3(0, 2.5, 0), to: SIMD3(10, 2.5, 0)) == 0)
        #expect(crown.metres(from: SIMD3(5, 0, 0), to: SIMD3(5, 0, 0)) == 0)
    }

    @Test func aSavedModelKeepsTheScene() throws {
        let baseline = try drawing()
        let engine = ChannelEngine(cells: 1, parameters: baseline.parameters)
        let model = SavedChannelModel(cells: ["one"], logDistance: nil, scene: correction(), engine: engine)
        let bytes = model.bytes()
        #expect(try SavedChannelModel(bytes: bytes).scene == correction())
        #expect(try SavedChannelModel(bytes: bytes).engine == engine)
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: SnapshotError.self) { try SavedChannelModel(bytes: Array(bytes[..<length])) }
        }
        var wild = correction()
        wild.crowns[0].lossDbPerMetre = -3
        let refused = SavedChannelModel(cells: ["one"], logDistance: nil, scene: wild, engine: engine).bytes()
        #expect(throws: SnapshotError.self) { try SavedChannelModel(bytes: refused) }
    }
}
