internal import Glibc

/// Finds the edges where faces meet at an angle or end, and joins those that continue each other.
struct WedgeFinder {
    private let scene: Scene
    private let edges: TriangleEdges
    private let faces: [SceneFaces.Face]
    private let faceOfTriangle: [Int32]

    /// Two planes closer to straight than this do not diffract.
    static let angleTolerance = 1e-2

    /// One edge of the mesh: its ends as vertex numbers, and what will be the wedge.
    private struct Piece {
        var from: Int32
        var to: Int32
        var wedge: SceneFaces.Wedge
    }

    /// A triangle's half plane as seen along an edge: its face, and the unit vector from the edge into it.
    private struct HalfPlane {
        var face: Int32
        var into: SIMD3<Double>
        var angle: Double
    }

    init(_ scene: Scene, edges: TriangleEdges, faces: [SceneFaces.Face], faceOfTriangle: [Int32]) {
        self.scene = scene
        self.edges = edges
        self.faces = faces
        self.faceOfTriangle = faceOfTriangle
    }

    func wedges() -> [SceneFaces.Wedge] {
        joined((0..<edges.count).compactMap(piece))
    }

    // MARK: - One edge

    private func point(_ vertex: Int32) -> SIMD3<Double> { SIMD3<Double>(scene.vertices[Int(vertex)]) }

    private func piece(of edge: Int) -> Piece? {
        let uses = edges.uses(of: edge)
        if uses.count == 2 {
            let first = faceOfTriangle[Int(uses[uses.startIndex]) / 3]
            if first == faceOfTriangle[Int(uses[uses.endIndex - 1]) / 3] { return nil }
        }
        let ends = edges.ends(of: uses[uses.startIndex])
        let (a, b) = (point(ends.from), point(ends.to))
        let along = normalised(b - a)
        var halves = uses.map { halfPlane(of: $0, origin: a, along: along) }
        guard let reference = halves.first?.into else { return nil }
        let across = cross(along, reference)
        for index in halves.indices {
            let angle = atan2(dot(halves[index].into, across), dot(halves[index].into, reference))
            halves[index].angle = angle < 0 ? angle + 2 * .pi : angle
        }
        guard let wedge = widestSector(halves.sorted { ($0.angle, $0.face) < ($1.angle, $1.face) }, a, b, along)
        else { return nil }
        return Piece(from: ends.from, to: ends.to, wedge: wedge)
    }

    private func halfPlane(of use: Int32, origin: SIMD3<Double>, along: SIMD3<Double>) -> HalfPlane {
        let face = faceOfTriangle[Int(use) / 3]
        let into = normalised(cross(faces[Int(face)].normal, along))
        let opposite = point(edges.ends(of: use).opposite) - origin
        return HalfPlane(face: face, into: dot(into, opposite) < 0 ? -into : into, angle: 0)
    }

    /// The two half planes on either side of the widest gap, where it is wider than straight.
    private func widestSector(
        _ halves: [HalfPlane], _ a: SIMD3<Double>, _ b: SIMD3<Double>, _ along: SIMD3<Double>
    ) -> SceneFaces.Wedge? {
        var best = (gap: -1.0, at: 0)
        for index in halves.indices {
            let isLast = index == halves.count - 1
            let gap = (isLast ? halves[0].angle + 2 * .pi : halves[index + 1].angle) - halves[index].angle
            if gap > best.gap { best = (gap, index) }
        }
        guard best.gap > .pi + WedgeFinder.angleTolerance else { return nil }
        let one = halves[best.at]
        let two = halves[(best.at + 1) % halves.count]
        // Along the edge, the gap begins at `one` and turns left: `one` looks into it with along x into.
        let outOfOne = cross(along, one.into)
        let outOfTwo = -cross(along, two.into)
        let isFree = halves.count == 1
        let isReentrant =
            !isFree && dot(faces[Int(one.face)].normal, outOfOne) < 0 && dot(faces[Int(two.face)].normal, outOfTwo) < 0
        return SceneFaces.Wedge(
            a: a, b: b, faces: SIMD2(one.face, isFree ? -1 : two.face), interiorAngle: max(0, 2 * .pi - best.gap),
            firstNormal: outOfOne, secondNormal: outOfTwo, isReentrant: isReentrant,
            line: SceneFaces.EdgeLine(from: a, to: b))
    }

    // MARK: - Joining

    /// Pieces of one line between the same faces become one wedge, so that no path is found twice over a vertex.
    private func joined(_ pieces: [Piece]) -> [SceneFaces.Wedge] {
        var ends: [(vertex: Int32, piece: Int)] = []
        for (index, piece) in pieces.enumerated() {
            ends.append((piece.from, index))
            ends.append((piece.to, index))
        }
        ends.sort { ($0.vertex, $0.piece) < ($1.vertex, $1.piece) }
        var parent = Array(pieces.indices)
        func root(_ index: Int) -> Int {
            var at = index
            while parent[at] != at {
                parent[at] = parent[parent[at]]
                at = parent[at]
            }
            return at
        }
        var start = 0
        while start < ends.count {
            var end = start
            while end < ends.count, ends[end].vertex == ends[start].vertex { end += 1 }
            for one in start..<end {
                for two in (one + 1)..<max(end, one + 1) {
                    guard continues(pieces[ends[one].piece], pieces[ends[two].piece]) else { continue }
                    let (low, high) = (root(ends[one].piece), root(ends[two].piece))
                    parent[max(low, high)] = min(low, high)
                }
            }
            start = end
        }
        return merged(pieces, roots: pieces.indices.map(root))
    }

    private func continues(_ one: Piece, _ two: Piece) -> Bool {
        let (first, second) = (one.wedge, two.wedge)
        let isSamePair = first.faces == second.faces || first.faces == SIMD2(second.faces.y, second.faces.x)
        return isSamePair
            && length(cross(normalised(first.b - first.a), normalised(second.b - second.a)))
                < FaceGroups.angleTolerance
    }

    /// Each root's wedge stretched to the farthest ends of its pieces.
    private func merged(_ pieces: [Piece], roots: [Int]) -> [SceneFaces.Wedge] {
        var wedges = pieces.map(\.wedge)
        for (index, root) in roots.enumerated() where root != index {
            let origin = wedges[root].a
            let along = normalised(wedges[root].b - origin)
            for end in [pieces[index].wedge.a, pieces[index].wedge.b] {
                if dot(end - origin, along) < 0 { wedges[root].a = end }
                if dot(end - wedges[root].b, along) > 0 { wedges[root].b = end }
            }
        }
        return wedges.indices.filter { roots[$0] == $0 }.map { index in
            var wedge = wedges[index]
            wedge.line = SceneFaces.EdgeLine(from: wedge.a, to: wedge.b)
            return wedge
        }
    }
}
