/// Faces cut into convex polygons of at most 8 corners: what a beam meets and what hides it. A face that is such a
/// polygon is one piece; otherwise its triangles are joined while they stay convex.
struct FacePieces {
    /// Face of each piece.
    private(set) var face: [Int32] = []
    /// Corners of each piece in order, the last one repeated up to 8: lanes are corners.
    private(set) var x: [SIMD8<Float>] = []
    private(set) var y: [SIMD8<Float>] = []
    private(set) var z: [SIMD8<Float>] = []

    var count: Int { face.count }

    init(scene: Scene, faces: SceneFaces) {
        for index in faces.faces.indices {
            let normal = faces.faces[index].normal
            let polygons = FacePieces.polygons(scene: scene, triangles: faces.triangles(of: index), normal: normal)
            for polygon in polygons { append(polygon, face: index) }
        }
    }

    private mutating func append(_ polygon: [SIMD3<Float>], face index: Int) {
        var (px, py, pz) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
        for lane in 0..<8 {
            let corner = polygon[min(lane, polygon.count - 1)]
            px[lane] = corner.x
            py[lane] = corner.y
            pz[lane] = corner.z
        }
        face.append(Int32(index))
        x.append(px)
        y.append(py)
        z.append(pz)
    }

    // MARK: - Joining triangles

    /// Triangles joined to convex polygons, over the longest shared sides first. Corners at one place are one.
    static func polygons(
        scene: Scene, triangles: ArraySlice<Int32>, normal: SIMD3<Double>
    ) -> [[SIMD3<Float>]] {
        var polygons: [[SIMD3<Float>]] = triangles.map { triangle in
            let t = scene.triangles[Int(triangle)]
            let corners = [t.x, t.y, t.z].map { scene.vertices[Int($0)] + 0 }
            let (a, b, c) = (SIMD3<Double>(corners[0]), SIMD3<Double>(corners[1]), SIMD3<Double>(corners[2]))
            return dot(cross(b - a, c - a), normal) < 0 ? [corners[0], corners[2], corners[1]] : corners
        }
        guard polygons.count > 1 else { return polygons }
        var owner = Array(polygons.indices)
        for side in sharedSides(polygons) {
            let one = FacePieces.root(side.one, &owner)
            let two = FacePieces.root(side.two, &owner)
            guard one != two, let joined = join(polygons[one], polygons[two], normal: normal) else { continue }
            polygons[min(one, two)] = joined
            polygons[max(one, two)] = []
            owner[max(one, two)] = min(one, two)
        }
        return polygons.filter { !$0.isEmpty }
    }

    private static func root(_ index: Int, _ owner: inout [Int]) -> Int {
        var at = index
        while owner[at] != at { at = owner[at] }
        return at
    }

    /// Pairs of triangles with a common side, the longest side first.
    private static func sharedSides(_ triangles: [[SIMD3<Float>]]) -> [(one: Int, two: Int)] {
        var sides: [(low: SIMD3<Float>, high: SIMD3<Float>, triangle: Int)] = []
        for (index, triangle) in triangles.enumerated() {
            for corner in 0..<3 {
                let a = triangle[corner]
                let b = triangle[(corner + 1) % 3]
                sides.append(precedes(a, b) ? (a, b, index) : (b, a, index))
            }
        }
        sides.sort { one, two in
            if one.low != two.low { return precedes(one.low, two.low) }
            if one.high != two.high { return precedes(one.high, two.high) }
            return one.triangle < two.triangle
        }
        var shared: [(length: Float, one: Int, two: Int)] = []
        for index in sides.indices.dropLast() {
            let (a, b) = (sides[index], sides[index + 1])
            guard a.low == b.low, a.high == b.high else { continue }
            let d = a.high - a.low
            shared.append(((d * d).sum(), a.triangle, b.triangle))
        }
        shared.sort { ($1.length, $0.one, $0.two) < ($0.length, $1.one, $1.two) }
        return shared.map { ($0.one, $0.two) }
    }

    private static func precedes(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Bool {
        (a.x, a.y, a.z) < (b.x, b.y, b.z)
    }

    /// The union of two counter-clockwise polygons with one common side, if it is convex and has at most 8 corners.
    private static func join(
        _ one: [SIMD3<Float>], _ two: [SIMD3<Float>], normal: SIMD3<Double>
    ) -> [SIMD3<Float>]? {
        for i in one.indices {
            let next = one[(i + 1) % one.count]
            guard let j = two.indices.first(where: { two[$0] == next && two[($0 + 1) % two.count] == one[i] })
            else { continue }
            // one without its side i -> i+1, then two from the corner after the common side round to the one before.
            var loop: [SIMD3<Float>] = []
            for step in 1...one.count { loop.append(one[(i + step) % one.count]) }
            for step in 2..<two.count { loop.append(two[(j + step) % two.count]) }
            let reduced = withoutStraightCorners(loop, normal: normal)
            return reduced.count <= 8 && isConvex(reduced, normal: normal) ? reduced : nil
        }
        return nil
    }

    private static func turn(_ loop: [SIMD3<Float>], _ at: Int, _ normal: SIMD3<Double>) -> Double {
        let a = SIMD3<Double>(loop[(at + loop.count - 1) % loop.count])
        let b = SIMD3<Double>(loop[at])
        let c = SIMD3<Double>(loop[(at + 1) % loop.count])
        let product = length(b - a) * length(c - b)
        return product > 0 ? dot(cross(b - a, c - b), normal) / product : 0
    }

    private static func withoutStraightCorners(_ loop: [SIMD3<Float>], normal: SIMD3<Double>) -> [SIMD3<Float>] {
        loop.indices.filter { abs(turn(loop, $0, normal)) > 1e-6 }.map { loop[$0] }
    }

    private static func isConvex(_ loop: [SIMD3<Float>], normal: SIMD3<Double>) -> Bool {
        loop.count >= 3 && loop.indices.allSatisfy { turn(loop, $0, normal) > -1e-5 }
    }
}
