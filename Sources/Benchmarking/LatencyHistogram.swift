internal import Histogram
package import NetworkModel

/// Latencies by count, to three significant digits, with exact mean and maximum, over an HdrHistogram.
package struct LatencyHistogram: Sendable {
    /// Samples that must lie above a percentile before it is stated.
    package static let samplesAbove: UInt64 = 10

    /// Latencies beyond this count as this much (2^42 ns, over an hour).
    private static let ceiling: Int64 = 1 << 42
    private var histogram: Histogram<UInt64>
    private var sumNanoseconds = 0.0
    private var largest: Int64 = 0

    package init() {
        histogram = Histogram(numberOfSignificantValueDigits: .three)
    }

    /// Samples recorded.
    package var count: UInt64 { histogram.totalCount }

    /// Takes one latency; a negative one counts as 0.
    package mutating func record(_ latency: Instant.Span) {
        let value = max(latency.nanoseconds, 0)
        _ = histogram.record(UInt64(min(value, LatencyHistogram.ceiling)))
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
        let value = histogram.valueAtPercentile(100 * fraction)
        return min(Double(histogram.medianEquivalentForValue(value)), Double(largest))
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
