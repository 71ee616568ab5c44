/// The rectangle, in the axes of a face, where rays of a beam meet the face's plane.
struct PlaneMeeting {
    private let beam: Beam
    private let frame: FaceFrame
    private let above: Double
    private let foot: SIMD3<Double>
    private var low = SIMD2<Double>(repeating: .infinity)
    private var high = SIMD2<Double>(repeating: -.infinity)

    /// Widening of what is met, for the rounding of the slopes.
    private static let marginMetres = 1e-3

    @inline(__always)
    init(of beam: Beam, _ frame: FaceFrame) {
        self.beam = beam
        self.frame = frame
        above = -frame.height(of: beam.apex)
        foot = beam.apex - frame.origin
    }

    var rectangle: SIMD4<Double> { SIMD4(low.x, high.x, low.y, high.y) }

    /// Adds the ray of two slopes; false where it does not meet the plane.
    @inline(__always)
    mutating func add(_ x: Float, _ y: Float) -> Bool {
        add(along: beam.axis + beam.u * Double(x) + beam.v * Double(y))
    }

    /// Adds the ray from the apex to a point beyond the plane; false where the point is not surely beyond.
    @inline(__always)
    mutating func add(towards point: SIMD3<Double>) -> Bool {
        let other = frame.height(of: point)
        guard above * other > 0, abs(other) > 1e-3 else { return false }
        return add(along: point - beam.apex)
    }

    @inline(__always)
    private mutating func add(along ray: SIMD3<Double>) -> Bool {
        let speed = ray.x * frame.normal.x + ray.y * frame.normal.y + ray.z * frame.normal.z
        let time = above / speed
        guard time > 0, time < 1e6 else { return false }
        let meet = foot + ray * time
        let u = meet.x * frame.u.x + meet.y * frame.u.y + meet.z * frame.u.z
        let v = meet.x * frame.v.x + meet.y * frame.v.y + meet.z * frame.v.z
        low = SIMD2(u < low.x ? u : low.x, v < low.y ? v : low.y)
        high = SIMD2(u > high.x ? u : high.x, v > high.y ? v : high.y)
        return true
    }

    /// What a face's rectangle and a rectangle that is met have in common.
    @inline(__always)
    static func common(_ whole: SIMD4<Double>, _ seen: SIMD4<Double>) -> SIMD4<Double> {
        SIMD4(
            max(whole[0], seen[0] - marginMetres), min(whole[1], seen[1] + marginMetres),
            max(whole[2], seen[2] - marginMetres), min(whole[3], seen[3] + marginMetres))
    }

    /// The part of a face's rectangle that a whole beam may meet.
    static func part(of frame: FaceFrame, metBy beam: Beam) -> SIMD4<Double> {
        var meeting = PlaneMeeting(of: beam, frame)
        let s = beam.slopes
        guard meeting.add(s.u0, s.v0), meeting.add(s.u1, s.v0), meeting.add(s.u1, s.v1), meeting.add(s.u0, s.v1)
        else { return frame.rectangle }
        return common(frame.rectangle, meeting.rectangle)
    }

    /// What of a rectangle the rays from a beam's apex to a body beyond the plane may meet, given the body's corners.
    static func part(
        _ rectangle: SIMD4<Double>, of frame: FaceFrame, from beam: Beam, to corners: [SIMD3<Double>]
    ) -> SIMD4<Double> {
        var meeting = PlaneMeeting(of: beam, frame)
        for corner in corners where !meeting.add(towards: corner) { return rectangle }
        return common(rectangle, meeting.rectangle)
    }
}
