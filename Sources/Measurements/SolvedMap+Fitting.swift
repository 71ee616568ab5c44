package import Learning

/// What tells readings from the map, variances in dB^2.
private struct ReadingNoise {
    /// What a device drags along while it drives, which says how much a second look at the same place is worth.
    let trackVariance = 2.0
    let trackSeconds = 30.0
    /// What nothing explains, of a point as a whole and of one reading of it.
    let placeVariance = 1.0
    let readingVariance = 1.0
}

/// Mean of readings of one device and cell that follow each other.
private struct HeardPlace {
    var place: SIMD2<Double>
    var cell: UInt32
    var phone: UInt32
    var seconds: Double
    var levelDb: Double
    var readings: Double
}

extension SolvedMap {
    /// Readings within this distance of the first of their point belong to it, as many as a minute has at one a second.
    private static let mergeMetres = 25.0
    private static let mergedReadings = 60.0

    /// Solves the map of a set's readings; those without a position say nothing of it. Of long drives, points cover
    /// more road each, so that solving takes a tenth of a second at most.
    ///
    /// - Parameter asked: a sibling of the set, which may name more cells; nil where only the set's own are asked for.
    package init(fitting set: MeasurementSet, asked: MeasurementSet? = nil, kernel: Kernel = Kernel()) {
        precondition(asked == nil || asked?.cells.starts(with: set.cells) == true, "a sibling keeps the cells' order")
        self.init(fitting: set.rows, sites: (asked ?? set).sites.map { UInt32($0) }, kernel: kernel)
    }

    /// - Parameter sites: by cell.
    init(fitting readings: [DriveReading], sites: [UInt32], kernel: Kernel) {
        let mean = readings.reduce(0) { $0 + $1.readingDb } / Double(max(1, readings.count))
        let rows = readings.filter { $0.position != nil }.sorted {
            ($0.phone, $0.cell, $0.seconds, $0.line) < ($1.phone, $1.cell, $1.seconds, $1.line)
        }
        var growth = 1.0
        var heard = SolvedMap.merged(rows, growth: growth)
        while heard.count > SolvedMap.mostPoints, growth < 1e4 {
            growth *= 1.5
            heard = SolvedMap.merged(rows, growth: growth)
        }
        if heard.count > SolvedMap.mostPoints {
            // More devices or cells than that: no distance merges them, so some places are left out.
            let count = heard.count
            heard = (0..<SolvedMap.mostPoints).map { heard[$0 * count / SolvedMap.mostPoints] }
        }
        let factor = CholeskyFactor(SolvedMap.covariances(of: heard, sites, kernel))
        let weights = factor.solved(heard.map { $0.levelDb - mean })
        self.init(
            kernel: kernel, meanDb: mean,
            points: zip(heard, weights).map { heard, weight in
                Point(place: heard.place, cell: heard.cell, site: sites[Int(heard.cell)], weight: weight)
            }, sites: sites)
    }

    /// - Parameters:
    ///   - rows: placed, in order of device, cell and time.
    ///   - growth: of what a point takes in.
    private static func merged(_ rows: [DriveReading], growth: Double) -> [HeardPlace] {
        let reach = growth * mergeMetres
        var sums: [HeardPlace] = []
        var start = SIMD2(0.0, 0.0)
        for row in rows {
            guard let position = row.position else { continue }
            let place = SIMD2(position.x, position.y)
            let apart = place - start
            if let last = sums.last, last.cell == row.cell, last.phone == row.phone,
                last.readings < growth * mergedReadings, (apart * apart).sum() <= reach * reach
            {
                sums[sums.count - 1].place += place
                sums[sums.count - 1].seconds += row.seconds
                sums[sums.count - 1].levelDb += row.readingDb
                sums[sums.count - 1].readings += 1
            } else {
                start = place
                sums.append(
                    HeardPlace(
                        place: place, cell: row.cell, phone: row.phone, seconds: row.seconds, levelDb: row.readingDb,
                        readings: 1))
            }
        }
        return sums.map { sum in
            var mean = sum
            mean.place /= sum.readings
            mean.seconds /= sum.readings
            mean.levelDb /= sum.readings
            return mean
        }
    }

    /// The lower triangle, row by row, of the covariance of what was heard.
    private static func covariances(of heard: [HeardPlace], _ sites: [UInt32], _ kernel: Kernel) -> [Double] {
        let noise = ReadingNoise()
        let count = heard.count
        var lower = Array(repeating: 0.0, count: count * count)
        for (i, a) in heard.enumerated() {
            for (j, b) in heard[..<i].enumerated() {
                var sum = kernel.covariance(
                    a.place - b.place, isSameSite: sites[Int(a.cell)] == sites[Int(b.cell)],
                    isSameCell: a.cell == b.cell)
                if a.phone == b.phone {
                    sum += noise.trackVariance / (1 + abs(a.seconds - b.seconds) / noise.trackSeconds)
                }
                lower[i * count + j] = sum
            }
            lower[i * count + i] =
                kernel.variance + noise.trackVariance + noise.placeVariance + noise.readingVariance / a.readings
        }
        return lower
    }
}
