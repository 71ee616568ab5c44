package import NetworkModel

/// What the slices of a network guarantee their UEs, for those who assemble problems.
package struct GuaranteeTable: Sendable {
    /// Mbit/s per slice; empty where nothing is guaranteed, or not by weights.
    private let mbps: [Float]

    package init(network: NetworkConfiguration) {
        let guaranteed = network.slices.map { Float(EffectiveBandwidth.guaranteedBps($0) * 1e-6) }
        mbps = network.game.guarantees == .weights && guaranteed.contains { $0 > 0 } ? guaranteed : []
    }

    /// Rate guaranteed to each UE in Mbit/s; empty where none is.
    ///
    /// - Parameter slice: of each UE, as a report has it; empty where the report knows of none.
    package func mbps(slice: [UInt32]) -> [Float] {
        if mbps.isEmpty { return [] }
        return slice.map { Int($0) < mbps.count ? mbps[Int($0)] : 0 }
    }
}
