internal import Histogram
package import NetworkModel

/// Latencies by count, to three significant digits, with exact mean and maximum.
///
/// Recording counts in an array laid out as HdrHistogram's, without its generic calls; percentiles are HdrHistogram's
/// own, over those counts.
package struct LatencyHistogram: Sendable {
    /// Samples that must lie above a percentile before it is stated.
    package static let samplesAbove: UInt64 = 10

    /// Latencies beyond this count as this much (2^42 ns, over an hour).
    private static let ceiling: Int64 = 1 << 42
    /// Values up to 2^11 have a count of their own; each power of two beyond is divided into 2^10 parts.
    private static let partBits = 10
    private var counts: [UInt64] = []
    private var sumNanoseconds = 0.0
    private var largest: Int64 = 0

    package init() {}

    /// Samples recorded.
    package private(set) var count: UInt64 = 0

    /// Takes one latency; a negative one counts as 0.
    package mutating func record(_ latency: Instant.Span) {
        let value = max(latency.nanoseconds, 0)
        let counted = min(value, LatencyHistogram.ceiling)
        let shift = max(0, Int64.bitWidth - 1 - counted.leadingZeroBitCount - LatencyHistogram.partBits)
        let index = shift << LatencyHistogram.partBits + Int(counted >> Int64(shift))
        if index >= counts.count {
            counts += [UInt64](repeating: 0, count: index + 1 - counts.count + 1 << LatencyHistogram.partBits)
        }
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
    package func microseconds(perMille: UInt64) -> Double? { microseconds(perMille, in: histogram) }

    /// The five numbers of a row.
    package var percentiles: Percentiles {
        let histogram = histogram
        return Percentiles(
            p50: microseconds(500, in: histogram), p90: microseconds(900, in: histogram),
            p99: microseconds(990, in: histogram), p999: microseconds(999, in: histogram), max: maxMicroseconds)
    }

    /// Value at each of `points` evenly spaced quantiles from 0 to 1, in nanoseconds; empty without a sample.
    package func quantileTable(points: Int) -> [Int64] {
        guard count > 0, points > 1 else { return [] }
        let histogram = histogram
        var table: [Int64] = []
        for step in histogram.recordedValues() {
            let value = min(Int64(histogram.medianEquivalentForValue(step.value)), largest)
            // One pass over the values for all quantiles: a look for each would begin at the least one every time.
            while table.count < points {
                let rank = (Double(table.count) / Double(points - 1) * Double(count)).nextDown.rounded(.up)
                guard rank <= Double(step.totalCountToThisValue) else { break }
                table.append(value)
            }
        }
        return table
    }

    // MARK: - HdrHistogram

    /// The counts as HdrHistogram holds them.
    private var histogram: Histogram<UInt64> {
        var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
        for (index, count) in counts.enumerated() where count > 0 {
            let shift = max(0, index >> LatencyHistogram.partBits - 1)
            let value = UInt64(index - shift << LatencyHistogram.partBits) << UInt64(shift)
            histogram.record(value, count: count)
        }
        return histogram
    }

    private func microseconds(_ perMille: UInt64, in histogram: Histogram<UInt64>) -> Double? {
        precondition(perMille < 1_000, "the maximum is no percentile")
        guard count * (1_000 - perMille) >= LatencyHistogram.samplesAbove * 1_000 else { return nil }
        return quantile(Double(perMille) / 1_000, in: histogram) / 1_000
    }

    /// The latency that `fraction` of the samples do not exceed, nanoseconds: the middle of its bucket.
    private func quantile(_ fraction: Double, in histogram: Histogram<UInt64>) -> Double {
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
