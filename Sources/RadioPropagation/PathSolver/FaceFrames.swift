/// A face's plane with two axes in it: along the longest side of its outline and across. The rectangle around the
/// face in these axes is what a beam that leaves the face passes through.
struct FaceFrame {
    var origin: SIMD3<Double>
    var normal: SIMD3<Double>
    var u: SIMD3<Double>
    var v: SIMD3<Double>
    /// Low u, high u, low v, high v in metres from the origin.
    var rectangle: SIMD4<Double>

    init(scene: Scene, faces: SceneFaces, face: Int) {
        let plane = faces.faces[face]
        origin = plane.origin
        normal = plane.normal
        let along = FaceFrame.longestSide(scene, faces.triangles(of: face))
        u = normalised(along - plane.normal * dot(along, plane.normal))
        v = cross(plane.normal, u)
        rectangle = SIMD4(.infinity, -.infinity, .infinity, -.infinity)
        for triangle in faces.triangles(of: face) {
            let (a, b, c) = scene.corners(of: Int(triangle))
            for corner in [a, b, c] {
                let x = dot(corner - origin, u)
                let y = dot(corner - origin, v)
                rectangle[0] = min(rectangle[0], x)
                rectangle[1] = max(rectangle[1], x)
                rectangle[2] = min(rectangle[2], y)
                rectangle[3] = max(rectangle[3], y)
            }
        }
    }

    /// The mirror image of a point.
    @inline(__always)
    func image(of point: SIMD3<Double>) -> SIMD3<Double> {
        point - normal * (2 * height(of: point))
    }

    /// Signed distance of a point from the plane.
    @inline(__always)
    func height(of point: SIMD3<Double>) -> Double {
        let d = point - origin
        return d.x * normal.x + d.y * normal.y + d.z * normal.z
    }

    /// The normal that points away from an image: to where what the face reflects of it goes.
    @inline(__always)
    func front(of image: SIMD3<Double>) -> SIMD3<Double> { height(of: image) > 0 ? -normal : normal }

    /// The longest side that belongs to one triangle only. Where all are shared, as in a closed sheet, the longest.
    private static func longestSide(_ scene: Scene, _ triangles: ArraySlice<Int32>) -> SIMD3<Double> {
        var sides: [(low: SIMD3<Double>, high: SIMD3<Double>)] = []
        for triangle in triangles {
            let (a, b, c) = scene.corners(of: Int(triangle))
            for (p, q) in [(a, b), (b, c), (c, a)] {
                sides.append((p.x, p.y, p.z) < (q.x, q.y, q.z) ? (p, q) : (q, p))
            }
        }
        var longest = (outer: 0.0, inner: 0.0)
        var along = (outer: SIMD3<Double>(1, 0, 0), inner: SIMD3<Double>(1, 0, 0))
        for (number, side) in sides.enumerated() {
            let d = side.high - side.low
            let square = dot(d, d)
            if square > longest.inner {
                longest.inner = square
                along.inner = d
            }
            guard square > longest.outer else { continue }
            let isShared = sides.indices.contains { other in
                other != number && sides[other].low == side.low && sides[other].high == side.high
            }
            if isShared { continue }
            longest.outer = square
            along.outer = d
        }
        return longest.outer > 0 ? along.outer : along.inner
    }
}
