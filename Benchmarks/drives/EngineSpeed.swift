internal import Foundation
internal import Learning

/// Time of one update and one prediction of an engine whose 1,000 inducing points are all in use.
enum EngineSpeed {
    static func run() {
        print("us per update, us per prediction, at 1000 inducing points")
        let kinds = [("log-distance, 2 parameters, 1 group", 0), ("ray traced, 9 parameters, 8 groups", 6)]
        for (name, materials) in kinds {
            let parameters =
                materials == 0
                ? ChannelParameter.statistical
                : ChannelParameter.rayTraced(materials: (0..<materials).map { "material \($0)" })
            var settings = ChannelEngine.Settings()
            settings.pathGroups = materials == 0 ? 1 : 8
            settings.mergeMetres = 5
            var engine = ChannelEngine(cells: 3, parameters: parameters, settings: settings)
            let queries = (0..<6_000).map { query($0, parameters.count, groups: settings.pathGroups) }
            for query in queries[..<2_000] { learn(&engine, query) }
            let clock = ContinuousClock()
            let start = clock.now
            for query in queries[2_000...] { learn(&engine, query) }
            let middle = clock.now
            var sum: Float = 0
            for query in queries[2_000...] { sum += engine.predict(query).meanDb }
            let end = clock.now
            let updates = microseconds(middle - start) / 4_000
            let predictions = microseconds(end - middle) / 4_000
            print(
                "  \(name): " + String(format: "%.1f, %.1f", updates, predictions)
                    + " (\(engine.inducingCount) points, mean \(Int(sum / 4_000)) dB)")
        }
    }

    private static func learn(_ engine: inout ChannelEngine, _ query: ChannelQuery) {
        let level = query.baseline.gainDb + 5 * sin(Float(query.seconds))
        engine.learn(query, readingDb: level, readingDeviationDb: 1)
    }

    private static func query(_ index: Int, _ parameters: Int, groups: Int) -> ChannelQuery {
        let x = Float((index * 7_919) % 2_003)
        let y = Float((index * 104_729) % 1_999)
        var interactions = Array(repeating: Float(0), count: groups * parameters)
        for group in 0..<groups { interactions[group * parameters + (group * 3 + index) % parameters] = 1 }
        return ChannelQuery(
            cell: UInt32(index % 3), phone: UInt32(index % 100), seconds: Double(index) * 0.1,
            place: ChannelPlace(position: SIMD3(x, y, 1.5), angleRadians: atan2(y, x), logDistance: 2.5),
            baseline: BaselinePrediction(
                gainDb: -90, share: Array(repeating: 1 / Float(groups), count: groups), interactions: interactions))
    }

    private static func microseconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) * 1e6 + Double(duration.components.attoseconds) / 1e12
    }
}
