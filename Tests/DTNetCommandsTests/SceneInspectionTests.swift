import DTNetCommands
import RadioPropagation
import Testing

@Suite struct SceneInspectionTests {
    @Test func theCityIsDescribed() throws {
        var city = CityBlocks(columns: 2, rows: 1, seed: 1)
        city.wallMaterials = ["itu_brick"]
        let inspection = try SceneInspection(try city.scene(), frequencyHz: 3.5e9)
        #expect(inspection.objects == 3 && inspection.triangles == 22 && inspection.faces == 11)
        #expect(inspection.wedges == 20 && inspection.freeWedges == 4 && inspection.insideCorners == 0)
        #expect(inspection.materials.map(\.law) == ["concrete", "brick"])
        #expect(inspection.materials[1].relativePermittivity == 3.91)
        #expect(inspection.materials[0].areaSquareMetres == 125 * 70)
        let text = inspection.lines.joined(separator: "\n")
        #expect(text.contains("objects    3 with 22 triangles and 20 vertices"))
        #expect(text.contains("size       125 x 70 x"))
        #expect(try inspection.jsonText().contains("\"relativePermittivity\" : 3.91"))
    }

    @Test func aMaterialOutOfRangeIsNotedNotFatal() throws {
        var city = CityBlocks(columns: 1, rows: 1, seed: 1)
        city.wallMaterials = ["itu_brick"]
        let inspection = try SceneInspection(try city.scene(), frequencyHz: 60e9)
        #expect(inspection.materials.map(\.relativePermittivity) == [5.24, nil])
        #expect(inspection.notes.contains { $0.hasPrefix("material 'itu_brick' is not defined at 60.0 GHz") })
    }

    @Test(
        arguments: [("3.5GHz", 3.5e9), ("700MHz", 7e8), ("28 GHz", 28e9), ("1000kHz", 1e6), ("2e9Hz", nil)]
            as [(String, Double?)])
    func frequenciesTakeTheirUnit(text: String, hertz: Double?) {
        #expect((try? ToolArguments.frequency(text)) == hertz)
    }

    @Test(arguments: ["", "3.5", "3.5 ghz", "-1GHz", "0GHz", "GHz", "1e99GHz", "nanGHz", "2THz"])
    func whatIsNoFrequencyIsRefused(text: String) {
        #expect(throws: (any Error).self) { try ToolArguments.frequency(text) }
    }
}
