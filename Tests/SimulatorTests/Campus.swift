import NetworkModel
import Topology

/// A small campus for tests: 6 cells in 2 regions, few users.
enum Campus {
    static let text = """
        name: test-campus
        seed: 1
        hierarchy: sch
        epoch: 10ms
        slot: 1ms
        hosts:
          field: {labels: field}
          edge-a: {labels: edge}
          edge-b: {labels: edge}
          cloud: {labels: cloud}
        links:
          - {from: field, to: edge-a, medium: mmwave, distance: 1.2km}
          - {from: field, to: edge-b, medium: microwave, distance: 1.8km}
          - {from: edge-a, to: edge-b, medium: fibre, distance: 3km}
          - {from: edge-a, to: cloud, medium: fibre, distance: 300km}
          - {from: edge-b, to: cloud, medium: fibre, distance: 300km}
        regions:
          west: {edge: edge-a}
          east: {edge: edge-b}
        sites:
          - {name: library, x: 0m, y: 0m, region: west}
          - {name: hall, x: 300m, y: 0m, region: east, azimuth: 90deg}
        scenario:
          emulated:
            ues_per_cell: 4
            pedestrian_speed: 3km/h
        """

    static func plan(
        _ hierarchy: Hierarchy, epochMs: Int64 = 10, seed: UInt64 = 1, solver: SolverKind? = nil, prices: Bool? = nil,
        averagedGains: Bool? = nil, timing: GameTiming? = nil
    ) throws -> WiringPlan {
        try TopologyFile.load(text: text, path: "test.yaml").resolve(
            TopologyOverrides(
                hierarchy: hierarchy, epoch: .milliseconds(epochMs), seed: seed, solver: solver, timing: timing,
                prices: prices, averagedGains: averagedGains)
        ).plan
    }
}
