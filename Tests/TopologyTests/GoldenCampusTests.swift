import NetworkModel
import Testing
import Topology

/// What `validate` prints for the shipped campus in the three hierarchies, runs of blanks as one.
@Suite struct GoldenCampusTests {
    @Test(arguments: [
        (Hierarchy.fullyCentralised, fullyCentralised), (.semiCentralised, semiCentralised),
        (.decentralised, decentralised),
    ])
    func reportIsAsCommitted(hierarchy: Hierarchy, expected: String) throws {
        let topology = try Fixtures.shipped("campus.yaml").resolve(.init(hierarchy: hierarchy))
        let lines = ValidationReport.describe(topology).split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        #expect(lines == expected.split(separator: "\n").map(String.init))
    }

    private static let fullyCentralised = """
        campus: fully centralised (fch), 7 cells, 2 regions, seed 1
        epoch 20ms, slot 1ms, 20MHz at 3.5GHz in 8 subbands; emulated, 10 UEs per cell
        game synchronous, solver pricing
        twins start from a fitted distance law
        context is kept in a file per process
        largest in an epoch: telemetry of edge-east, 5296 bytes
        language engine: the rule base, a cycle every 5s, what-if of 5s; adopts by itself: shift_bandwidth \
        raise_priority cap_mcs cap_power reassociate blank_subbands slice_shares retrain \
        tune_twin recall_twin ask_engine
        processes
        process executable host binds connects to nodes
        ran dtnet-ran field ipc://ran - ran
        edge-cloud dtnet-edge cloud - ran region-cloud rrm orchestrator edge-west edge-east
        region-cloud dtnet-region cloud ipc://region-cloud rrm orchestrator region-west region-east
        rrm dtnet-rrm cloud ipc://rrm ran rrm
        orchestrator dtnet-orchestrator cloud ipc://orchestrator rrm orchestrator
        nodes
        node role process host region cells
        ran ran ran field all 0-6
        edge-west edge edge-cloud cloud west 0-2
        edge-east edge edge-cloud cloud east 3-6
        region-west region region-cloud cloud west 0-2
        region-east region region-cloud cloud east 3-6
        rrm rrm rrm cloud all 0-6
        orchestrator orchestrator orchestrator cloud all 0-6
        wires
        from to link delay jitter loss bandwidth
        ran edge-west fibre 1.504ms 52us 0.01% 666.7Mbit/s
        edge-west ran fibre 1.504ms 52us 0.01% 500Mbit/s
        ran edge-east fibre 1.504ms 52us 0.01% 666.7Mbit/s
        edge-east ran fibre 1.504ms 52us 0.01% 500Mbit/s
        edge-west region-west loopback - - - -
        edge-west rrm loopback - - - -
        edge-east region-east loopback - - - -
        edge-east rrm loopback - - - -
        rrm ran fibre 1.504ms 52us 0.01% 1Gbit/s
        ran rrm fibre 1.504ms 52us 0.01% 666.7Mbit/s
        region-west rrm loopback - - - -
        region-west orchestrator loopback - - - -
        orchestrator region-west loopback - - - -
        region-east rrm loopback - - - -
        region-east orchestrator loopback - - - -
        orchestrator region-east loopback - - - -
        orchestrator edge-west loopback - - - -
        edge-west orchestrator loopback - - - -
        orchestrator edge-east loopback - - - -
        edge-east orchestrator loopback - - - -
        orchestrator rrm loopback - - - -
        rrm orchestrator loopback - - - -
        placement
        node host because
        ran field rule of fch
        edge-west cloud rule of fch
        edge-east cloud rule of fch
        region-west cloud rule of fch
        region-east cloud rule of fch
        rrm cloud rule of fch
        orchestrator cloud rule of fch
        shares of the links between hosts
        from to medium bandwidth processes share wires
        field edge-a mmwave 2Gbit/s ran 2Gbit/s 3
        edge-a field mmwave 2Gbit/s edge-cloud rrm 1Gbit/s 2 1
        edge-a cloud fibre 10Gbit/s ran 10Gbit/s 3
        cloud edge-a fibre 10Gbit/s edge-cloud rrm 5Gbit/s 2 1
        """

