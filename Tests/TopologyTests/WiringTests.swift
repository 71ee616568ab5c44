import NetworkModel
import Testing
import Topology

@Suite struct WiringTests {
    private func wires(_ plan: WiringPlan) -> Set<String> {
        Set(plan.wires.map { "\(plan.nodes[Int($0.from.rawValue)].name)>\(plan.nodes[Int($0.to.rawValue)].name)" })
    }

    private func link(_ plan: WiringPlan, _ from: String, _ to: String) throws -> LinkPlan {
        let from = try #require(plan.nodes.first { $0.name == from })
        let to = try #require(plan.nodes.first { $0.name == to })
        return try #require(plan.link(from: from.id, to: to.id))
    }

    @Test(arguments: Hierarchy.allCases, ["campus.yaml", "metro.yaml"])
    func plansAreSound(hierarchy: Hierarchy, name: String) throws {
        let topology = try Fixtures.shipped(name).resolve(.init(hierarchy: hierarchy))
        let plan = topology.plan
        #expect(plan.nodes.indices.allSatisfy { plan.nodes[$0].id.rawValue == UInt32($0) })
        #expect(Set(plan.processes.map(\.name)).count == plan.processes.count)
        #expect(plan.processes.flatMap(\.nodes).sorted() == plan.nodes.map(\.id))
        #expect(Set(plan.wires.map { [$0.from, $0.to] }).count == plan.wires.count)
        #expect(topology.routes.count == plan.links.count && topology.placements.count == plan.nodes.count)
        // Every pair of processes that talks has one connection, and only to a process that binds.
        for wire in plan.wires {
            let pair = [wire.from, wire.to].map { id in plan.processes.first { $0.nodes.contains(id) } }
            let (from, to) = (try #require(pair[0]), try #require(pair[1]))
            let isSelf = from.name == to.name
            #expect(isSelf || from.connects.contains(to.name) != to.connects.contains(from.name))
            let isLocal = from.host == to.host
            #expect(plan.links[wire.link].isShaped != isLocal)
        }
        for process in plan.processes {
            for peer in process.connects {
                #expect(plan.processes.first { $0.name == peer }?.endpoint == "ipc://\(peer)")
            }
        }
        #expect(plan.processes.first { $0.name == "ran" }?.connects == [])
        // Every cell has one edge node and one leader.
        for role in [RoleKind.edge, .rrm, .region] {
            let cells = plan.nodes(of: role).flatMap(\.cells).sorted()
            #expect(cells == plan.network.cells.map(\.id))
        }
    }

    @Test func hierarchyAloneRewires() throws {
        let common: Set = [
            "ran>edge-west", "edge-west>ran", "ran>edge-east", "edge-east>ran", "edge-west>region-west",
            "edge-east>region-east", "region-west>orchestrator", "orchestrator>region-west",
            "region-east>orchestrator", "orchestrator>region-east", "orchestrator>edge-west", "orchestrator>edge-east",
            "edge-west>orchestrator", "edge-east>orchestrator",
        ]
        let one: Set = [
            "edge-west>rrm", "edge-east>rrm", "region-west>rrm", "region-east>rrm", "orchestrator>rrm",
            "rrm>orchestrator",
        ]
        let file = try Fixtures.shipped("campus.yaml")
        let central = try file.resolve(.init(hierarchy: .fullyCentralised)).plan
        #expect(wires(central) == common.union(one).union(["rrm>ran", "ran>rrm"]))
        #expect(central.processes.map(\.name) == ["ran", "edge-cloud", "region-cloud", "rrm", "orchestrator"])
        let semi = try file.resolve(.init(hierarchy: .semiCentralised)).plan
        #expect(wires(semi) == common.union(one).union(["rrm>edge-west", "rrm>edge-east"]))
        let decentral = try file.resolve(.init(hierarchy: .decentralised)).plan
        #expect(
            wires(decentral)
                == common.union([
                    "edge-west>rrm-west", "rrm-west>edge-west", "edge-east>rrm-east", "rrm-east>edge-east",
                    "region-west>rrm-west", "region-east>rrm-east", "rrm-west>rrm-east", "rrm-east>rrm-west",
                    "orchestrator>rrm-west", "rrm-west>orchestrator", "orchestrator>rrm-east",
                    "rrm-east>orchestrator",
                ]))
        let leaders = decentral.nodes(of: .rrm)
        #expect(leaders.map(\.process) == ["region-edge-a", "region-edge-b"])
        #expect(leaders.map { $0.cells.map(\.index) } == [[0, 1, 2], [3, 4, 5, 6]])
        // Apart from the wiring the network is the same.
        var same = central.network
        same.hierarchy = .decentralised
        #expect(same == decentral.network)
    }

