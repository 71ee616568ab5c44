import Benchmarking
import DTNetMessages
import NetworkModel
import Testing
import TwinProtocol

struct BreakdownTests {
    private func us(_ value: Int64) -> Instant { Instant(nanoseconds: value * 1_000) }

    /// Radio network 0-30-50 us, 40 us of link, edge 90-100-250 with 60 of barrier (its clock runs 1 s ahead), 50 of
    /// link.
    private var hops: [Hop] {
        let ahead = Instant.Span.seconds(1)
        return [
            Hop(node: History.radio, layer: .radioNetwork, arrived: us(0), started: us(30), sent: us(50)),
            Hop(
                node: History.edge, layer: .l1, arrived: us(90) + ahead, started: us(100) + ahead,
                barrier: .microseconds(60), sent: us(250) + ahead),
        ]
    }

    @Test func partsAreThoseOfTheHopsAndLinkIsTheRest() {
        let parts = HopBreakdown(hops, total: .microseconds(300), end: us(300))
        #expect(parts.queue == .microseconds(40))
        #expect(parts.radioNetwork == .microseconds(20))
        #expect(parts.l1 == .microseconds(90))
        #expect(parts.barrier == .microseconds(60))
        #expect(parts.link == .microseconds(90))
        #expect(parts.rrm == .zero)
    }

    @Test func aLastHopWithoutSendingWorksUntilTheEnd() {
        let last = Hop(node: History.radio, layer: .radioNetwork, arrived: us(300), started: us(310))
        let parts = HopBreakdown(hops + [last], total: .microseconds(320), end: us(320))
        #expect(parts.radioNetwork == .microseconds(30))
        #expect(parts.queue == .microseconds(50))
    }

    @Test func meansAddUpToTheMeanLatency() throws {
        var history = History()
        history.epoch(0)
        history.directive(0, at: 0.3, hops: hops)
        history.epoch(1)
        history.epoch(2)
        history.directive(2, at: 25, hops: hops)
        history.epoch(3)
        let summary = history.end(at: 40)
        let breakdown = try #require(summary.breakdown)
        #expect(summary.missed == 2)
        #expect(isClose(summary.fastMeanMicroseconds, breakdown.total))
        #expect(isClose(breakdown.radioNetwork, 20 * 3 / 4.0))
    }

    @Test func solverTimeCanBeTakenOut() throws {
        var history = History()
        history.epoch(0)
        let rrm = Hop(node: NodeID(3), layer: .rrm, arrived: us(100), started: us(100), sent: us(1_100))
        history.directive(0, at: 2, hops: [rrm])
        let summary = history.end(at: 10)
        #expect(isClose(summary.fast.max, 2_000))
        #expect(isClose(summary.fastWithoutSolver.max, 1_000))
    }

    @Test func linkAndResidenceTimesAreProfiled() throws {
        var profiler = LatencyProfiler()
        let local = [
            Hop(node: NodeID(0), layer: .radioNetwork, arrived: us(0), started: us(30), sent: us(50)),
            Hop(
                node: NodeID(1), layer: .l1, arrived: us(90), started: us(100), barrier: .microseconds(60),
                sent: us(250)),
        ]
        for _ in 0..<5 { profiler.add(local, receiver: NodeID(0), end: us(300)) }
        let cells = [CellConfiguration(id: CellID(0), name: "c", region: RegionID(0), xMetres: 0, yMetres: 0)]
        let network = NetworkConfiguration(
            name: "n", seed: 1, hierarchy: .decentralised, epoch: .milliseconds(10), slot: .milliseconds(1),
            cells: cells, regionNames: ["r"])
        let nodes = [
            NodePlan(id: NodeID(0), name: "ran", role: .ran, process: "ran", cells: [CellID(0)]),
            NodePlan(id: NodeID(1), name: "edge", role: .edge, process: "edge", cells: [CellID(0)]),
        ]
        let plan = WiringPlan(network: network, nodes: nodes, processes: [], links: [], wires: [])
        let profile = profiler.profile(plan)
        #expect(profile.links.map(\.from) == ["ran", "edge"])
        #expect(profile.links.map(\.to) == ["edge", "ran"])
        #expect(isClose(Double(LatencyProfile.value(profile.links[0].quantilesNs, at: 0.5)), 40_000, within: 1e-3))
        #expect(isClose(Double(LatencyProfile.value(profile.links[1].quantilesNs, at: 0.9)), 50_000, within: 1e-3))
        let l1 = try #require(profile.residences.first { $0.layer == .l1 })
        #expect(l1.samples == 5)
        #expect(isClose(Double(LatencyProfile.value(l1.quantilesNs, at: 0.5)), 90_000, within: 1e-3))
        #expect(try LatencyProfile(json: profile.json()) == profile)
    }
}
