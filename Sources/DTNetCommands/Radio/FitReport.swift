internal import Foundation
internal import Learning
internal import Measurements

/// Errors of baseline, parametric and full prediction on a test file, per cell and over all.
struct FitReport: Encodable {
    struct Row: Encodable {
        var cell: String
        /// `baseline`, `scene`, `parametric`, `full`, or `online`.
        var step: String
        var score: PredictionScore
    }

    struct Parameter: Encodable {
        var name: String
        var offset: Double
        var deviation: Double
    }

    struct LeftOut: Encodable {
        var cause: String
        var rows: Int
        var first: String
    }

    var baseline: String
    var trainedOn: Int
    var testedOn: Int
    var inducingPoints: Int
    var outliers: Int
    var parameters: [Parameter]
    var leftOut: [LeftOut] = []
    var rows: [Row] = []

    init(baseline: String, engine: ChannelEngine, test: MeasurementSet) {
        self.baseline = baseline
        trainedOn = engine.readings
        testedOn = test.rows.count
        inducingPoints = engine.inducingCount
        outliers = engine.outliers
        parameters = engine.parameters.indices.map {
            Parameter(
                name: engine.parameters[$0].name, offset: engine.theta[$0], deviation: engine.thetaDeviation[$0])
        }
        leftOut = test.leftOut.map { LeftOut(cause: $0.cause, rows: $0.count, first: $0.first) }
    }

    /// Scores per cell in order of name, and over all cells.
    mutating func add(
        _ step: String, _ test: MeasurementSet, _ predictions: [ChannelPrediction], interval: Bool,
        _ value: (ChannelPrediction) -> Float
    ) {
        guard !predictions.isEmpty else { return }
        func score(_ indices: [Int]) -> PredictionScore {
            PredictionScore(
                predictionsDb: indices.map { Double(value(predictions[$0])) },
                readingsDb: indices.map { test.rows[$0].readingDb },
                deviationsDb: interval ? indices.map { Double(predictions[$0].deviationDb) } : nil)
        }
        for cell in test.cells.indices.sorted(by: { test.cells[$0] < test.cells[$1] }) {
            let indices = test.rows.indices.filter { Int(test.rows[$0].cell) == cell }
            if !indices.isEmpty { rows.append(Row(cell: test.cells[cell], step: step, score: score(indices))) }
        }
        rows.append(Row(cell: "all", step: step, score: score(Array(test.rows.indices))))
    }

    /// The table that is printed: per cell, the steps below each other.
    var lines: [String] {
        var table = TextTable(
            ["cell", "step", "rows", "RMSE dB", "MAE dB", "bias dB", "90 % interval covers"], numeric: [2, 3, 4, 5, 6])
        let steps = rows.reduce(into: [String]()) { if !$0.contains($1.step) { $0.append($1.step) } }
        let cells = rows.reduce(into: [String]()) { if !$0.contains($1.cell) { $0.append($1.cell) } }
        for cell in cells {
            for step in steps {
                guard let row = rows.first(where: { $0.cell == cell && $0.step == step }) else { continue }
                table.add([
                    cell, step, "\(row.score.count)", FitReport.text(row.score.rmseDb), FitReport.text(row.score.maeDb),
                    FitReport.text(row.score.biasDb), row.score.coverage.map { FitReport.text(100 * $0) + " %" } ?? "-",
                ])
            }
        }
        let theta = parameters.map { "\($0.name) \(FitReport.text($0.offset)) +- \(FitReport.text($0.deviation))" }
        return table.lines + [
            "",
            "baseline \(baseline), corrected by: \(theta.joined(separator: ", "))",
            "learnt \(trainedOn) readings (\(outliers) outliers) in \(inducingPoints) inducing points",
        ]
    }

    private static func text(_ value: Double) -> String { String(format: "%.2f", value) }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
