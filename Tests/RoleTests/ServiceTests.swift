import DTNetMessages
import Foundation
import NetworkModel
import Orchestrator
import RegionalTwin
import Testing
import TwinProtocol

/// What L2 finds of services, what L3 decides of them, and how it reaches a directive.
@Suite struct ServiceTests {
    private static let slices = [
        SliceConfiguration(name: "plain", fraction: 0.5),
        SliceConfiguration(name: "rate", fraction: 0.5, rateBps: 2e6, weight: 2),
    ]

    private func scene(_ change: @escaping (inout WiringPlan) -> Void) throws -> CampusScene {
        try CampusScene(.semiCentralised, change: change)
    }

    /// The policy after a report of every region.
    private func policy(
        _ scene: CampusScene, epoch: UInt64 = 100, need: [Float] = [0, 0.25]
    ) throws -> Policy {
        var global = OrchestratorNode(plan: scene.plan, node: scene.node(.orchestrator))
        for region in scene.plan.nodes(of: .region) {
            var report = RegionReport()
            report.region = region.region?.rawValue ?? 0
            report.cell = region.cells.map(\.rawValue)
            let ones = report.cell.map { _ in Float(1) }
            (report.load, report.forecastLoad) = (ones, ones)
            (report.forecastError, report.persistenceError, report.twinErrorDb) = (ones, ones, ones)
            report.throughputKbps = ones.map { $0 * 20_000 }
            report.ueCount = report.cell.map { _ in 10 }
            report.sinrDb = ones.map { $0 * 10 }
            report.slices = scene.plan.network.slices.count
            if report.slices > 0 {
                report.sliceNeed = report.cell.flatMap { _ in need }
                report.sliceUECount = report.cell.flatMap { _ in [UInt32(5), 5] }
            }
            report.firstEpoch = 0
            _ = global.take(
                Envelope(
                    sender: region.id, recipient: scene.node(.orchestrator).id, epoch: epoch,
                    body: .regionReport(report)))
        }
        for envelope in global.fire(TimerID(1), at: .zero).sends {
            if case .policy(let policy) = envelope.body { return policy }
        }
        throw CocoaError(.featureUnsupported)
    }

    /// What a guarantee takes of a cell under a cap of its schemes: the rate over what the capped scheme carries.
    @Test func aCapOfSchemesRaisesWhatASliceNeeds() throws {
        let scene = try scene { $0.network.slices = Self.slices }
        let plan = scene.node(.region)
        func need(_ highest: [UInt32]) throws -> Float {
            var region = RegionNode(plan: scene.plan, node: plan)
            var report = ChannelReport()
            report.cell = plan.cells.map(\.rawValue)
            let ones = report.cell.map { _ in Float(1) }
            (report.load, report.throughputKbps) = (ones, ones.map { $0 * 20_000 })
            (report.errorBeforeDb, report.errorAfterDb) = (ones, ones)
            (report.ue, report.ueCell, report.ueSlice) = ([7], [report.cell[0]], [1])
            (report.weight, report.demandKbps, report.ueThroughputKbps) = ([1], [-1], [5_000])
            (report.sinrDb, report.sinrDeviationDb) = ([25], [1])
            (report.mcs, report.rank, report.beam) = ([20], [1], [.max, .max])
            report.highestMCS = highest
            _ = region.take(Envelope(sender: NodeID(1), recipient: plan.id, epoch: 1, body: .channelReport(report)))
            for envelope in region.fire(TimerID(1), at: .zero).sends {
                if case .regionReport(let report) = envelope.body { return report.sliceNeed[1] }
            }
            throw CocoaError(.featureUnsupported)
        }
        let free = try need([])
        let cap = plan.cells.map { _ in UInt32(3) }
        let capped = try need(cap)
        #expect(free > 0 && capped > 3 * free, "\(free), \(capped)")
        // 2 Mbit/s, less what its delay costs nothing: no more of the band than MCS 3 carries.
        let carried = scene.plan.network.carrier.bandwidthHz * MCSTable.spectralEfficiency[3]
        #expect(abs(Double(capped) - 2e6 / carried) < 1e-4 * Double(capped))
        #expect(try need(plan.cells.map { _ in MCSTable.uncapped }) == free)
    }

    @Test func slicesGetTheirFairPartAndWhatTheyNeedAtLeast() throws {
        let scene = try scene { $0.network.slices = Self.slices }
        let policy = try policy(scene)
        #expect(policy.slices == 2 && policy.sliceShare.count == 2 * policy.cell.count)
        // Five users of weight 2 get twice what five of weight 1 do, which is more than the 0.25 that they need.
        #expect(abs(policy.sliceShare[0] - 1 / 3.0) < 1e-5 && abs(policy.sliceShare[1] - 2 / 3.0) < 1e-5)
        let needy = try self.policy(scene, need: [0, 0.8])
        #expect(abs(needy.sliceShare[0] - 0.2) < 1e-5 && abs(needy.sliceShare[1] - 0.8) < 1e-5)
        let crowded = try self.policy(scene, need: [0, 1.9])
        #expect(crowded.reason.contains("slice rate keeps 50 % of its guarantees"), "\(crowded.reason)")
    }

