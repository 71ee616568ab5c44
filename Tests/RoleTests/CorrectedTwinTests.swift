import DTNetMessages
import EdgeTwin
import Learning
import NetworkModel
import Testing
import Topology
import TwinProtocol

/// Edges whose twins start from a baseline of the topology's.
@Suite struct CorrectedTwinTests {
    private static let epochs = 120

    /// Short reports of an edge over a run, after the given result of its job.
    private func reports(
        _ twin: TwinConfiguration, result: (NetworkConfiguration) -> EdgeJobResult?
    ) throws -> (jobs: Int, alarms: [String], reports: [ChannelReport]) {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(50)) { $0.network.twin = twin }
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        var jobs = 0
        var alarms: [String] = []
        for effect in edge.start(at: .zero) { if case .run = effect { jobs += 1 } }
        if let result = result(scene.plan.network) {
            for record in edge.finish(result, at: .zero).records {
                if case .alarm(_, let text) = record { alarms.append(text) }
            }
        }
        var found: [ChannelReport] = []
        var ran = try scene.radioNetwork()
        for (epoch, telemetry) in CampusScene.epochs(Self.epochs, of: &ran).enumerated() {
            let now = Instant.zero + scene.plan.network.epoch * Int64(epoch + 1)
            for envelope in telemetry where envelope.recipient == edge.node {
                let effects = edge.take(envelope, at: now)
                for due in effects.timers.sorted() {
                    for sent in edge.fire(TimerID(2), at: due).sends {
                        if case .channelReport(let report) = sent.body, report.links == 0 { found.append(report) }
                    }
                }
                _ = edge.followUp(at: now)
            }
        }
        return (jobs, alarms, found)
    }

    @Test func statisticalBaselineIsCorrectedWithinSeconds() throws {
        var twin = TwinConfiguration()
        twin.baseline = .tr38901
        let run = try reports(twin) { _ in nil }
        #expect(run.jobs == 0)
        let last = try #require(run.reports.last)
        let before = last.errorBeforeDb.reduce(0, +)
        let after = last.errorAfterDb.reduce(0, +)
        #expect(before > 0 && after < 0.7 * before, "before \(before), after \(after)")
    }

    @Test func everyUserHasAPrediction() throws {
        var twin = TwinConfiguration()
        twin.baseline = .tr38901
        let last = try #require(try reports(twin) { _ in nil }.reports.last)
        #expect(last.sinrDb.count == last.ue.count && !last.ue.isEmpty)
        #expect(last.mcs.contains { $0 != .max } && last.mcs.allSatisfy { $0 <= 27 || $0 == .max })
        #expect(last.rank.allSatisfy { $0 == 1 || $0 == 2 })
        #expect(last.beam.count == 2 * last.ue.count)
        #expect(last.sinrDeviationDb.allSatisfy { $0 > 0 && $0 < 30 })
        let beams = stride(from: 0, to: last.beam.count, by: 2).map { last.beam[$0] }
        #expect(Set(beams).count > 1, "all users in one beam: \(beams)")
    }

    @Test func aBaselineThatCannotBeMadeIsAnAlarmAndTheLawGoesOn() throws {
        var twin = TwinConfiguration()
        twin.baseline = .ray
        twin.scene = "missing.xml"
        let run = try reports(twin) { _ in .failed("missing.xml: cannot be opened") }
        #expect(run.jobs == 1)
        #expect(run.alarms == ["the twins go on with the distance law: missing.xml: cannot be opened"])
        #expect(try #require(run.reports.last).errorAfterDb.allSatisfy { $0 > 0 })
    }

    @Test func aStateOfAnotherNetworkIsRefused() throws {
        var twin = TwinConfiguration()
        twin.baseline = .tr38901
        twin.model = "other.l1"
        let run = try reports(twin) { _ in
            .baseline(map: nil, engine: ChannelEngine(cells: 3, parameters: ChannelParameter.statistical))
        }
        #expect(run.jobs == 1 && run.alarms.count == 1 && run.alarms[0].contains("another baseline or network"))
    }

    @Test func aMapsDeparturesChooseTheBeams() throws {
        var twin = TwinConfiguration()
        twin.baseline = .ray
        twin.scene = "any.xml"
        let run = try reports(twin) { network in
            let grid = BaselineMap.Grid(xMetres: -500, yMetres: -500, spacingMetres: 1_000, columns: 2, rows: 2)
            let count = network.cells.count * grid.count
            let straight = BaselineMap.Departure(azimuthRadians: 0, zenithRadians: 1.57, share: 0.6)
            let bent = BaselineMap.Departure(azimuthRadians: 0.6, zenithRadians: 1.57, share: 0.4)
            return .baseline(
                map: BaselineMap(
                    grid: grid, cells: network.cells.count, parameters: ChannelParameter.statistical,
                    predictions: Array(repeating: BaselinePrediction(gainDb: -100, sensitivity: [1, 0]), count: count),
                    departures: Array(repeating: [straight, bent], count: count)), engine: nil)
        }
        let last = try #require(run.reports.last)
        #expect(run.alarms.isEmpty)
        #expect(last.rank.contains(2), "two ways, two beams, and users near the site")
        for row in last.ue.indices where last.beam[2 * row] != .max {
            #expect(last.beam[2 * row] != last.beam[2 * row + 1])
        }
    }
}
