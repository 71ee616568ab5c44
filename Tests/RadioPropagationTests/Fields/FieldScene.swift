import Numerics
import RadioPropagation
import Testing

/// Small scenes and hand-made paths for the tests of fields.
enum FieldScene {
    static let frequencyHz = 3.5e9
    static let wavelength = speedOfLight / frequencyHz
    static let metal = RadioMaterial(name: "metal", law: .constant(relativePermittivity: 1, conductivity: 1e9))
    static let concrete = RadioMaterial(
        name: "concrete", law: .constant(relativePermittivity: 5.24, conductivity: 0.123), thicknessMetres: 0.1)
    /// Neither reflects nor bends: an edge of it is a knife edge.
    static let absorber = RadioMaterial(name: "air", law: .constant(relativePermittivity: 1, conductivity: 0))

    /// Flat quadrilaterals, each an object of its own with its own material.
    static func sheets(_ corners: [[SIMD3<Float>]], materials: [RadioMaterial]) -> Scene {
        var triangles: [SIMD3<UInt32>] = []
        var objects: [SceneObject] = []
        for index in corners.indices {
            let first = UInt32(4 * index)
            triangles.append(SIMD3(first, first + 1, first + 2))
            triangles.append(SIMD3(first, first + 2, first + 3))
            objects.append(SceneObject(name: "sheet-\(index)", material: index, triangles: 2 * index..<2 * index + 2))
        }
        return Scene(
            name: "sheets", vertices: corners.flatMap { $0 }, triangles: triangles, objects: objects,
            materials: materials)
    }

    /// One sheet of 2 x 2 m about the origin, across a normal.
    static func sheet(normal: SIMD3<Double>, material: RadioMaterial) -> Scene {
        let n = unit(normal)
        let across = unit(vectorProduct(n, abs(n.z) < 0.9 ? SIMD3(0, 0, 1) : SIMD3(1, 0, 0)))
        let up = vectorProduct(n, across)
        let corners = [-across - up, across - up, across + up, -across + up].map { SIMD3<Float>($0) }
        return sheets([corners], materials: [material])
    }

    /// Fields of paths of one receiver over given points; each point is (where, kind, face).
    static func fields(
        in scene: Scene, from transmitter: SIMD3<Double>, to receiver: SIMD3<Double>,
        over paths: [[(SIMD3<Double>, InteractionKind, Int32)]], frequencyHz: Double = FieldScene.frequencyHz,
        patchArea: Double = 0, motion: Motion = .none
    ) throws -> PathSet {
        var geometry = PathGeometry(transmitter: transmitter, receivers: [receiver])
        for path in paths {
            geometry.receiver.append(0)
            for (point, kind, face) in path {
                geometry.point.append(point)
                geometry.kind.append(kind)
                geometry.face.append(face)
                geometry.patchArea.append(kind == .diffuse ? patchArea : 0)
            }
            geometry.vertexStart.append(Int32(geometry.point.count))
        }
        let solver = try FieldSolver(scene: scene, faces: SceneFaces(scene), frequencyHz: frequencyHz)
        return solver.solve(geometry, motion: motion)
    }

    static func unit(_ a: SIMD3<Double>) -> SIMD3<Double> { a / (a * a).sum().squareRoot() }

    static func scalarProduct(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }

    static func vectorProduct(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }

    /// A random unit vector.
    static func direction(_ random: CounterGenerator, _ entity: UInt64, _ time: UInt64) -> SIMD3<Double> {
        let z = random.uniform(entity, time, in: -0.95..<0.95)
        let turn = random.uniform(entity, time + 1, in: -Double.pi..<Double.pi)
        let azimuth = SphericalDirection(azimuth: turn, zenith: .pi / 2).vector
        let level = (1 - z * z).squareRoot()
        return SIMD3(azimuth.x * level, azimuth.y * level, z)
    }
}