    private static let semiCentralised = """
        campus: semi-centralised (sch), 7 cells, 2 regions, seed 1
        epoch 20ms, slot 1ms, 20MHz at 3.5GHz in 8 subbands; emulated, 10 UEs per cell
        game synchronous, solver pricing
        twins start from a fitted distance law
        context is kept in a file per process
        largest in an epoch: telemetry of edge-east, 5296 bytes
        language engine: the rule base, a cycle every 5s, what-if of 5s; adopts by itself: shift_bandwidth \
        raise_priority cap_mcs cap_power reassociate blank_subbands slice_shares retrain \
        tune_twin recall_twin ask_engine
        processes
        process executable host binds connects to nodes
        ran dtnet-ran field ipc://ran - ran
        edge-a dtnet-edge edge-a - ran region-edge-a rrm orchestrator edge-west
        edge-b dtnet-edge edge-b - ran region-edge-b rrm orchestrator edge-east
        region-edge-a dtnet-region edge-a ipc://region-edge-a rrm orchestrator region-west
        region-edge-b dtnet-region edge-b ipc://region-edge-b rrm orchestrator region-east
        rrm dtnet-rrm cloud ipc://rrm - rrm
        orchestrator dtnet-orchestrator cloud ipc://orchestrator rrm orchestrator
        nodes
        node role process host region cells
        ran ran ran field all 0-6
        edge-west edge edge-a edge-a west 0-2
        edge-east edge edge-b edge-b east 3-6
        region-west region region-edge-a edge-a west 0-2
        region-east region region-edge-b edge-b east 3-6
        rrm rrm rrm cloud all 0-6
        orchestrator orchestrator orchestrator cloud all 0-6
        wires
        from to link delay jitter loss bandwidth
        ran edge-west mmwave 4.003us 50us 0.01% 2Gbit/s
        edge-west ran mmwave 4.003us 50us 0.01% 2Gbit/s
        ran edge-east microwave 6.004us 20us 0.001% 1Gbit/s
        edge-east ran microwave 6.004us 20us 0.001% 1Gbit/s
        edge-west region-west loopback - - - -
        edge-west rrm fibre 1.5ms 2us 0% 2.5Gbit/s
        rrm edge-west fibre 1.5ms 2us 0% 5Gbit/s
        edge-east region-east loopback - - - -
        edge-east rrm fibre 1.5ms 2us 0% 2.5Gbit/s
        rrm edge-east fibre 1.5ms 2us 0% 5Gbit/s
        region-west rrm fibre 1.5ms 2us 0% 2.5Gbit/s
        region-west orchestrator fibre 1.5ms 2us 0% 2.5Gbit/s
        orchestrator region-west fibre 1.5ms 2us 0% 2.5Gbit/s
        region-east rrm fibre 1.5ms 2us 0% 2.5Gbit/s
        region-east orchestrator fibre 1.5ms 2us 0% 2.5Gbit/s
        orchestrator region-east fibre 1.5ms 2us 0% 2.5Gbit/s
        orchestrator edge-west fibre 1.5ms 2us 0% 2.5Gbit/s
        edge-west orchestrator fibre 1.5ms 2us 0% 2.5Gbit/s
        orchestrator edge-east fibre 1.5ms 2us 0% 2.5Gbit/s
        edge-east orchestrator fibre 1.5ms 2us 0% 2.5Gbit/s
        orchestrator rrm loopback - - - -
        rrm orchestrator loopback - - - -
        placement
        node host because
        ran field rule of sch
        edge-west edge-a rule of sch
        edge-east edge-b rule of sch
        region-west edge-a rule of sch
        region-east edge-b rule of sch
        rrm cloud rule of sch
        orchestrator cloud rule of sch
        shares of the links between hosts
        from to medium bandwidth processes share wires
        field edge-a mmwave 2Gbit/s ran 2Gbit/s 1
        edge-a field mmwave 2Gbit/s edge-a 2Gbit/s 1
        field edge-b microwave 1Gbit/s ran 1Gbit/s 1
        edge-b field microwave 1Gbit/s edge-b 1Gbit/s 1
        edge-a cloud fibre 10Gbit/s edge-a region-edge-a 5Gbit/s 2 2
        cloud edge-a fibre 10Gbit/s rrm orchestrator 5Gbit/s 1 2
        edge-b cloud fibre 10Gbit/s edge-b region-edge-b 5Gbit/s 2 2
        cloud edge-b fibre 10Gbit/s rrm orchestrator 5Gbit/s 1 2
        """

