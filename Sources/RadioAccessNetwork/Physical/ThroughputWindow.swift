internal import Glibc

/// What every user received in one window of a second.
package struct ThroughputWindow: Hashable, Sendable {
    package var firstSlot: Int64
    package var slots: Int
    /// Bits over the time with backlog (`DRB.UEThpDl`), per user; 0 without backlog.
    package var throughputKbps: [Float]
    /// Users that had backlog in the window; only they count.
    package var isBacklogged: [Bool]

    package init(firstSlot: Int64, slots: Int, throughputKbps: [Float], isBacklogged: [Bool]) {
        precondition(throughputKbps.count == isBacklogged.count)
        self.firstSlot = firstSlot
        self.slots = slots
        self.throughputKbps = throughputKbps
        self.isBacklogged = isBacklogged
    }

    /// Network value `M` with equal weights in Mbit/s (DESIGN 11), throughput floored at 1 kbit/s; nil without users.
    package func networkValueMbps(alpha: Double = 1) -> Double? {
        var sum = 0.0
        var count = 0.0
        for (rate, counts) in zip(throughputKbps, isBacklogged) where counts {
            let kbps = max(Double(rate), 1)
            sum += alpha == 1 ? log(kbps) : pow(kbps, 1 - alpha)
            count += 1
        }
        guard count > 0 else { return nil }
        return (alpha == 1 ? exp(sum / count) : pow(sum / count, 1 / (1 - alpha))) / 1_000
    }

    /// Quantile of the backlogged users' throughput (nearest rank), e.g. 0.05; nil without users.
    package func throughputKbps(quantile: Double) -> Double? {
        let sorted = zip(throughputKbps, isBacklogged).filter(\.1).map(\.0).sorted()
        guard !sorted.isEmpty else { return nil }
        let rank = Int((quantile * Double(sorted.count)).rounded(.up)) - 1
        return Double(sorted[min(max(rank, 0), sorted.count - 1)])
    }
}
