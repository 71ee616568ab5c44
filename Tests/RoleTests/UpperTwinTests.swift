import DTNetMessages
import NetworkModel
import Orchestrator
import RegionalTwin
import Testing
import TwinProtocol

@Suite struct UpperTwinTests {
    private func report(_ region: NodePlan, load: Float, epoch: UInt64, ueCell: UInt32) -> Envelope {
        var report = ChannelReport()
        report.cell = region.cells.map(\.rawValue)
        report.load = report.cell.map { _ in load }
        report.throughputKbps = report.cell.map { _ in 5_000 }
        report.errorBeforeDb = report.cell.map { _ in 6 }
        report.errorAfterDb = report.cell.map { _ in 2 }
        report.ue = [7]
        report.ueCell = [ueCell]
        report.weight = [1]
        report.demandKbps = [-1]
        report.ueThroughputKbps = [5_000]
        return Envelope(sender: NodeID(1), recipient: region.id, epoch: epoch, body: .channelReport(report))
    }

    private func regionReport(_ effects: [Effect<NoJob>]) -> RegionReport? {
        for envelope in effects.sends {
            if case .regionReport(let report) = envelope.body { return report }
        }
        return nil
    }

    @Test func regionAveragesLoadAndSeesHandovers() throws {
        let scene = try CampusScene(.semiCentralised)
        let plan = scene.node(.region)
        var region = RegionNode(plan: scene.plan, node: plan)
        #expect(regionReport(region.fire(TimerID(1), at: .zero)) == nil)
        _ = region.take(report(plan, load: 0.4, epoch: 1, ueCell: plan.cells[0].rawValue))
        _ = region.take(report(plan, load: 0.8, epoch: 2, ueCell: plan.cells[1].rawValue))
        let sent = region.fire(TimerID(1), at: Instant(nanoseconds: 100_000_000))
        let value = try #require(regionReport(sent))
        #expect(value.cell == plan.cells.map(\.rawValue))
        #expect(value.load.allSatisfy { abs($0 - 0.6) < 1e-5 })
        #expect(value.handoverFrom == [plan.cells[0].rawValue] && value.handoverTo == [plan.cells[1].rawValue])
        #expect(value.ueCount.reduce(0, +) == 1)
        // Leader and orchestrator both read it.
        #expect(Set(sent.sends.map(\.recipient)) == [scene.node(.rrm).id, scene.node(.orchestrator).id])
    }

    @Test func policyLimitsNothingThatNoActionAskedFor() throws {
        let scene = try CampusScene(.semiCentralised)
        var global = OrchestratorNode(plan: scene.plan, node: scene.node(.orchestrator))
        #expect(global.fire(TimerID(1), at: .zero).sends.isEmpty)
        for region in scene.plan.nodes(of: .region) {
            var report = RegionReport()
            report.region = region.region?.rawValue ?? 0
            report.cell = region.cells.map(\.rawValue)
            report.load = report.cell.map { $0 == 0 ? 0 : 1 }
            report.forecastLoad = report.load
            report.forecastError = report.cell.map { _ in 0.1 }
            report.persistenceError = report.forecastError
            report.throughputKbps = report.cell.map { $0 == 0 ? 0 : $0 == 1 ? 1_000 : 20_000 }
            report.twinErrorDb = report.cell.map { _ in 2 }
            report.ueCount = report.cell.map { $0 == 0 ? 0 : 10 }
            _ = global.take(
                Envelope(
                    sender: region.id, recipient: scene.node(.orchestrator).id, epoch: 100, body: .regionReport(report))
            )
        }
        let sends = global.fire(TimerID(1), at: .zero).sends
        let readers = scene.plan.nodes(of: .edge) + scene.plan.nodes(of: .rrm)
        #expect(Set(sends.map(\.recipient)) == Set(readers.map(\.id)))
        guard case .policy(let policy) = try #require(sends.first).body else {
            Issue.record("no policy")
            return
        }
        #expect(policy.expiresEpoch > 100)
        #expect(policy.powerBudgetWatts.allSatisfy { $0 > 4.9 } && policy.weight.allSatisfy { $0 == 1 })
        #expect(policy.capWatts.isEmpty && policy.moveUE.isEmpty)
        // The mirror's reports are asked for once a second.
        #expect(policy.mirrorPeriodEpochs == UInt32(1 / scene.plan.network.epoch.seconds))
    }
}
