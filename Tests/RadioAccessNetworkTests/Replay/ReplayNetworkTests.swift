import Glibc
import NetworkModel
import RadioAccessNetwork
import Testing

struct ReplayNetworkTests {
    static func configuration(_ traces: [ParsedTrace], speed: Double = 1) -> NetworkConfiguration {
        NetworkConfiguration(
            name: "replay", seed: 1, hierarchy: .decentralised, epoch: .milliseconds(100), slot: .milliseconds(10),
            cells: ReplayNetwork.cells(in: traces), regionNames: ["a"],
            scenario: .replay(ReplayConfiguration(format: .ucc, path: "x", speed: speed)))
    }

    private static func drive(_ lines: [String]) throws -> ParsedTrace { try TraceParserTests.parse(lines) }

    @Test func cellsAreThoseThatServeSortedByName() throws {
        let a = try Self.drive([
            TraceParserTests.row("10.16.30", cell: "30"),
            TraceParserTests.row("10.16.31", rsrp: "-80", cell: "20", latitude: "51.936"),
            TraceParserTests.row("10.16.31", rsrp: "-120", cell: "20", latitude: "51.999"),
        ])
        let b = try Self.drive([TraceParserTests.row("09.00.00", cell: "20")])
        let cells = ReplayNetwork.cells(in: [a, b])
        #expect(cells.map(\.name) == ["20", "30"] && cells.map(\.id) == [CellID(0), CellID(1)])
        // A thousandth of a degree of latitude north of the origin.
        #expect(abs(cells[0].yMetres - 111.2) < 0.1 && abs(cells[0].xMetres) < 1e-6)
        #expect(throws: TraceError.self) {
            var configuration = Self.configuration([a])
            configuration.cells.removeFirst()
            configuration.cells[0].id = CellID(0)
            _ = try ReplayNetwork(configuration: configuration, traces: [a])
        }
    }

    @Test func factsAreReportedAndTheSinrIsThatOfTheTrace() throws {
        let trace = try Self.drive([
            TraceParserTests.row("10.16.30"), TraceParserTests.row("10.16.31"),
            TraceParserTests.row("10.16.32", snr: "9.0"), TraceParserTests.row("10.16.40"),
        ])
        let configuration = Self.configuration([trace])
        var network = try ReplayNetwork(configuration: configuration, traces: [trace])
        network.advance(toSlot: 150)
        let report = network.measurements(cells: [CellID(0)])
        #expect(report.ues == [0] && report.rsrpDbm == [-99] && report.linkCell == [0] && report.linksPerUE == 1)
        #expect(abs(report.sinrDb[0] - 6) < 1e-3)
        #expect(report.readingAgeMs == [1_500])
        // 43 dBm over 20 MHz in elements of 30 kHz is 14.76 dBm an element.
        #expect(abs(report.gainDb[0] - (-99 - 14.76)) < 0.01)
        network.advance(toSlot: 210)
        let later = network.measurements(cells: [CellID(0)])
        #expect(abs(later.sinrDb[0] - 9) < 1e-3 && later.readingAgeMs == [100])
        let efficiency = log2(1 + pow(10, 0.9) / pow(10, 0.3))
        network.advance(toSlot: 400)
        let window = try #require(network.takeCompletedWindows().last)
        #expect(abs(Double(window.throughputKbps[0]) / (20_000 * efficiency) - 1) < 0.001)
    }

    @Test func onlyTheSignalFollowsThePower() throws {
        let trace = try Self.drive([TraceParserTests.row("10.16.30"), TraceParserTests.row("10.16.40")])
        var network = try ReplayNetwork(configuration: Self.configuration([trace]), traces: [trace])
        let before = network.measurements(cells: [CellID(0)])
        try network.applyPower(cell: CellID(0), wattsPerSubband: network.appliedPower(cell: CellID(0)).map { $0 / 2 })
        network.step()
        let after = network.measurements(cells: [CellID(0)])
        #expect(abs(before.sinrDb[0] - after.sinrDb[0] - 3.0103) < 1e-3)
        #expect(before.rsrpDbm == after.rsrpDbm && before.gainDb == after.gainDb)
        #expect(before.backgroundDbm == after.backgroundDbm)
        try network.applySafeDefault(cell: CellID(0))
        #expect(network.measurements(cells: [CellID(0)]).sinrDb == before.sinrDb)
    }

    @Test func aMoveToAnUnnamedNeighbourIsNotObservable() throws {
        let trace = try Self.drive([
            TraceParserTests.row("10.16.30", cell: "1"), TraceParserTests.row("10.16.33", cell: "2"),
        ])
        var network = try ReplayNetwork(configuration: Self.configuration([trace]), traces: [trace])
        try network.applyAssociation(ue: UEID(0), cell: CellID(0))
        let refusal = #expect(throws: ControlRefusal.self) {
            try network.applyAssociation(ue: UEID(0), cell: CellID(1))
        }
        guard case .notObservable = refusal else {
            Issue.record("refused for another reason: \(String(describing: refusal))")
            return
        }
        network.advance(toSlot: 300)
        #expect(network.servingCell(ue: UEID(0)) == CellID(1))
        #expect(network.measurements(cells: [CellID(0), CellID(1)]).handoversIn == [0, 1])
    }

    @Test func drivesStartTogetherShareACellAndEnd() throws {
        let a = try Self.drive([TraceParserTests.row("10.16.30"), TraceParserTests.row("10.16.33")])
        let b = try Self.drive([TraceParserTests.row("22.00.00"), TraceParserTests.row("22.00.05")])
        var network = try ReplayNetwork(configuration: Self.configuration([a, b]), traces: [a, b])
        network.advance(toSlot: 300)
        let windows = network.takeCompletedWindows()
        let alone = 20_000 * log2(1 + pow(10, 0.6) / pow(10, 0.3))
        #expect(abs(Double(windows[1].throughputKbps[0]) / (alone / 2) - 1) < 0.001)
        #expect(network.measurements(cells: [CellID(0)]).ues == [0, 1])
        var shares = [Float](repeating: 0.25, count: 16)
        for subband in 0..<8 { shares[subband] = 0.75 }
        try network.applyShares(cell: CellID(0), ues: [UEID(0), UEID(1)], shares: shares)
        network.advance(toSlot: 400)
        let imposed = try #require(network.takeCompletedWindows().last)
        #expect(abs(imposed.throughputKbps[0] / imposed.throughputKbps[1] - 3) < 0.05)
        network.advance(toSlot: 401)
        #expect(network.measurements(cells: [CellID(0)]).ues == [1])
        network.advance(toSlot: 700)
        #expect(network.isOver && network.measurements(cells: [CellID(0)]).ues.isEmpty)
    }

    @Test func aPhoneWithoutSnrIsSilent() throws {
        let trace = try Self.drive([
            TraceParserTests.row("10.16.30"), TraceParserTests.row("10.16.31", snr: "-"),
            TraceParserTests.row("10.16.35"),
        ])
        var network = try ReplayNetwork(configuration: Self.configuration([trace]), traces: [trace])
        #expect(network.measurements(cells: [CellID(0)]).ues == [0])
        network.advance(toSlot: 120)
        #expect(network.measurements(cells: [CellID(0)]).ues.isEmpty)
        network.advance(toSlot: 500)
        #expect(network.measurements(cells: [CellID(0)]).ues == [0])
    }

    @Test func speedRunsTheDriveFaster() throws {
        let trace = try Self.drive([TraceParserTests.row("10.16.30"), TraceParserTests.row("10.16.50", snr: "1")])
        var network = try ReplayNetwork(configuration: Self.configuration([trace], speed: 10), traces: [trace])
        network.advance(toSlot: 200)
        #expect(network.replayedSeconds == 20)
        #expect(abs(network.measurements(cells: [CellID(0)]).sinrDb[0] - 1) < 1e-3)
    }
}
