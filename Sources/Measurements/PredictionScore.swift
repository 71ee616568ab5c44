internal import Foundation

/// Errors of predictions (dB): prediction less reading.
package struct PredictionScore: Sendable, Equatable, Codable {
    package var count = 0
    package var rmseDb = 0.0
    package var maeDb = 0.0
    package var medianAbsoluteDb = 0.0
    package var biasDb = 0.0
    /// Share of readings within the 90 % interval; nil where no deviation was predicted.
    package var coverage: Double?

    /// - Parameter deviationsDb: standard deviations of the readings about the predictions.
    package init(predictionsDb: [Double], readingsDb: [Double], deviationsDb: [Double]? = nil) {
        precondition(predictionsDb.count == readingsDb.count)
        count = readingsDb.count
        guard count > 0 else { return }
        let errors = zip(predictionsDb, readingsDb).map { $0 - $1 }
        let total = Double(count)
        rmseDb = (errors.reduce(0) { $0 + $1 * $1 } / total).squareRoot()
        maeDb = errors.reduce(0) { $0 + abs($1) } / total
        biasDb = errors.reduce(0, +) / total
        let sorted = errors.map(abs).sorted()
        medianAbsoluteDb = 0.5 * (sorted[(count - 1) / 2] + sorted[count / 2])
        guard let deviationsDb else { return }
        let inside = zip(errors, deviationsDb).reduce(0) { $0 + (abs($1.0) <= 1.645 * $1.1 ? 1 : 0) }
        coverage = Double(inside) / total
    }
}
