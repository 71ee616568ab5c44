/// Points on the inner side of some planes, most of them through an image: where receivers can be reached over a
/// sequence of faces, or where something hides them. Planes count from a group's centre, so that single precision is
/// enough.
struct HalfSpaces {
    /// Normal inwards, of any length, and offset: `normal . p + offset >= 0` within.
    private var planes: [SIMD4<Float>] = []
    /// Faces that a sequence goes over later than the one in hand.
    private var mirrors: [Int] = []

    init() {}

    /// What planes are counted from.
    struct Place {
        var centre: SIMD3<Double>
        /// How far receivers lie from there at most.
        var reachMetres: Double
    }

    // MARK: - Questions

    /// Whether a box may have a part in it.
    @inline(__always)
    func meets(_ centre: SIMD3<Float>, half: SIMD3<Float>) -> Bool {
        for plane in planes {
            let inside = plane.w + plane.x * centre.x + plane.y * centre.y + plane.z * centre.z
            let reach = abs(plane.x) * half.x + abs(plane.y) * half.y + abs(plane.z) * half.z
            if inside + reach < 0 { return false }
        }
        return true
    }

    /// The lanes whose points lie in it.
    @inline(__always)
    func holds(_ x: SIMD8<Float>, _ y: SIMD8<Float>, _ z: SIMD8<Float>) -> UInt8 {
        var least = SIMD8<Float>(repeating: .infinity)
        for plane in planes {
            let value = SIMD8(repeating: plane.w).addingProduct(x, plane.x).addingProduct(y, plane.y)
                .addingProduct(z, plane.z)
            least = lesser(least, value)
            if !anyLane(least .>= 0) { return 0 }
        }
        return UInt8(truncatingIfNeeded: setLanes(least .>= 0).bits)
    }

    // MARK: - Planes

    /// Of single precision, with some to spare.
    private static let rounding = 1e-6

    /// - Parameter isWide: points within rounding count as inside; else they do not.
    private mutating func add(_ normal: SIMD3<Double>, through point: SIMD3<Double>, _ place: Place, isWide: Bool) {
        let distance = dot(normal, place.centre - point)
        let size = abs(normal.x) + abs(normal.y) + abs(normal.z)
        let rounding = HalfSpaces.rounding * (abs(distance) + size * place.reachMetres)
        planes.append(SIMD4(SIMD3<Float>(normal), Float(distance + (isWide ? rounding : -rounding))))
    }

    /// The plane through an image and the side `a u + b v = c` of a polygon, `a u + b v` being less inside of it.
    private mutating func add(
        _ a: Double, _ b: Double, _ c: Double, of axes: Axes, from image: SIMD3<Double>, _ place: Place, isWide: Bool
    ) {
        let out = axes.u * a + axes.v * b
        let point = axes.origin + out * c
        let normal = cross(point - image, axes.v * a - axes.u * b)
        add(dot(normal, out) > 0 ? -normal : normal, through: point, place, isWide: isWide)
    }

    /// A plane with two axes in it, mirrored as an image sees it.
    private struct Axes {
        var origin: SIMD3<Double>
        var u: SIMD3<Double>
        var v: SIMD3<Double>

        init(_ frame: FaceFrame) {
            origin = frame.origin
            u = frame.u
            v = frame.v
        }

        mutating func mirror(in frame: FaceFrame) {
            origin = frame.image(of: origin)
            u -= frame.normal * (2 * dot(u, frame.normal))
            v -= frame.normal * (2 * dot(v, frame.normal))
        }
    }

    // MARK: - What a sequence reaches