    @Test func masksAreInForceWhileTheIncumbentListens() throws {
        let incumbent = IncumbentConfiguration(
            name: "radar", xMetres: 2_000, yMetres: 0, heightMetres: 20, arrivalSeconds: 10, departureSeconds: 20,
            timeDeviationSeconds: 0.5, subbands: [0, 5], limitDbm: -80)
        let scene = try scene { $0.network.incumbents = [incumbent] }
        // Epochs of 10 ms; two deviations and two policy periods before it comes, two deviations after it has gone.
        #expect(try policy(scene, epoch: 690).capWatts.isEmpty)
        #expect(try policy(scene, epoch: 2_110).capWatts.isEmpty)
        for epoch in [UInt64(710), 1_500, 2_090] {
            let policy = try policy(scene, epoch: epoch)
            let caps = policy.capWatts
            #expect(policy.subbands == 8 && caps.count == 8 * policy.cell.count)
            let full = scene.plan.network.cells.map { Float(pow(10, ($0.transmitPowerDbm - 30) / 10)) }
            for (cell, watts) in full.enumerated() {
                for k in 0..<8 where k != 0 && k != 5 { #expect(caps[cell * 8 + k] > 0.999 * watts) }
            }
            #expect((0..<full.count).contains { caps[$0 * 8] < full[$0] / 8 })
            #expect((0..<full.count).contains { caps[$0 * 8] > 0 })
            #expect(policy.reason.contains("mask for radar"))
        }
    }

    @Test func aRegionSaysWhatGuaranteesTake() throws {
        let scene = try scene { $0.network.slices = Self.slices }
        let plan = scene.node(.region)
        var region = RegionNode(plan: scene.plan, node: plan)
        var report = ChannelReport()
        report.cell = plan.cells.map(\.rawValue)
        let cells = report.cell.map { _ in Float(1) }
        (report.load, report.errorBeforeDb, report.errorAfterDb) = (cells, cells, cells)
        let cell = report.cell[0]
        (report.ue, report.ueCell, report.ueSlice) = ([3, 4], [cell, cell], [0, 1])
        (report.weight, report.demandKbps, report.ueThroughputKbps) = ([1, 1], [-1, -1], [5_000, 5_000])
        // 10 dB over a gap of 3 dB: log2(1 + 10 / 1.995) = 2.59 bit/s/Hz.
        (report.sinrDb, report.sinrDeviationDb) = ([10, 10], [1, 1])
        (report.mcs, report.rank, report.beam) = ([10, 10], [1, 1], [0, 1, 0, 1])
        let expected = 2.0 / (20 * log2(1 + 10 / pow(10, 0.3)))
        // The cell carries twice what that says: after many reports guarantees take half of it.
        report.throughputKbps = cells.map { _ in Float(2 * 20_000 * log2(1 + 10 / pow(10, 0.3))) }
        func need() throws -> [Float] {
            for envelope in region.fire(TimerID(1), at: Instant(nanoseconds: 100_000_000)).sends {
                if case .regionReport(let report) = envelope.body { return report.sliceNeed }
            }
            throw CocoaError(.featureUnsupported)
        }
        let envelope = { (epoch: UInt64) in
            Envelope(sender: NodeID(1), recipient: plan.id, epoch: epoch, body: .channelReport(report))
        }
        _ = region.take(envelope(1))
        let first = try need()
        #expect(first[0] == 0 && abs(Double(first[1]) / expected - 1) < 1e-3, "\(first)")
        for epoch in 2..<200 as Range<UInt64> { _ = region.take(envelope(epoch)) }
        #expect(abs(Double(try need()[1]) / expected - 0.5) < 0.01)
    }

    @Test func aPolicyReachesADirectiveForItsCellsOnly() {
        var controls = PolicyControls(cells: 3)
        var policy = Policy()
        (policy.revision, policy.expiresEpoch, policy.cell) = (2, 50, [0, 1, 2])
        (policy.subbands, policy.capWatts) = (2, [1, 2, 3, 4, 5, 6])
        (policy.slices, policy.sliceShare) = (2, [0.1, 0.9, 0.2, 0.8, 0.3, 0.7])
        (policy.platformCell, policy.platformX) = ([0, 2], [10, 20])
        (policy.platformY, policy.platformHeight) = ([30, 40], [50, 60])
        policy.highestMCS = [16, .max, 9]
        controls.adopt(policy, incarnation: 3)
        var directive = Directive()
        (directive.subbands, directive.cell) = (2, [1, 2])
        controls.attach(to: &directive)
        #expect(directive.capWatts == [3, 4, 5, 6] && directive.sliceShare == [0.2, 0.8, 0.3, 0.7])
        #expect(directive.platformCell == [2] && directive.platformX == [20] && directive.platformHeight == [60])
        #expect(directive.highestMCS == [.max, 9] && controls.highestMCS(cell: 0) == 16)
        // Where no cell of a directive is capped, it says nothing.
        var other = Directive()
        (other.subbands, other.cell) = (2, [1])
        controls.attach(to: &other)
        #expect(other.highestMCS.isEmpty)
        // An older revision changes nothing; a policy that is over controls nothing.
        policy.revision = 1
        policy.capWatts = [0, 0, 0, 0, 0, 0]
        controls.adopt(policy, incarnation: 3)
        #expect(controls.capWatts(cell: 1, subbands: 2) == [3, 4])
        // An L3 that was started again counts its revisions from 1: the first one is heard.
        var restarted = controls
        restarted.adopt(policy, incarnation: 4)
        #expect(restarted.capWatts(cell: 1, subbands: 2) == [0, 0])
        controls.expire(at: 50)
        var later = Directive()
        (later.subbands, later.cell) = (2, [1, 2])
        controls.attach(to: &later)
        #expect(later.highestMCS.isEmpty && controls.highestMCS(cell: 0) == .max)
        #expect(later.capWatts.isEmpty && later.sliceShare.isEmpty && later.platformCell.isEmpty)
    }
}
