/// The planes that bound a cell of a beam, as lanes: four sides and the plane it comes through.
struct CellPlanes {
    private var x: SIMD8<Float> = .zero
    private var y: SIMD8<Float> = .zero
    private var z: SIMD8<Float> = .zero
    private var offset = SIMD8<Float>(repeating: 1)
    private let axis: SIMD3<Float>

    init(_ cell: BeamCell, u: SIMD3<Float>, v: SIMD3<Float>, axis: SIMD3<Float>, height: Float) {
        self.axis = axis
        set(0, (u - axis * cell.u0) / (1 + cell.u0 * cell.u0).squareRoot(), 0)
        set(1, (axis * cell.u1 - u) / (1 + cell.u1 * cell.u1).squareRoot(), 0)
        set(2, (v - axis * cell.v0) / (1 + cell.v0 * cell.v0).squareRoot(), 0)
        set(3, (axis * cell.v1 - v) / (1 + cell.v1 * cell.v1).squareRoot(), 0)
        set(4, axis, -height)
    }

    private mutating func set(_ lane: Int, _ normal: SIMD3<Float>, _ distance: Float) {
        x[lane] = normal.x
        y[lane] = normal.y
        z[lane] = normal.z
        offset[lane] = distance
    }

    /// How far along the axis the nearest point of a box is; infinite where the box is outside or hidden.
    @inline(__always)
    func distance(_ node: PieceTree.Node, origin: SIMD3<Float>, covers: CoverPlanes) -> Float {
        let dx = node.centre.x - origin.x
        let dy = node.centre.y - origin.y
        let dz = node.centre.z - origin.z
        let reach =
            magnitude(x) * node.half.x + magnitude(y) * node.half.y
            + magnitude(z) * node.half.z
        let most = offset + x * dx + y * dy + z * dz + reach
        if anyLane(most .< -1e-3) { return .infinity }
        if covers.hide(dx, dy, dz, node.half) { return .infinity }
        return axis.x * dx + axis.y * dy + axis.z * dz - reach[4]
    }
}

/// Planes of pieces that cover a whole cell, as lanes: what lies behind one of them is hidden.
struct CoverPlanes {
    private var x: SIMD8<Float> = .zero
    private var y: SIMD8<Float> = .zero
    private var z: SIMD8<Float> = .zero
    private var distance = SIMD8<Float>(repeating: .infinity)
    private var count = 0

    /// - Parameter plane: unit normal in the beam's axes and distance from the apex.
    mutating func add(_ plane: SIMD4<Float>, u: SIMD3<Float>, v: SIMD3<Float>, axis: SIMD3<Float>) {
        guard count < 8 else { return }
        let normal = u * plane.x + v * plane.y + axis * plane.z
        x[count] = normal.x
        y[count] = normal.y
        z[count] = normal.z
        distance[count] = plane.w * 1.000_001 + 1e-3
        count += 1
    }

    @inline(__always)
    func hide(_ dx: Float, _ dy: Float, _ dz: Float, _ half: SIMD4<Float>) -> Bool {
        if count == 0 { return false }
        let reach =
            magnitude(x) * half.x + magnitude(y) * half.y + magnitude(z) * half.z
        return anyLane(x * dx + y * dy + z * dz - reach .> distance)
    }
}
