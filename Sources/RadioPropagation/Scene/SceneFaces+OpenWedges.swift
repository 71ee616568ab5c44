extension SceneFaces {
    /// Surfaces nearer to an edge than this close it: what is narrower than a wavelength is no way around.
    static let wedgeClearanceMetres = 0.1

    /// Drops wedges whose open sector another surface divides, at each of three points along the edge: no wave passes
    /// from one face around the edge to the other.
    ///
    /// - Parameter isBlocked: whether anything lies between two points, two faces left out.
    mutating func keepOpenWedges(
        isBlocked: (_ from: SIMD3<Double>, _ to: SIMD3<Double>, _ ignoring: SIMD2<Int32>) -> Bool
    ) {
        wedges.removeAll { wedge in
            [1.0 / 6, 1.0 / 2, 5.0 / 6].allSatisfy { share in
                let place = wedge.a + (wedge.b - wedge.a) * share
                let (first, middle, second) = SceneFaces.around(wedge, clearance: SceneFaces.wedgeClearanceMetres)
                return isBlocked(place + first, place + middle, wedge.faces)
                    || isBlocked(place + middle, place + second, wedge.faces)
            }
        }
    }

    /// Three places around an edge: before the first face, beyond the edge, before the second face.
    private static func around(
        _ wedge: Wedge, clearance: Double
    ) -> (first: SIMD3<Double>, middle: SIMD3<Double>, second: SIMD3<Double>) {
        let along = normalised(wedge.b - wedge.a)
        // From the edge into each face: the first face's open side lies to the left of it, along the edge.
        let into = (cross(wedge.firstNormal, along), cross(along, wedge.secondNormal))
        let outwards = normalised(-(into.0 + into.1))
        return (
            normalised(wedge.firstNormal + into.0 / 2) * clearance, outwards * clearance,
            normalised(wedge.secondNormal + into.1 / 2) * clearance
        )
    }
}
