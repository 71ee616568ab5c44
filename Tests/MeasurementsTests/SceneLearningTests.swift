import Foundation
import Learning
import Measurements
import Numerics
import RadioPropagation
import Testing

/// A small city whose truth differs from its drawing.
@Suite struct SceneLearningTests {
    static let site = SIMD3(4.0, 4.0, 8.0)

    func drawing() throws -> RayTracedBaseline {
        let scene = try CityBlocks(columns: 2, rows: 2, seed: 5).scene()
        let index = try SceneIndex(scene)
        let fields = try FieldSolver(scene: scene, faces: index.faces, frequencyHz: 3.5e9)
        let settings = PathSettings(maxDepth: 2, interactions: [.lineOfSight, .specular, .diffraction])
        return RayTracedBaseline(index: index, fields: fields, settings: settings, sites: [SceneLearningTests.site])
    }

    func truth() throws -> RayTracedBaseline {
        var truth = try drawing()
        truth.correct(
            SceneCorrection(hypotheses: [
                SceneHypothesis(materials: [
                    SceneHypothesis.Material(name: "itu_concrete", logPermittivity: 0.35, logConductivity: 0.3),
                    SceneHypothesis.Material(name: "itu_brick", logPermittivity: -0.3, logConductivity: 0.3),
                    SceneHypothesis.Material(name: "itu_marble", logPermittivity: 0.25),
                    SceneHypothesis.Material(name: "itu_glass", logPermittivity: -0.25),
                ])
            ]))
        return truth
    }

    /// Readings along the two streets through the middle, 1 dB of noise; every so many is behind a lorry.
    func readings(_ truth: RayTracedBaseline, _ count: Int, draw: UInt64, blockedOf: Int = .max) -> [DriveReading] {
        let generator = CounterGenerator(seed: 9)
        let places = (0..<count).map { index in
            let along = generator.uniform(UInt64(index), draw, in: -50..<50)
            let across = generator.uniform(UInt64(index), draw + 1, in: -3..<3)
            return index % 2 == 0 ? SIMD3(along, across, 1.5) : SIMD3(across, along, 1.5)
        }
        let links = truth.predict(cells: places.map { _ in 0 }, positions: places)
        return places.indices.map { index in
            let lost = index % blockedOf == blockedOf - 1 ? 18.0 : 0
            let gain = Double(links[index].prediction.gainDb) - lost
            return DriveReading(
                line: index, seconds: Double(index) * 10, position: places[index], cell: 0, phone: 0,
                readingDb: gain + generator.normal(UInt64(index), draw + 2))
        }
    }

    func error(_ baseline: RayTracedBaseline, _ rows: [DriveReading]) -> Double {
        let links = baseline.predict(cells: rows.map(\.cell), positions: rows.compactMap(\.position))
        return PredictionScore(
            predictionsDb: links.map { Double($0.prediction.gainDb) }, readingsDb: rows.map(\.readingDb)
        ).medianAbsoluteDb
    }

    @Test func constantsAreFoundBesideBlockedReadings() throws {
        let truth = try truth()
        var learnt = try drawing()
        let test = readings(truth, 200, draw: 20)
        let before = error(learnt, test)
        learnt.learnScene(readings(truth, 160, draw: 10, blockedOf: 20))
        let after = error(learnt, test)
        let floor = error(truth, test)
        #expect(after - floor < 0.5 * (before - floor), "\(before) -> \(after) dB, floor \(floor)")
        #expect(learnt.correction.hypotheses.count > 1)
        #expect(learnt.correction.hypotheses.count <= SceneCorrection.mostHypotheses)
    }

    @Test func aRightDrawingStaysNearlyAsItIs() throws {
        let drawing = try drawing()
        var learnt = drawing
        let test = readings(drawing, 200, draw: 20)
        learnt.learnScene(readings(drawing, 160, draw: 10))
        #expect(error(learnt, test) < error(drawing, test) + 0.4)
    }

    @Test func fewReadingsOrADeadlineLeaveTheDrawing() throws {
        let truth = try truth()
        var learnt = try drawing()
        learnt.learnScene(readings(truth, 20, draw: 10))
        #expect(learnt.correction == SceneCorrection())
        learnt.learnScene(readings(truth, 100, draw: 10)) { _, _ in false }
        #expect(learnt.correction == SceneCorrection())
    }

    @Test func theSameReadingsGiveTheSameScene() throws {
        let rows = readings(try truth(), 60, draw: 10)
        var first = try drawing()
        var second = first
        first.learnScene(rows)
        second.learnScene(rows)
        #expect(first.correction == second.correction)
        #expect(!first.correction.hypotheses.isEmpty)
    }

    @Test func countingMisplacedReadingsEndsWhenToldTo() throws {
        let drawn = try drawing()
        var set = MeasurementSet()
        // All beside the scene; asked at the first, the 257th and the 513th.
        set.rows = (0..<600).map {
            DriveReading(
                line: $0, seconds: Double($0), position: SIMD3(1e5, 0, 1.5), cell: 0, phone: 0, readingDb: -90)
        }
        var asked = 0
        let seen = drawn.countMisplaced(&set) {
            asked += 1
            return asked < 3
        }
        #expect(seen == 512 && asked == 3)
        #expect(set.leftOut.map(\.count) == [512])
        set.leftOut = []
        let all = drawn.countMisplaced(&set)
        #expect(all == 600)
    }

