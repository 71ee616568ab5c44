internal import Glibc

/// Triangles gathered into planar faces, object after object, from its largest triangle down.
struct FaceGroups {
    private(set) var faceOfTriangle: [Int32]
    /// The triangles of all faces, face after face, each face's largest first.
    private(set) var triangles: [Int32] = []
    /// Each face's part of `triangles`.
    private(set) var ranges: [Range<Int>] = []

    /// Triangles within this angle of a face's largest one may belong to it.
    static let angleTolerance = 1e-3

    init(_ scene: Scene, edges: TriangleEdges, planes: TrianglePlanes, tolerance: Double) {
        let objects = FaceGroups.objectOfEachTriangle(scene)
        faceOfTriangle = [Int32](repeating: -1, count: scene.triangles.count)
        triangles.reserveCapacity(scene.triangles.count)
        let order = scene.triangles.indices.sorted {
            (objects[$0], -planes.areas[$0], $0) < (objects[$1], -planes.areas[$1], $1)
        }
        for seed in order where faceOfTriangle[seed] < 0 {
            let face = Int32(ranges.count)
            let start = triangles.count
            let normal = planes.normals[seed]
            let offset = dot(normal, scene.corners(of: seed).0)
            faceOfTriangle[seed] = face
            triangles.append(Int32(seed))
            var next = start
            while next < triangles.count {
                let triangle = Int(triangles[next])
                next += 1
                for side in 0..<3 {
                    for use in edges.uses(of: Int(edges.edgeOfUse[3 * triangle + side])) {
                        let other = Int(use) / 3
                        guard faceOfTriangle[other] < 0, objects[other] == objects[seed],
                            FaceGroups.isNear(planes, other, normal, tolerance),
                            FaceGroups.isFlat(scene.corners(of: other), normal, offset, tolerance)
                        else { continue }
                        faceOfTriangle[other] = face
                        triangles.append(Int32(other))
                    }
                }
            }
            ranges.append(start..<triangles.count)
        }
    }

    private static func objectOfEachTriangle(_ scene: Scene) -> [Int32] {
        var objects: [Int32] = []
        objects.reserveCapacity(scene.triangles.count)
        for (index, object) in scene.objects.enumerated() {
            objects.append(contentsOf: repeatElement(Int32(index), count: object.triangles.count))
        }
        return objects
    }

    /// The direction fits; vertices displaced by the tolerance turn a triangle by tolerance over height.
    private static func isNear(
        _ planes: TrianglePlanes, _ triangle: Int, _ normal: SIMD3<Double>, _ tolerance: Double
    ) -> Bool {
        let angle = angleTolerance + 2 * tolerance / planes.heights[triangle]
        return angle > 0.5 || length(cross(planes.normals[triangle], normal)) <= angle
    }

    private static func isFlat(
        _ corners: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>), _ normal: SIMD3<Double>, _ offset: Double,
        _ tolerance: Double
    ) -> Bool {
        abs(dot(normal, corners.0) - offset) <= tolerance && abs(dot(normal, corners.1) - offset) <= tolerance
            && abs(dot(normal, corners.2) - offset) <= tolerance
    }
}
