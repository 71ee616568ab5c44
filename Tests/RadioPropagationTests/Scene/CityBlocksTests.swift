import RadioPropagation
import Testing

@Suite struct CityBlocksTests {
    @Test func theSeedDecides() throws {
        let one = try CityBlocks(columns: 4, rows: 3, seed: 1).scene()
        #expect(try CityBlocks(columns: 4, rows: 3, seed: 1).scene().vertices == one.vertices)
        #expect(try CityBlocks(columns: 4, rows: 3, seed: 2).scene().vertices != one.vertices)
    }

    @Test(arguments: [1, 2, 3]) func buildingsKeepTheStreetsFree(seed: UInt64) throws {
        var city = CityBlocks(columns: 4, rows: 3, seed: seed)
        city.heightsMetres = 12..<13
        let scene = try city.scene()
        #expect(scene.objects.count == 13)
        #expect(scene.bounds().minimum == SIMD3(-117.5, -90, 0))
        #expect(scene.bounds().maximum.z >= 12 && scene.bounds().maximum.z < 13)
        let index = try SceneIndex(scene)
        #expect(index.faces.faces.count == 1 + 12 * 5)
        #expect(index.faces.wedges.count == 4 + 12 * 8, "feet stand on the ground, seed \(seed)")
        for street in 0...4 {
            let x = -117.5 + 7.5 + 55 * Double(street)
            #expect(
                !index.isOccluded(from: SIMD3(x, -80, 1.5), to: SIMD3(x, 80, 1.5)), "street \(street), seed \(seed)")
        }
        #expect(index.isOccluded(from: SIMD3(-117, -62.5, 1.5), to: SIMD3(117, -62.5, 1.5)))
    }

    @Test func anUnknownMaterialIsRefused() {
        var city = CityBlocks(columns: 1, rows: 1, seed: 1)
        city.wallMaterials = ["gingerbread"]
        #expect(throws: RadioMaterialError.unknownName("gingerbread")) { try city.scene() }
    }
}