    /// A tree that a path runs through takes what its hypotheses say, in the mean of dB.
    @Test func aPredictionIsTheMeanOfItsHypotheses() throws {
        let drawn = try drawing()
        let place = SIMD3(30.0, 4.0, 1.5)
        func gain(_ hypotheses: [SceneHypothesis]) -> Double {
            var baseline = drawn
            baseline.correct(SceneCorrection(hypotheses: hypotheses))
            return Double(baseline.predict(cells: [0], positions: [place])[0].prediction.gainDb)
        }
        let tree = SceneHypothesis(clutter: [
            .crown(Clutter.Crown(centre: SIMD3(17, 4, 5), radiusMetres: 4, lossDbPerMetre: 1))
        ])
        let (clear, behind) = (gain([SceneHypothesis()]), gain([tree]))
        #expect(behind < clear - 1, "\(clear) and \(behind) dB")
        #expect(abs(gain([SceneHypothesis(), tree]) - (clear + behind) / 2) < 1e-4)
    }

    @Test func aFitLearnsTheSceneUnlessToldNotTo() throws {
        let rows = readings(try truth(), 80, draw: 10)
        var fit = ChannelFit(baseline: try drawing(), cells: 1, settings: ChannelFit.assumedRaySettings)
        let untouched = fit.queries(rows)
        fit.teach(rows, refits: false, learnsScene: false)
        #expect(fit.scene == SceneCorrection())
        #expect(fit.queries(rows) == untouched)
        fit.teach(rows, refits: false)
        #expect(!fit.scene.hypotheses.isEmpty)
        #expect(fit.queries(rows) != untouched)
        #expect(fit.drawnQueries(rows).compactMap(\.self) == untouched)
        let cut = fit.drawnQueries(rows, goesOn: { _ in false })
        #expect(cut.count == rows.count && cut.allSatisfy { $0 == nil }, "every one has a place to trace")
    }

    /// Trees of other sizes and losses than any that is assumed to be typical.
    @Test(arguments: [(radiusMetres: 3.5, lossDbPerMetre: 2.4), (radiusMetres: 5.0, lossDbPerMetre: 1.0)])
    func treesAreFoundWhateverTheirSize(radiusMetres: Double, lossDbPerMetre: Double) throws {
        let crowns = [SIMD3(20.0, 2, 6.5), SIMD3(-16, -1, 6.5), SIMD3(1, 22, 6.5), SIMD3(2, -18, 6.5)]
        var truth = try drawing()
        truth.correct(
            SceneCorrection(hypotheses: [
                SceneHypothesis(
                    clutter: crowns.map {
                        .crown(
                            Clutter.Crown(centre: $0, radiusMetres: radiusMetres, lossDbPerMetre: lossDbPerMetre))
                    })
            ]))
        var learnt = try drawing()
        let test = readings(truth, 300, draw: 20)
        func meanSquare(_ baseline: RayTracedBaseline) -> Double {
            let links = baseline.predict(cells: test.map(\.cell), positions: test.compactMap(\.position))
            return zip(links, test).reduce(0) {
                let error = Double($1.0.prediction.gainDb) - $1.1.readingDb
                return $0 + error * error / Double(test.count)
            }
        }
        let before = meanSquare(learnt)
        learnt.learnScene(readings(truth, 250, draw: 10))
        let after = meanSquare(learnt)
        let floor = meanSquare(truth)
        #expect(after - floor < 0.7 * (before - floor), "\(before) -> \(after) dB^2, floor \(floor)")
    }

    /// Shadowing much stronger and wider than assumed is told from things in the streets, since readings under one
    /// shadow count as one.
    @Test func strongShadowingIsNotTakenForClutter() throws {
        let drawing = try drawing()
        func shadowed(_ count: Int, draw: UInt64) -> [DriveReading] {
            var rows = readings(drawing, count, draw: draw)
            for index in rows.indices {
                let place = rows[index].position ?? .zero
                rows[index].readingDb += 8 * cos(0.05 * place.x + 1) + 8 * sin(0.05 * place.y)
            }
            return rows
        }
        var learnt = drawing
        learnt.learnScene(shadowed(200, draw: 10))
        let test = readings(drawing, 200, draw: 20)
        let (before, after) = (error(drawing, test), error(learnt, test))
        #expect(after < before + 0.2, "\(before) -> \(after) dB")
    }

    /// The same streets under strong wide shadowing and under none; 4 dB over 10 m and 2 dB of noise are assumed.
    @Test func spreadsOfReadingsAreInferred() throws {
        let drawing = try drawing()
        func laws(shadowDb: Double) -> [ReadingLaw] {
            var rows = readings(drawing, 140, draw: 10)
            for index in rows.indices {
                let place = rows[index].position ?? .zero
                rows[index].readingDb += shadowDb * (cos(0.05 * place.x + 1) + sin(0.05 * place.y))
            }
            var learnt = drawing
            learnt.learnScene(rows)
            return learnt.readingLaws
        }
        func mean(_ laws: [ReadingLaw], _ value: KeyPath<ReadingLaw, Double>) -> Double {
            laws.reduce(0) { $0 + $1[keyPath: value] } / Double(max(1, laws.count))
        }
        let (strong, weak) = (laws(shadowDb: 8), laws(shadowDb: 0))
        #expect(strong.count > 1 && weak.count > 1)
        let deviations = (mean(strong, \.shadowDeviationDb), mean(weak, \.shadowDeviationDb))
        #expect(deviations.1 < 2.8 && deviations.0 > 1.5 * deviations.1, "\(deviations) dB")
        let metres = (mean(strong, \.shadowMetres), mean(weak, \.shadowMetres))
        #expect(metres.0 > 14, "\(metres) m")
        // Readings have 1 dB of noise, where 2 dB are assumed.
        let noise = (mean(strong, \.noiseDeviationDb), mean(weak, \.noiseDeviationDb))
        #expect(noise.0 < 1.7 && noise.1 < 1.7, "\(noise) dB")
    }
}
