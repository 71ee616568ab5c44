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

    /// A user walks from the west through the east and back: each region counts the handovers into its cells, and what
    /// both report holds each once.
    @Test func eachRegionCountsTheHandoversIntoItsCells() throws {
        let scene = try CampusScene(.decentralised)
        let plans = scene.plan.nodes(of: .region)
        #expect(plans.count == 2)
        var regions = plans.map { RegionNode(plan: scene.plan, node: $0) }
        let west = plans[0].cells.map(\.rawValue)
        let east = plans[1].cells.map(\.rawValue)
        func hear(_ index: Int, epoch: UInt64, in cell: UInt32, _ moves: [(from: UInt32, to: UInt32)] = []) {
            var envelope = report(plans[index], load: 0.5, epoch: epoch, ueCell: cell)
            guard case .channelReport(var body) = envelope.body else { return }
            (body.handoverUE, body.handoverFrom) = (moves.map { _ in 7 }, moves.map(\.from))
            body.handoverTo = moves.map(\.to)
            envelope.body = .channelReport(body)
            _ = regions[index].take(envelope)
        }
        hear(0, epoch: 1, in: west[0])
        // Into the east, and on within it before that is reported.
        hear(1, epoch: 2, in: east[1], [(west[0], east[0]), (east[0], east[1])])
        hear(1, epoch: 3, in: east[1])
        // Back, to another cell than it was seen in last.
        hear(0, epoch: 4, in: west[2], [(east[1], west[2])])
        // Older than what is known: of an edge that the user has left, or late.
        hear(0, epoch: 3, in: west[0])
        hear(0, epoch: 5, in: west[2])
        let reports = try regions.indices.map { index in
            try #require(regionReport(regions[index].fire(TimerID(1), at: Instant(nanoseconds: 100_000_000))))
        }
        #expect(reports[0].handoverFrom == [east[1]] && reports[0].handoverTo == [west[2]])
        // Equally often: by number of the cells.
        #expect(reports[1].handoverFrom == [west[0], east[0]] && reports[1].handoverTo == [east[0], east[1]])
        // One in the tenth of a second that has passed.
        for rate in reports.flatMap(\.handoverRateHz) { #expect(abs(rate - 10) < 1e-3) }
    }

    /// What L2 says of the next cell is scored, like its forecast of the load, against persistence: of three handovers
    /// out of a cell the first is foretold by nothing, the second by both, and the third by neither.
    @Test func aRegionScoresWhereUsersGoNext() throws {
        let scene = try CampusScene(.semiCentralised)
        let plan = scene.node(.region)
        let cells = plan.cells.map(\.rawValue)
        var region = RegionNode(plan: scene.plan, node: plan)
        var told: [[Double]] = []
        for (step, to) in [cells[1], cells[1], cells[2]].enumerated() {
            var envelope = report(plan, load: 0.5, epoch: UInt64(step + 1), ueCell: to)
            guard case .channelReport(var body) = envelope.body else { return }
            (body.handoverUE, body.handoverFrom, body.handoverTo) = ([7], [cells[0]], [to])
            envelope.body = .channelReport(body)
            _ = region.take(envelope)
            let effects = region.fire(TimerID(1), at: Instant.zero + .milliseconds(100) * Int64(step + 1))
            told.append(
                ["mobility_error", "mobility_persistence_error"].compactMap { name in
                    for case .report(let gauge) in effects where gauge.name == name { return gauge.value }
                    return nil
                })
        }
        #expect(told == [[0, 0], [0, 0], [0.5, 0.5]])
    }

    /// Loads that jump in heavy rain alone: errors are kept by what the edges say of mobility and weather.
    @Test func aRegionKeepsErrorsByCondition() throws {
        let scene = try CampusScene(.semiCentralised) {
            $0.network.weather = [RainPeriod(fromSeconds: 10, untilSeconds: 20, millimetresPerHour: 50)]
        }
        let plan = scene.node(.region)
        let global = scene.node(.orchestrator).id
        var region = RegionNode(plan: scene.plan, node: plan)
        var last: TwinStatus?
        for step in 1...200 {
            let isRaining = step > 100
            var envelope = report(
                plan, load: isRaining && step % 2 == 0 ? 0.9 : 0.4, epoch: UInt64(step), ueCell: plan.cells[0].rawValue)
            guard case .channelReport(var body) = envelope.body else { return }
            // Of the last cell nothing is known.
            let condition = TwinCondition(.walking, isRaining ? .heavyRain : .dry)
            body.condition = body.cell.map { _ in UInt32(condition.index) }
            body.condition[body.cell.count - 1] = TwinCondition.unknown
            envelope.body = .channelReport(body)
            _ = region.take(envelope)
            let sends = region.fire(TimerID(1), at: Instant.zero + .milliseconds(100) * Int64(step)).sends
            for envelope in sends where envelope.recipient == global {
                if case .twinStatus(let status) = envelope.body { last = try MessageCheck.checked(status) }
                if case .regionReport(let report) = envelope.body { #expect(report.condition == body.condition) }
            }
        }
        let status = try #require(last)
        let (dry, rain) = (TwinCondition(.walking).index, TwinCondition(.walking, .heavyRain).index)
        #expect(status.mobility.first == 2 && status.weather.first == 3 && status.weather.last == 0)
        #expect(status.conditionReadings[dry] == 81 && status.conditionReadings[rain] == 100)
        #expect(status.conditionAfter[dry] < 0.01 && status.conditionBefore[dry] < 0.01)
        #expect(status.conditionBefore[rain] > 0.4, "\(status.conditionBefore)")
        #expect(status.conditionAfter[rain] > 0.02 && status.conditionAfter[rain] < status.conditionBefore[rain])
        #expect(status.conditionReadings.suffix(TwinCondition.count).allSatisfy { $0 == 0 })
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
