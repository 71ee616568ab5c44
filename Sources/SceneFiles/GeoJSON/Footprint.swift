/// A building's outline with its holes, in metres, checked and divided into triangles.
struct Footprint {
    enum Fault: Error, Equatable {
        case tooFewPoints
        case tooManyPoints
        case selfIntersecting
        case noTriangulation

        var text: String {
            switch self {
            case .tooFewPoints: "an outline of fewer than 3 points or without area"
            case .tooManyPoints: "more than \(Footprint.maximumPoints) points"
            case .selfIntersecting: "an outline that crosses itself or its holes"
            case .noTriangulation: "an outline that cannot be divided into triangles"
            }
        }
    }

    /// The outline counter-clockwise, then the holes clockwise; none repeats its first point.
    let rings: [[SIMD2<Double>]]
    /// Indices into the rings' points, one after the other; counter-clockwise.
    let triangles: [SIMD3<UInt32>]

    /// The check for crossings takes the square of this.
    static let maximumPoints = 5_000
    /// Points closer than this are one.
    static let pointDistanceMetres = 1e-3

    init(_ given: [[SIMD2<Double>]]) throws(Fault) {
        var rings: [[SIMD2<Double>]] = []
        for (index, ring) in given.enumerated() {
            let clean = Footprint.cleaned(ring)
            let area = Footprint.area(clean)
            if clean.count < 3 || abs(area) < Footprint.pointDistanceMetres {
                if index == 0 { throw .tooFewPoints }
                continue
            }
            rings.append((area > 0) == (index == 0) ? clean : clean.reversed())
        }
        guard !rings.isEmpty else { throw .tooFewPoints }
        guard rings.reduce(0, { $0 + $1.count }) <= Footprint.maximumPoints else { throw .tooManyPoints }
        guard !Footprint.crosses(rings) else { throw .selfIntersecting }
        self.rings = rings
        let area = rings.reduce(0) { $0 + Footprint.area($1) }
        guard let triangles = EarClipping.triangles(rings), area > 0 else { throw .noTriangulation }
        let points = rings.flatMap { $0 }
        let covered = triangles.reduce(0) {
            $0 + Footprint.area([points[Int($1.x)], points[Int($1.y)], points[Int($1.z)]])
        }
        guard abs(covered - area) <= 1e-6 * area else { throw .noTriangulation }
        self.triangles = triangles
    }

    /// Twice covered points and points that lie straight between their neighbours are left out.
    private static func cleaned(_ ring: [SIMD2<Double>]) -> [SIMD2<Double>] {
        var points: [SIMD2<Double>] = []
        for point in ring where points.isEmpty || distance(points[points.count - 1], point) > pointDistanceMetres {
            points.append(point)
        }
        while points.count > 1, distance(points[0], points[points.count - 1]) <= pointDistanceMetres {
            points.removeLast()
        }
        var at = 0
        while points.count >= 3, at < points.count {
            let a = points[(at + points.count - 1) % points.count]
            let c = points[(at + 1) % points.count]
            // The point's distance from the line of its neighbours; a spike has them at one place.
            let base = max(distance(a, c), pointDistanceMetres)
            if abs(turn(a, points[at], c)) / base < pointDistanceMetres / 10 {
                points.remove(at: at)
                at = max(0, at - 2)
            } else {
                at += 1
            }
        }
        return points
    }

    // MARK: - Plane geometry

    private static func distance(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
        ((a - b) * (a - b)).sum().squareRoot()
    }

    /// Twice the area of the triangle, positive where it turns left.
    static func turn(_ a: SIMD2<Double>, _ b: SIMD2<Double>, _ c: SIMD2<Double>) -> Double {
        (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    }

    static func area(_ ring: [SIMD2<Double>]) -> Double {
        guard ring.count >= 3 else { return 0 }
        return (1..<(ring.count - 1)).reduce(0) { $0 + turn(ring[0], ring[$1], ring[$1 + 1]) } / 2
    }

    /// Two segments meet, at an end or in between.
    static func meet(_ a: SIMD2<Double>, _ b: SIMD2<Double>, _ c: SIMD2<Double>, _ d: SIMD2<Double>) -> Bool {
        guard max(a.x, b.x) >= min(c.x, d.x), max(c.x, d.x) >= min(a.x, b.x), max(a.y, b.y) >= min(c.y, d.y),
            max(c.y, d.y) >= min(a.y, b.y)
        else { return false }
        let (first, second) = (turn(a, b, c), turn(a, b, d))
        let (third, fourth) = (turn(c, d, a), turn(c, d, b))
        return first * second <= 0 && third * fourth <= 0
    }

    /// Whether any two edges meet that are not neighbours.
    private static func crosses(_ rings: [[SIMD2<Double>]]) -> Bool {
        var edges: [(from: SIMD2<Double>, to: SIMD2<Double>, ring: Int, index: Int)] = []
        for (number, ring) in rings.enumerated() {
            for index in ring.indices { edges.append((ring[index], ring[(index + 1) % ring.count], number, index)) }
        }
        for first in edges.indices {
            for second in (first + 1)..<max(edges.count, first + 1) {
                let (one, two) = (edges[first], edges[second])
                let last = rings[one.ring].count - 1
                let isNext = two.index == one.index + 1 || (one.index == 0 && two.index == last)
                if one.ring == two.ring, isNext { continue }
                if meet(one.from, one.to, two.from, two.to) { return true }
            }
        }
        return false
    }
}
