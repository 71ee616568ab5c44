internal import Glibc

/// An affine map: three rows of four numbers, the fourth column is the shift.
struct MitsubaTransform: Equatable {
    var rows: (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>)

    static let identity = MitsubaTransform(SIMD4(1, 0, 0, 0), SIMD4(0, 1, 0, 0), SIMD4(0, 0, 1, 0))

    init(_ x: SIMD4<Double>, _ y: SIMD4<Double>, _ z: SIMD4<Double>) {
        rows = (x, y, z)
    }

    static func == (a: MitsubaTransform, b: MitsubaTransform) -> Bool { a.rows == b.rows }

    static func translation(_ by: SIMD3<Double>) -> MitsubaTransform {
        MitsubaTransform(SIMD4(1, 0, 0, by.x), SIMD4(0, 1, 0, by.y), SIMD4(0, 0, 1, by.z))
    }

    static func scaling(_ by: SIMD3<Double>) -> MitsubaTransform {
        MitsubaTransform(SIMD4(by.x, 0, 0, 0), SIMD4(0, by.y, 0, 0), SIMD4(0, 0, by.z, 0))
    }

    /// Right-handed turn about an axis of any length but 0 (Rodrigues).
    static func rotation(about axis: SIMD3<Double>, degrees: Double) -> MitsubaTransform {
        let u = axis / (axis * axis).sum().squareRoot()
        let (s, c) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
        let t = 1 - c
        return MitsubaTransform(
            SIMD4(t * u.x * u.x + c, t * u.x * u.y - s * u.z, t * u.x * u.z + s * u.y, 0),
            SIMD4(t * u.x * u.y + s * u.z, t * u.y * u.y + c, t * u.y * u.z - s * u.x, 0),
            SIMD4(t * u.x * u.z - s * u.y, t * u.y * u.z + s * u.x, t * u.z * u.z + c, 0))
    }

    /// Takes the origin to `origin` and the z axis towards `target`, with `up` in the yz plane; nil where `up` and the
    /// direction are parallel.
    static func looking(from origin: SIMD3<Double>, at target: SIMD3<Double>, up: SIMD3<Double>) -> MitsubaTransform? {
        func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
            SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
        }
        let direction = target - origin
        let left = cross(up, direction)
        let size = ((left * left).sum().squareRoot(), (direction * direction).sum().squareRoot())
        guard size.0 > 1e-9, size.1 > 1e-9 else { return nil }
        let (x, z) = (left / size.0, direction / size.1)
        let y = cross(z, x)
        return MitsubaTransform(
            SIMD4(x.x, y.x, z.x, origin.x), SIMD4(x.y, y.y, z.y, origin.y), SIMD4(x.z, y.z, z.z, origin.z))
    }

    /// First this map, then `next`.
    func then(_ next: MitsubaTransform) -> MitsubaTransform {
        func row(_ of: SIMD4<Double>) -> SIMD4<Double> {
            rows.0 * of.x + rows.1 * of.y + rows.2 * of.z + SIMD4(0, 0, 0, of.w)
        }
        return MitsubaTransform(row(next.rows.0), row(next.rows.1), row(next.rows.2))
    }

    func callAsFunction(_ point: SIMD3<Float>) -> SIMD3<Float> {
        let p = SIMD4(Double(point.x), Double(point.y), Double(point.z), 1)
        return SIMD3(Float((rows.0 * p).sum()), Float((rows.1 * p).sum()), Float((rows.2 * p).sum()))
    }
}
