/// All rays that leave a point and pass a rectangle: the rays that a transmitter, mirrored in some faces, sends through
/// the part of the last face that they can reach.
///
/// In the beam's own axes the apex is the origin, z points through the rectangle's plane at height `height`, and a ray
/// is given by its slopes x/z and y/z.
struct Beam {
    var apex: SIMD3<Double>
    var u: SIMD3<Double>
    var v: SIMD3<Double>
    /// Unit vector from the apex through the plane.
    var axis: SIMD3<Double>
    /// Distance of the apex from the plane; 0 for the transmitter itself, whose beams have no plane.
    var height: Double
    var slopes: BeamCell
    /// Face that the beam leaves, -1 for the transmitter: a plane face cannot be met again at once.
    var face: Int32

    /// One of the six beams of a transmitter: through the sides of a cube around it.
    init(side: Int, of transmitter: SIMD3<Double>) {
        var axes: [SIMD3<Double>] = [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
        apex = transmitter
        axis = axes.remove(at: side % 3) * (side < 3 ? 1 : -1)
        u = axes[0]
        v = axes[1]
        height = 0
        slopes = BeamCell(u0: -1, u1: 1, v0: -1, v1: 1)
        face = -1
    }

    /// The beam that leaves a face: `apex` is the image in it, `rectangle` the part of the face that was reached.
    init(apex: SIMD3<Double>, frame: FaceFrame, rectangle: SIMD4<Double>, face: Int32) {
        let depth = -frame.height(of: apex)
        self.apex = apex
        axis = depth < 0 ? -frame.normal : frame.normal
        u = frame.u
        v = frame.v
        height = abs(depth)
        let foot = frame.origin - apex
        let x = dot(foot, u)
        let y = dot(foot, v)
        slopes = BeamCell(
            u0: Float((rectangle[0] + x) / height), u1: Float((rectangle[1] + x) / height),
            v0: Float((rectangle[2] + y) / height), v1: Float((rectangle[3] + y) / height))
        self.face = face
    }
}

/// A rectangle of a beam's slopes.
struct BeamCell {
    var u0: Float
    var u1: Float
    var v0: Float
    var v1: Float

    /// The slope that halves the angle between two slopes.
    @inline(__always)
    static func middle(_ a: Float, _ b: Float) -> Float {
        let p = 1 / (1 + a * a).squareRoot()
        let q = 1 / (1 + b * b).squareRoot()
        return (a * p + b * q) / (p + q)
    }

    /// About the angle between two slopes of one axis in radians, the other slope being `other`: its sine, or the sum
    /// of two where it may exceed a right angle.
    @inline(__always)
    static func width(_ a: Float, _ b: Float, other: Float) -> Float {
        let c = 1 + other * other
        if a < 0 && b > 0 { return b / (c + b * b).squareRoot() - a / (c + a * a).squareRoot() }
        return (b - a) * c.squareRoot() / ((c + a * a).squareRoot() * (c + b * b).squareRoot())
    }

    var uWidth: Float { BeamCell.width(u0, u1, other: min(abs(v0), abs(v1))) }
    var vWidth: Float { BeamCell.width(v0, v1, other: min(abs(u0), abs(u1))) }

    /// The cell cut in two across its wider side.
    func halves(splitU: Bool) -> (BeamCell, BeamCell) {
        var (one, two) = (self, self)
        if splitU {
            one.u1 = BeamCell.middle(u0, u1)
            two.u0 = one.u1
        } else {
            one.v1 = BeamCell.middle(v0, v1)
            two.v0 = one.v1
        }
        return (one, two)
    }
}
