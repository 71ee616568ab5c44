/// How most users of a cell move: the condition that a channel twin's error is told by, and its snapshots are kept for.
package enum MobilityClass: UInt32, Hashable, Sendable, CaseIterable {
    /// Below 0.5 m/s.
    case still = 1
    /// Below 4 m/s.
    case walking
    case driving

    /// In orders, tables and records.
    package var name: String { "\(self)" }

    package init?(name: String) {
        guard let found = MobilityClass.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    package init(metresPerSecond speed: Double) { self = speed < 0.5 ? .still : speed < 4 ? .walking : .driving }
}

/// What an order may have a traffic forecast do. The raw value is its name in orders and records.
package enum ForecastParameter: String, Hashable, Sendable, CaseIterable {
    /// Weights and season are fitted anew to the newest part of what is kept; the order's value is that part, up to 1.
    case smoothing
}

/// Parameters of a channel engine that an order may multiply. Raw values are their names in orders and records.
package enum TwinParameter: String, Hashable, Sendable, Codable, CaseIterable {
    /// Readings after which the baseline's parameters forget.
    case memory
    /// Time in which what is left of a link decorrelates.
    case residualTime = "residual_time"
    /// Standard deviation of one reading.
    case readingNoise = "reading_noise"
}
