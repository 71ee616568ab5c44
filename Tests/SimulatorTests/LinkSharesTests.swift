import DTNetMessages
import Foundation
import NetworkModel
import Testing
import Topology
import TwinProtocol

/// What the planner gives the wires of a link, and what the shapers of those wires take of it, is the link's bandwidth
/// once.
struct LinkSharesTests {
    private static func shipped(_ name: String) throws -> TopologyFile {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appending(path: "topologies/\(name)")
        return try TopologyFile.load(text: String(contentsOf: path, encoding: .utf8), path: path.path)
    }

    /// Bits per second that a shaper of the wire really serialises: a megabyte on a link that does nothing else to it.
    private func rate(of wire: WirePlan, in plan: WiringPlan) -> Double {
        var link = plan.links[wire.link]
        (link.propagationDelay, link.jitterMean, link.lossProbability) = (.zero, .zero, 0)
        if link.medium == .measured { link.measuredDelays = [] }
        var shaper = LinkShaper(link: link, seed: 1, from: wire.from, to: wire.to)
        guard case .deliver(let at) = shaper.admit(byteCount: 1_000_000, traffic: .control, at: .zero) else { return 0 }
        return 8e6 / (at - .zero).seconds
    }

    /// Links that a single hop of wires fills, and the sum over each link, which never exceeds its bandwidth.
    private func check(_ topology: ResolvedTopology) -> Int {
        let plan = topology.plan
        var filled = 0
        for share in topology.shares {
            let crossing = plan.wires.filter { wire in
                let route = topology.routes[wire.link]
                return !route.isOverride
                    && zip(route.hosts, route.hosts.dropFirst()).contains { $0 == share.from && $1 == share.to }
            }
            #expect(crossing.count == share.wires.reduce(0, +) && share.wires.count == share.processes.count)
            let sum = crossing.reduce(0) { $0 + rate(of: $1, in: plan) }
            let part = sum / share.bandwidthBitsPerSecond
            #expect(part < 1 + 1e-4, "\(share.from) to \(share.to): \(part) of the link")
            guard crossing.allSatisfy({ topology.routes[$0.link].hosts.count == 2 }) else { continue }
            filled += 1
            #expect(part > 1 - 1e-4, "\(share.from) to \(share.to): \(part) of the link")
        }
        return filled
    }

    @Test(arguments: Hierarchy.allCases, ["campus.yaml", "metro.yaml", "plaza.yaml"])
    func aLinkIsDividedOnce(hierarchy: Hierarchy, name: String) throws {
        let topology = try Self.shipped(name).resolve(.init(hierarchy: hierarchy))
        let filled = check(topology)
        #expect(hierarchy == .fullyCentralised || filled > 0, "no link with wires of its own alone")
    }

    /// One process sends to two hosts over the same first link, over one path of one hop and one of two.
    @Test func pathsOfOneProcessShareTheirFirstLink() throws {
        let text = Campus.text + "\nnodes: {edge-west: {host: edge-a}}\n"
        let topology = try TopologyFile.load(text: text, path: "test.yaml").resolve(.init(hierarchy: .fullyCentralised))
        let first = try #require(topology.shares.first { $0.from == "field" && $0.to == "edge-a" })
        // To edge-west beyond the first hop, to edge-east and the leader in the cloud.
        #expect(first.processes == ["ran"] && first.wires == [3])
        let own = topology.plan.wires.filter { $0.from == NodeID(0) }
        #expect(Set(own.map { topology.routes[$0.link].hosts.count }) == [2, 3])
        _ = check(topology)
        let sum = own.reduce(0) { $0 + rate(of: $1, in: topology.plan) }
        #expect(abs(sum / first.bandwidthBitsPerSecond - 1) < 1e-4)
    }
}
