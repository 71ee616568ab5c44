import RadioPropagation

/// The slow truth: every sequence of faces tried, every triangle held against every segment, all in Double. Shares no
/// code with the solver, neither its beams nor its rays.
struct ExhaustiveImages {
    private let corners: [(SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)]
    private let faces: SceneFaces

    init(_ index: SceneIndex) {
        corners = index.scene.triangles.indices.map { index.scene.corners(of: $0) }
        faces = index.faces
    }

    /// Faces of each reflected path of exactly `depth` reflections, sorted, with the length of the path in metres.
    ///
    /// - Parameter throughWalls: whether what stands in the way is no matter.
    func paths(
        from transmitter: SIMD3<Double>, to receiver: SIMD3<Double>, depth: Int, throughWalls: Bool = false
    ) -> [(faces: [Int32], metres: Double)] {
        var found: [(faces: [Int32], metres: Double)] = []
        extend([], images: [transmitter], receiver, depth, throughWalls, &found)
        return found
    }

    private func extend(
        _ sequence: [Int32], images: [SIMD3<Double>], _ receiver: SIMD3<Double>, _ depth: Int, _ throughWalls: Bool,
        _ found: inout [(faces: [Int32], metres: Double)]
    ) {
        if sequence.count == depth {
            if let metres = trace(sequence, images, receiver, throughWalls) { found.append((sequence, metres)) }
            return
        }
        for face in faces.faces.indices where sequence.last != Int32(face) {
            let plane = faces.faces[face]
            let source = images[images.count - 1]
            let image = source - plane.normal * (2 * ((source - plane.origin) * plane.normal).sum())
            extend(sequence + [Int32(face)], images: images + [image], receiver, depth, throughWalls, &found)
        }
    }

    private func trace(
        _ sequence: [Int32], _ images: [SIMD3<Double>], _ receiver: SIMD3<Double>, _ throughWalls: Bool
    ) -> Double? {
        var points = [receiver]
        for step in sequence.indices.reversed() {
            let plane = faces.faces[Int(sequence[step])]
            let from = points[points.count - 1]
            let image = images[step + 1]
            let own = ((from - plane.origin) * plane.normal).sum()
            let other = ((image - plane.origin) * plane.normal).sum()
            guard own * other < 0 else { return nil }
            let meet = from + (image - from) * (own / (own - other))
            guard faces.triangles(of: Int(sequence[step])).contains(where: { holds(Int($0), meet) }) else { return nil }
            points.append(meet)
        }
        points.append(images[0])
        var metres = 0.0
        for leg in 1..<points.count {
            let step = points[leg] - points[leg - 1]
            let length = (step * step).sum().squareRoot()
            guard length > 0.01, throughWalls || !isBlocked(points[leg - 1], points[leg], margin: 1e-3 / length) else {
                return nil
            }
            metres += length
        }
        return metres
    }

    /// Whether a point of a triangle's plane lies in the triangle.
    private func holds(_ triangle: Int, _ point: SIMD3<Double>) -> Bool {
        let (a, b, c) = corners[triangle]
        let normal = ExhaustiveImages.cross(b - a, c - a)
        return [(a, b), (b, c), (c, a)].allSatisfy { from, to in
            (ExhaustiveImages.cross(to - from, point - from) * normal).sum() >= 0
        }
    }

    /// Moeller and Trumbore's test of a segment against every triangle.
    private func isBlocked(_ from: SIMD3<Double>, _ to: SIMD3<Double>, margin: Double) -> Bool {
        let direction = to - from
        return corners.contains { a, b, c in
            let p = ExhaustiveImages.cross(direction, c - a)
            let determinant = ((b - a) * p).sum()
            guard abs(determinant) > 1e-12 else { return false }
            let s = from - a
            let u = (s * p).sum() / determinant
            let q = ExhaustiveImages.cross(s, b - a)
            let v = (direction * q).sum() / determinant
            let t = ((c - a) * q).sum() / determinant
            return u >= 0 && v >= 0 && u + v <= 1 && t > margin && t < 1 - margin
        }
    }

    private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
}