    @Test func linksFollowTheShortestPathAndDivideBandwidth() throws {
        let topology = try Fixtures.shipped("campus.yaml").resolve(.init(hierarchy: .fullyCentralised))
        let up = try link(topology.plan, "ran", "edge-east")
        // 1.2 km of air and 300 km of fibre through edge-a: the shorter of the two ways.
        #expect(up.propagationDelay == .nanoseconds(4_003 + 1_500_000))
        #expect(up.medium == .fibre && up.jitterMean == .microseconds(52))
        // The radio network has the 2 Gbit/s of the air for itself, and three wires to the cloud.
        #expect(abs(up.bandwidthBitsPerSecond - 2e9 / 3) < 1 && abs(up.lossProbability - 1e-4) < 1e-12)
        // Down, edge-cloud and rrm divide both links; rrm has one wire, edge-cloud two.
        #expect(try link(topology.plan, "edge-west", "ran").bandwidthBitsPerSecond == 5e8)
        #expect(try link(topology.plan, "rrm", "ran").bandwidthBitsPerSecond == 1e9)
        #expect(try link(topology.plan, "edge-west", "region-west") == .loopback)
        let share = try #require(topology.shares.first { $0.from == "cloud" })
        #expect(share.processes == ["edge-cloud", "rrm"] && share.shareBitsPerSecond == 5e9 && share.wires == [2, 1])
        // One link of the plan per sending process and path.
        let plan = topology.plan
        #expect(Set(plan.wires.filter { $0.from == NodeID(0) }.map(\.link)).count == 1)
    }

    @Test func fieldHostForwardsNothing() throws {
        let topology = try Fixtures.shipped("campus.yaml").resolve(.init(hierarchy: .decentralised))
        let border = try link(topology.plan, "rrm-west", "rrm-east")
        #expect(border.medium == .fibre && border.propagationDelay == .microseconds(15))
    }

    @Test func lossesAndJittersAddUpAlongAPath() throws {
        let text = Fixtures.small(hierarchy: "fch", "defaults: {link: {loss: 10%, jitter: 1ms}}\n")
        let up = try link(Fixtures.resolve(text).plan, "ran", "rrm")
        #expect(abs(up.lossProbability - 0.19) < 1e-12 && up.jitterMean == .milliseconds(2))
    }

    @Test func linksInheritItemThenGroupThenDefaults() throws {
        let text = Fixtures.small(
            "defaults: {link: {loss: 10%, jitter: 1ms, bandwidth: 3Gbit/s}}\nmedia: {fibre: {loss: 20%, jitter: 2ms}}\n"
        ).replacing("distance: 1km}", with: "distance: 1km, loss: 30%}")
        let own = try link(Fixtures.resolve(text).plan, "ran", "edge-west")
        #expect(abs(own.lossProbability - 0.3) < 1e-12)
        #expect(own.jitterMean == .milliseconds(2) && own.bandwidthBitsPerSecond == 3e9)
    }

    @Test func sitesInheritItemThenRegionThenDefaults() throws {
        let text = Fixtures.small("defaults: {site: {height: 10m, downtilt: 5deg, transmit_power: 30dBm}}\n")
            .replacing("east: {edge: right}", with: "east: {edge: right, site: {height: 20m, downtilt: 6deg}}")
            .replacing("region: east, sectors: 1}", with: "region: east, sectors: 2, height: 40m, azimuth: 15deg}")
        let cells = try Fixtures.resolve(text).plan.network.cells
        #expect(cells.map(\.name) == ["a", "b-1", "b-2"])
        #expect(cells.map(\.heightMetres) == [10, 40, 40])
        #expect(cells.map(\.downtiltDegrees) == [5, 6, 6])
        #expect(cells.map(\.transmitPowerDbm) == [30, 30, 30])
        #expect(cells.map(\.azimuthDegrees) == [nil, 15, 195])
    }

