import DTNetMessages
import Foundation
import NetworkModel
import RadioAccessNetwork
import Simulator
import Synchronization
import Testing
import Topology
import TwinProtocol

/// `topologies/plaza.yaml`: everything that can be decided is decided, and reaches the radio network, in all three
/// hierarchies.
@Suite struct PlazaTests {
    private static func plan(_ hierarchy: Hierarchy) throws -> WiringPlan {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "topologies/plaza.yaml").path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try TopologyFile.load(text: text, path: path).resolve(TopologyOverrides(hierarchy: hierarchy)).plan
    }

    /// Runs some epochs; the controls applied per kind, those refused, and the radio network at the end.
    private static func run(
        _ plan: WiringPlan, epochs: Int
    ) throws -> (applied: [Int], refused: [String], history: [Record], network: PhysicalNetwork) {
        let records = Mutex<[Record]>([])
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.onRecord = { record, _ in records.withLock { $0.append(record) } }
        let simulation = try Simulation(plan: plan, options: options)
        simulation.run(epochs: epochs)
        let history = records.withLock { $0 }
        var applied = [Int](repeating: 0, count: ControlKind.allCases.count + 1)
        var refused: [String] = []
        for record in history {
            guard case .directive(let directive) = record else { continue }
            for (kind, outcome) in zip(directive.result.kind, directive.result.outcome) {
                if outcome == .applied {
                    applied[Int(kind.rawValue)] += 1
                } else {
                    refused.append("\(kind) \(outcome) in epoch \(directive.epoch)")
                }
            }
        }
        return (applied, refused, history, try #require(simulation.radioNetwork).role.network)
    }

    @Test(arguments: [Hierarchy.fullyCentralised, .semiCentralised, .decentralised])
    func everyControlReachesTheRadioNetwork(hierarchy: Hierarchy) throws {
        let plan = try Self.plan(hierarchy)
        let epochs = 400
        let (applied, refused, history, network) = try Self.run(plan, epochs: epochs)
        // A cap on schemes comes of somebody's wish alone, and link adaptation is ideal.
        let left = [ControlKind.highestMCS, .recommendedMCS]
        for kind in left { #expect(applied[Int(kind.rawValue)] == 0) }
        for kind in ControlKind.allCases where !left.contains(kind) {
            #expect(applied[Int(kind.rawValue)] > 100, "\(kind): \(applied[Int(kind.rawValue)])")
        }
        #expect(refused.isEmpty, "\(refused.prefix(5))")
        let radio = try #require(network.emulated)
        // The radar came three seconds in: nowhere may it hear more than its limit on its subbands.
        let radar = try #require(plan.network.incumbents.first)
        let limit = Decibel.watts(dbm: radar.limitDbm)
        #expect(network.heardWatts(by: radar).allSatisfy { $0 <= limit && $0 > 0 })
        let free = try PhysicalNetwork(configuration: plan.network)
        #expect(free.heardWatts(by: radar).allSatisfy { $0 > limit }, "the mask would have nothing to do")
        // The platform has left its place, and stays within its range.
        let kite = try #require(plan.network.cells.last)
        let place = try #require(radio.platformPosition(cell: kite.id))
        let (dx, dy) = (place.x - kite.xMetres, place.y - kite.yMetres)
        #expect((dx * dx + dy * dy).squareRoot() > 5 && (dx * dx + dy * dy).squareRoot() <= 300.5)
        // Users are where the last directives want them, and most of them have a beam.
        var wanted = [UInt32?](repeating: nil, count: network.ueCount)
        for record in history.suffix(40) {
            guard case .directive(let directive) = record else { continue }
            for (ue, cell) in zip(directive.directive.associationUE, directive.directive.associationCell) {
                wanted[Int(ue)] = cell
            }
        }
        let known = wanted.enumerated().compactMap { ue, cell in cell.map { (UEID(UInt32(ue)), CellID($0)) } }
        // In DCH a user who is better served by another region is left to A3.
        #expect(known.count >= network.ueCount * (hierarchy == .decentralised ? 8 : 10) / 10)
        #expect(known.count { network.servingCell(ue: $0.0) == $0.1 } >= known.count * 9 / 10)
        // Every user of a sector has a beam, but for those who have come to it just now.
        let sectors = (0..<UInt32(network.ueCount)).filter { network.servingCell(ue: UEID($0)) != kite.id }
        let steered = sectors.count { radio.servingBeam(ue: UEID($0)) != nil }
        #expect(steered >= sectors.count * 9 / 10 && sectors.count > 10, "\(steered) of \(sectors.count)")
    }

    /// A handover that is taken back within a second is one for nothing.
    @Test(arguments: [Hierarchy.fullyCentralised, .semiCentralised, .decentralised])
    func usersDoNotGoToAndFro(hierarchy: Hierarchy) throws {
        var options = SimulationOptions()
        options.judgedEpochs = 0
        let simulation = try Simulation(plan: try Self.plan(hierarchy), options: options)
        let radio = try #require(simulation.radioNetwork)
        let users = (0..<UInt32(radio.role.network.ueCount)).map(UEID.init)
        var cells = users.map { radio.role.network.servingCell(ue: $0) }
        var left = cells
        var (moved, handovers, back) = (cells.map { _ in -1_000 }, 0, 0)
        let (epochs, second) = (400, Int((1 / simulation.plan.network.epoch.seconds).rounded()))
        for epoch in 0..<epochs {
            simulation.run(epochs: 1)
            for (u, user) in users.enumerated() {
                let cell = radio.role.network.servingCell(ue: user)
                if cell == cells[u] { continue }
                handovers += 1
                if cell == left[u], epoch - moved[u] <= second { back += 1 }
                (left[u], cells[u], moved[u]) = (cells[u], cell, epoch)
            }
        }
        let seconds = Double(epochs / second)
        #expect(handovers > 5, "nobody is handed over: the test shows nothing")
        #expect(Double(back) / seconds < 1, "\(back) of \(handovers) handovers taken back in \(seconds) s")
    }

    @Test func theNetworkIsHadAgainFromItsRecords() throws {
        let plan = try Self.plan(.decentralised)
        let (_, _, history, network) = try Self.run(plan, epochs: 200)
        let end = Record.epochStarted(EpochStart(epoch: 200, scheduled: .zero + plan.network.epoch * 200))
        let recorded = try RecordedNetwork(plan: plan, history: history + [end], epoch: 200)
        #expect(recorded.network.trueGains(averaged: false) == network.trueGains(averaged: false))
        let kite = try #require(plan.network.cells.last).id
        let (again, then) = (recorded.network.emulated, network.emulated)
        #expect(try #require(again?.platformPosition(cell: kite)) == #require(then?.platformPosition(cell: kite)))
    }
}

private enum Decibel {
    static func watts(dbm: Double) -> Double { pow(10, (dbm - 30) / 10) }
}
