import RadioPropagation
import Testing

@Suite struct SceneEditingTests {
    private static func city() throws -> Scene { try CityBlocks(columns: 3, rows: 3, seed: 9).scene() }

    private static let lorry = SceneSamples.box("lorry", from: SIMD3(1, 2, 0), to: SIMD3(9, 4.5, 4))

    @Test func whatIsAddedComesLastAndLeavesNumbersAsTheyAre() throws {
        let city = try Self.city()
        let metal = try ITUMaterials.material(named: "metal")
        let edit = city.adding(
            name: "lorry", material: metal, vertices: Self.lorry.vertices, triangles: Self.lorry.triangles)
        #expect(edit.changed == SceneBounds(minimum: SIMD3(1, 2, 0), maximum: SIMD3(9, 4.5, 4)))
        #expect(edit.scene.objects.dropLast() == city.objects[...])
        #expect(edit.scene.materials.last == metal)
        let (before, after) = (SceneFaces(city), SceneFaces(edit.scene))
        #expect(Array(after.faceOfTriangle.prefix(city.triangles.count)) == before.faceOfTriangle)
        #expect(after.faces.count == before.faces.count + 6)
        for face in before.faces.indices { #expect(after.faces[face].normal == before.faces[face].normal) }
    }

    @Test func whatIsRemovedIsGoneAndItsPlaceIsNamed() throws {
        let city = try Self.city()
        let metal = try ITUMaterials.material(named: "metal")
        let added = city.adding(
            name: "lorry", material: metal, vertices: Self.lorry.vertices, triangles: Self.lorry.triangles)
        let edit = added.scene.removing(name: "lorry")
        #expect(edit.changed == added.changed)
        #expect(edit.scene.objects == city.objects)
        #expect(edit.scene.triangles == city.triangles)
        let first = city.removing(name: "building-0-0")
        #expect(first.scene.objects.count == city.objects.count - 1)
        #expect(first.scene.objects[1].triangles == 2..<12)
        #expect(first.scene.corners(of: 2) == city.corners(of: 12))
    }

    @Test func anUnknownNameChangesNothing() throws {
        let edit = try Self.city().removing(name: "castle")
        #expect(edit.changed.isEmpty)
        #expect(edit.scene.triangles.count == 2 + 9 * 10)
    }

    @Test func objectsAreFoundByTheirTriangles() throws {
        let city = try Self.city()
        for triangle in city.triangles.indices {
            #expect(city.objects[city.objectOfTriangle(triangle)].triangles.contains(triangle))
        }
    }
}
