/// Ratio of ours to the peer's latency, from blocks that alternated in one run: the median over pairs of the ratio of
/// their percentiles. A pooled percentile would mix the host's states.
package struct PairedRatio: Hashable, Sendable {
    /// Latency percentiles of one block, in microseconds.
    package struct Block: Hashable, Sendable {
        package var p50: Double
        package var p99: Double

        package init(p50: Double, p99: Double) {
            self.p50 = p50
            self.p99 = p99
        }

        /// The percentiles of a block's latencies, by nearest rank; nil without one.
        package init?(microseconds: [Double]) {
            guard !microseconds.isEmpty else { return nil }
            let sorted = microseconds.sorted()
            func rank(_ fraction: Double) -> Double {
                sorted[min(max(Int((fraction * Double(sorted.count)).rounded(.up)) - 1, 0), sorted.count - 1)]
            }
            self.init(p50: rank(0.5), p99: rank(0.99))
        }
    }

    package var p50: Double
    package var p99: Double
    package var pairs: Int

    /// nil where no pair is complete, or a peer's latency is not positive.
    package init?(ours: [Block], peer: [Block]) {
        let pairs = zip(ours, peer).filter { $0.1.p50 > 0 && $0.1.p99 > 0 }
        guard let p50 = PairedRatio.median(pairs.map { $0.0.p50 / $0.1.p50 }),
            let p99 = PairedRatio.median(pairs.map { $0.0.p99 / $0.1.p99 })
        else { return nil }
        self.p50 = p50
        self.p99 = p99
        self.pairs = pairs.count
    }

    /// Median, the mean of the middle two for an even count; nil without a value.
    package static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
