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

    /// A device that was learnt from.
    struct Phone: Encodable {
        var name: String
        /// What is taken off its readings, as learnt, and its standard deviation, dB.
        var biasDb: Double
        var deviationDb: Double
        /// What it reads above the others on the same ground, where that is more than its bias, dB.
        var offsetDb: Double
        /// More than three standard deviations of what devices are assumed to differ by.
        var isUnlikely: Bool
    }

    struct LeftOut: Encodable {
        var cause: String
        var rows: Int
        var first: String
    }

    /// What the learnt scene leaves of readings: standard deviations, dB, and the distance at which shadowing
    /// decorrelates.
    struct Spreads: Encodable {
        var shadowDb: Double
        var shadowMetres: Double
        var deviceDb: Double
        var noiseDb: Double
    }

    var baseline: String
    var trainedOn: Int
    var testedOn: Int
    var inducingPoints: Int
    var outliers: Int
    var parameters: [Parameter]
    /// Nil where no scene was learnt.
    var spreads: Spreads?
    /// Nil where cold intervals are as wide as the engine has them.
    var coldInterval: ColdInterval?
    var phones: [Phone]
    var leftOut: [LeftOut] = []
    var rows: [Row] = []

    init(baseline: String, fit: ChannelFit, learnt: MeasurementSet, test: MeasurementSet) {
        let engine = fit.engine
        self.baseline = baseline
        if let law = ReadingLaw.mean(of: (fit.baseline as? RayTracedBaseline)?.readingLaws ?? []) {
            spreads = Spreads(
                shadowDb: law.shadowDeviationDb, shadowMetres: law.shadowMetres, deviceDb: law.phoneDeviationDb,
                noiseDb: law.noiseDeviationDb)
        }
        coldInterval = fit.coldInterval
        let map = fit.baseline as? SolvedMap
        trainedOn = map == nil ? engine.readings : learnt.rows.count
        testedOn = test.rows.count
        inducingPoints = map?.points.count ?? engine.inducingCount
        outliers = engine.outliers
        parameters = engine.parameters.indices.map {
            Parameter(
                name: engine.parameters[$0].name, offset: engine.theta[$0], deviation: engine.thetaDeviation[$0])
        }
        phones = learnt.phones.enumerated().compactMap { index, name in
            let phone = UInt32(index)
            // A map takes nothing off anybody's readings: it names a device only where that is wrong.
            guard map == nil || fit.isBiasUnlikely(ofPhone: phone) else { return nil }
            let bias = engine.bias(ofPhone: phone)
            return Phone(
                name: name, biasDb: bias.meanDb, deviationDb: bias.deviationDb, offsetDb: fit.offsetDb(ofPhone: phone),
                isUnlikely: fit.isBiasUnlikely(ofPhone: phone))
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
        var lines = table.lines + ["", "baseline \(baseline), corrected by: \(theta.joined(separator: ", "))"]
        if let spreads {
            lines.append(
                "the learnt scene leaves: shadowing \(FitReport.text(spreads.shadowDb)) dB over "
                    + "\(FitReport.text(spreads.shadowMetres)) m, devices \(FitReport.text(spreads.deviceDb)) dB, "
                    + "noise \(FitReport.text(spreads.noiseDb)) dB")
        }
        if let coldInterval {
            lines.append(
                "cold intervals: standard deviations times \(FitReport.text(coldInterval.factor)), from "
                    + "\(coldInterval.readings) readings held out in \(coldInterval.blocks) squares of "
                    + "\(FitReport.text(coldInterval.blockMetres)) m")
        }
        for phone in phones {
            let bias = "\(FitReport.text(phone.biasDb)) +- \(FitReport.text(phone.deviationDb)) dB"
            let text = baseline == "map" ? "\(FitReport.text(phone.offsetDb)) dB" : bias
            lines.append("device \(phone.name): reads \(text) above the others")
        }
        lines.append("learnt \(trainedOn) readings (\(outliers) outliers) in \(inducingPoints) inducing points")
        return lines
    }

    static func text(_ value: Double) -> String { String(format: "%.2f", value) }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
