internal import NetworkModel
internal import ResourceAllocation
internal import TwinProtocol

/// How a slice was served: what its UEs got in windows of one second, and how often that was less than guaranteed.
package struct SliceService: Hashable, Sendable {
    package var name: String
    /// Guaranteed to each UE, what a delay costs included; 0 for nothing.
    package var guaranteedMbps: Double
    /// UE-seconds with something to receive.
    package var ueSeconds: Int
    package var meanMbps: Double
    /// Part of the UE-seconds below the guarantee; 0 where there is none.
    package var missedPart: Double
}

/// Adds up what slices get, window by window.
struct SliceBook: Sendable {
    private var slices: [SliceService]

    init(network: NetworkConfiguration) {
        slices = network.slices.map {
            SliceService(
                name: $0.name, guaranteedMbps: EffectiveBandwidth.guaranteedBps($0) * 1e-6, ueSeconds: 0, meanMbps: 0,
                missedPart: 0)
        }
    }

    /// Takes a window; `sliceOfUE` is the slice of each UE.
    mutating func add(_ window: ThroughputWindow, sliceOfUE: [UInt32]) {
        for (ue, slice) in sliceOfUE.enumerated() where ue < window.weight.count && window.weight[ue] > 0 {
            let s = Int(slice)
            let mbps = Double(window.throughputKbps[ue]) * 1e-3
            slices[s].ueSeconds += 1
            slices[s].meanMbps += mbps
            if mbps < slices[s].guaranteedMbps { slices[s].missedPart += 1 }
        }
    }

    /// The slices with means over all windows.
    var services: [SliceService] {
        slices.map { slice in
            var mean = slice
            let seconds = Double(max(1, slice.ueSeconds))
            mean.meanMbps /= seconds
            mean.missedPart /= seconds
            return mean
        }
    }
}
