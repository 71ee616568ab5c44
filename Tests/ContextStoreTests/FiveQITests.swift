import ContextStore
import DTNetMessages
import NetworkModel
import Testing
import TwinProtocol

/// QoS profiles and devices as a run's topology says them.
@Suite struct FiveQITests {
    @Test func theTableIsThatOfTheStandard() {
        #expect(FiveQI.all.count == 31 && Set(FiveQI.all.map(\.number)).count == 31)
        // TS 23.501 Table 5.7.4-1: number, priority, budget in ms, error rate.
        let rows: [(Int, Int, Double, Double, FiveQI.Resource)] = [
            (1, 20, 100, 1e-2, .guaranteed), (4, 50, 300, 1e-6, .guaranteed), (65, 7, 75, 1e-2, .guaranteed),
            (5, 10, 100, 1e-6, .none), (9, 90, 300, 1e-6, .none), (80, 68, 10, 1e-6, .none),
            (82, 19, 10, 1e-4, .delayCritical), (85, 21, 5, 1e-5, .delayCritical), (90, 25, 20, 1e-4, .delayCritical),
        ]
        for (number, priority, delayMs, loss, resource) in rows {
            let found = FiveQI.all.first { $0.number == number }
            #expect(found?.priority == priority && found?.delayMs == delayMs && found?.loss == loss, "5QI \(number)")
            #expect(found?.resource == resource, "5QI \(number)")
        }
        #expect(FiveQI.all.contains { $0.number == FiveQI.usual })
    }

    private static let mapped: [(hasRate: Bool, delayMs: Double?, number: Int)] = [
        (false, nil, 9), (true, nil, 4), (true, 200, 2), (true, 100, 3), (true, 25, 90), (true, 10, 88), (true, 5, 87),
        (false, 300, 9), (false, 120, 7), (false, 50, 80),
        // Nothing is so short: the shortest there is.
        (true, 1, 87), (false, 2, 80),
    ]

    @Test func aSliceIsMappedToTheLoosestThatKeepsIt() {
        for (hasRate, delayMs, number) in Self.mapped {
            let found = FiveQI.nearest(hasRate: hasRate, delayMs: delayMs).number
            #expect(found == number, "rate \(hasRate), \(delayMs ?? -1) ms")
        }
    }

    private static func network(_ slices: [SliceConfiguration]) -> NetworkConfiguration {
        NetworkConfiguration(
            name: "kept", seed: 1, hierarchy: .decentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: [CellConfiguration(id: CellID(0), name: "hall", region: RegionID(0), xMetres: 0, yMetres: 0)],
            regionNames: ["west"], slices: slices)
    }

    @Test func aRunBeginsWithItsProfiles() {
        let slices = [
            SliceConfiguration(name: "broadband", fraction: 0.7),
            SliceConfiguration(name: "control", fraction: 0.2, rateBps: 50e3, delaySeconds: 0.2, weight: 2),
            SliceConfiguration(name: "transport", fraction: 0.1, rateBps: 50e3, delaySeconds: 0.02, fiveQI: 84),
        ]
        let rows = ContextRows.firstRows(of: Self.network(slices))
        #expect(rows.count { $0.table == .cell } == 1)
        let profiles = rows.filter { $0.table == .qosProfile }.map { QoSProfile($0.values) }
        #expect(profiles.count == 34)
        let voice = profiles.first { $0.name == "5QI 1" }
        #expect(voice?.fiveQI == 1 && voice?.priority == 20 && voice?.resourceType == "GBR" && voice?.loss == 1e-2)
        #expect(voice?.delayMs == 100 && voice?.rateBps == nil)
        let broadband = profiles.first { $0.name == "broadband" }
        #expect(broadband?.fiveQI == 9 && broadband?.priority == 90 && broadband?.resourceType == "Non-GBR")
        #expect(broadband?.delayMs == 300 && broadband?.loss == 1e-6 && broadband?.share == 0.7)
        let control = profiles.first { $0.name == "control" }
        #expect(control?.fiveQI == 2 && control?.priority == 40 && control?.resourceType == "GBR")
        // The loosest that keeps it is 90.
        let transport = profiles.first { $0.name == "transport" }
        #expect(transport?.fiveQI == 84 && transport?.priority == 24 && transport?.delayMs == 20)
        #expect(transport?.note?.hasPrefix("slice of the topology; by its 5QI") == true)
        #expect(control?.note?.hasPrefix("slice of the topology; by the nearest 5QI") == true)
        #expect(control?.rateBps == 50e3 && control?.delayMs == 200 && control?.loss == 1e-3 && control?.weight == 2)
    }

    private static func devices(_ network: NetworkConfiguration, slice: UInt32?) -> [DeviceRow] {
        var telemetry = Telemetry()
        (telemetry.ue, telemetry.ueCell) = ([7], [0])
        (telemetry.ueThroughputKbps, telemetry.sinrDb, telemetry.cqi) = ([1], [2], [3])
        (telemetry.backlogBytes, telemetry.positionDeviationMetres) = ([-1], [-1])
        telemetry.ueSlice = slice.map { [$0] } ?? []
        let plan = WiringPlan(
            network: network,
            nodes: [
                NodePlan(id: NodeID(0), name: "ran", role: .ran, process: "ran", cells: [CellID(0)]),
                NodePlan(id: NodeID(1), name: "edge", role: .edge, process: "edge", cells: [CellID(0)]),
            ], processes: [], links: [], wires: [])
        let envelope = Envelope(sender: NodeID(0), recipient: NodeID(1), epoch: 1, body: .telemetry(telemetry))
        let item = ContextItem(at: .zero, content: .heard(envelope), hasUsers: true)
        return ContextRows(plan: plan, run: nil).rows([item], offset: 0).filter { $0.table == .device }
            .map { DeviceRow($0.values) }
    }

    @Test func devicesSayWhatTheyCan() throws {
        let sliced = Self.network([SliceConfiguration(name: "video", fraction: 1)])
        let device = try #require(Self.devices(sliced, slice: 0).first)
        #expect(device.ue == 7 && device.profile == "video" && device.bands == "3.5 GHz")
        #expect(device.antennas == 1 && device.layers == 1 && device.mcs == 27 && device.kind == "phone")
        #expect(Self.devices(sliced, slice: 5).map(\.profile) == [nil])

        var plain = Self.network([])
        var emulation = EmulationConfiguration()
        emulation.carFraction = 0.5
        plain.scenario = .emulated(emulation)
        // 64QAM at most: 5.3320 is scheme 20 of the table, 5.1152 its 64QAM of the highest rate.
        plain.carrier.maxSpectralEfficiency = 5.2
        let other = try #require(Self.devices(plain, slice: nil).first)
        #expect(other.profile == "5QI 9" && other.kind == nil && other.mcs == 19)

        // Of measured drives nobody says what the devices were.
        plain.scenario = .replay(ReplayConfiguration(format: .ucc, path: "drives"))
        let measured = try #require(Self.devices(plain, slice: nil).first)
        #expect(measured.antennas == nil && measured.mcs == nil && measured.bands == "3.5 GHz")
    }
}
