import NetworkModel
import Testing
import Topology

/// Places by the names that operators have for them.
@Suite struct PlaceTests {
    private static func cells(_ network: NetworkConfiguration, _ place: String) -> [String] {
        network.places.first { $0.name == place }?.cells.map { network.cells[$0.index].name } ?? []
    }

    /// Cells `a` and `b` stand 500 m apart, omnidirectional: each serves its half.
    @Test func placesAreCellsOrAreas() throws {
        let network = try Fixtures.resolve(
            Fixtures.small(
                """
                places:
                  - {name: Main Street, x: 250m, y: 0m, width: 100m, depth: 20m}
                  - {name: "Old Town", x: -20m, y: 10m, radius: 100m}
                  - {name: works, cells: [b]}
                  - {name: both, cells: [b, a]}

                """)
        ).plan.network
        #expect(network.places.map(\.name) == ["Main Street", "Old Town", "works", "both"])
        #expect(Self.cells(network, "Main Street") == ["a", "b"])
        #expect(Self.cells(network, "Old Town") == ["a"])
        #expect(Self.cells(network, "works") == ["b"] && Self.cells(network, "both") == ["a", "b"])
    }

    /// Sectors by their boresights: the stadium lies before one of the tower's, and beside the gate.
    @Test func theStadiumHasItsCells() throws {
        let network = try Fixtures.shipped("stadium.yaml").resolve().plan.network
        #expect(Self.cells(network, "stadium") == ["tower-1", "gate"])
        #expect(Self.cells(network, "Main Street") == ["tower-1", "tower-3", "bridge-2", "bridge-3"])
        #expect(Self.cells(network, "ticket hall") == ["gate"])
        let report = ValidationReport.describe(try Fixtures.shipped("stadium.yaml").resolve())
        #expect(report.contains("\nplaces\n") && report.contains("tower-1 gate"), "\(report)")
        let urllc = try #require(network.slices.last)
        #expect(urllc.name == "urllc" && urllc.delaySeconds == 0.02 && urllc.rateBps == 1e5)
    }

    @Test(
        arguments: [
            ("{name: x, cells: [c]}", "places[0].cells: no cell or site 'c'"),
            ("{name: x, cells: [a], radius: 5m}", "places[0].cells: it has cells or an area, not both"),
            ("{name: x, x: 0m, y: 0m}", "places[0]: needs cells, or x, y and radius, or x, y, width and depth"),
            ("{name: x, x: 0m, y: 0m, radius: 5m, width: 5m}", "places[0]: needs cells, or x, y and radius"),
            ("{name: x, x: 0m, y: 0m, width: 5m}", "places[0]: needs cells, or x, y and radius"),
            ("{name: x, x: 0m, y: 0m, radius: 0m}", "places[0].radius: must be a length"),
            ("{name: '4', cells: [a]}", "places[0].name: must begin with a letter"),
            ("{cells: [a]}", "places[0].name: missing: "),
            ("{name: x, cells: [a]}\n  - {name: X, cells: [b]}", "places[1].name: 'X' names a place already"),
        ])
    func whatIsNoPlaceIsNamed(place: String, expected: String) {
        let found = Fixtures.diagnostics(Fixtures.small("places:\n  - \(place)\n"))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }
}