    /// Makes it all points that the sequence of a node may lead to: through what is reached of each of its faces, from
    /// the front of the one before.
    ///
    /// - Parameter half: of a box around the place.
    /// - Returns: false as soon as no point of the box is left.
    mutating func lead(
        over node: Int, of tree: BeamTree, _ scene: PathScene, _ place: Place, to half: SIMD3<Float>
    ) -> Bool {
        planes.removeAll(keepingCapacity: true)
        mirrors.removeAll(keepingCapacity: true)
        let image = tree.nodes[node].image
        let last = scene.frames[Int(tree.nodes[node].face)]
        let slack = BeamLanes.margin
        let front = last.front(of: image)
        add(front, through: last.origin - front * slack, place, isWide: true)
        var at = node
        while at >= 0 {
            let step = tree.nodes[at]
            let face = Int(step.face)
            let frame = scene.frames[face]
            var axes = Axes(frame)
            for later in mirrors.reversed() { axes.mirror(in: scene.frames[later]) }
            for side in 0..<4 {
                let sign: Double = side & 1 == 0 ? -1 : 1
                let (a, b) = side < 2 ? (sign, 0) : (0, sign)
                add(a, b, sign * step.rectangle[side] + slack, of: axes, from: image, place, isWide: true)
                if isLastMissed(by: half) { return false }
            }
            if step.parent >= 0 {
                let before = tree.nodes[Int(step.parent)]
                let other = scene.frames[Int(before.face)]
                _ = add(
                    inFrontOf: other, other.front(of: before.image), frame, axes, from: image, slack, place,
                    isWide: true)
                if isLastMissed(by: half) { return false }
            }
            if let outline = scene.outlines.onlyPolygon(of: face) {
                for side in 0..<8 where outline.a[side] != 0 && outline.b[side] != 0 {
                    add(
                        outline.a[side], outline.b[side], outline.c[side] + slack, of: axes, from: image, place,
                        isWide: true)
                    if isLastMissed(by: half) { return false }
                }
            }
            mirrors.append(face)
            at = Int(step.parent)
        }
        return true
    }

    /// Whether a box around the place lies outside the plane that was added last.
    @inline(__always)
    private func isLastMissed(by half: SIMD3<Float>) -> Bool {
        guard let plane = planes.last else { return false }
        return plane.w + abs(plane.x) * half.x + abs(plane.y) * half.y + abs(plane.z) * half.z < 0
    }

    /// What of a plane lies in front of a face.
    ///
    /// - Parameters:
    ///   - front: normal of the face towards its front.
    ///   - frame: the plane's axes, and `axes` the same as the image sees them.
    ///   - slack: metres behind the face that still count.
    /// - Returns: false where nothing does.
    private mutating func add(
        inFrontOf face: FaceFrame, _ front: SIMD3<Double>, _ frame: FaceFrame, _ axes: Axes,
        from image: SIMD3<Double>, _ slack: Double, _ place: Place, isWide: Bool
    ) -> Bool {
        // `own + u slopeU + v slopeV >= 0`.
        let own = dot(frame.origin - face.origin, front) + slack
        let (slopeU, slopeV) = (dot(front, frame.u), dot(front, frame.v))
        let slope = (slopeU * slopeU + slopeV * slopeV).squareRoot()
        if slope < 1e-6 { return own >= 0 }
        add(-slopeU / slope, -slopeV / slope, own / slope, of: axes, from: image, place, isWide: isWide)
        return true
    }

    // MARK: - What a piece hides

    /// Sine of the least angle between rays and a piece.
    private static let leastSine = 1e-2

    /// All points that a convex piece of a face surely hides from an image's rays: a pyramid behind the piece. The last
    /// segment of a path to such a point would run through the piece at least a margin inside of its outline and away
    /// from the segment's ends: no single precision of rays can miss it.
    ///
    /// - Parameters:
    ///   - piece: in the axes of `frame`, that of its face.
    ///   - leaving: the face that the rays leave, which the image is mirrored in; nil for the transmitter itself.
    /// - Returns: nil where rays only graze the piece, or there is nothing of it before the face.
    init?(
        shadowOf piece: FaceOutlines.Polygon, _ frame: FaceFrame, from image: SIMD3<Double>, leaving: FaceFrame?,
        marginMetres margin: Double, _ place: Place
    ) {
        let height = frame.height(of: image)
        let away = length(image - frame.origin) + place.reachMetres
        guard abs(height) > max(margin, HalfSpaces.leastSine * away) else { return nil }
        planes.reserveCapacity(12)
        let beyond = height > 0 ? -frame.normal : frame.normal
        add(beyond, through: frame.origin + beyond * margin, place, isWide: false)
        let axes = Axes(frame)
        for side in 0..<8 where piece.a[side] != 0 || piece.b[side] != 0 {
            add(piece.a[side], piece.b[side], piece.c[side] - margin, of: axes, from: image, place, isWide: false)
        }
        guard let leaving else { return }
        let front = leaving.front(of: image)
        if !add(inFrontOf: leaving, front, frame, axes, from: image, -margin, place, isWide: false) { return nil }
    }
}
