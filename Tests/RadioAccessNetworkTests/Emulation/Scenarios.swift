import NetworkModel
import RadioAccessNetwork

/// Small emulated networks for the tests.
enum Scenarios {
    /// Seven omnidirectional cells 200 m apart.
    static func campus(
        seed: UInt64 = 1, epochMs: Int64 = 10, subbands: Int = 8,
        _ change: (inout EmulationConfiguration) -> Void = { _ in }
    ) -> NetworkConfiguration {
        let offsets = [(0.0, 0.0), (1, 0), (0.5, 0.866), (-0.5, 0.866), (-1, 0), (-0.5, -0.866), (0.5, -0.866)]
        return network(
            sites: offsets.map { ($0.0 * 200, $0.1 * 200) }, sectors: 1, seed: seed, epochMs: epochMs,
            subbands: subbands, change)
    }

    /// Three-sector sites in a row, 500 m apart.
    static func row(
        sites: Int, seed: UInt64 = 1, _ change: (inout EmulationConfiguration) -> Void = { _ in }
    ) -> NetworkConfiguration {
        network(
            sites: (0..<sites).map { (Double($0) * 500, 0) }, sectors: 3, seed: seed, epochMs: 10, subbands: 8, change)
    }

    /// One omnidirectional cell.
    static func single(
        seed: UInt64 = 1, subbands: Int = 8, _ change: (inout EmulationConfiguration) -> Void = { _ in }
    ) -> NetworkConfiguration {
        network(sites: [(0, 0)], sectors: 1, seed: seed, epochMs: 10, subbands: subbands, change)
    }

    static func cells(_ network: NetworkConfiguration) -> [CellID] { network.cells.map(\.id) }

    private static func network(
        sites: [(Double, Double)], sectors: Int, seed: UInt64, epochMs: Int64, subbands: Int,
        _ change: (inout EmulationConfiguration) -> Void
    ) -> NetworkConfiguration {
        var cells: [CellConfiguration] = []
        for site in sites {
            for sector in 0..<sectors {
                cells.append(
                    CellConfiguration(
                        id: CellID(UInt32(cells.count)), name: "cell \(cells.count)", region: RegionID(0),
                        xMetres: site.0, yMetres: site.1, azimuthDegrees: sectors == 1 ? nil : Double(sector) * 120))
            }
        }
        var carrier = CarrierConfiguration()
        carrier.subbands = subbands
        var emulation = EmulationConfiguration()
        change(&emulation)
        return NetworkConfiguration(
            name: "test", seed: seed, hierarchy: .decentralised, epoch: .milliseconds(epochMs),
            slot: .milliseconds(1), cells: cells, regionNames: ["a"], carrier: carrier, scenario: .emulated(emulation))
    }
}
