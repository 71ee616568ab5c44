package import NetworkModel

/// Latencies by count, to three significant digits, with exact mean and maximum.
///
/// Counts are laid out as those of HdrHistogram (Tene): values up to 2^11 have one each, every power of two beyond is
/// divided into 2^10 parts.
package struct LatencyHistogram: Sendable {
    /// Samples that must lie above a percentile before it is stated.
    package static let samplesAbove: UInt64 = 10

    /// Latencies beyond this count as this much (2^42 ns, over an hour).
    private static let ceiling: Int64 = 1 << 42
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
    package func microseconds(perMille: UInt64) -> Double? { microseconds(perMille: [perMille])[0] }

    /// The five numbers of a row.
    package var percentiles: Percentiles {
        let values = microseconds(perMille: [500, 900, 990, 999])
        return Percentiles(p50: values[0], p90: values[1], p99: values[2], p999: values[3], max: maxMicroseconds)
    }

    /// Value at each of `points` evenly spaced quantiles from 0 to 1, in nanoseconds; empty without a sample.
    package func quantileTable(points: Int) -> [Int64] {
        guard count > 0, points > 1 else { return [] }
        return quantiles((0..<points).map { Double($0) / Double(points - 1) })
    }

    private func microseconds(perMille: [UInt64]) -> [Double?] {
        precondition(perMille.allSatisfy { $0 < 1_000 }, "the maximum is no percentile")
        guard count > 0 else { return perMille.map { _ in nil } }
        let values = quantiles(perMille.map { Double($0) / 1_000 })
        return zip(perMille, values).map { perMille, value in
            count * (1_000 - perMille) >= LatencyHistogram.samplesAbove * 1_000 ? Double(value) / 1_000 : nil
        }
    }

    /// Latencies that these fractions of the samples, in ascending order, do not exceed, nanoseconds: the middle of
    /// what each one's count stands for. One pass over the counts.
    ///
    /// - Precondition: there is a sample.
    private func quantiles(_ fractions: [Double]) -> [Int64] {
        var (index, passed) = (0, counts[0])
        return fractions.map { fraction in
            // The next number below, as the product may be rounded up beyond a whole one.
            let rank = UInt64(max(1, (fraction * Double(count)).nextDown.rounded(.up)))
            while passed < min(rank, count) {
                index += 1
                passed += counts[index]
            }
            return min(LatencyHistogram.middle(of: index), largest)
        }
    }

    /// The middle of the values that a count stands for, nanoseconds.
    private static func middle(of index: Int) -> Int64 {
        let shift = max(0, index >> partBits - 1)
        return Int64(index - shift << partBits) << Int64(shift) + (1 << Int64(shift)) >> 1
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
