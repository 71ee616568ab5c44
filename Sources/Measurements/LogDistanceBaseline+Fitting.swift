package import Learning

extension LogDistanceBaseline {
    /// Fits the cells of a set of readings.
    ///
    /// - Parameters:
    ///   - fixedExponent: that of TR 38.901, say; nil fits each cell's.
    ///   - isFlat: cells' means only.
    ///   - trust: see `LogDistanceBaseline.trust`.
    package init(fitting set: MeasurementSet, fixedExponent: Double? = nil, isFlat: Bool = false, trust: Double = 1) {
        let total = set.rows.reduce(0) { $0 + $1.readingDb }
        var laws: [LogDistanceLaw?] = Array(repeating: nil, count: set.cells.count)
        for cell in laws.indices {
            let rows = set.rows.filter { Int($0.cell) == cell }
            guard !rows.isEmpty else { continue }
            let mean = rows.reduce(0) { $0 + $1.readingDb } / Double(rows.count)
            let placed = rows.filter { $0.position != nil }
            let fit =
                isFlat
                ? nil
                : LogDistanceLaw.fitted(
                    positions: placed.compactMap(\.position), levelsDb: placed.map(\.readingDb),
                    fixedExponent: fixedExponent)
            laws[cell] = fit ?? LogDistanceLaw(site: nil, interceptDb: mean, exponent: 0)
        }
        self.init(laws: laws, meanDb: total / Double(max(1, set.rows.count)), trust: trust)
    }
}
