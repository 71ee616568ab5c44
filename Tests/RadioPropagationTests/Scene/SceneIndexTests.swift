import Numerics
import RadioPropagation
import Testing

@Suite struct SceneIndexTests {
    @Test(arguments: [false, true]) func whatStandsInsideABuildingIsKnown(isInsideOut: Bool) throws {
        let index = try SceneIndex(
            SceneSamples.scene([
                SceneSamples.rectangle("ground", corner: SIMD3(-50, -50, 0), SIMD3(100, 0, 0), SIMD3(0, 100, 0)),
                SceneSamples.box("house", from: SIMD3(0, 0, 0), to: SIMD3(10, 8, 12), isInsideOut: isInsideOut),
                SceneSamples.box("wing", from: SIMD3(6, 2, 0), to: SIMD3(20, 6, 5), isInsideOut: isInsideOut),
                SceneSamples.rectangle("canopy", corner: SIMD3(30, 30, 5), SIMD3(10, 0, 0), SIMD3(0, 10, 0)),
            ]))
        let inside: [SIMD3<Double>] = [SIMD3(5, 4, 1.5), SIMD3(8, 4, 1.5), SIMD3(15, 4, 4.9), SIMD3(8, 4, 11)]
        let outside: [SIMD3<Double>] = [
            SIMD3(-1, 4, 1.5), SIMD3(5, 4, 12.1), SIMD3(15, 4, 5.1), SIMD3(35, 35, 1.5), SIMD3(15, 7, 1.5),
            SIMD3(500, 0, 1.5),
        ]
        for place in inside { #expect(index.isInside(place), "\(place)") }
        for place in outside { #expect(!index.isInside(place), "\(place)") }
    }

    private static let seed: UInt64 = 17

    private static func point(_ index: Int, _ which: UInt64) -> SIMD3<Double> {
        let generator = CounterGenerator(seed: seed, purpose: 1 + which)
        return SIMD3((0..<3).map { generator.uniform(UInt64(index), UInt64($0), in: -10..<130) })
    }

    /// Möller-Trumbore in Double: the distance along the direction, nil for a miss; `margin` is how far inside the
    /// triangle the crossing lies, as a share of its size.
    private static func crossing(
        _ scene: Scene, _ triangle: Int, _ origin: SIMD3<Double>, _ direction: SIMD3<Double>
    ) -> (distance: Double, margin: Double)? {
        func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }
        func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
            SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
        }
        let (a, b, c) = scene.corners(of: triangle)
        let p = cross(direction, c - a)
        let determinant = dot(b - a, p)
        guard abs(determinant) > 1e-12 else { return nil }
        let u = dot(origin - a, p) / determinant
        let q = cross(origin - a, b - a)
        let v = dot(direction, q) / determinant
        return (dot(c - a, q) / determinant, min(u, v, 1 - u - v))
    }

    /// Crossings of a segment by brute force, nearest first, and whether one is too close to an edge or an end to call.
    private static func bruteForce(
        _ scene: Scene, from: SIMD3<Double>, to: SIMD3<Double>
    ) -> (hits: [Hit], isDoubtful: Bool) {
        var hits: [Hit] = []
        var isDoubtful = false
        for triangle in scene.triangles.indices {
            guard let (share, margin) = crossing(scene, triangle, from, to - from) else { continue }
            let isNearEdge = abs(margin) < 1e-4 && share > -0.01 && share < 1.01
            let isNearEnd = margin > -1e-4 && min(abs(share), abs(1 - share)) < 1e-4
            if isNearEdge || isNearEnd { isDoubtful = true }
            if margin > 0, share > 0, share < 1 { hits.append(Hit(distance: share, triangle: triangle)) }
        }
        return (hits.sorted { $0.distance < $1.distance }, isDoubtful)
    }

    @Test func raysMeetWhatBruteForceMeets() throws {
        let scene = SceneSamples.soup(count: 400, seed: Self.seed)
        let index = try SceneIndex(scene)
        var compared = 0
        var blocked = 0
        for ray in 0..<3_000 {
            let (from, to) = (Self.point(ray, 0), Self.point(ray, 1))
            let (hits, isDoubtful) = Self.bruteForce(scene, from: from, to: to)
            if isDoubtful { continue }
            compared += 1
            if !hits.isEmpty { blocked += 1 }
            let comment: Comment = "seed \(Self.seed), ray \(ray)"
            let hit = index.closest(from: from, direction: to - from, limit: 1)
            #expect(hit?.triangle == hits.first?.triangle, comment)
            #expect(abs((hit?.distance ?? 0) - (hits.first?.distance ?? 0)) < 1e-5, comment)
            #expect(index.isOccluded(from: from, to: to) == !hits.isEmpty, comment)
            #expect(index.crossings(from: from, to: to).map(\.triangle) == hits.map(\.triangle), comment)
        }
        #expect(compared > 2_000)
        #expect(blocked > 1_000)
    }

