/// Trees as a volume that waves go through: a prism over an outline, which may have holes.
package struct FoliageVolume: Sendable, Equatable {
    package var name: String
    /// The outline and its holes in metres, each closed by itself; what an odd number of rings surrounds is inside.
    package var rings: [[SIMD2<Double>]]
    /// Where crowns begin and end, metres above z = 0.
    package var footMetres: Double
    package var topMetres: Double

    package init(name: String, rings: [[SIMD2<Double>]], footMetres: Double, topMetres: Double) {
        self.name = name
        self.rings = rings
        self.footMetres = footMetres
        self.topMetres = topMetres
    }

    /// Metres of a segment that lie inside.
    package func metres(from a: SIMD3<Double>, to b: SIMD3<Double>) -> Double {
        let way = b - a
        var (first, last) = (0.0, 1.0)
        if abs(way.z) > 1e-12 {
            let (one, other) = ((footMetres - a.z) / way.z, (topMetres - a.z) / way.z)
            first = max(0, min(one, other))
            last = min(1, max(one, other))
        } else if a.z < footMetres || a.z > topMetres {
            return 0
        }
        guard first < last else { return 0 }
        let start = SIMD2(a.x, a.y)
        let step = SIMD2(way.x, way.y)
        var places = [first, last]
        for ring in rings {
            for corner in ring.indices {
                let edge = ring[(corner + 1) % ring.count] - ring[corner]
                let turn = step.x * edge.y - step.y * edge.x
                guard turn != 0 else { continue }
                let offset = ring[corner] - start
                let along = (offset.x * edge.y - offset.y * edge.x) / turn
                let across = (offset.x * step.y - offset.y * step.x) / turn
                if along > first, along < last, across >= 0, across <= 1 { places.append(along) }
            }
        }
        places.sort()
        var share = 0.0
        for (one, next) in zip(places, places.dropFirst()) where contains(start + (one + next) / 2 * step) {
            share += next - one
        }
        return share * length(way)
    }

    /// Whether a point of the plane lies inside: a ray from it crosses the rings an odd number of times.
    private func contains(_ point: SIMD2<Double>) -> Bool {
        var isInside = false
        for ring in rings {
            for corner in ring.indices {
                let (a, b) = (ring[corner], ring[(corner + 1) % ring.count])
                guard (a.y > point.y) != (b.y > point.y) else { continue }
                if point.x < a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x) { isInside.toggle() }
            }
        }
        return isInside
    }
}
