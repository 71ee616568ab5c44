extension Percentiles: Codable {
    private static let names: [(name: String, samples: Int)] = [
        ("p50", 20), ("p90", 100), ("p99", 1_000), ("p999", 10_000), ("max", 1),
    ]

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: RowKey.self)
        for (entry, value) in zip(Percentiles.names, [p50, p90, p99, p999, max]) {
            try container.put(
                entry.name, Measured(value.map(sixDigits), or: "fewer than \(entry.samples) samples"))
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: RowKey.self)
        func value(_ name: String) throws -> Double? { try (container.take(name) as Measured<Double>).value }
        self.init(
            p50: try value("p50"), p90: try value("p90"), p99: try value("p99"), p999: try value("p999"),
            max: try value("max"))
    }
}

/// Where the mean fast latency goes, in microseconds; the parts add up to it.
package struct BreakdownRow: Hashable, Sendable, Codable {
    package var queue: Double
    package var l1: Double
    package var l2: Double
    package var l3: Double
    package var rrm: Double
    package var barrier: Double
    package var link: Double

    package init(_ means: BreakdownMeans) {
        queue = sixDigits(means.queue)
        l1 = sixDigits(means.l1)
        l2 = sixDigits(means.l2)
        l3 = sixDigits(means.l3)
        rrm = sixDigits(means.rrm)
        barrier = sixDigits(means.barrier)
        link = sixDigits(means.link)
    }
}

/// Mean and 99 % of an age, in milliseconds.
package struct AgeRow: Hashable, Sendable, Codable {
    package var mean: Double
    package var p99: Double

    package init(mean: Double, p99: Double) {
        self.mean = sixDigits(mean)
        self.p99 = sixDigits(p99)
    }
}

/// Ratio of ours to the floor.
package struct RatioRow: Hashable, Sendable, Codable {
    package var p50: Double
    package var p99: Double

    package init(p50: Double, p99: Double) {
        self.p50 = sixDigits(p50)
        self.p99 = sixDigits(p99)
    }

    package init(_ ratio: PairedRatio) { self.init(p50: ratio.p50, p99: ratio.p99) }
}

/// Refusals by outcome, in the order of the outcomes; in JSON an object from name to count.
package struct RejectionRow: Hashable, Sendable, Codable {
    package struct Entry: Hashable, Sendable {
        package var name: String
        package var count: UInt64
    }

    package var entries: [Entry]

    package init(_ counts: [RejectionCount]) {
        entries = counts.map { Entry(name: RejectionRow.snakeCase("\($0.outcome)"), count: $0.count) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: RowKey.self)
        for entry in entries { try container.encode(entry.count, forKey: RowKey(entry.name)) }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: RowKey.self)
        entries = try container.allKeys.map(\.stringValue).sorted().map {
            Entry(name: $0, count: try container.decode(UInt64.self, forKey: RowKey($0)))
        }
    }

    static func snakeCase(_ name: String) -> String {
        name.map { $0.isUppercase ? "_\($0.lowercased())" : String($0) }.joined()
    }
}

/// Controls that the radio network applied, counted per cell and kind; in JSON an object from kind to count.
package struct ControlRow: Hashable, Sendable, Codable {
    package var entries: [RejectionRow.Entry]

    package init(_ counts: [ControlCount]) {
        entries = counts.map { .init(name: RejectionRow.snakeCase("\($0.kind)"), count: $0.count) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: RowKey.self)
        for entry in entries { try container.encode(entry.count, forKey: RowKey(entry.name)) }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: RowKey.self)
        entries = try container.allKeys.map(\.stringValue).sorted().map {
            .init(name: $0, count: try container.decode(UInt64.self, forKey: RowKey($0)))
        }
    }
}

/// Figures beside those that every row has, each a number or null.
package struct DetailRow: Hashable, Sendable, Codable {
    package struct Entry: Hashable, Sendable {
        package var name: String
        package var value: Double?
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    /// Adds a figure, or replaces it; what is not finite (a share of nothing) is no figure and reads nil.
    package subscript(name: String) -> Double? {
        get { entries.first { $0.name == name }?.value }
        set {
            entries.removeAll { $0.name == name }
            let finite = newValue.flatMap { $0.isFinite ? sixDigits($0) : nil }
            entries.append(Entry(name: name, value: finite))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: RowKey.self)
        for entry in entries { try container.encode(entry.value, forKey: RowKey(entry.name)) }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: RowKey.self)
        entries = try container.allKeys.map(\.stringValue).sorted().map {
            Entry(name: $0, value: try container.decode(Double?.self, forKey: RowKey($0)))
        }
    }
}