    @Test(arguments: [1, 15, 16, 17, 100]) func packetsAnswerAsSingleRays(count: Int) throws {
        let scene = SceneSamples.soup(count: 400, seed: Self.seed)
        let index = try SceneIndex(scene)
        let from = (0..<count).map { Self.point($0, 0) }
        let to = (0..<count).map { Self.point($0, 1) }
        let ignoring = (0..<count).map { ray in
            SIMD2(Int32(index.closest(from: from[ray], direction: to[ray] - from[ray])?.triangle ?? -1), -1)
        }
        for isIgnoring in [false, true] {
            var occluded = [Bool](repeating: true, count: count)
            from.withUnsafeBufferPointer { from in
                to.withUnsafeBufferPointer { to in
                    ignoring.withUnsafeBufferPointer { ignoring in
                        occluded.withUnsafeMutableBufferPointer { occluded in
                            index.occlusions(
                                from: from, to: to, ignoring: isIgnoring ? ignoring : nil, into: occluded)
                        }
                    }
                }
            }
            for ray in 0..<count {
                let faces = isIgnoring ? ignoring[ray] : SceneIndex.noFaces
                #expect(
                    occluded[ray] == index.isOccluded(from: from[ray], to: to[ray], ignoring: faces),
                    "seed \(Self.seed), ray \(ray)")
            }
        }
    }

    @Test func launchedRaysAnswerAsSingleRays() throws {
        let index = try SceneIndex(SceneSamples.soup(count: 400, seed: Self.seed))
        let origin = SIMD3<Double>(50, 50, 50)
        let directions = (0..<333).map { SIMD3<Float>(Self.point($0, 0) - origin) }
        var distances = [Float](repeating: 0, count: directions.count)
        var triangles = [Int32](repeating: 0, count: directions.count)
        withUnsafePointer(to: origin) { origin in
            directions.withUnsafeBufferPointer { directions in
                distances.withUnsafeMutableBufferPointer { distances in
                    triangles.withUnsafeMutableBufferPointer { triangles in
                        index.closest(
                            origins: UnsafeBufferPointer(start: origin, count: 1), directions: directions,
                            distances: distances, triangles: triangles)
                    }
                }
            }
        }
        var met = 0
        for ray in directions.indices {
            let hit = index.closest(from: origin, direction: SIMD3<Double>(directions[ray]))
            #expect(Int(triangles[ray]) == hit?.triangle ?? -1)
            if let hit {
                met += 1
                #expect(abs(Double(distances[ray]) - hit.distance) < 1e-5)
            }
        }
        #expect(met > 100)
    }

    @Test func aSegmentBetweenTwoWallsSeesNeither() throws {
        let index = try SceneIndex(
            SceneSamples.scene([
                SceneSamples.rectangle("west", corner: SIMD3(0, 0, 0), SIMD3(0, 10, 0), SIMD3(0, 0, 10)),
                SceneSamples.rectangle("east", corner: SIMD3(5, 0, 0), SIMD3(0, 10, 0), SIMD3(0, 0, 10)),
                SceneSamples.rectangle("middle", corner: SIMD3(2, 0, 0), SIMD3(0, 10, 0), SIMD3(0, 0, 5)),
            ]))
        let (west, east) = (index.faces.faceOfTriangle[0], index.faces.faceOfTriangle[2])
        let middle = index.faces.faceOfTriangle[4]
        #expect(!index.isOccluded(from: SIMD3(0, 5, 8), to: SIMD3(5, 5, 8)))
        #expect(index.isOccluded(from: SIMD3(0, 5, 4), to: SIMD3(5, 5, 4)))
        #expect(!index.isOccluded(from: SIMD3(0, 5, 4), to: SIMD3(5, 5, 4), ignoring: SIMD2(middle, -1)))
        #expect(index.isOccluded(from: SIMD3(-1, 5, 8), to: SIMD3(6, 5, 8)))
        #expect(index.isOccluded(from: SIMD3(-1, 5, 8), to: SIMD3(6, 5, 8), ignoring: SIMD2(west, -1)))
        #expect(!index.isOccluded(from: SIMD3(-1, 5, 8), to: SIMD3(6, 5, 8), ignoring: SIMD2(west, east)))
        let through = index.crossings(from: SIMD3(-1, 5, 4), to: SIMD3(6, 5, 4))
        #expect(through.map { index.faces.faceOfTriangle[$0.triangle] } == [west, middle, east])
        #expect(through.map { ($0.distance * 1e4).rounded() / 1e4 } == [1, 3, 6])
    }

    @Test func aFaceCrossedAtItsSeamCountsOnce() throws {
        let index = try SceneIndex(
            SceneSamples.scene([
                SceneSamples.rectangle("wall", corner: SIMD3(0, 0, 0), SIMD3(0, 10, 0), SIMD3(0, 0, 10))
            ]))
        #expect(index.crossings(from: SIMD3(-1, 5, 5), to: SIMD3(1, 5, 5)).count == 1)
        #expect(index.isOccluded(from: SIMD3(-1, 5, 5), to: SIMD3(1, 5, 5)))
    }

    @Test func aPointHasNothingBetweenItAndItself() throws {
        let index = try SceneIndex(SceneSamples.scene([SceneSamples.box("box", from: .zero, to: SIMD3(1, 1, 1))]))
        #expect(!index.isOccluded(from: SIMD3(0, 0, 0), to: SIMD3(0, 0, 0)))
        #expect(index.crossings(from: SIMD3(1, 1, 1), to: SIMD3(1, 1, 1)).isEmpty)
    }

    @Test func aSceneWithoutTrianglesIsRefused() {
        #expect(throws: SceneIndexError.empty) { try SceneIndex(SceneSamples.scene([])) }
        var box = SceneSamples.box("box", from: .zero, to: SIMD3(1, 1, 1))
        box.vertices[3].y = .nan
        let broken = box
        #expect(throws: SceneIndexError.notFinite) { try SceneIndex(SceneSamples.scene([broken])) }
    }
}
