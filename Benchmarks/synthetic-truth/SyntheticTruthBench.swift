internal import Foundation
internal import Learning
internal import Measurements
internal import RadioPropagation

/// Runs the synthetic truth: `synthetic-truth FOLDER [SEEDS [PRIOR]]` writes, per seed, the readings for `peers.py` and
/// prints the score (uncorrected - ours) / (uncorrected - oracle) on median absolute errors over unseen streets.
@main
enum SyntheticTruthBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 2, let seeds = arguments.count > 2 ? Int(arguments[2]) : 20 else {
            FileHandle.standardError.write(Data("usage: synthetic-truth FOLDER [SEEDS [PRIOR]]\n".utf8))
            exit(2)
        }
        try FileManager.default.createDirectory(atPath: arguments[1], withIntermediateDirectories: true)
        /// Factor on the deviations of the parameters' priors.
        let prior = arguments.count > 3 ? Float(arguments[3]) ?? 0.4 : 0.4
        var scores: [Double] = []
        var sums = [0.0, 0, 0, 0]
        var summary = "seed,uncorrected,parametric,ours,oracle,score\n"
        for seed in 1...max(1, seeds) {
            let figures = try run(UInt64(seed), folder: arguments[1], prior: prior)
            let score = (figures[0] - figures[2]) / (figures[0] - figures[3])
            scores.append(score)
            for (index, figure) in figures.enumerated() { sums[index] += figure }
            let line = "\(seed)," + (figures + [score]).map { String(format: "%.3f", $0) }.joined(separator: ",")
            print(line)
            summary += line + "\n"
        }
        try summary.write(toFile: arguments[1] + "/ours.csv", atomically: true, encoding: .utf8)
        print(
            String(
                format: "score: mean %.3f, least %.3f", scores.reduce(0, +) / Double(scores.count), scores.min() ?? 0))
    }

    /// Median absolute errors on unseen streets: uncorrected, parametric, ours, oracle.
    static func run(_ seed: UInt64, folder: String, prior: Float) throws -> [Double] {
        let world = try SyntheticTruth(seed: seed)
        let settings = PathSettings(maxDepth: 3, interactions: [.lineOfSight, .specular, .diffraction])
        let index = try SceneIndex(world.drawing)
        let fields = try FieldSolver(
            scene: world.drawing, faces: index.faces, frequencyHz: SyntheticTruth.frequencyHz)
        var baseline = RayTracedBaseline(index: index, fields: fields, settings: settings, sites: [world.site])
        baseline.priorScale = prior
        let train = rows(world, world.train, try world.oracle(world.train, settings), from: 0)
        let test = rows(world, world.test, try world.oracle(world.test, settings), from: 10_000)
        var fit = ChannelFit(baseline: baseline, cells: 1, settings: ChannelFit.assumedRaySettings)
        fit.teach(train.map(\.reading))
        let queries = fit.queries(test.map(\.reading))
        let predictions = queries.map { fit.engine.predict($0) }
        let readings = test.map(\.reading.readingDb)
        func error(_ values: [Double]) -> Double {
            PredictionScore(predictionsDb: values, readingsDb: readings).medianAbsoluteDb
        }
        try write(train, fit.queries(train.map(\.reading)), to: "\(folder)/\(seed)-train.csv")
        try write(test, queries, to: "\(folder)/\(seed)-test.csv")
        return [
            error(predictions.map { Double($0.baselineDb) }), error(predictions.map { Double($0.parametricDb) }),
            error(predictions.map { Double($0.meanDb) }), error(test.map(\.oracleDb)),
        ]
    }

    struct Row {
        var reading: DriveReading
        var oracleDb: Double
    }

    static func rows(_ world: SyntheticTruth, _ places: [SIMD3<Double>], _ oracle: [Double?], from first: Int) -> [Row]
    {
        places.indices.compactMap { index in
            guard let gain = oracle[index] else { return nil }
            let phone = index % SyntheticTruth.phones
            let reading = gain + world.shadow(places[index]) + world.bias(phone) + world.noise(first + index)
            return Row(
                reading: DriveReading(
                    line: index, seconds: Double(first + index) * 10, position: places[index], cell: 0,
                    phone: UInt32(phone), readingDb: reading), oracleDb: gain)
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