    @Test func nodesInheritItemThenRoleThenDefaults() throws {
        let text = Fixtures.small(
            """
            nodes: {edge-west: {host: field}, rrm-west: {host: nowhere}}
            roles: {edge: {host: right}}
            defaults: {node: {host: cloud}}

            """
        ).replacing("nowhere", with: "cloud")
        let topology = try Fixtures.resolve(text)
        let hosts = topology.plan.nodes.map { "\($0.name)@\(topology.plan.host(of: $0))" }
        #expect(
            hosts == [
                "ran@cloud", "edge-west@field", "edge-east@right", "region-west@cloud", "region-east@cloud",
                "rrm@cloud", "orchestrator@cloud",
            ])
        #expect(topology.placements[1] == "nodes.edge-west.host: field")
        #expect(topology.placements[2] == "roles.edge.host: right")
        #expect(topology.placements[3] == "defaults.node.host: cloud")
    }

    @Test func wireMayHaveALinkOfItsOwn() throws {
        let text = Fixtures.small(
            "wires: [{from: edge-west, to: rrm, medium: satellite, distance: 600km, bandwidth: 20Mbit/s}]\n")
        let semi = try Fixtures.resolve(text)
        let own = try link(semi.plan, "edge-west", "rrm")
        #expect(own.medium == .satellite && own.bandwidthBitsPerSecond == 20e6)
        // A bent pipe: the slant range twice at the speed of light.
        #expect(own.propagationDelay == .seconds(1_200_000 / 299_792_458))
        #expect(try link(semi.plan, "rrm", "edge-west").medium == .fibre)
        // In DCH there is no such wire, and the key rests.
        let plan = try semi.overriding(hierarchy: .decentralised).plan
        #expect(!plan.links.contains { $0.medium == .satellite })
    }

    @Test func leaderOfAnotherRegionLeads() throws {
        let text = Fixtures.small(hierarchy: "dch")
            .replacing("east: {edge: right}", with: "east: {edge: right, leader: west}")
        let plan = try Fixtures.resolve(text).plan
        #expect(plan.nodes(of: .rrm).map(\.name) == ["rrm-west"])
        #expect(plan.nodes(of: .rrm)[0].cells.count == 2)
        #expect(wires(plan).isSuperset(of: ["edge-east>rrm-west", "rrm-west>edge-east", "region-east>rrm-west"]))
    }

    @Test func bordersFollowDistanceBeyondFourRegions() throws {
        var text = "name: row\nhierarchy: dch\nregions:\n"
        for index in 0..<6 { text += "  r\(index): {sites: [s\(index)]\(index == 0 ? ", neighbours: [r5]" : "")}\n" }
        text += "sites:\n"
        for index in 0..<6 { text += "  - {name: s\(index), x: \(index)km, y: 0m, sectors: 1}\n" }
        text += "game: {border_distance: 1km}\n"
        let found = wires(try Fixtures.resolve(text).plan).filter { $0.hasPrefix("rrm-") && $0.contains(">rrm-") }
        #expect(
            found == [
                "rrm-r0>rrm-r5", "rrm-r5>rrm-r0", "rrm-r1>rrm-r2", "rrm-r2>rrm-r1", "rrm-r2>rrm-r3", "rrm-r3>rrm-r2",
                "rrm-r3>rrm-r4", "rrm-r4>rrm-r3", "rrm-r4>rrm-r5", "rrm-r5>rrm-r4",
            ])
    }

    @Test func severalEdgeHostsDivideARegion() throws {
        let text = Fixtures.small().replacing("west: {edge: left}", with: "west: {edge: [left, right]}")
            .replacing("region: west, sectors: 1", with: "region: west, sectors: 3")
        let plan = try Fixtures.resolve(text).plan
        let edges = plan.nodes(of: .edge)
        #expect(edges.map(\.name) == ["edge-west-1", "edge-west-2", "edge-east"])
        #expect(edges.map { $0.cells.map(\.index) } == [[0], [1, 2], [3]])
        #expect(edges.map(\.process) == ["edge-left", "edge-right", "edge-right"])
    }

    @Test func smallestFileRunsOnOneHost() throws {
        let plan = try Fixtures.resolve("name: tiny\nsites: [{name: a, x: 0m, y: 0m}]\n").plan
        #expect(plan.network.cells.map(\.name) == ["a-1", "a-2", "a-3"])
        #expect(plan.network.cells.map(\.azimuthDegrees) == [30, 150, 270])
        #expect(plan.network.regionNames == ["all"])
        #expect(Set(plan.processes.map(\.host)) == ["local"] && plan.links == [.loopback])
    }

    @Test func machinesOfTheirOwnListenOnPortsAndAreNotShaped() throws {
        var text = Fixtures.small()
        for (index, host) in ["field", "left", "right", "cloud"].enumerated() {
            text = text.replacing("  \(host): {", with: "  \(host): {address: 10.0.0.\(index + 1), ")
        }
        let topology = try Fixtures.resolve(text)
        #expect(topology.plan.links == [.loopback] && topology.shares.isEmpty)
        let endpoints = topology.plan.processes.compactMap(\.endpoint)
        #expect(endpoints.contains("tcp://10.0.0.1:7600") && endpoints.contains("tcp://10.0.0.4:7601"))
        #expect(try topology.overriding(shaping: true).plan.links.count > 1)
    }
}
