/// A convex piece in a beam's own axes, and the planes through the apex and its sides.
struct BeamPiece {
    var x: SIMD8<Float>
    var y: SIMD8<Float>
    var z: SIMD8<Float>
    /// Normals of the planes through the apex and each side, inwards; zero where a corner is repeated.
    var ex: SIMD8<Float> = .zero
    var ey: SIMD8<Float> = .zero
    var ez: SIMD8<Float> = .zero
    /// Rounding of `ex u + ey v + ez` over the slopes of the beam.
    var slack: SIMD8<Float> = .zero
    /// Unit normal away from the apex, and in the last lane the apex's distance from the plane.
    var plane: SIMD4<Float> = .zero
    var face: Int32
    /// The plane is far enough from the apex that the piece can hide others.
    var hides = false
    /// All corners lie beyond the plane that the beam comes through.
    var isBeyond = false
    /// Sides of which the cell in hand is not surely inside: none means that the piece covers the cell.
    var open = SIMDMask<SIMD8<Int32>>(repeating: false)
    /// Height at which the cell's middle ray meets the plane; infinite where it does not.
    var depth: Float = 0

    /// Transforms a piece; `origin` is the apex in Float.
    @inline(__always)
    init(_ piece: PathScene.Piece, origin: SIMD3<Float>, u: SIMD3<Float>, v: SIMD3<Float>, axis: SIMD3<Float>) {
        let dx = piece.x - origin.x
        let dy = piece.y - origin.y
        let dz = piece.z - origin.z
        x = (dx * u.x).addingProduct(dy, u.y).addingProduct(dz, u.z)
        y = (dx * v.x).addingProduct(dy, v.y).addingProduct(dz, v.z)
        z = (dx * axis.x).addingProduct(dy, axis.y).addingProduct(dz, axis.z)
        face = piece.face
    }

    /// Whether all corners lie outside one of the cell's four sides, or before the height.
    @inline(__always)
    func isOutside(_ cell: BeamCell, margin: Float) -> Bool {
        !anyLane(x.addingProduct(z, -cell.u0) .> -margin) || !anyLane(x.addingProduct(z, -cell.u1) .< margin)
            || !anyLane(y.addingProduct(z, -cell.v0) .> -margin) || !anyLane(y.addingProduct(z, -cell.v1) .< margin)
    }

    /// Sets the planes of the sides. `normal` and `distance` are of the face's plane in the beam's axes.
    @inline(__always)
    mutating func setSides(normal: SIMD3<Float>, distance: Float, uLimit: Float, vLimit: Float) {
        let px = BeamPiece.rotated(x) - x
        let py = BeamPiece.rotated(y) - y
        let pz = BeamPiece.rotated(z) - z
        ex = y * pz - z * py
        ey = z * px - x * pz
        ez = x * py - y * px
        // The sides' normals add up to twice the vector area: it looks away from the apex if they look inwards.
        let turn = ex.sum() * normal.x + ey.sum() * normal.y + ez.sum() * normal.z
        let away: Float = distance < 0 ? -1 : 1
        if turn * away < 0 {
            ex = -ex
            ey = -ey
            ez = -ez
        }
        slack = (magnitude(ex) * uLimit + magnitude(ey) * vLimit + magnitude(ez)) * 1e-6
        plane = SIMD4(normal * away, distance * away)
    }

    /// Holds the four corner rays of a cell against the sides. False where all are outside of one side.
    @inline(__always)
    mutating func meets(_ cell: BeamCell) -> Bool {
        let u0 = ex * cell.u0
        let u1 = ex * cell.u1
        let v0 = ey * cell.v0 + ez
        let v1 = ey * cell.v1 + ez
        let a = u0 + v0
        let b = u1 + v0
        let c = u0 + v1
        let d = u1 + v1
        let largest = greater(greater(a, b), greater(c, d))
        // A repeated corner's side is all zero, and so is its slack: never apart.
        if anyLane(largest .< -slack) { return false }
        let smallest = lesser(lesser(a, b), lesser(c, d))
        open = smallest .< -slack
        return true
    }

    var covers: Bool { !anyLane(open) }

    /// Height at which the ray of these slopes meets the plane; not positive where it does not.
    @inline(__always)
    func height(_ u: Float, _ v: Float) -> Float {
        let speed = plane.x * u + plane.y * v + plane.z
        return speed > 1e-6 ? plane.w / speed : -1
    }

    @inline(__always)
    private static func rotated(_ a: SIMD8<Float>) -> SIMD8<Float> {
        SIMD8(a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[0])
    }

}

extension UnsafeMutablePointer where Pointee == BeamPiece {
    /// Whether, within the cell that both have been held against, piece `other` lies behind piece `cover` and inside
    /// its outline, seen from the apex.
    @inline(__always)
    func isHidden(_ other: Int, by cover: Int, tolerance: Float) -> Bool {
        let f = self + cover
        let g = self + other
        let plane = f.pointee.plane
        let behind = (g.pointee.x * plane.x).addingProduct(g.pointee.y, plane.y).addingProduct(g.pointee.z, plane.z)
        let excess = behind - plane.w
        if anyLane(excess .< -tolerance) || !anyLane(excess .> tolerance) { return false }
        if f.pointee.covers { return true }
        let open = f.pointee.open
        let ex = f.pointee.ex
        let ey = f.pointee.ey
        let ez = f.pointee.ez
        let reach = magnitude(g.pointee.x) + magnitude(g.pointee.y) + magnitude(g.pointee.z)
        for side in setLanes(open) {
            let a = ex[side]
            let b = ey[side]
            let c = ez[side]
            let inside = (g.pointee.x * a).addingProduct(g.pointee.y, b).addingProduct(g.pointee.z, c)
            let slack = reach * (-1e-6 * (abs(a) + abs(b) + abs(c)))
            if anyLane(inside .< slack) { return false }
        }
        return true
    }
}
