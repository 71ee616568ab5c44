import Foundation
import NetworkModel
import Testing
import Topology

/// Texts and files that the tests of this target share.
enum Fixtures {
    /// Root of the checkout.
    static var root: String {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return parts.joined(separator: "/")
    }

    static func path(_ name: String) -> String { "\(root)/topologies/\(name)" }

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    static func shipped(_ name: String) throws -> TopologyFile {
        try TopologyFile.load(text: text(name), path: "topologies/\(name)")
    }

    /// The smallest topology with two regions on four hosts, with `extra` lines at its end.
    static func small(hierarchy: String = "sch", _ extra: String = "") -> String {
        """
        name: small
        hierarchy: \(hierarchy)
        hosts:
          field: {labels: field}
          left: {labels: edge}
          right: {labels: edge}
          cloud: {labels: cloud}
        links:
          - {from: field, to: left, medium: fibre, distance: 1km}
          - {from: field, to: right, medium: fibre, distance: 1km}
          - {from: left, to: cloud, medium: fibre, distance: 100km}
          - {from: right, to: cloud, medium: fibre, distance: 100km}
        regions:
          west: {edge: left}
          east: {edge: right}
        sites:
          - {name: a, x: 0m, y: 0m, region: west, sectors: 1}
          - {name: b, x: 500m, y: 0m, region: east, sectors: 1}

        """ + extra
    }

    static func resolve(_ text: String, _ overrides: TopologyOverrides = .init()) throws -> ResolvedTopology {
        try TopologyFile.load(text: text, path: "t.yaml").resolve(overrides)
    }

    /// Diagnostics of loading and resolving, empty where nothing is wrong.
    static func diagnostics(
        _ text: String, _ overrides: TopologyOverrides = .init(), traces: TraceSources = .none
    ) -> [String] {
        do {
            _ = try TopologyFile.load(text: text, path: "t.yaml").resolve(overrides, traces: traces)
            return []
        } catch {
            return error.diagnostics.map(\.description)
        }
    }

    static func replayCells(_ count: Int) -> [CellConfiguration] {
        (0..<count).map { index in
            // From east to west, so that an order by position shows.
            CellConfiguration(
                id: CellID(UInt32(index)), name: "c\(index)", region: RegionID(0),
                xMetres: Double(count - index) * 100, yMetres: 0)
        }
    }
}
