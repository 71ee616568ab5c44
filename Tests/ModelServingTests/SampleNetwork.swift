import NetworkModel

/// A network with some cells and nothing else.
enum SampleNetwork {
    /// - Parameter base: address of a model server; nil for none.
    static func make(cells count: Int, server base: String?) -> NetworkConfiguration {
        let cells = (0..<count).map { index in
            CellConfiguration(
                id: CellID(UInt32(index)), name: "c\(index)", region: RegionID(0), xMetres: 0, yMetres: 0,
                transmitPowerDbm: 40)
        }
        var network = NetworkConfiguration(
            name: "sample", seed: 1, hierarchy: .semiCentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: cells, regionNames: ["all"])
        guard let base else { return network }
        (network.language.server, network.language.model) = (.remote(base: base), "small")
        return network
    }
}
