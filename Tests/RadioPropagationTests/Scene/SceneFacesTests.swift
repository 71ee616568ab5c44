import RadioPropagation
import Testing

@Suite struct SceneFacesTests {
    @Test(arguments: [false, true]) func aBoxHasSixFacesWithNormalsOutwardsAndTwelveWedges(isInsideOut: Bool) throws {
        let faces = SceneFaces(
            SceneSamples.scene([
                SceneSamples.box("box", from: SIMD3(10, 20, 0), to: SIMD3(14, 26, 9), isInsideOut: isInsideOut)
            ]))
        #expect(faces.faces.count == 6)
        let centre = SIMD3<Double>(12, 23, 4.5)
        for face in faces.faces {
            let outwards = (face.origin - centre) * face.normal
            #expect(outwards.sum() > 0)
            #expect(face.normal.x.magnitude + face.normal.y.magnitude + face.normal.z.magnitude == 1)
            #expect((face.origin * face.normal).sum() == face.offset)
        }
        #expect(faces.faces.map(\.areaSquareMetres).sorted() == [24, 24, 36, 36, 54, 54])
        #expect(faces.wedges.count == 12)
        for wedge in faces.wedges {
            #expect(abs(wedge.interiorAngle - .pi / 2) < 1e-12)
            #expect(!wedge.isReentrant)
            #expect(wedge.faces.x >= 0 && wedge.faces.y >= 0)
            #expect((wedge.firstNormal - faces.faces[Int(wedge.faces.x)].normal).max() < 1e-12)
            #expect((wedge.secondNormal - faces.faces[Int(wedge.faces.y)].normal).max() < 1e-12)
        }
    }

    @Test func aSheetHasFourFreeEdges() {
        let faces = SceneFaces(
            SceneSamples.scene([
                SceneSamples.rectangle("ground", corner: .zero, SIMD3(0, 10, 0), SIMD3(10, 0, 0))
            ]))
        #expect(faces.faces.count == 1)
        #expect(faces.faces[0].normal == SIMD3(0, 0, 1))
        #expect(faces.wedges.count == 4)
        #expect(faces.wedges.allSatisfy { $0.faces.y == -1 && $0.interiorAngle == 0 })
    }
}
