/// Divides a polygon with holes into triangles: holes are joined to the outline by bridges (Eberly, "Triangulation by
/// ear clipping"), then ears are cut off one by one. Quadratic to cubic in the points, which is enough for buildings.
enum EarClipping {
    /// - Parameter rings: the outline counter-clockwise, holes clockwise, without crossings.
    /// - Returns: counter-clockwise triangles of indices into the rings' points one after the other; nil where no ear
    ///   is left though the polygon is not done.
    static func triangles(_ rings: [[SIMD2<Double>]]) -> [SIMD3<UInt32>]? {
        let points = rings.flatMap { $0 }
        guard var ring = joined(rings, points) else { return nil }
        var triangles: [SIMD3<UInt32>] = []
        var at = 0
        var misses = 0
        while ring.count > 3 {
            let previous = ring[(at + ring.count - 1) % ring.count]
            let next = ring[(at + 1) % ring.count]
            if isEar(previous, ring[at], next, ring, points) {
                triangles.append(SIMD3(UInt32(previous), UInt32(ring[at]), UInt32(next)))
                ring.remove(at: at)
                misses = 0
            } else {
                at += 1
                misses += 1
            }
            if misses > ring.count { return nil }
            if at >= ring.count { at = 0 }
        }
        triangles.append(SIMD3(UInt32(ring[0]), UInt32(ring[1]), UInt32(ring[2])))
        return triangles
    }

    private static func isEar(
        _ a: Int, _ b: Int, _ c: Int, _ ring: [Int], _ points: [SIMD2<Double>]
    ) -> Bool {
        let (p, q, r) = (points[a], points[b], points[c])
        guard Footprint.turn(p, q, r) > 0 else { return false }
        for index in ring {
            let point = points[index]
            if point == p || point == q || point == r { continue }
            if Footprint.turn(p, q, point) >= 0, Footprint.turn(q, r, point) >= 0, Footprint.turn(r, p, point) >= 0 {
                return false
            }
        }
        return true
    }

    /// One ring: each hole entered and left over a bridge from its rightmost point to the nearest point in sight.
    private static func joined(_ rings: [[SIMD2<Double>]], _ points: [SIMD2<Double>]) -> [Int]? {
        var ring = Array(0..<rings[0].count)
        var holes: [[Int]] = []
        var start = rings[0].count
        for hole in rings.dropFirst() {
            let indices = Array(start..<(start + hole.count))
            start += hole.count
            let right = indices.max { (points[$0].x, $1) < (points[$1].x, $0) } ?? indices[0]
            let turn = right - indices[0]
            holes.append(Array(indices[turn...] + indices[..<turn]))
        }
        holes.sort { (points[$0[0]].x, $1[0]) > (points[$1[0]].x, $0[0]) }
        for (number, hole) in holes.enumerated() {
            let others = holes[number...]
            guard let bridge = bridge(from: hole[0], to: ring, holes: others, points) else { return nil }
            ring.replaceSubrange(bridge...bridge, with: [ring[bridge]] + hole + [hole[0], ring[bridge]])
        }
        return ring
    }

    /// The place in the ring that a hole's point sees.
    private static func bridge(
        from hole: Int, to ring: [Int], holes: ArraySlice<[Int]>, _ points: [SIMD2<Double>]
    ) -> Int? {
        let origin = points[hole]
        let nearest = ring.indices.sorted {
            let (one, two) = (points[ring[$0]] - origin, points[ring[$1]] - origin)
            return ((one * one).sum(), $0) < ((two * two).sum(), $1)
        }
        return nearest.first { place in
            let target = points[ring[place]]
            let isInside = isInsideCorner(place, ring, points, towards: origin)
            return isInside && ([ring] + holes).allSatisfy { sees(origin, target, past: $0, points) }
        }
    }

    /// The direction leaves a corner of the ring to its inside; a point of several bridges has several corners.
    private static func isInsideCorner(
        _ place: Int, _ ring: [Int], _ points: [SIMD2<Double>], towards target: SIMD2<Double>
    ) -> Bool {
        let corner = points[ring[place]]
        let previous = points[ring[(place + ring.count - 1) % ring.count]]
        let next = points[ring[(place + 1) % ring.count]]
        let (left, right) = (Footprint.turn(corner, next, target) > 0, Footprint.turn(previous, corner, target) > 0)
        return Footprint.turn(previous, corner, next) > 0 ? left && right : left || right
    }

    private static func sees(
        _ a: SIMD2<Double>, _ b: SIMD2<Double>, past ring: [Int], _ points: [SIMD2<Double>]
    ) -> Bool {
        for index in ring.indices {
            let (c, d) = (points[ring[index]], points[ring[(index + 1) % ring.count]])
            if c == a || d == a || c == b || d == b { continue }
            if Footprint.meet(a, b, c, d) { return false }
        }
        return true
    }
}
