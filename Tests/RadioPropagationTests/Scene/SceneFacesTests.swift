import RadioPropagation
import Testing

@Suite struct SceneFacesTests {
    private static func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }

    // MARK: - Faces

    @Test(arguments: [false, true]) func aBoxHasSixFacesWithNormalsOutwardsAndTwelveWedges(isInsideOut: Bool) throws {
        let faces = SceneFaces(
            SceneSamples.scene([
                SceneSamples.box("box", from: SIMD3(10, 20, 0), to: SIMD3(14, 26, 9), isInsideOut: isInsideOut)
            ]))
        #expect(faces.faces.count == 6)
        let centre = SIMD3<Double>(12, 23, 4.5)
        for face in faces.faces {
            #expect(Self.dot(face.origin - centre, face.normal) > 0)
            #expect(face.normal.x.magnitude + face.normal.y.magnitude + face.normal.z.magnitude == 1)
            #expect(Self.dot(face.origin, face.normal) == face.offset)
        }
        #expect(faces.faces.map(\.areaSquareMetres).sorted() == [24, 24, 36, 36, 54, 54])
        #expect(faces.wedges.count == 12)
        for wedge in faces.wedges {
            #expect(abs(wedge.interiorAngle - .pi / 2) < 1e-12)
            #expect(!wedge.isReentrant)
            let (first, second) = (faces.faces[Int(wedge.faces.x)], faces.faces[Int(wedge.faces.y)])
            #expect(Self.dot(wedge.firstNormal, first.normal) > 1 - 1e-12)
            #expect(Self.dot(wedge.secondNormal, second.normal) > 1 - 1e-12)
        }
    }

    @Test func aSheetHasFourFreeEdgesAndLooksUp() {
        let faces = SceneFaces(
            SceneSamples.scene([
                SceneSamples.rectangle("ground", corner: .zero, SIMD3(0, 10, 0), SIMD3(10, 0, 0))
            ]))
        #expect(faces.faces.count == 1)
        #expect(faces.faces[0].normal == SIMD3(0, 0, 1))
        #expect(faces.wedges.count == 4)
        for wedge in faces.wedges {
            #expect(wedge.faces == SIMD2(0, -1) && wedge.interiorAngle == 0)
            #expect(Self.dot(wedge.firstNormal, wedge.secondNormal) < -1 + 1e-12)
        }
    }

    /// A wall of many triangles whose vertices are repeated, far from the origin and askew.
    @Test func aWallOfManyTrianglesIsOneFace() {
        var vertices: [SIMD3<Float>] = []
        var triangles: [SIMD3<UInt32>] = []
        for column in 0..<20 {
            for corner in [(0, 0), (1, 0), (1, 1), (0, 0), (1, 1), (0, 1)] {
                let x = Double(column + corner.0)
                vertices.append(SIMD3(Float(700 + 0.6 * x), Float(-500 + 0.8 * x), Float(12 * corner.1)))
                if vertices.count % 3 == 0 {
                    triangles.append(
                        SIMD3(UInt32(vertices.count - 3), UInt32(vertices.count - 2), UInt32(vertices.count - 1)))
                }
            }
        }
        let faces = SceneFaces(SceneSamples.scene([("wall", vertices, triangles)]))
        #expect(faces.faces.count == 1)
        #expect(abs(faces.faces[0].areaSquareMetres - 240) < 0.01)
        #expect(faces.triangles(of: 0).sorted() == Array(0..<40))
        #expect(faces.wedges.count == 4, "edges of one line are one wedge")
        #expect(
            faces.wedges.map { (($0.b - $0.a) * ($0.b - $0.a)).sum().squareRoot().rounded() }.sorted() == [
                12, 12, 20, 20,
            ])
    }

    @Test func objectsDoNotShareFacesButShareWedges() {
        let walls = SceneSamples.box("walls", from: .zero, to: SIMD3(10, 10, 5))
        // The box has its top in quad 1: triangles 2 and 3.
        let open = ("walls", walls.vertices, Array(walls.triangles[..<2] + walls.triangles[4...]))
        let roof = ("roof", walls.vertices, Array(walls.triangles[2..<4]))
        let faces = SceneFaces(SceneSamples.scene([open, roof]))
        #expect(faces.faces.count == 6)
        #expect(faces.wedges.count == 12)
        #expect(faces.wedges.allSatisfy { $0.faces.y >= 0 && !$0.isReentrant })
        #expect(faces.faces.filter { $0.object == 1 }.map(\.normal) == [SIMD3(0, 0, 1)])
    }

    // MARK: - Wedges

    /// Two sheets that share an edge; the second rises by `angle` out of the first one's plane.
    private static func fold(by angle: Float) -> SceneFaces {
        let rise = SIMD3<Float>(10, 0, 10 * angle)
        return SceneFaces(
            SceneSamples.scene([
                (
                    "fold",
                    [
                        SIMD3(-10, 0, 0), SIMD3(0, 0, 0), SIMD3(0, 10, 0), SIMD3(-10, 10, 0), rise,
                        rise + SIMD3(0, 10, 0),
                    ],
                    [SIMD3(0, 1, 2), SIMD3(0, 2, 3), SIMD3(1, 4, 5), SIMD3(1, 5, 2)]
                )
            ]))
    }

    /// Rise, faces, wedges.
    private static let folds: [(Float, Int, Int)] = [
        (0, 1, 0), (0.000_000_5, 1, 0), (0.000_5, 2, 0), (0.005, 2, 0), (0.02, 2, 1), (1, 2, 1),
    ]

    @Test(arguments: folds)
    func toleranceOfPlanesAndWedges(angle: Float, faces: Int, wedges: Int) {
        let fold = Self.fold(by: angle)
        #expect(fold.faces.count == faces)
        #expect(fold.wedges.count { $0.faces.y >= 0 } == wedges)
    }

    @Test func theInteriorAngleIsThatOfTheNarrowSide() {
        for wedge in Self.fold(by: 1).wedges where wedge.faces.y >= 0 {
            #expect(abs(wedge.interiorAngle - 3 * .pi / 4) < 1e-6)
        }
    }

    @Test func anInsideCornerIsMarked() {
        // An L seen from above, extruded.
        let outline: [SIMD2<Float>] = [
            SIMD2(0, 0), SIMD2(20, 0), SIMD2(20, 10), SIMD2(10, 10), SIMD2(10, 20), SIMD2(0, 20),
        ]
        let vertices = outline.map { SIMD3($0.x, $0.y, 0) } + outline.map { SIMD3($0.x, $0.y, 8) }
        var triangles: [SIMD3<UInt32>] = [SIMD3(6, 7, 8), SIMD3(6, 8, 9), SIMD3(6, 9, 10), SIMD3(6, 10, 11)]
        for side in UInt32(0)..<6 {
            let next = (side + 1) % 6
            triangles += [SIMD3(side, next, next + 6), SIMD3(side, next + 6, side + 6)]
        }
        let faces = SceneFaces(SceneSamples.scene([("L", vertices, triangles)]))
        #expect(faces.faces.count == 7)
        let inside = faces.wedges.filter(\.isReentrant)
        #expect(inside.count == 1)
        #expect(inside.first?.a.x == 10 && inside.first?.a.y == 10)
        #expect(faces.wedges.count { $0.faces.y < 0 } == 6, "the open bottom")
    }

    @Test func whereThreeSheetsMeetTheWidestSectorCounts() {
        func fan(_ directions: [SIMD3<Float>]) -> SceneFaces {
            SceneFaces(
                SceneSamples.scene(
                    directions.enumerated().map {
                        SceneSamples.rectangle("sheet \($0)", corner: .zero, SIMD3(0, 0, 10), $1 * 10)
                    }))
        }
        let even = fan([SIMD3(1, 0, 0), SIMD3(-0.5, 0.866, 0), SIMD3(-0.5, -0.866, 0)])
        #expect(even.wedges.allSatisfy { $0.faces.y < 0 }, "no sector is wider than straight")
        let narrow = fan([SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0.6, 0.8, 0)])
        let wedges = narrow.wedges.filter { $0.faces.y >= 0 }
        #expect(wedges.count == 1)
        #expect(Set([wedges[0].faces.x, wedges[0].faces.y]) == [0, 1])
        #expect(abs(wedges[0].interiorAngle - .pi / 2) < 1e-9)
    }

    // MARK: - Open wedges

    private static func index(_ parts: [(String, [SIMD3<Float>], [SIMD3<UInt32>])]) throws -> SceneIndex {
        let ground = SceneSamples.rectangle("ground", corner: SIMD3(-50, -50, 0), SIMD3(100, 0, 0), SIMD3(0, 100, 0))
        return try SceneIndex(SceneSamples.scene([ground] + parts))
    }

    @Test(arguments: [(0, 12), (0.05, 12), (-0.02, 12), (5, 16)] as [(Float, Int)])
    func edgesOnTheGroundAreNoWedges(foot: Float, wedges: Int) throws {
        let index = try Self.index([SceneSamples.box("box", from: SIMD3(0, 0, foot), to: SIMD3(10, 8, 12))])
        #expect(index.faces.wedges.count == wedges)
    }

    @Test func theFootOfAScreenIsNoWedge() throws {
        let index = try Self.index([
            SceneSamples.rectangle("screen", corner: SIMD3(0, 0, 0), SIMD3(10, 0, 0), SIMD3(0, 0, 3))
        ])
        let ends = index.faces.wedges.filter { $0.faces.x == 1 }
        #expect(ends.count == 3)
        #expect(ends.allSatisfy { max($0.a.z, $0.b.z) == 3 })
    }

    @Test func edgesInAWallAreNoWedges() throws {
        let index = try Self.index([
            SceneSamples.box("high", from: SIMD3(0, 0, 0), to: SIMD3(10, 10, 20)),
            SceneSamples.box("low", from: SIMD3(10, 2, 0), to: SIMD3(15, 8, 5)),
        ])
        let low = index.faces.wedges.filter { index.faces.faces[Int($0.faces.x)].object == 2 }
        #expect(low.count == 5, "two upright edges and three of the roof")
        let high = index.faces.wedges.filter { index.faces.faces[Int($0.faces.x)].object == 1 }
        #expect(high.count == 8)
    }
}
