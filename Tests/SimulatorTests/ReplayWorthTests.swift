import Benchmarking
import NetworkModel
import Simulator
import Testing
import Topology

/// Control of measured drives: no neighbour is known there, so that nothing is to be gained, and nothing may be lost.
struct ReplayWorthTests {
    private static let text = """
        name: one-cell
        seed: 1
        hierarchy: sch
        epoch: 100ms
        slot: 10ms
        hosts:
          field: {labels: field}
          edge-a: {labels: edge}
          cloud: {labels: cloud}
        links:
          - {from: field, to: edge-a, medium: fibre, distance: 10km}
          - {from: edge-a, to: cloud, medium: fibre, distance: 250km}
        regions:
          west: {edge: edge-a, cells: replay}
        scenario:
          replay: {format: ucc, path: drives}
        """

    /// A reading a second.
    private static func drive(_ name: String, cell: String, snrDb: [Int]) -> ReplayTraces.File {
        var lines = ["Timestamp,Longitude,Latitude,Speed,CellID,RSRP,SNR,CQI,DL_bitrate,RAWCELLID,NRxRSRP"]
        for (second, snr) in snrDb.enumerated() {
            let time = "2019.12.14_10.16.\(10 + second)"
            lines.append("\(time),-8.388,51.935,0,12,\(-110 + snr),\(snr).0,12,7,\(cell),-100.0")
        }
        return ReplayTraces.File(name: name, bytes: Array(lines.joined(separator: "\n").utf8))
    }

    /// Mbit/s under control and at equal power.
    private static func values(
        _ files: [ReplayTraces.File], _ hierarchy: Hierarchy
    ) throws -> (controlled: Double, equal: Double) {
        let (cells, _) = try ReplayTraces.survey(of: files, format: .ucc)
        let plan = try TopologyFile.load(text: text, path: "test.yaml").resolve(
            TopologyOverrides(hierarchy: hierarchy), traces: TraceSources(replayCells: cells)
        ).plan
        var options = SimulationOptions()
        options.judgedEpochs = 0
        try options.readTraces(files, format: .ucc)
        let row = try Simulation.run(plan: plan, epochs: 150, options: options).row
        return (try #require(row.valueMbps.value), try #require(row.valueEqualPowerMbps.value))
    }

    /// Two users of one cell divide every subband evenly, whatever their rates: power that counts on another division
    /// is lost.
    @Test(arguments: Hierarchy.allCases)
    func usersThatShareEvenlyLoseNothing(hierarchy: Hierarchy) throws {
        let files = [
            Self.drive("near.csv", cell: "7", snrDb: Array(repeating: 20, count: 16)),
            Self.drive("far.csv", cell: "7", snrDb: Array(repeating: 2, count: 16)),
        ]
        let (controlled, equal) = try Self.values(files, hierarchy)
        #expect((controlled / equal - 1).magnitude < 1e-4, "\(controlled) beside \(equal) Mbit/s")
    }

    /// A user at the ceiling of the spectral efficiency can do with less power, until its next reading is a lower one.
    @Test(arguments: Hierarchy.allCases)
    func powerThatHarmsNobodyIsNotSaved(hierarchy: Hierarchy) throws {
        let files = [Self.drive("one.csv", cell: "7", snrDb: (0..<16).map { $0 % 2 == 0 ? 35 : 8 })]
        let (controlled, equal) = try Self.values(files, hierarchy)
        #expect((controlled / equal - 1).magnitude < 1e-4, "\(controlled) beside \(equal) Mbit/s")
    }
}
