import NetworkModel
import Testing
import Topology

/// What fits the table of keys and still makes no network.
@Suite struct ValidationTests {
    @Test(
        arguments: [
            ("slot: 3ms", "t.yaml:19:7: slot: a slot of 3ms is longer than a tenth of the epoch of 20ms"),
            ("epoch: 5ms", "t.yaml:19:8: epoch: a slot of 1ms is longer than a tenth of the epoch of 5ms"),
            (
                "epoch: 10ms\nscenario: {emulated: {averaged_gains: true}}",
                "t.yaml:19:8: epoch: averaged gains need an epoch of 20ms or more, not 10ms"
            ),
            ("game: {solver: wmmse}", "t.yaml:19:16: game.solver: wmmse needs the pooled data of fch"),
            (
                "nodes: {edge-wets: {host: cloud}}",
                "t.yaml:19:9: nodes.edge-wets: no node 'edge-wets'; did you mean 'edge-west'?"
            ),
            (
                "nodes: {edge-west: {host: clud}}",
                "t.yaml:19:27: nodes.edge-west.host: no host 'clud'; did you mean 'cloud'?"
            ),
            ("roles: {region: {host: nowhere}}", "t.yaml:19:24: roles.region.host: no host 'nowhere'; allowed: field"),
            ("cells: {layout: replay}", "t.yaml:19:17: cells.layout: needs a scenario.replay"),
            ("cells: {sites: 3}", "t.yaml:19:16: cells.sites: only a hexagonal layout has a number of sites"),
            ("wires: [{from: ran, to: edg, medium: fibre, delay: 1ms}]", "t.yaml:19:25: wires[0].to: no node 'edg'"),
            (
                "wires: [{from: ran, to: edge-west, medium: fibre}]",
                "t.yaml:19:9: wires[0]: needs a distance or a delay"
            ),
            (
                "wires: [{from: ran, to: edge-west, medium: fibre, delay: 1ms, trace: a}]",
                "t.yaml:19:70: wires[0].trace: only a measured link has a trace"
            ),
            (
                "wires: [{from: ran, to: edge-west, medium: measured}]",
                "t.yaml:19:44: wires[0].medium: missing: a measured link without a replay needs its trace"
            ),
            (
                "wires: [{from: ran, to: edge-west, medium: measured, distance: 1km}]",
                "t.yaml:19:64: wires[0].distance: a measured link takes its delay from its trace"
            ),
            (
                "nodes: {edge-west: {process: p}, edge-east: {process: p}}",
                "t.yaml:19:55: nodes.edge-east.process: process 'p' is already dtnet-edge on left"
            ),
            (
                "nodes: {rrm: {process: control}}",
                "t.yaml:19:24: nodes.rrm.process: 'control' is a name that the supervisor of a run uses"
            ),
            (
                "nodes: {rrm: {process: n12}}",
                "t.yaml:19:24: nodes.rrm.process: 'n12' is a name that the supervisor of a run uses"
            ),
            (
                "scenario: {emulated: {}, replay: {format: ucc, path: x}}",
                "t.yaml:19:22: scenario.emulated: a scenario is emulated or replay"
            ),
        ])
    func refuses(line: String, expected: String) {
        let found = Fixtures.diagnostics(Fixtures.small(line + "\n"))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix(expected) == true, "\(found)")
    }

    /// Changes one line of the small topology.
    @Test(
        arguments: [
            (
                "  - {from: right, to: cloud,", "  - {from: right, to: clouds,",
                ["t.yaml:12:23: links[3].to: no host 'clouds'; did you mean 'cloud'?"]
            ),
            (
                "  - {from: right, to: cloud,", "  - {from: right, to: right,",
                ["t.yaml:12:23: links[3].to: a link joins two hosts, not 'right' with itself"]
            ),
            (
                "  east: {edge: right}", "  east: {edge: rigth}",
                ["t.yaml:15:16: regions.east.edge: no host 'rigth'; did you mean 'right'?"]
            ),
            (
                "  east: {edge: right}", "  east: {edge: right, leader: west}\n  north: {}",
                ["t.yaml:16:3: regions.north: region 'north' has no cells"]
            ),
            (
                "  east: {edge: right}", "  east: {edge: right, leader: east}",
                ["t.yaml:15:31: regions.east.leader: cycle of leaders: east -> east"]
            ),
            (
                "  west: {edge: left}\n  east: {edge: right}",
                "  west: {edge: left, leader: east}\n  east: {edge: right, leader: west}",
                ["t.yaml:14:30: regions.west.leader: cycle of leaders: west -> east -> west"]
            ),
            (
                "  east: {edge: right}", "  east: {edge: right, leader: wets}",
                ["t.yaml:15:31: regions.east.leader: no region 'wets'; did you mean 'west'?"]
            ),
            (
                "  east: {edge: right}", "  east: {edge: right, neighbours: [east]}",
                ["t.yaml:15:36: regions.east.neighbours: a region is no neighbour of itself"]
            ),
            (
                "  east: {edge: right}", "  east: {edge: right, sites: [a, q]}",
                [
                    "t.yaml:15:31: regions.east.sites[0]: site 'a' already belongs to region 'west'",
                    "t.yaml:15:34: regions.east.sites[1]: no site 'q'; allowed: a, b",
                ]
            ),
            (
                "y: 0m, region: east, sectors: 1}", "y: 0m}",
                ["t.yaml:18:12: sites[1].name: site 'b' belongs to no region; allowed: west, east"]
            ),
            (
                "y: 0m, region: east, sectors: 1}", "y: 0m, region: eats}",
                ["t.yaml:18:39: sites[1].region: no region 'eats'; did you mean 'east'?"]
            ),
            (
                "  - {name: b,", "  - {name: a,",
                ["t.yaml:18:12: sites[1].name: site 'a' stands twice"]
            ),
            (
                "cloud: {labels: cloud}", "cloud: {}",
                ["t.yaml:4:3: hosts: no host is labelled 'cloud', which sch needs"]
            ),
        ])
    func refusesChange(old: String, new: String, expected: [String]) {
        let text = Fixtures.small()
        #expect(text.contains(old))
        let found = Fixtures.diagnostics(text.replacing(old, with: new))
        for start in expected {
            #expect(found.contains { $0.hasPrefix(start) }, "\(start) is not in \(found)")
        }
    }

    @Test func unreachableNodesAreNamedOncePerPairOfHosts() {
        let text = Fixtures.small().replacing(
            "  - {from: right, to: cloud, medium: fibre, distance: 100km}\n", with: "")
        // The field host forwards nothing, so `right` does not reach the cloud through it.
        #expect(
            Fixtures.diagnostics(text) == [
                "t.yaml:6:3: hosts.right: unreachable: edge-east on 'right' talks to rrm on 'cloud', and no path of "
                    + "links joins the two hosts"
            ])
        #expect(Fixtures.diagnostics(text, .init(shaping: false)).count == 1)
    }

    @Test func unreachableOverrideIsReportedAtItsKey() {
        let text = Fixtures.small("nodes: {orchestrator: {host: island}}\n")
            .replacing("  cloud: {labels", with: "  island: {}\n  cloud: {labels")
        let found = Fixtures.diagnostics(text)
        #expect(found.first?.hasPrefix("t.yaml:20:30: nodes.orchestrator.host: unreachable: ") == true, "\(found)")
    }

    @Test func onePortForTwoProcessesIsRefused() {
        let text = """
            name: ports
            hierarchy: sch
            hosts:
              field: {labels: field, address: 10.0.0.1}
              edge: {labels: edge, address: 10.0.0.2}
              cloud: {labels: cloud, address: 10.0.0.1, port: 7600}
            links:
              - {from: field, to: edge, medium: fibre, distance: 1km}
              - {from: edge, to: cloud, medium: fibre, distance: 1km}
            sites: [{name: a, x: 0m, y: 0m}]
            """
        #expect(
            Fixtures.diagnostics(text) == [
                "t.yaml:6:51: hosts.cloud.port: processes 'ran' and 'rrm' are both on port 7600 of 10.0.0.1"
            ])
        let same = text.replacing(", port: 7600", with: ", port: 7700")
        #expect(Fixtures.diagnostics(same) == [])
        let pinned = same + "\nnodes: {rrm: {port: 7701}}\n"
        #expect(Fixtures.diagnostics(pinned) == [])
        let clash = same + "\nnodes: {rrm: {port: 7700}}\n"
        #expect(
            Fixtures.diagnostics(clash) == [
                "t.yaml:6:51: hosts.cloud.port: processes 'rrm' and 'orchestrator' are both on port 7700 of 10.0.0.1"
            ])
        #expect(
            Fixtures.diagnostics(same.replacing(", address: 10.0.0.2", with: "")) == [
                "t.yaml:5:3: hosts.edge: has no address, although other hosts have one"
            ])
    }

    @Test func moreCellsThanAMessageHoldsAreRefused() {
        let found = Fixtures.diagnostics("name: big\ncells: {layout: hexagonal, sites: 2000}\n")
        #expect(found.first?.hasPrefix("t.yaml:2:35: cells.sites: ") == true, "\(found)")
        #expect(found.first?.contains(" cells: a network has at most 4096, ") == true, "\(found)")
    }

    @Test(
        arguments: [
            (
                "cells: {layout: hexagonal, sites: 6}\nscenario: {emulated: {ues_per_cell: 1000}}",
                "t.yaml:3:37: scenario.emulated.ues_per_cell: edge-all has 18000 UEs in 18 cells: an edge tells of at "
                    + "most 16384, "
            ),
            (
                "cells: {layout: hexagonal, sites: 1000}",
                "t.yaml:2:35: cells.sites: edge-all has 30000 UEs in 3000 cells: "
            ),
            (
                "epoch: 10ms\ncarrier: {subbands: 64}\ncells: {layout: hexagonal, sites: 8}\n"
                    + "scenario: {emulated: {ues_per_cell: 682, reported_neighbours: 32}}",
                "t.yaml:5:37: scenario.emulated.ues_per_cell: the telemetry of edge-all has 108559008 bytes for 16368 "
                    + "UEs, one epoch at most 65995776: take fewer UEs, "
            ),
            (
                "hierarchy: fch\ngame: {scheduling: shares}\ncells: {layout: hexagonal, sites: 600}\n"
                    + "regions: {north: {}, south: {}}",
                "t.yaml:4:35: cells.sites: the network has 18000 UEs: in fch a directive names at most 16384 "
            ),
        ])
    func whatFitsIntoNoBodyIsRefused(lines: String, expected: String) {
        let found = Fixtures.diagnostics("name: big\n\(lines)\n")
        #expect(found.count == 1 && found[0].hasPrefix(expected), "\(found)")
    }

    @Test(
        arguments: [
            "hierarchy: fch\ncells: {layout: hexagonal, sites: 1365}\nscenario: {emulated: {ues_per_cell: 4}}",
            "cells: {layout: hexagonal, sites: 8, inter_site_distance: 500m}\n"
                + "scenario: {emulated: {ues_per_cell: 682}}",
            // Powers and prices that need several messages.
            "hierarchy: fch\ncarrier: {subbands: 64}\ncells: {layout: hexagonal, sites: 1365}\n"
                + "scenario: {emulated: {ues_per_cell: 4}}",
            "hierarchy: sch\ncarrier: {subbands: 64}\ncells: {layout: hexagonal, sites: 1000}\n"
                + "scenario: {emulated: {ues_per_cell: 4}}",
            // A telemetry that does: 16,000 UEs with subband gains.
            "epoch: 10ms\ncells: {layout: hexagonal, sites: 10}\nscenario: {emulated: {ues_per_cell: 533}}",
        ])
    func whatJustFitsIntoABodyIsTaken(lines: String) {
        let found = Fixtures.diagnostics("name: big\n\(lines)\n")
        #expect(found.isEmpty, "\(found)")
    }

    @Test func theLargestBodyIsTold() throws {
        let text = "name: big\nepoch: 10ms\ncells: {layout: hexagonal, sites: 10}\n"
        let crowd = try Fixtures.resolve(text + "scenario: {emulated: {ues_per_cell: 200}}\n")
        // 30 cells of 11 values, 6,000 UEs of 10 values, 9 links of 2 values and 8 gains, and 8 of the rest.
        #expect(
            ValidationReport.describe(crowd.plan).contains(
                "\nlargest in an epoch: telemetry of edge-all, 2593320 bytes, divided between messages of 1048576\n"))
        let central = try Fixtures.resolve(
            "name: c\nhierarchy: fch\ngame: {scheduling: shares, association: leader}\n"
                + "carrier: {subbands: 64}\nsites: [{name: a, x: 0m, y: 0m, sectors: 1}]\n")
        // One cell of 130 values, 10 UEs of 67; the telemetry has 67 and, with one link, 10 x 14.
        #expect(
            ValidationReport.describe(central.plan).contains(
                "\nlargest in an epoch: directive of rrm, 3200 bytes\n"))
    }

    @Test(arguments: ["::1", "fe80::1:2", "lab-7.example.org", "10.0.0.1"]) func addressesMayBeOfAnyKind(
        address: String
    ) throws {
        let text = "name: a\nhosts: {one: {address: '\(address)'}}\nsites: [{name: a, x: 0m, y: 0m}]\n"
        let endpoints = try Fixtures.resolve(text).plan.processes.compactMap(\.endpoint)
        let host = address.contains(":") ? "[\(address)]" : address
        #expect(!endpoints.isEmpty && endpoints.allSatisfy { $0.hasPrefix("tcp://\(host):") }, "\(endpoints)")
    }

    @Test(arguments: ["", "host:80", "1:2:3", "a b"]) func whatIsNoAddressIsRefused(address: String) {
        let text = "name: a\nhosts: {one: {address: '\(address)'}}\nsites: [{name: a, x: 0m, y: 0m}]\n"
        #expect(Fixtures.diagnostics(text).contains { $0.contains("hosts.one.address: ") }, "\(address)")
    }

    @Test func addressIsNoPathIntoAnotherEndpoint() {
        let text = "name: a\nhosts: {one: {address: '*:1;x'}}\nsites: [{name: a, x: 0m, y: 0m}]\n"
        #expect(
            Fixtures.diagnostics(text) == [
                "t.yaml:2:24: hosts.one.address: must be an IP address or a host name, not '*:1;x'"
            ])
    }

    @Test func overridesAreCheckedLikeTheFile() {
        let text = Fixtures.small()
        #expect(
            Fixtures.diagnostics(text, .init(epoch: .seconds(20))) == [
                "t.yaml: --epoch: an epoch lasts 1ms to 10s, not 20s"
            ])
        #expect(
            Fixtures.diagnostics(text, .init(epoch: .seconds(0.0005))) == [
                "t.yaml: --epoch: an epoch lasts 1ms to 10s, not 500us"
            ])
        #expect(Fixtures.diagnostics(text, .init(solver: .wmmse)).first?.hasPrefix("t.yaml: --solver: wmmse") == true)
        #expect(Fixtures.diagnostics(text, .init(hierarchy: .fullyCentralised, solver: .wmmse)) == [])
    }

    /// An epoch of the command line shortens slots that are too long for it, and lengthens none.
    @Test func aShorterEpochShortensTheSlot() throws {
        let file = try TopologyFile.load(text: Fixtures.small("slot: 2ms\n"), path: "t.yaml")
        func slot(_ epoch: Instant.Span?) throws -> Instant.Span {
            try file.resolve(.init(epoch: epoch), traces: .none).plan.network.slot
        }
        #expect(try slot(nil) == .milliseconds(2))
        #expect(try slot(.milliseconds(5)) == .seconds(0.0005))
        #expect(try slot(.milliseconds(100)) == .milliseconds(2))
        let short = try file.resolve(.init(epoch: .milliseconds(5)), traces: .none)
        #expect(try short.overriding(epoch: .milliseconds(10)).plan.network.slot == .milliseconds(1))
        #expect(try short.overriding(seed: 3).plan.network.slot == .seconds(0.0005))
    }

    @Test func unusableTraceIsReportedAtItsKey() {
        let text = Fixtures.small(
            "wires: [{from: ran, to: edge-west, medium: measured, trace: a.txt}]\n")
        let missing = TraceSources { _ in throw MeasuredTraceError(description: "no such file") }
        #expect(
            Fixtures.diagnostics(text, traces: missing) == [
                "t.yaml:19:61: wires[0].trace: trace 'a.txt' cannot be used: no such file"
            ])
        let empty = TraceSources { _ in "time sinr\n1 2\n" }
        #expect(
            Fixtures.diagnostics(text, traces: empty) == [
                "t.yaml:19:61: wires[0].trace: trace 'a.txt' cannot be used: line 1 has no column 'delay(ms)'"
            ])
    }
}
