/// Convex polygons in the slopes of a beam: what of a cell is still uncovered. A pool of fixed size; a polygon is a
/// place in it.
struct SlopePolygons: ~Copyable {
    /// Corners per polygon, at most; clipping a full polygon keeps it whole, which only makes it larger.
    static let corners = 20
    /// Polygons in the pool.
    static let capacity = 64

    private let points: UnsafeMutablePointer<SIMD2<Float>>
    private let counts: UnsafeMutablePointer<Int>

    init() {
        points = .allocate(capacity: SlopePolygons.corners * SlopePolygons.capacity)
        points.initialize(repeating: .zero, count: SlopePolygons.corners * SlopePolygons.capacity)
        counts = .allocate(capacity: SlopePolygons.capacity)
        counts.initialize(repeating: 0, count: SlopePolygons.capacity)
    }

    deinit {
        points.deallocate()
        counts.deallocate()
    }

    @inline(__always)
    func count(_ polygon: Int) -> Int { counts[polygon] }

    @inline(__always)
    func corner(_ polygon: Int, _ at: Int) -> SIMD2<Float> { points[polygon * SlopePolygons.corners + at] }

    func set(_ polygon: Int, _ cell: BeamCell) {
        let at = points + polygon * SlopePolygons.corners
        at[0] = SIMD2(cell.u0, cell.v0)
        at[1] = SIMD2(cell.u1, cell.v0)
        at[2] = SIMD2(cell.u1, cell.v1)
        at[3] = SIMD2(cell.u0, cell.v1)
        counts[polygon] = 4
    }

    /// Copies the part of `from` where `a u + b v + c >= 0` to `to`; false where nothing is left.
    func clip(_ from: Int, _ a: Float, _ b: Float, _ c: Float, to: Int) -> Bool {
        let source = points + from * SlopePolygons.corners
        let target = points + to * SlopePolygons.corners
        let count = counts[from]
        if count >= SlopePolygons.corners {
            copy(from, to: to)
            return true
        }
        var made = 0
        var last = source[count - 1]
        var before = a * last.x + b * last.y + c
        for at in 0..<count {
            let point = source[at]
            let value = a * point.x + b * point.y + c
            if (value >= 0) != (before >= 0) {
                target[made] = last + (point - last) * (before / (before - value))
                made += 1
            }
            if value >= 0 {
                target[made] = point
                made += 1
            }
            last = point
            before = value
        }
        counts[to] = made
        return made >= 3
    }

    func copy(_ from: Int, to: Int) {
        for at in 0..<counts[from] {
            points[to * SlopePolygons.corners + at] = points[from * SlopePolygons.corners + at]
        }
        counts[to] = counts[from]
    }
}
