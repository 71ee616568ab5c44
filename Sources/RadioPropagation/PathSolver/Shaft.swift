/// The segments between two small convex bodies, given by their corners.
struct Shaft {
    /// Up to eight corners as lanes, some of them repeated.
    struct Corners {
        var x: SIMD8<Float>
        var y: SIMD8<Float>
        var z: SIMD8<Float>

        var middle: SIMD3<Double> { SIMD3(Double(x.sum()), Double(y.sum()), Double(z.sum())) / 8 }

        /// A box.
        init(centre: SIMD3<Float>, half: SIMD3<Float>) {
            x = SIMD8(-1, 1, -1, 1, -1, 1, -1, 1) * half.x + centre.x
            y = SIMD8(-1, -1, 1, 1, -1, -1, 1, 1) * half.y + centre.y
            z = SIMD8(-1, -1, -1, -1, 1, 1, 1, 1) * half.z + centre.z
        }

        /// A rectangle in the axes of a face, twice.
        init(_ rectangle: SIMD4<Double>, of frame: FaceFrame) {
            let r = SIMD4<Float>(rectangle)
            let u = SIMD8(r[0], r[1], r[1], r[0], r[0], r[1], r[1], r[0])
            let v = SIMD8(r[2], r[2], r[3], r[3], r[2], r[2], r[3], r[3])
            let (origin, along, across) = (
                SIMD3<Float>(frame.origin), SIMD3<Float>(frame.u), SIMD3<Float>(frame.v)
            )
            x = (u * along.x).addingProduct(v, across.x) + origin.x
            y = (u * along.y).addingProduct(v, across.y) + origin.y
            z = (u * along.z).addingProduct(v, across.z) + origin.z
        }

        @inline(__always)
        func along(_ direction: SIMD3<Float>) -> SIMD8<Float> {
            (x * direction.x).addingProduct(y, direction.y).addingProduct(z, direction.z)
        }
    }

    let one: Corners
    /// A rectangle.
    let two: Corners

    /// Whether one piece of a face surely stands in the way of every segment: the first that the middle one meets.
    ///
    /// Where the corners of two bodies lie on either side of a plane, the segments between the bodies meet it in the
    /// hull of the points where those between the corners do.
    func isBlocked(_ scene: PathScene, ignoring: SIMD2<Int32>) -> Bool {
        let from = one.middle
        guard let hit = scene.index.closest(from: from, direction: two.middle - from, limit: 1, ignoring: ignoring)
        else { return false }
        let face = Int(scene.index.faces.faceOfTriangle[hit.triangle])
        let frame = scene.frames[face]
        let margin = Float(4 * scene.index.toleranceMetres + 1e-3)
        let normal = SIMD3<Float>(frame.normal)
        let foot = Float(dot(frame.origin, frame.normal))
        let above = one.along(normal) - foot
        let below = two.along(normal) - foot
        let isDownwards = !anyLane(above .< margin) && !anyLane(below .> -margin)
        guard isDownwards || (!anyLane(above .> -margin) && !anyLane(below .< margin)) else { return false }
        let polygons = Int(scene.outlines.starts[face])..<Int(scene.outlines.starts[face + 1])
        return polygons.prefix(Shaft.looks).contains { polygon in
            isThrough(scene.outlines.polygons[polygon], frame, above, below, margin)
        }
    }

    /// Pieces of the face that are looked at.
    private static let looks = 4

    private func isThrough(
        _ polygon: FaceOutlines.Polygon, _ frame: FaceFrame, _ above: SIMD8<Float>, _ below: SIMD8<Float>,
        _ margin: Float
    ) -> Bool {
        let a = SIMD8<Float>(polygon.a)
        let b = SIMD8<Float>(polygon.b)
        let c = SIMD8<Float>(polygon.c) - margin
        let (u, v) = (SIMD3<Float>(frame.u), SIMD3<Float>(frame.v))
        let origin = SIMD3<Float>(frame.origin)
        let footU = Shaft.scalar(origin, u)
        let footV = Shaft.scalar(origin, v)
        let (oneU, oneV) = (one.along(u) - footU, one.along(v) - footV)
        let (twoU, twoV) = (two.along(u) - footU, two.along(v) - footV)
        for corner in 0..<4 {
            let share = above / (above - below[corner])
            let x = oneU + (twoU[corner] - oneU) * share
            let y = oneV + (twoV[corner] - oneV) * share
            for side in 0..<8 where anyLane((x * a[side]).addingProduct(y, b[side]) .> c[side]) { return false }
        }
        return true
    }

    @inline(__always)
    private static func scalar(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float { a.x * b.x + a.y * b.y + a.z * b.z }
}
