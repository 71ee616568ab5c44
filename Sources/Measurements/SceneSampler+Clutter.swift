internal import Foundation
internal import Learning

/// Where births of a kind are tried: half of them anywhere, half where a typical thing would explain most.
struct BirthPlaces {
    /// Chance of each square, and its running sum.
    private(set) var chance: [Double]
    private var upTo: [Double]

    init(_ count: Int) {
        chance = Array(repeating: 1 / Double(max(1, count)), count: count)
        upTo = chance
        adopt(chance.map { _ in 1 })
    }

    mutating func adopt(_ weights: [Double]) {
        let total = max(weights.reduce(0, +), 1e-300)
        let even = 0.5 / Double(max(1, weights.count))
        chance = weights.map { even + 0.5 * $0 / total }
        var sum = 0.0
        upTo = chance.map {
            sum += $0
            return sum
        }
    }

    func draw(_ draws: inout Draws) -> Int {
        let wanted = draws.uniform() * (upTo.last ?? 0)
        var (low, high) = (0, chance.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if upTo[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// What putting and taking things makes of the paths: scratch space of the sampler.
struct ClutterTrial {
    /// Change of each path's loss, dB, and of each reading's power; 0 but where listed.
    var lossOfPath: [Double]
    var powerOfReading: [Double]
    var paths: [Int] = []
    var readings: [Int] = []
    /// Change of the listed readings' gains, dB.
    var gains: [Double] = []
    /// Of one thing.
    var losses: [(path: Int, lossDb: Double)] = []
    var seen = SegmentGrid.SeenPieces()

    init(paths: Int, readings: Int) {
        lossOfPath = Array(repeating: 0, count: paths)
        powerOfReading = Array(repeating: 0, count: readings)
    }

    mutating func clear() {
        for path in paths { lossOfPath[path] = 0 }
        for reading in readings { powerOfReading[reading] = 0 }
        paths.removeAll(keepingCapacity: true)
        readings.removeAll(keepingCapacity: true)
        gains.removeAll(keepingCapacity: true)
    }
}

extension SceneSampler {
    private static let kinds: [ClutterPrior.Kind] = [.crown, .vehicle]

    /// One thing is born, dies, moves or takes another size.
    mutating func moveClutter() {
        guard !problem.prior.squares.isEmpty else { return }
        let kind = draws.index(below: 2)
        let way = draws.uniform()
        if way < 0.25 {
            tryBirth(kind)
        } else if way < 0.5 {
            tryDeath(kind)
        } else {
            tryChange(kind, way)
        }
    }

    private mutating func tryBirth(_ kind: Int) {
        guard clutter[kind].count < SceneCorrection.mostClutter / 2 else { return }
        let square = places[kind].draw(&draws)
        let thing = problem.prior.draw(SceneSampler.kinds[kind], in: problem.prior.squares[square], &draws)
        guard problem.prior.isPossible(thing) else { return }
        let density = places[kind].chance[square] * Double(problem.prior.squares.count)
        let gain = attempt(taking: nil, putting: thing)
        let weight = birthWeight(density: density)
        if log(draws.uniform()) < inverseTemperature * gain + weight {
            settle()
            clutter[kind].append(thing)
        }
    }

    private mutating func tryDeath(_ kind: Int) {
        guard !clutter[kind].isEmpty else { return }
        let chosen = draws.index(below: clutter[kind].count)
        let thing = clutter[kind][chosen]
        let square = problem.prior.square(at: thing.centre)
        let density = square.map { places[kind].chance[$0] * Double(problem.prior.squares.count) } ?? 1
        let gain = attempt(taking: thing, putting: nil)
        let weight = birthWeight(density: density)
        if log(draws.uniform()) < inverseTemperature * gain - weight {
            settle()
            clutter[kind].remove(at: chosen)
        }
    }

    private mutating func tryChange(_ kind: Int, _ way: Double) {
        guard !clutter[kind].isEmpty else { return }
        let chosen = draws.index(below: clutter[kind].count)
        let thing = clutter[kind][chosen]
        var other = thing
        if way < 0.75 {
            other = way < 0.6 ? problem.prior.resized(thing, &draws) : problem.prior.reshaped(thing, &draws)
        } else {
            let reach = way < 0.9 ? 1.0 : 4
            other = thing.moved(by: SIMD3(reach * draws.normal(), reach * draws.normal(), 0))
            guard problem.prior.square(at: other.centre) != nil else { return }
        }
        guard problem.prior.isPossible(other) else { return }
        if log(draws.uniform()) < inverseTemperature * attempt(taking: thing, putting: other) {
            settle()
            clutter[kind][chosen] = other
        }
    }

    /// Works out what taking one thing and putting another would do.
    ///
    /// - Returns: what the log-likelihood gains.
    mutating func attempt(taking: Clutter?, putting: Clutter?) -> Double {
        trial.clear()
        if let taking { note(taking, sign: -1) }
        if let putting { note(putting, sign: 1) }
        for path in trial.paths {
            let reading = problem.readingOfPath[path]
            let change = powers[path] * left[path] * (exp(-0.230_258_509_299_404_57 * trial.lossOfPath[path]) - 1)
            if trial.powerOfReading[reading] == 0 { trial.readings.append(reading) }
            // Never 0 once listed.
            trial.powerOfReading[reading] += change == 0 ? -1e-300 : change
        }
        var gain = 0.0
        for reading in trial.readings {
            let ratio = max(1e-9, 1 + trial.powerOfReading[reading] / sums[reading])
            let change = 10 * log10(ratio)
            trial.gains.append(change)
            gain += change * projected[reading]
        }
        let count = precision.count
        precision.matrix.withUnsafeBufferPointer { matrix in
            for (i, reading) in trial.readings.enumerated() {
                var sum = 0.5 * trial.gains[i] * matrix[reading * count + reading]
                for j in 0..<i { sum += trial.gains[j] * matrix[reading * count + trial.readings[j]] }
                gain -= trial.gains[i] * sum
            }
        }
        return gain
    }

    private mutating func note(_ thing: Clutter, sign: Double) {
        problem.pieces.losses(
            in: thing, wavelengthMetres: problem.wavelengthMetres, seen: &trial.seen, into: &trial.losses)
        for (path, loss) in trial.losses {
            if trial.lossOfPath[path] == 0 { trial.paths.append(path) }
            trial.lossOfPath[path] += sign * loss
        }
    }

    /// Makes the last attempt true.
    mutating func settle() {
        for path in trial.paths { left[path] *= exp(-0.230_258_509_299_404_57 * trial.lossOfPath[path]) }
        for (reading, change) in zip(trial.readings, trial.gains) {
            sums[reading] = max(1e-30, sums[reading] + trial.powerOfReading[reading])
            residual[reading] -= change
            precision.add(row: reading, times: -change, to: &projected)
        }
    }

    /// Weighs each square by what a typical thing on it would explain now.
    mutating func lookForPlaces(_ kind: Int) {
        let weights = problem.prior.squares.map { square -> Double in
            let thing = problem.prior.typical(SceneSampler.kinds[kind], at: square)
            guard problem.prior.isPossible(thing) else { return 0.01 }
            return exp(min(6, max(-5, inverseTemperature * attempt(taking: nil, putting: thing))))
        }
        places[kind].adopt(weights)
    }
}
