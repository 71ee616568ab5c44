import Foundation
import NetworkModel
import Testing
import Topology

@Suite struct ShippedTopologiesTests {
    @Test(arguments: Hierarchy.allCases) func campusHasItsSize(hierarchy: Hierarchy) throws {
        let plan = try Fixtures.shipped("campus.yaml").resolve(.init(hierarchy: hierarchy)).plan
        #expect(plan.network.cells.count == 7)
        #expect(plan.network.regionNames == ["west", "east"])
        #expect(plan.network.epoch == .milliseconds(20) && plan.network.slot == .milliseconds(1))
        #expect(plan.network.cells.filter { $0.azimuthDegrees == nil }.map(\.name) == ["gym"])
        #expect(Set(plan.processes.map(\.host)).isSubset(of: ["field", "edge-a", "edge-b", "cloud"]))
    }

    @Test(arguments: Hierarchy.allCases) func metroHasItsSize(hierarchy: Hierarchy) throws {
        let plan = try Fixtures.shipped("metro.yaml").resolve(.init(hierarchy: hierarchy)).plan
        let cells = plan.network.cells
        #expect(cells.count == 57)
        #expect(cells.map(\.id.index) == Array(0..<57))
        let perRegion = (0..<4).map { region in cells.count { $0.region.index == region } }
        #expect(perRegion.reduce(0, +) == 57 && perRegion.allSatisfy { $0 == 12 || $0 == 15 })
        // Nearest sites are 500 m apart, and none is nearer.
        let sites = stride(from: 0, to: 57, by: 3).map { (cells[$0].xMetres, cells[$0].yMetres) }
        for (index, site) in sites.enumerated() {
            let nearest = sites.indices.filter { $0 != index }.map { other in
                let (dx, dy) = (site.0 - sites[other].0, site.1 - sites[other].1)
                return (dx * dx + dy * dy).squareRoot()
            }.min()
            #expect(abs((nearest ?? 0) - 500) < 1e-6)
        }
    }

    @Test(arguments: Hierarchy.allCases) func blocksStandOnRays(hierarchy: Hierarchy) throws {
        let network = try Fixtures.shipped("blocks.yaml").resolve(.init(hierarchy: hierarchy)).plan.network
        #expect(network.cells.map(\.name) == ["west", "north", "east"] && network.twin.baseline == .ray)
        let scene = try #require(network.twin.scene)
        #expect(FileManager.default.fileExists(atPath: "\(Fixtures.root)/\(scene)"), "\(scene)")
        #expect(network.twin.sceneEdits == nil && network.twin.model == nil)
    }

    @Test func replaysTakeTheirCellsFromTheTrace() throws {
        let file = try Fixtures.shipped("drive-replay.yaml")
        #expect(file.replay()?.path == "topologies/traces/ucc-5g-drive")
        let overrides = TopologyOverrides(tracePath: "elsewhere/drives")
        let plan = try file.resolve(overrides, traces: .init(replayCells: Fixtures.replayCells(10))).plan
        #expect(plan.network.scenario == .replay(.init(format: .ucc, path: "elsewhere/drives")))
        #expect(plan.network.cells.map(\.region.index) == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
        #expect(plan.nodes(of: .edge).map { $0.cells.map(\.index) } == [[5, 6, 7, 8, 9], [0, 1, 2, 3, 4]])
    }

    @Test func replayWithoutTraceNamesTheOption() throws {
        let file = try Fixtures.shipped("drive-replay.yaml")
        do {
            _ = try file.resolve()
            Issue.record("resolved without a trace")
        } catch {
            #expect(error.diagnostics.count == 1)
            #expect(error.description.contains("--trace DIR"))
            #expect(error.description.contains("topologies/drive-replay.yaml:35:11: scenario.replay.path: "))
        }
    }

    @Test func emptyTraceStillShowsTheWiring() throws {
        let topology = try Fixtures.shipped("drive-replay.yaml").resolve(traces: .init(replayCells: []))
        #expect(ValidationReport.describe(topology).contains("cells known when the trace is read"))
    }

    @Test func vehicleReplayHasMeasuredDelays() throws {
        let file = try Fixtures.shipped("vehicle-replay.yaml")
        let trace = "pub_time(ms) sub_time(ms) delay(ms) utmX(m)\n1 2 26 0\n1 2 21 0\n1 2 - 0\n1 2 16 0\n"
        let sources = TraceSources(replayCells: Fixtures.replayCells(1)) { path in
            #expect(path == "runs/one.txt")
            return trace
        }
        let plan = try file.resolve(.init(tracePath: "runs/one.txt"), traces: sources).plan
        let (ran, edge) = (plan.nodes(of: .ran)[0], plan.nodes(of: .edge)[0])
        let link = try #require(plan.link(from: ran.id, to: edge.id))
        #expect(link.medium == .measured && link.measuredDelays == [13_000_000, 10_500_000, 8_000_000])
        #expect(link.propagationDelay == .microseconds(10_500))
        // In FCH the edge twins run in the cloud: the fibre's 1.5 ms adds to each measured delay.
        let central = try file.resolve(.init(hierarchy: .fullyCentralised, tracePath: "runs/one.txt"), traces: sources)
        let far = try #require(central.plan.link(from: NodeID(0), to: NodeID(1)))
        #expect(far.measuredDelays == [14_500_000, 12_000_000, 9_500_000])
    }
}
