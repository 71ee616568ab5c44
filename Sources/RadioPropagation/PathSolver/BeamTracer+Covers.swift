// Pieces that together cover a cell: what lies behind them is dropped without a closer look.
extension BeamTracer {
    /// Looks for pieces near the head of a list that leave nothing of the cell uncovered. On success `fused` holds
    /// them.
    mutating func fuse(_ cell: BeamCell, list: Int, count: Int) -> Bool {
        let half = SlopePolygons.capacity / 2
        fusedCount = 0
        polygons.set(0, cell)
        var parts = 1
        for at in list..<(list + min(count, BeamTracer.fuseLooks)) {
            let cover = Int(lists[at])
            guard pieces[cover].hides, pieces[cover].isBeyond else { continue }
            var left = 0
            var isCut = false
            for part in 0..<parts {
                if left + 8 > half - 2 { return false }
                let result = subtract(cover, from: part, to: half + left)
                left = result.next - half
                if result.isCut { isCut = true }
            }
            guard isCut else { continue }
            for part in 0..<left { polygons.copy(half + part, to: part) }
            parts = left
            fused[fusedCount] = pieces[cover]
            fusedIndex[fusedCount] = Int32(cover)
            fusedCount += 1
            if parts == 0 { return true }
            if fusedCount == BeamTracer.fuseLimit { return false }
        }
        return false
    }

    /// Drops from a list what lies behind the fused pieces.
    mutating func dropBehindFused(list: Int, count: Int) -> Int {
        var kept = 0
        for at in list..<(list + count) {
            let piece = Int(lists[at])
            let x = pieces[piece].x
            let y = pieces[piece].y
            let z = pieces[piece].z
            if !isFused(piece), isBehindFused(x, y, z) { continue }
            lists[list + kept] = Int32(piece)
            kept += 1
        }
        return kept
    }

    private func isFused(_ piece: Int) -> Bool {
        for at in 0..<fusedCount where fusedIndex[at] == Int32(piece) { return true }
        return false
    }

    /// Whether corners (in the beam's axes) lie behind each fused piece, or apart from it. Since the pieces cover the
    /// cell, nothing of the corners' hull is seen then.
    @inline(__always)
    func isBehindFused(_ x: SIMD8<Float>, _ y: SIMD8<Float>, _ z: SIMD8<Float>) -> Bool {
        let reach = magnitude(x) + magnitude(y) + magnitude(z)
        for at in 0..<fusedCount {
            let plane = fused[at].plane
            let excess = (x * plane.x).addingProduct(y, plane.y).addingProduct(z, plane.z) - plane.w
            if !anyLane(excess .< -tolerance), anyLane(excess .> tolerance) { continue }
            var isApart = false
            let open = fused[at].open
            for side in setLanes(open) where !isApart {
                let a = fused[at].ex[side]
                let b = fused[at].ey[side]
                let c = fused[at].ez[side]
                let inside = (x * a).addingProduct(y, b).addingProduct(z, c)
                isApart = !anyLane(inside .> reach * (1e-6 * (abs(a) + abs(b) + abs(c))))
            }
            if !isApart { return false }
        }
        return true
    }

    /// Whether a box lies behind the fused pieces.
    @inline(__always)
    func isBehindFused(_ node: PieceTree.Node) -> Bool {
        let dx = (BeamTracer.signsX * node.half.x) + (node.centre.x - origin.x)
        let dy = (BeamTracer.signsY * node.half.y) + (node.centre.y - origin.y)
        let dz = (BeamTracer.signsZ * node.half.z) + (node.centre.z - origin.z)
        let x = (dx * axes.u.x).addingProduct(dy, axes.u.y).addingProduct(dz, axes.u.z)
        let y = (dx * axes.v.x).addingProduct(dy, axes.v.y).addingProduct(dz, axes.v.z)
        let z = (dx * axes.w.x).addingProduct(dy, axes.w.y).addingProduct(dz, axes.w.z)
        return isBehindFused(x, y, z)
    }

    private static var signsX: SIMD8<Float> { SIMD8(-1, 1, -1, 1, -1, 1, -1, 1) }
    private static var signsY: SIMD8<Float> { SIMD8(-1, -1, 1, 1, -1, -1, 1, 1) }
    private static var signsZ: SIMD8<Float> { SIMD8(-1, -1, -1, -1, 1, 1, 1, 1) }

    /// Pieces that may be fused, and looked at for it, at most.
    static var fuseLimit: Int { 12 }
    private static var fuseLooks: Int { 48 }
}
