internal import Glibc
package import TwinProtocol

/// Network value M and the throughput of the weakest UEs, from windows of one second (DESIGN 11).
package struct ValueIntegral: Sendable {
    /// A throughput below this counts as this much, in kbit/s.
    package static let floorKbps = 1.0

    private let alpha: Double
    private var sumMbps = 0.0
    /// Windows with a backlogged UE.
    package private(set) var windows = 0
    private var ueSumKbps: [Double] = []
    private var ueWindows: [Int] = []

    package init(alpha: Double) { self.alpha = alpha }

    /// Takes one window.
    package mutating func add(_ window: ThroughputWindow) {
        guard let value = ValueIntegral.networkValueMbps(window, alpha: alpha) else { return }
        sumMbps += value
        windows += 1
        let count = min(window.throughputKbps.count, window.weight.count)
        if ueSumKbps.count < count {
            ueSumKbps += Array(repeating: 0, count: count - ueSumKbps.count)
            ueWindows += Array(repeating: 0, count: count - ueWindows.count)
        }
        for ue in 0..<count where window.weight[ue] > 0 {
            ueSumKbps[ue] += Double(window.throughputKbps[ue])
            ueWindows[ue] += 1
        }
    }

    /// M averaged over the windows, Mbit/s.
    package var meanMbps: Double? { windows > 0 ? sumMbps / Double(windows) : nil }

    /// Throughput that 5 % of the UEs stay below over the run, Mbit/s; interpolated between UEs.
    package var fifthPercentileMbps: Double? {
        let means = ueSumKbps.indices.filter { ueWindows[$0] > 0 }
            .map { ueSumKbps[$0] / Double(ueWindows[$0]) / 1_000 }.sorted()
        guard let last = means.indices.last else { return nil }
        let position = 0.05 * Double(last)
        let below = Int(position)
        let above = min(below + 1, last)
        return means[below] + (means[above] - means[below]) * (position - Double(below))
    }

    /// `M = (sum w R^(1-alpha) / sum w)^(1/(1-alpha))` over the UEs with a weight, at alpha = 1 their weighted
    /// geometric mean, in Mbit/s; nil where no UE has a weight.
    package static func networkValueMbps(_ window: ThroughputWindow, alpha: Double) -> Double? {
        var sum = 0.0
        var total = 0.0
        for (rate, weight) in zip(window.throughputKbps, window.weight) where weight > 0 {
            let mbps = max(Double(rate), floorKbps) / 1_000
            sum += Double(weight) * (alpha == 1 ? log(mbps) : pow(mbps, 1 - alpha))
            total += Double(weight)
        }
        guard total > 0 else { return nil }
        return alpha == 1 ? exp(sum / total) : pow(sum / total, 1 / (1 - alpha))
    }
}
