import Numerics
import RadioPropagation

/// Small scenes made by hand.
enum SceneSamples {
    static let concrete = RadioMaterial(name: "concrete", law: .constant(relativePermittivity: 5, conductivity: 0.1))

    /// Two triangles; the normal is `cross(u, v)`.
    static func rectangle(
        _ name: String, corner: SIMD3<Float>, _ u: SIMD3<Float>, _ v: SIMD3<Float>
    ) -> (name: String, vertices: [SIMD3<Float>], triangles: [SIMD3<UInt32>]) {
        (name, [corner, corner + u, corner + u + v, corner + v], [SIMD3(0, 1, 2), SIMD3(0, 2, 3)])
    }

    /// Eight vertices, twelve triangles, normals outwards (inwards where `isInsideOut`).
    static func box(
        _ name: String, from low: SIMD3<Float>, to high: SIMD3<Float>, isInsideOut: Bool = false
    ) -> (name: String, vertices: [SIMD3<Float>], triangles: [SIMD3<UInt32>]) {
        let vertices = (0..<8).map { index in
            SIMD3(index & 1 == 0 ? low.x : high.x, index & 2 == 0 ? low.y : high.y, index & 4 == 0 ? low.z : high.z)
        }
        let quads: [SIMD4<UInt32>] = [
            SIMD4(0, 2, 3, 1), SIMD4(4, 5, 7, 6), SIMD4(0, 1, 5, 4), SIMD4(2, 6, 7, 3), SIMD4(0, 4, 6, 2),
            SIMD4(1, 3, 7, 5),
        ]
        let triangles = quads.flatMap { [SIMD3($0[0], $0[1], $0[2]), SIMD3($0[0], $0[2], $0[3])] }
        return (name, vertices, triangles.map { isInsideOut ? SIMD3($0.x, $0.z, $0.y) : $0 })
    }

    static func scene(
        _ parts: [(name: String, vertices: [SIMD3<Float>], triangles: [SIMD3<UInt32>])]
    ) -> Scene {
        var vertices: [SIMD3<Float>] = []
        var triangles: [SIMD3<UInt32>] = []
        var objects: [SceneObject] = []
        for part in parts {
            let range = triangles.count..<(triangles.count + part.triangles.count)
            triangles += part.triangles.map { $0 &+ UInt32(vertices.count) }
            vertices += part.vertices
            objects.append(SceneObject(name: part.name, material: 0, triangles: range))
        }
        return Scene(
            name: "sample", vertices: vertices, triangles: triangles, objects: objects, materials: [concrete])
    }

    /// Triangles at random in a cube of 100 m, each an object of its own.
    static func soup(count: Int, seed: UInt64) -> Scene {
        let generator = CounterGenerator(seed: seed)
        return scene(
            (0..<count).map { index in
                let vertices = (0..<3).map { corner in
                    SIMD3<Float>(
                        (0..<3).map { axis in
                            let place = generator.uniform(UInt64(index), UInt64(axis), in: 0..<100)
                            return Float(place + generator.uniform(UInt64(index), UInt64(3 + 3 * corner + axis)) * 20)
                        })
                }
                return ("triangle \(index)", vertices, [SIMD3(0, 1, 2)])
            })
    }
}
