/// A face's plane with two axes in it: along the longest side of its triangles and across. The rectangle around the
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
        var longest = 0.0
        var along = SIMD3<Double>(1, 0, 0)
        for triangle in faces.triangles(of: face) {
            let (a, b, c) = scene.corners(of: Int(triangle))
            for side in [b - a, c - b, a - c] where dot(side, side) > longest {
                longest = dot(side, side)
                along = side
            }
        }
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
}
