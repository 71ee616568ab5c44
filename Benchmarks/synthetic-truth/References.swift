internal import Foundation
internal import Measurements
internal import RadioPropagation

/// What could be had at all: predictions of someone who knows a part of the truth, as it is, with the phones' true
/// biases, and with biases and shadowing kriged from the training readings under their true law.
enum References {
    static let arms: [(name: String, knows: SyntheticTruth.Knowledge)] = [
        ("drawing", .drawing),
        ("constants", .init(hasConstants: true, lorries: .none, trees: .none)),
        ("clutter", .init(hasConstants: false, lorries: .all, trees: .all)),
        ("constants, driven trees", .init(hasConstants: true, lorries: .none, trees: .onDrivenStreets)),
        ("constants, trees", .init(hasConstants: true, lorries: .none, trees: .all)),
        ("constants, lorries", .init(hasConstants: true, lorries: .all, trees: .none)),
        (
            "constants, driven clutter",
            .init(hasConstants: true, lorries: .onDrivenStreets, trees: .onDrivenStreets)
        ),
        ("oracle", .everything),
    ]

    /// Median absolute errors of one arm, dB.
    struct Errors {
        var plain: Double
        var knownPhones: Double
        var kriged: Double
    }

    static func errors(
        of knows: SyntheticTruth.Knowledge, _ world: SyntheticTruth, train: [SyntheticTruthBench.Row],
        test: [SyntheticTruthBench.Row], _ settings: PathSettings
    ) throws -> Errors {
        let gains = try world.gains((train + test).map(\.place), knowing: knows, settings)
        func excess(_ rows: [SyntheticTruthBench.Row], _ gains: ArraySlice<Double?>) -> [Double] {
            zip(rows, gains).map { $0.reading.readingDb - ($1 ?? $0.fallbackDb) }
        }
        let learnt = excess(train, gains[..<train.count])
        let asked = excess(test, gains[train.count...])
        let biases = test.map { world.bias(Int($0.reading.phone)) }
        let process = TrueProcess(train, excess: learnt)
        return Errors(
            plain: median(asked), knownPhones: median(zip(asked, biases).map { $0 - $1 }),
            kriged: median(zip(asked, test).map { $0 - process.predict($1) }))
    }

    private static func median(_ errors: [Double]) -> Double {
        let sorted = errors.map(abs).sorted()
        return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
    }
}

/// The readings' process under its true law: shadowing of 3 dB and 20 m, biases within 2 dB; what an arm does not know
/// of the rest is noise, its variance that of the highest likelihood.
private struct TrueProcess {
    private static let noises = [1.0, 2, 4, 8, 16, 32, 64]
    private let train: [SyntheticTruthBench.Row]
    private var weights: [Double] = []

    init(_ train: [SyntheticTruthBench.Row], excess: [Double]) {
        self.train = train
        var best = -Double.infinity
        for noise in TrueProcess.noises {
            let (solution, likelihood) = TrueProcess.solve(train, excess, noise: noise)
            if likelihood > best { (best, weights) = (likelihood, solution) }
        }
    }

    func predict(_ row: SyntheticTruthBench.Row) -> Double {
        zip(train, weights).reduce(0) { $0 + TrueProcess.covariance($1.0, row) * $1.1 }
    }

    private static func covariance(_ a: SyntheticTruthBench.Row, _ b: SyntheticTruthBench.Row) -> Double {
        let way = a.place - b.place
        return 9 * exp(-(way * way).sum().squareRoot() / 20) + (a.reading.phone == b.reading.phone ? 4.0 / 3 : 0)
    }

    /// `K^-1 excess` and the log-likelihood, by a Cholesky factor.
    private static func solve(
        _ rows: [SyntheticTruthBench.Row], _ excess: [Double], noise: Double
    ) -> (weights: [Double], likelihood: Double) {
        let count = rows.count
        var factor = Array(repeating: 0.0, count: count * count)
        var x = excess
        var likelihood = 0.0
        for i in 0..<count {
            for j in 0...i {
                var sum = covariance(rows[i], rows[j]) + (i == j ? noise : 0)
                for k in 0..<j { sum -= factor[i * count + k] * factor[j * count + k] }
                factor[i * count + j] = i == j ? sum.squareRoot() : sum / factor[j * count + j]
            }
            for k in 0..<i { x[i] -= factor[i * count + k] * x[k] }
            x[i] /= factor[i * count + i]
            likelihood -= 0.5 * x[i] * x[i] + log(factor[i * count + i])
        }
        for i in (0..<count).reversed() {
            for k in (i + 1)..<max(count, i + 1) { x[i] -= factor[k * count + i] * x[k] }
            x[i] /= factor[i * count + i]
        }
        return (x, likelihood)
    }
}
