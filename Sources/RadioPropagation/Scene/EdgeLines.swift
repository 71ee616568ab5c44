internal import Glibc

/// Brings wedges that continue each other on one line: a wall that a drawing has in pieces, a footprint whose corners
/// lie on a straight line. Each keeps its faces; where a wave bends is then found on the line, once, whichever piece it
/// is.
struct EdgeLines {
    private let wedges: [SceneFaces.Wedge]
    /// For each end (`2 * wedge`, + 1 for b) the end of another wedge that continues it there, -1 for none.
    private var next: [Int]

    /// Pieces that are brought on one line at most: a longer row is cut.
    private static let mostPieces = 1_024

    /// - Parameter tolerance: metres that a joint may lie beside the line.
    static func share(among wedges: inout [SceneFaces.Wedge], tolerance: Double) {
        let lines = EdgeLines(wedges)
        var isDone = [Bool](repeating: false, count: wedges.count)
        for first in wedges.indices where !isDone[first] {
            for end in [2 * first, 2 * first + 1] where lines.next[end] < 0 && !isDone[first] {
                let row = lines.row(from: end ^ 1)
                for at in row { isDone[at / 2] = true }
                if row.count > 1 { lines.align(row, tolerance: tolerance, in: &wedges) }
            }
        }
    }

    private init(_ wedges: [SceneFaces.Wedge]) {
        self.wedges = wedges
        next = [Int](repeating: -1, count: 2 * wedges.count)
        let ends = next.indices.sorted { one, two in
            let (p, q) = (place(one), place(two))
            return (p.x, p.y, p.z, one) < (q.x, q.y, q.z, two)
        }
        var start = 0
        while start < ends.count {
            var stop = start + 1
            while stop < ends.count, place(ends[stop]) == place(ends[start]) { stop += 1 }
            for one in start..<stop where next[ends[one]] < 0 {
                let other = ends[one + 1..<stop].first { next[$0] < 0 && continues(ends[one], $0) }
                guard let other else { continue }
                next[ends[one]] = other
                next[other] = ends[one]
            }
            start = stop
        }
    }

    /// Whether two wedges that meet at these ends go on in one direction, with the same angle at the same side.
    private func continues(_ one: Int, _ other: Int) -> Bool {
        let (first, second) = (wedges[one / 2], wedges[other / 2])
        guard first.isReentrant == second.isReentrant, (first.faces.y < 0) == (second.faces.y < 0),
            abs(first.interiorAngle - second.interiorAngle) < WedgeFinder.angleTolerance
        else { return false }
        let (way, back) = (normalised(first.b - first.a), normalised(second.b - second.a))
        guard length(cross(way, back)) < FaceGroups.angleTolerance, (dot(way, back) > 0) == (one % 2 != other % 2)
        else { return false }
        func isNear(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Bool { length(a - b) < WedgeFinder.angleTolerance }
        return isNear(first.firstNormal, second.firstNormal) && isNear(first.secondNormal, second.secondNormal)
            || isNear(first.firstNormal, second.secondNormal) && isNear(first.secondNormal, second.firstNormal)
    }

    /// The ends, far from the beginning, of the wedges that follow each other from one whose end is given.
    private func row(from end: Int) -> [Int] {
        var ends = [end]
        var at = next[end]
        while at >= 0 {
            ends.append(at ^ 1)
            at = next[at ^ 1]
        }
        return ends
    }

    private func place(_ end: Int) -> SIMD3<Double> { end % 2 == 0 ? wedges[end / 2].a : wedges[end / 2].b }

    /// Gives a row its lines: as few as keep every joint within the tolerance, since a round wall is none.
    private func align(_ row: [Int], tolerance: Double, in wedges: inout [SceneFaces.Wedge]) {
        let corners = [place(row[0] ^ 1)] + row.map(place)
        var first = 0
        while first < row.count {
            var last = first + 1
            while last < row.count, last - first < EdgeLines.mostPieces,
                EdgeLines.isStraight(corners[first...last + 1], tolerance)
            {
                last += 1
            }
            let origin = corners[first]
            let along = normalised(corners[last] - origin)
            for piece in first..<last {
                let from = piece == 0 ? .leastNonzeroMagnitude : dot(corners[piece] - origin, along)
                let to = dot(corners[piece + 1] - origin, along)
                guard from < to else { continue }
                wedges[row[piece] / 2].line = SceneFaces.EdgeLine(origin: origin, along: along, part: from..<to)
            }
            first = last
        }
    }

    /// All corners lie on the line between the first and the last.
    private static func isStraight(_ corners: ArraySlice<SIMD3<Double>>, _ tolerance: Double) -> Bool {
        guard let first = corners.first, let last = corners.last else { return true }
        let along = normalised(last - first)
        return corners.allSatisfy { length(cross($0 - first, along)) <= tolerance }
    }
}
