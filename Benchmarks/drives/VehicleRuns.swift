internal import Foundation
internal import Learning
internal import Measurements

/// Runs of `cicv5g` on one road: pairs of one band, one sample per change of the reading. What differs between two runs
/// is mostly a bias, which only online learning can take.
enum VehicleRuns {
    static func run(_ folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".txt") }.sorted()
        print("runs of one band: cell mean, log-distance, kNN, cold (bias); last value, online; coverage")
        for train in names {
            for test in names where test != train && band(test) == band(train) {
                try pair(folder, train, test)
            }
        }
    }

    private static func band(_ name: String) -> String {
        name.split(separator: "_").dropFirst().first.map(String.init) ?? ""
    }

    private static func pair(_ folder: String, _ trainName: String, _ testName: String) throws {
        let reader = MeasurementReader(.cicv5g)
        var train = MeasurementSet()
        try reader.read("\(folder)/\(trainName)", into: &train)
        var test = train.sibling()
        try reader.read("\(folder)/\(testName)", into: &test)
        let rows = test.rows
        let readings = rows.map(\.readingDb)
        func score(_ values: [Double], _ deviations: [Double]? = nil) -> PredictionScore {
            PredictionScore(predictionsDb: values, readingsDb: readings, deviationsDb: deviations)
        }
        let fit = ChannelFit(
            baseline: SolvedMap(fitting: train, asked: test), cells: test.cells.count,
            settings: ChannelFit.assumedMapSettings)
        let cold = fit.predictCold(rows).map { Double($0.meanDb) }
        let online = fit.predictOnline(rows, ahead: 10)
        let live = score(online.map { Double($0.meanDb) }, online.map { Double($0.deviationDb) })
        let map = score(cold)
        let peers = [
            score(DrivePeers.cellMean(train, rows)), score(DrivePeers.logDistance(train, rows)),
            score(DrivePeers.nearest(train, rows)),
        ].map { String(format: "%5.2f", $0.rmseDb) }.joined(separator: " ")
        let last = score(DrivePeers.lastValue(rows, ahead: 10, start: cold))
        print(
            "\(trainName) -> \(testName), \(rows.count) changes: \(peers) "
                + String(
                    format: "%5.2f (%+.2f); %5.2f %5.2f; %.2f", map.rmseDb, map.biasDb, last.rmseDb, live.rmseDb,
                    live.coverage ?? 0))
    }
}
