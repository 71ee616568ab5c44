import DTNetMessages
import EdgeTwin
import Learning
import NetworkModel
import RadioPropagation
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
                    for sent in edge.fireThrough(TimerID(2), at: due).sends {
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
        #expect(last.precoderBeam.isEmpty && last.precoderCoPhasing.isEmpty, "cells of one beam")
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

    @Test func whatAFittedStateLacksIsSaid() throws {
        var twin = TwinConfiguration()
        twin.baseline = .tr38901
        twin.model = "other.l1"
        let run = try reports(twin) { network in
            .baseline(
                map: nil, engine: ChannelEngine(cells: network.cells.count, parameters: ChannelParameter.statistical),
                notices: ["other.l1 holds nothing of site-2"])
        }
        #expect(run.alarms == ["twin.model: other.l1 holds nothing of site-2"])
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

    /// Users that never report a position: the gains of their cells place them on the map, and so they are predicted;
    /// with a baseline that is a formula they are not.
    @Test func usersWithoutPositionsArePlacedByTheirGains() throws {
        func known(hasMap: Bool) throws -> (predicted: Int, of: Int, after: Float) {
            let scene = try CampusScene(.semiCentralised, epoch: .milliseconds(50)) {
                $0.network.twin.baseline = hasMap ? .ray : .tr38901
                $0.network.twin.scene = hasMap ? "any.xml" : nil
            }
            let network = scene.plan.network
            var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
            if hasMap {
                _ = edge.finish(.baseline(map: Self.lawMap(network), engine: nil), at: .zero)
            }
            var ran = try scene.radioNetwork()
            var last = ChannelReport()
            for (epoch, telemetry) in CampusScene.epochs(400, of: &ran).enumerated() {
                let now = Instant.zero + network.epoch * Int64(epoch + 1)
                for envelope in telemetry where envelope.recipient == edge.node {
                    guard case .telemetry(var body) = envelope.body else { continue }
                    body.positionDeviationMetres = body.positionDeviationMetres.map { _ in -1 }
                    var hidden = envelope
                    hidden.body = .telemetry(body)
                    let effects = edge.take(hidden, at: now)
                    for sent in effects.sends {
                        if case .channelReport(let report) = sent.body, report.links > 0 { last = report }
                    }
                    for due in effects.timers.sorted() { _ = edge.fireThrough(TimerID(2), at: due) }
                }
            }
            // Eight decibels is what is said of a link that was never predicted.
            let links = last.deviationDb.indices.filter { last.linkCell[$0] != .max }
            return (links.count { last.deviationDb[$0] != 8 }, links.count, last.errorAfterDb.max() ?? 0)
        }
        let (with, without) = (try known(hasMap: true), try known(hasMap: false))
        #expect(without.predicted == 0 && without.of > 0)
        #expect(with.predicted > with.of / 4, "\(with.predicted) of \(with.of) links")
        #expect(with.after > 0 && with.after < 15, "\(with.after) dB")
    }

    /// Free of scenes: distance laws towards every cell on a grid over the campus.
    private static func lawMap(_ network: NetworkConfiguration) -> BaselineMap {
        let x = network.cells.map(\.xMetres)
        let y = network.cells.map(\.yMetres)
        let (west, south) = ((x.min() ?? 0) - 300, (y.min() ?? 0) - 300)
        let grid = BaselineMap.Grid(
            xMetres: west, yMetres: south, spacingMetres: 15,
            columns: Int(((x.max() ?? 0) + 300 - west) / 15) + 1, rows: Int(((y.max() ?? 0) + 300 - south) / 15) + 1)
        let gain = MeanCellGain(frequencyHz: network.carrier.frequencyHz)
        let predictions = network.cells.flatMap { cell in
            (0..<grid.count).map { point in
                let (x, y) = grid.position(point)
                let mean = gain.db(of: cell, eastMetres: x - cell.xMetres, northMetres: y - cell.yMetres)
                return BaselinePrediction(gainDb: Float(mean), sensitivity: [1, 0])
            }
        }
        return BaselineMap(
            grid: grid, cells: network.cells.count, parameters: ChannelParameter.statistical, predictions: predictions,
            departures: Array(repeating: [], count: predictions.count))
    }
}
