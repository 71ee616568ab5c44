internal import Foundation
internal import Learning
internal import Measurements
internal import RadioPropagation

/// Runs the synthetic truth: `synthetic-truth FOLDER [SEEDS [FIRST]]` writes, per seed, the readings for `peers.py` and
/// prints the score (uncorrected - ours) / (uncorrected - oracle) on median absolute errors over unseen streets, and
/// beside it what those would reach who knew parts of the truth.
@main
enum SyntheticTruthBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 2, let seeds = arguments.count > 2 ? Int(arguments[2]) : 20,
            let first = arguments.count > 3 ? Int(arguments[3]) : 1, seeds > 0, first > 0
        else {
            FileHandle.standardError.write(Data("usage: synthetic-truth FOLDER [SEEDS [FIRST]]\n".utf8))
            exit(2)
        }
        let folder = arguments[1]
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var all: [Figures] = []
        var summary = "seed,uncorrected,parametric,ours,oracle,score\n"
        for seed in first..<(first + seeds) {
            let figures = try run(UInt64(seed), folder: folder)
            all.append(figures)
            let values = [figures.uncorrected, figures.parametric, figures.ours, figures.oracle, figures.score]
            summary += "\(seed)," + values.map { String(format: "%.3f", $0) }.joined(separator: ",") + "\n"
            print(figures.line(seed))
            fflush(nil)
            try summary.write(toFile: folder + "/ours.csv", atomically: true, encoding: .utf8)
        }
        report(all)
    }

    /// Median absolute errors on unseen streets, dB.
    struct Figures {
        /// In full without learning the scene.
        var withoutScene: Double
        /// With the learnt scene, with the engine's parameters, in full.
        var scene: Double
        var parametric: Double
        var ours: Double
        var arms: [References.Errors]
        /// Test readings, and those of them, and of the training readings, where the drawing has no path.
        var counts: [Int]

        var uncorrected: Double { arms[0].plain }
        var oracle: Double { arms[arms.count - 1].plain }
        var score: Double { (uncorrected - ours) / (uncorrected - oracle) }

        func line(_ seed: Int) -> String {
            let known = arms.map { String(format: "%.2f/%.2f/%.2f", $0.plain, $0.knownPhones, $0.kriged) }
            return String(
                format: "%3d ours %.2f (as drawn %.2f, scene %.2f, parametric %.2f) gap %.2f score %5.2f", seed, ours,
                withoutScene, scene, parametric, uncorrected - oracle, score)
                + " readings \(counts) " + known.joined(separator: " ")
        }
    }

    /// What stands for all seeds: means of errors, scores of the mean errors, and the mean of the scores.
    private static func report(_ all: [Figures]) {
        func mean(_ value: (Figures) -> Double) -> Double { all.reduce(0) { $0 + value($1) } / Double(all.count) }
        let (uncorrected, oracle) = (mean(\.uncorrected), mean(\.oracle))
        func line(_ name: String, _ value: (Figures) -> Double) {
            let error = mean(value)
            let score = (uncorrected - error) / (uncorrected - oracle)
            print(
                name.padding(toLength: 44, withPad: " ", startingAt: 0)
                    + String(format: "%.2f dB  pooled score %5.2f", error, score))
        }
        line("ours", \.ours)
        line("ours, scene as drawn", \.withoutScene)
        line("ours, scene only", \.scene)
        line("ours, scene and parameters", \.parametric)
        for (arm, known) in References.arms.enumerated() {
            line(known.name) { $0.arms[arm].plain }
            line("  and known phones") { $0.arms[arm].knownPhones }
            line("  and kriged phones and shadowing") { $0.arms[arm].kriged }
        }
        let scores = all.map(\.score).sorted()
        print(
            String(
                format: "score by seed: mean %.3f, median %.3f, least %.3f", mean(\.score),
                0.5 * (scores[(scores.count - 1) / 2] + scores[scores.count / 2]), scores.first ?? 0),
        )
        print("worse than uncorrected: \(all.count { $0.ours > $0.uncorrected })")
    }

    static func run(_ seed: UInt64, folder: String) throws -> Figures {
        let world = try SyntheticTruth(seed: seed)
        let settings = PathSettings(maxDepth: 3, interactions: [.lineOfSight, .specular, .diffraction])
        let index = try SceneIndex(world.drawing)
        let fields = try FieldSolver(
            scene: world.drawing, faces: index.faces, frequencyHz: SyntheticTruth.frequencyHz)
        let baseline = RayTracedBaseline(index: index, fields: fields, settings: settings, sites: [world.site])
        var train = try rows(world, world.train, settings, from: 0)
        var test = try rows(world, world.test, settings, from: 10_000)
        var fit = ChannelFit(baseline: baseline, cells: 1, settings: ChannelFit.assumedRaySettings)
        let drawn = fit
        var withoutScene = fit
        withoutScene.teach(train.map(\.reading), learnsScene: false)
        fit.teach(train.map(\.reading))
        let predictions = fit.queries(test.map(\.reading)).map { fit.engine.predict($0) }
        let before = drawn.queries(test.map(\.reading)).map { withoutScene.engine.predict($0) }
        let learnt = drawn.queries(train.map(\.reading))
        let queries = drawn.queries(test.map(\.reading))
        try write(train, learnt, to: "\(folder)/\(seed)-train.csv")
        try write(test, queries, to: "\(folder)/\(seed)-test.csv")
        for index in train.indices { train[index].fallbackDb = Double(learnt[index].baseline.gainDb) }
        for index in test.indices { test[index].fallbackDb = Double(queries[index].baseline.gainDb) }
        let readings = test.map(\.reading.readingDb)
        func error(_ values: [Double]) -> Double {
            PredictionScore(predictionsDb: values, readingsDb: readings).medianAbsoluteDb
        }
        let pathless = baseline.parameters.firstIndex { $0.name == "no-path" } ?? 0
        func isPathless(_ query: ChannelQuery) -> Bool { query.baseline.interactions[pathless] > 0 }
        return Figures(
            withoutScene: error(before.map { Double($0.meanDb) }),
            scene: error(predictions.map { Double($0.baselineDb) }),
            parametric: error(predictions.map { Double($0.parametricDb) }),
            ours: error(predictions.map { Double($0.meanDb) }),
            arms: try References.arms.map {
                try References.errors(of: $0.knows, world, train: train, test: test, settings)
            }, counts: [test.count, queries.count(where: isPathless), learnt.count(where: isPathless)])
    }

    struct Row {
        var reading: DriveReading
        var place: SIMD3<Double>
        /// What is assumed where no path is known, dB.
        var fallbackDb = 0.0
    }

    /// Readings at places where something arrives.
    static func rows(
        _ world: SyntheticTruth, _ places: [SIMD3<Double>], _ settings: PathSettings, from first: Int
    ) throws -> [Row] {
        let gains = try world.gains(places, knowing: .everything, settings)
        return places.indices.compactMap { index in
            guard let gain = gains[index] else { return nil }
            let phone = index % SyntheticTruth.phones
            let reading = gain + world.shadow(places[index]) + world.bias(phone) + world.noise(first + index)
            return Row(
                reading: DriveReading(
                    line: index, seconds: Double(first + index) * 10, position: places[index], cell: 0,
                    phone: UInt32(phone), readingDb: reading), place: places[index])
        }
    }

    /// What the peers learn from: place, distance, angle, the ray-traced gain, the phone, the reading.
    static func write(_ rows: [Row], _ queries: [ChannelQuery], to path: String) throws {
        var text = "x_m,y_m,log_distance,angle,ray_db,phone,reading_db\n"
        for (row, query) in zip(rows, queries) {
            guard let place = query.place else { continue }
            text += "\(place.position.x),\(place.position.y),\(place.logDistance),\(place.angleRadians),"
            text += "\(query.baseline.gainDb),\(row.reading.phone),\(row.reading.readingDb)\n"
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
