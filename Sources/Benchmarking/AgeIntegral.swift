package import NetworkModel

/// Distribution over time of an age that grows by one second per second between jumps: exact mean, and percentiles to
/// 1/64 of an epoch.
package struct AgeIntegral: Sendable {
    private static let binsPerEpoch = 64
    /// Ages beyond this many epochs share the last bin.
    private static let epochs = 128

    private let binNanoseconds: Double
    /// Time spent in parts of a bin, nanoseconds.
    private var partial: [Double]
    /// Difference array of the segments that cover a whole bin.
    private var edges: [Int64]
    private var time = 0.0
    private var weighted = 0.0
    private var largest = 0.0

    package init(epoch: Instant.Span) {
        binNanoseconds = max(Double(epoch.nanoseconds) / Double(AgeIntegral.binsPerEpoch), 1)
        let bins = AgeIntegral.binsPerEpoch * AgeIntegral.epochs
        partial = Array(repeating: 0, count: bins + 1)
        edges = Array(repeating: 0, count: bins + 2)
    }

    /// The age was `age` at the start of an interval of this length.
    package mutating func add(age: Instant.Span, lasting length: Instant.Span) {
        guard length > .zero else { return }
        let low = Double(max(age.nanoseconds, 0))
        let duration = Double(length.nanoseconds)
        let high = low + duration
        time += duration
        weighted += duration * (low + high) / 2
        largest = max(largest, high)
        let top = partial.count - 1
        let ceiling = Double(top) * binNanoseconds
        if high > ceiling { partial[top] += high - max(low, ceiling) }
        guard low < ceiling else { return }
        let end = min(high, ceiling)
        let firstBin = min(Int(low / binNanoseconds), top - 1)
        let lastBin = min(Int(end / binNanoseconds), top - 1)
        if firstBin == lastBin {
            partial[firstBin] += end - low
        } else {
            partial[firstBin] += Double(firstBin + 1) * binNanoseconds - low
            partial[lastBin] += end - Double(lastBin) * binNanoseconds
            edges[firstBin + 1] += 1
            edges[lastBin] -= 1
        }
    }

    /// Mean in milliseconds, nil where no directive was ever in force.
    package var meanMilliseconds: Double? { time > 0 ? weighted / time / 1e6 : nil }

    /// Age in milliseconds that is not exceeded for `fraction` of the time.
    package func milliseconds(fraction: Double) -> Double? {
        guard time > 0 else { return nil }
        let target = fraction * time
        var passed = 0.0
        var covering: Int64 = 0
        for bin in partial.indices {
            covering += edges[bin]
            let here = partial[bin] + Double(covering) * binNanoseconds
            if passed + here >= target, here > 0 {
                let within = (target - passed) / here
                if bin == partial.count - 1 { return largest / 1e6 }
                return min((Double(bin) + within) * binNanoseconds, largest) / 1e6
            }
            passed += here
        }
        return largest / 1e6
    }
}
