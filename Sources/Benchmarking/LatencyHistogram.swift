package import NetworkModel

/// Latencies by count, to three significant digits, with exact mean and maximum.
///
/// Counts are kept in buckets that are linear within each power of two, as in Tene's HdrHistogram: 1,024 to an octave,
/// so that a bucket is at most 0.1 % wide. Memory grows with the longest latency, 350 KiB at an hour.
package struct LatencyHistogram: Sendable {
    /// Samples that must lie above a percentile before it is stated.
    package static let samplesAbove: UInt64 = 10

    /// Latencies beyond this count as this much (2^42 ns, over an hour).
    private static let ceiling: Int64 = 1 << 42
    private var counts: [UInt64] = []
    /// Samples recorded.
    package private(set) var count: UInt64 = 0
    private var sumNanoseconds = 0.0
    private var largest: Int64 = 0

    package init() {}

    /// Takes one latency; a negative one counts as 0.
    package mutating func record(_ latency: Instant.Span) {
        let value = max(latency.nanoseconds, 0)
        let index = LatencyHistogram.bucket(min(value, LatencyHistogram.ceiling))
        if index >= counts.count { counts += Array(repeating: 0, count: index + 1 - counts.count) }
        counts[index] += 1
        count += 1
        sumNanoseconds += Double(value)
        largest = max(largest, value)
    }

    /// Mean in microseconds, nil without a sample.
    package var meanMicroseconds: Double? {
        count > 0 ? sumNanoseconds / Double(count) / 1_000 : nil
    }

    /// Maximum in microseconds, nil without a sample.
    package var maxMicroseconds: Double? {
        count > 0 ? Double(largest) / 1_000 : nil
    }

    /// The percentile in microseconds, nil where fewer than `samplesAbove` samples lie above it.
    ///
    /// - Parameter perMille: 500 is the median, 999 is p99.9.
    package func microseconds(perMille: UInt64) -> Double? {
        precondition(perMille < 1_000, "the maximum is no percentile")
        guard count * (1_000 - perMille) >= LatencyHistogram.samplesAbove * 1_000 else { return nil }
        return quantile(Double(perMille) / 1_000) / 1_000
    }

    /// The five numbers of a row.
    package var percentiles: Percentiles {
        Percentiles(
            p50: microseconds(perMille: 500), p90: microseconds(perMille: 900), p99: microseconds(perMille: 990),
            p999: microseconds(perMille: 999), max: maxMicroseconds)
    }

    /// Value at each of `points` evenly spaced quantiles from 0 to 1, in nanoseconds; empty without a sample.
    package func quantileTable(points: Int) -> [Int64] {
        guard count > 0, points > 1 else { return [] }
        return (0..<points).map { Int64(quantile(Double($0) / Double(points - 1))) }
    }

    /// The latency that `fraction` of the samples do not exceed, nanoseconds: the middle of its bucket.
    private func quantile(_ fraction: Double) -> Double {
        let target = max(1, UInt64((fraction * Double(count)).rounded(.up)))
        var passed: UInt64 = 0
        for (index, here) in counts.enumerated() where here > 0 {
            passed += here
            if passed >= target { return min(LatencyHistogram.middle(index), Double(largest)) }
        }
        return Double(largest)
    }

    private static func bucket(_ value: Int64) -> Int {
        let shift = max(0, 53 - value.leadingZeroBitCount)
        return (shift << 10) + Int(value >> Int64(shift))
    }

    private static func middle(_ index: Int) -> Double {
        let shift = max(0, (index >> 10) - 1)
        let low = Double(index - (shift << 10)) * Double(1 << shift)
        return low + Double((1 << shift) - 1) / 2
    }
}

/// Percentiles in microseconds; nil where the sample is too small to state one.
package struct Percentiles: Hashable, Sendable {
    package var p50: Double?
    package var p90: Double?
    package var p99: Double?
    package var p999: Double?
    package var max: Double?

    package init(
        p50: Double? = nil, p90: Double? = nil, p99: Double? = nil, p999: Double? = nil, max: Double? = nil
    ) {
        self.p50 = p50
        self.p90 = p90
        self.p99 = p99
        self.p999 = p999
        self.max = max
    }
}
