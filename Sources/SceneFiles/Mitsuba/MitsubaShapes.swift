/// The meshes of Mitsuba's own shapes, before `to_world`.
enum MitsubaShapes {
    typealias Mesh = (vertices: [SIMD3<Float>], triangles: [SIMD3<UInt32>])

    /// (-1, -1, 0) to (1, 1, 0), normal z.
    static let rectangle: Mesh = (
        [SIMD3(-1, -1, 0), SIMD3(1, -1, 0), SIMD3(1, 1, 0), SIMD3(-1, 1, 0)], [SIMD3(0, 1, 2), SIMD3(0, 2, 3)]
    )

    /// (-1, -1, -1) to (1, 1, 1).
    static let cube: Mesh = {
        let vertices = (0..<8).map { corner in
            SIMD3<Float>(corner & 1 == 0 ? -1 : 1, corner & 2 == 0 ? -1 : 1, corner & 4 == 0 ? -1 : 1)
        }
        let sides: [SIMD4<UInt32>] = [
            SIMD4(0, 2, 3, 1), SIMD4(4, 5, 7, 6), SIMD4(0, 1, 5, 4), SIMD4(2, 6, 7, 3), SIMD4(0, 4, 6, 2),
            SIMD4(1, 3, 7, 5),
        ]
        return (vertices, sides.flatMap { [SIMD3($0.x, $0.y, $0.z), SIMD3($0.x, $0.z, $0.w)] })
    }()
}