    private static let decentralised = """
        campus: decentralised (dch), 7 cells, 2 regions, seed 1
        epoch 20ms, slot 1ms, 20MHz at 3.5GHz in 8 subbands; emulated, 10 UEs per cell
        game asynchronous, solver pricing
        twins start from a fitted distance law
        context is kept in a file per process
        largest in an epoch: telemetry of edge-east, 5296 bytes
        language engine: the rule base, a cycle every 5s, what-if of 5s; adopts by itself: shift_bandwidth \
        raise_priority cap_mcs cap_power reassociate blank_subbands slice_shares retrain \
        tune_twin recall_twin ask_engine
        processes
        process executable host binds connects to nodes
        ran dtnet-ran field ipc://ran - ran
        edge-a dtnet-edge edge-a - ran region-edge-a orchestrator edge-west
        edge-b dtnet-edge edge-b - ran region-edge-b orchestrator edge-east
        region-edge-a dtnet-region edge-a ipc://region-edge-a - region-west rrm-west
        region-edge-b dtnet-region edge-b ipc://region-edge-b region-edge-a region-east rrm-east
        orchestrator dtnet-orchestrator cloud ipc://orchestrator region-edge-a region-edge-b orchestrator
        nodes
        node role process host region cells
        ran ran ran field all 0-6
        edge-west edge edge-a edge-a west 0-2
        edge-east edge edge-b edge-b east 3-6
        region-west region region-edge-a edge-a west 0-2
        region-east region region-edge-b edge-b east 3-6
        rrm-west rrm region-edge-a edge-a west 0-2
        rrm-east rrm region-edge-b edge-b east 3-6
        orchestrator orchestrator orchestrator cloud all 0-6
        wires
        from to link delay jitter loss bandwidth
        ran edge-west mmwave 4.003us 50us 0.01% 2Gbit/s
        edge-west ran mmwave 4.003us 50us 0.01% 2Gbit/s
        ran edge-east microwave 6.004us 20us 0.001% 1Gbit/s
        edge-east ran microwave 6.004us 20us 0.001% 1Gbit/s
        edge-west region-west loopback - - - -
        edge-west rrm-west loopback - - - -
        rrm-west edge-west loopback - - - -
        edge-east region-east loopback - - - -
        edge-east rrm-east loopback - - - -
        rrm-east edge-east loopback - - - -
        region-west rrm-west call - - - -
        region-west orchestrator fibre 1.5ms 2us 0% 2.5Gbit/s
        orchestrator region-west fibre 1.5ms 2us 0% 3.333Gbit/s
        region-east rrm-east call - - - -
        region-east orchestrator fibre 1.5ms 2us 0% 2.5Gbit/s
        orchestrator region-east fibre 1.5ms 2us 0% 3.333Gbit/s
        rrm-west rrm-east fibre 15us 2us 0% 10Gbit/s
        rrm-east rrm-west fibre 15us 2us 0% 10Gbit/s
        orchestrator edge-west fibre 1.5ms 2us 0% 3.333Gbit/s
        edge-west orchestrator fibre 1.5ms 2us 0% 5Gbit/s
        orchestrator edge-east fibre 1.5ms 2us 0% 3.333Gbit/s
        edge-east orchestrator fibre 1.5ms 2us 0% 5Gbit/s
        orchestrator rrm-west fibre 1.5ms 2us 0% 3.333Gbit/s
        rrm-west orchestrator fibre 1.5ms 2us 0% 2.5Gbit/s
        orchestrator rrm-east fibre 1.5ms 2us 0% 3.333Gbit/s
        rrm-east orchestrator fibre 1.5ms 2us 0% 2.5Gbit/s
        placement
        node host because
        ran field rule of dch
        edge-west edge-a rule of dch
        edge-east edge-b rule of dch
        region-west edge-a rule of dch
        region-east edge-b rule of dch
        rrm-west edge-a rule of dch
        rrm-east edge-b rule of dch
        orchestrator cloud rule of dch
        shares of the links between hosts
        from to medium bandwidth processes share wires
        field edge-a mmwave 2Gbit/s ran 2Gbit/s 1
        edge-a field mmwave 2Gbit/s edge-a 2Gbit/s 1
        field edge-b microwave 1Gbit/s ran 1Gbit/s 1
        edge-b field microwave 1Gbit/s edge-b 1Gbit/s 1
        edge-a edge-b fibre 10Gbit/s region-edge-a 10Gbit/s 1
        edge-b edge-a fibre 10Gbit/s region-edge-b 10Gbit/s 1
        edge-a cloud fibre 10Gbit/s region-edge-a edge-a 5Gbit/s 2 1
        cloud edge-a fibre 10Gbit/s orchestrator 10Gbit/s 3
        edge-b cloud fibre 10Gbit/s region-edge-b edge-b 5Gbit/s 2 1
        cloud edge-b fibre 10Gbit/s orchestrator 10Gbit/s 3
        """
}
