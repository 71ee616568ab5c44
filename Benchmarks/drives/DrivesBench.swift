internal import Foundation
internal import Learning
internal import Measurements

/// Real drives (issue 3): pairs of `ucc-5g-drive` that share half their road, the map solved of one and asked on the
/// other, cold and online, beside the peers of `DrivePeers`. Usage: `drives FOLDER [FOLDER OF CICV5G]`.
enum DrivesBench {
    /// Drives whose pairs served to choose what is assumed (as tests); figures of the others are the ones to believe.
    static let chosenOn: [Int] = [0, 2, 4, 6, 9, 10]

    struct Drive {
        var name: String
        var path: String
    }

    struct Pair {
        var train: Int
        var test: Int
        var shared: Double
        /// RMSE, dB: cell mean, log-distance, kNN, and the map.
        var cold: [Double]
        /// RMSE, dB: last value, cold map, and the engine that corrects it.
        var online: [Double]
        var coverage: Double
        var coldCoverage: Double
    }

    static func run(_ arguments: [String]) throws {
        guard arguments.count >= 2 else {
            FileHandle.standardError.write(Data("usage: drives FOLDER [FOLDER OF CICV5G]\n".utf8))
            exit(2)
        }
        let folder = URL(filePath: arguments[1])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".csv") }
        let drives = names.sorted().map { Drive(name: $0, path: folder.appending(path: $0).path) }
        var pairs: [Pair] = []
        for train in drives.indices {
            for test in drives.indices where test != train {
                if let pair = try pair(drives, train, test) {
                    pairs.append(pair)
                    print(line(pair))
                }
            }
        }
        summary("pairs used to choose what is assumed", pairs.filter { chosenOn.contains($0.test) })
        summary("other pairs", pairs.filter { !chosenOn.contains($0.test) })
        summary("all pairs", pairs)
        if arguments.count > 2 { try VehicleRuns.run(arguments[2]) }
        EngineSpeed.run()
    }

    /// nil where less than half of the test's road lies within 50 m of the training drive.
    static func pair(_ drives: [Drive], _ trainIndex: Int, _ testIndex: Int) throws -> Pair? {
        let reader = MeasurementReader(.ucc)
        var train = MeasurementSet()
        try reader.read(drives[trainIndex].path, into: &train)
        var test = train.sibling()
        try reader.read(drives[testIndex].path, into: &test)
        let near = nearness(test.rows, train.rows)
        let shared = sharedRoad(test.rows, near)
        guard shared >= 0.5 else { return nil }
        let rows = test.rows
        let readings = rows.map(\.readingDb)
        func rmse(_ values: [Double]) -> Double {
            PredictionScore(predictionsDb: values, readingsDb: readings).rmseDb
        }
        var fit = ChannelFit(
            baseline: SolvedMap(fitting: train, asked: test), cells: test.cells.count,
            settings: ChannelFit.assumedMapSettings)
        fit.teach(train.rows)
        let coldMap = fit.predictCold(rows)
        let cold = coldMap.map { Double($0.meanDb) }
        let online = fit.predictOnline(rows, ahead: 10)
        func coverage(_ predictions: [ChannelPrediction]) -> Double {
            PredictionScore(
                predictionsDb: predictions.map { Double($0.meanDb) }, readingsDb: readings,
                deviationsDb: predictions.map { Double($0.deviationDb) }
            ).coverage ?? 0
        }
        return Pair(
            train: trainIndex, test: testIndex, shared: shared,
            cold: [
                rmse(DrivePeers.cellMean(train, rows)), rmse(DrivePeers.logDistance(train, rows)),
                rmse(DrivePeers.nearest(train, rows)), rmse(cold),
            ],
            online: [
                rmse(DrivePeers.lastValue(rows, ahead: 10, start: cold)), rmse(cold),
                rmse(online.map { Double($0.meanDb) }),
            ], coverage: coverage(online), coldCoverage: coverage(coldMap))
    }

    /// Whether each row lies within 50 m of the training drive.
    static func nearness(_ rows: [DriveReading], _ train: [DriveReading]) -> [Bool] {
        let known = train.compactMap { $0.position }
        return rows.map { row in
            guard let position = row.position else { return false }
            return known.contains { place in
                let apart = place - position
                return (apart * apart).sum() < 2_500
            }
        }
    }

    /// Share of the test's road, by squares of 50 m that it passes.
    static func sharedRoad(_ rows: [DriveReading], _ near: [Bool]) -> Double {
        var squares: [SIMD2<Int>: Bool] = [:]
        for (row, isNear) in zip(rows, near) {
            guard let position = row.position else { continue }
            let square = SIMD2(Int((position.x / 50).rounded(.down)), Int((position.y / 50).rounded(.down)))
            squares[square] = (squares[square] ?? false) || isNear
        }
        return Double(squares.values.filter { $0 }.count) / Double(max(1, squares.count))
    }

    static func line(_ pair: Pair) -> String {
        let figures = (pair.cold + pair.online).map { String(format: "%6.2f", $0) }.joined(separator: " ")
        return String(format: "%2d -> %2d  shared %.2f  ", pair.train, pair.test, pair.shared) + figures
            + String(format: "  coverage %.2f cold %.2f", pair.coverage, pair.coldCoverage)
    }

    static func summary(_ title: String, _ pairs: [Pair]) {
        guard !pairs.isEmpty else { return }
        let best = pairs.map { min($0.cold[0], $0.cold[1], $0.cold[2]) }
        let cold = zip(pairs, best).map { 1 - $0.cold[3] / $1 }
        let online = pairs.map { 1 - $0.online[2] / min($0.online[0], $0.online[1]) }
        let medians = (0..<4).map { index in median(pairs.map { $0.cold[index] }) }
        print(
            title + ": \(pairs.count)"
                + String(
                    format: "; cold %+.1f %% against each pair's best peer (median), covering %.2f",
                    100 * median(cold), median(pairs.map(\.coldCoverage)))
                + String(
                    format: "; online %+.1f %%, covering %.2f", 100 * median(online), median(pairs.map(\.coverage))))
        print(
            String(
                format: "  median RMSE: cell mean %.2f, log-distance %.2f, kNN %.2f, ours %.2f; last %.2f, online %.2f",
                medians[0], medians[1], medians[2], medians[3], median(pairs.map { $0.online[0] }),
                median(pairs.map { $0.online[2] })))
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
    }
}
