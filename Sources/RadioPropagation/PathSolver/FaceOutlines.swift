/// The faces' convex pieces in their own plane, for the exact question whether a point of the plane is on the face.
struct FaceOutlines: Sendable {
    /// Eight half planes `a u + b v <= c`; missing ones hold everywhere.
    struct Polygon {
        var a: SIMD8<Double>
        var b: SIMD8<Double>
        var c: SIMD8<Double>
    }

    private(set) var polygons: [Polygon] = []
    /// First polygon of each face, and one past the last.
    private(set) var starts: [Int32] = [0]
    /// Number of the lattice of each face that has many pieces; -1 of the others.
    private var latticeOfFace: [Int32] = []
    private var lattices: [Lattice] = []

    /// A point this far outside still counts, so that none falls through a seam.
    static let seamMetres = 1e-6
    /// Pieces that are looked at one after the other.
    private static let fewPieces = 6

    init(_ pieces: FacePieces, frames: UnsafeBufferPointer<FaceFrame>) {
        var piece = 0
        for face in frames.indices {
            let first = piece
            while piece < pieces.count, pieces.face[piece] == Int32(face) {
                polygons.append(FaceOutlines.polygon(pieces, piece, frames[face]))
                piece += 1
            }
            starts.append(Int32(polygons.count))
            latticeOfFace.append(-1)
            if piece - first <= FaceOutlines.fewPieces { continue }
            latticeOfFace[face] = Int32(lattices.count)
            lattices.append(
                Lattice((first..<piece).map { FaceOutlines.box(pieces, $0, frames[face]) }, first: first))
        }
    }

    // MARK: - Questions

    /// Whether a point of the face's plane, in the axes of its frame, lies on the face.
    @inline(__always)
    func contains(face: Int, _ u: Double, _ v: Double) -> Bool { polygon(of: face, u, v) >= 0 }

    /// Number of the polygon of a face that a point of its plane lies on; -1 for none.
    @inline(__always)
    func polygon(of face: Int, _ u: Double, _ v: Double) -> Int {
        if latticeOfFace[face] >= 0 { return polygon(in: lattices[Int(latticeOfFace[face])], u, v) }
        for polygon in Int(starts[face])..<Int(starts[face + 1]) where holds(polygon, u, v) { return polygon }
        return -1
    }

    private func polygon(in lattice: Lattice, _ u: Double, _ v: Double) -> Int {
        for place in lattice.near(u, v) {
            let polygon = Int(lattice.polygons[place])
            if holds(polygon, u, v) { return polygon }
        }
        return -1
    }

    @inline(__always)
    private func holds(_ polygon: Int, _ u: Double, _ v: Double) -> Bool {
        let p = polygons[polygon]
        return !anyLane(p.a * u + p.b * v - p.c .> 0)
    }

    /// The outline of a face that is one piece.
    func onlyPolygon(of face: Int) -> Polygon? {
        starts[face + 1] == starts[face] + 1 ? polygons[Int(starts[face])] : nil
    }

    // MARK: - Making

    /// The corners run counter-clockwise about the face's normal, so u, v do too.
    private static func polygon(_ pieces: FacePieces, _ piece: Int, _ frame: FaceFrame) -> Polygon {
        var made = Polygon(a: .zero, b: .zero, c: SIMD8(repeating: 1))
        for lane in 0..<8 {
            let (p, q) = (corner(pieces, piece, lane), corner(pieces, piece, (lane + 1) % 8))
            guard p != q else { continue }
            let du = dot(q - p, frame.u)
            let dv = dot(q - p, frame.v)
            let side = (du * du + dv * dv).squareRoot()
            made.a[lane] = dv / side
            made.b[lane] = -du / side
            made.c[lane] =
                (dot(p - frame.origin, frame.u) * dv - dot(p - frame.origin, frame.v) * du) / side + seamMetres
        }
        return made
    }

    /// Low u, high u, low v, high v of a piece, and of what still counts as on it.
    private static func box(_ pieces: FacePieces, _ piece: Int, _ frame: FaceFrame) -> SIMD4<Double> {
        var box = SIMD4<Double>(.infinity, -.infinity, .infinity, -.infinity)
        for lane in 0..<8 {
            let place = corner(pieces, piece, lane) - frame.origin
            let (u, v) = (dot(place, frame.u), dot(place, frame.v))
            box = SIMD4(min(box[0], u), max(box[1], u), min(box[2], v), max(box[3], v))
        }
        // Where two sides meet at a sharp angle what counts reaches further than the seam.
        return box + SIMD4(-1, 1, -1, 1) * 1e-3
    }

    private static func corner(_ pieces: FacePieces, _ piece: Int, _ lane: Int) -> SIMD3<Double> {
        SIMD3(Double(pieces.x[piece][lane]), Double(pieces.y[piece][lane]), Double(pieces.z[piece][lane]))
    }
}

/// Squares over the pieces of one face, each with the pieces that may reach into it.
private struct Lattice: Sendable {
    private let u0: Double
    private let v0: Double
    private let perMetre: SIMD2<Double>
    private let columns: Int
    private let rows: Int
    private var starts: [Int32]
    private(set) var polygons: [Int32] = []

    /// - Parameters:
    ///   - boxes: low u, high u, low v, high v of each polygon.
    ///   - first: number of the first.
    init(_ boxes: [SIMD4<Double>], first: Int) {
        let u0 = boxes.map(\.x).min() ?? 0
        let v0 = boxes.map(\.z).min() ?? 0
        let width = (boxes.map(\.y).max() ?? 1) - u0
        let height = (boxes.map(\.w).max() ?? 1) - v0
        let edge = (width * height / Double(2 * boxes.count)).squareRoot()
        columns = min(Lattice.most, max(1, Int(width / edge)))
        rows = min(Lattice.most, max(1, Int(height / edge)))
        perMetre = SIMD2(Double(columns) / width, Double(rows) / height)
        self.u0 = u0
        self.v0 = v0
        var lists = [[Int32]](repeating: [], count: columns * rows)
        for (number, box) in boxes.enumerated() {
            for column in Lattice.place(
                box[0] - u0, perMetre.x, columns)...Lattice.place(
                    box[1] - u0, perMetre.x, columns)
            {
                for row in Lattice.place(box[2] - v0, perMetre.y, rows)...Lattice.place(box[3] - v0, perMetre.y, rows) {
                    lists[column * rows + row].append(Int32(first + number))
                }
            }
        }
        starts = [0]
        for list in lists {
            polygons += list
            starts.append(Int32(polygons.count))
        }
    }

    /// Squares along an axis at most.
    private static let most = 256

    private static func place(_ metres: Double, _ perMetre: Double, _ count: Int) -> Int {
        min(max(0, Int(metres * perMetre)), count - 1)
    }

    /// Where in `polygons` those are that may hold a point.
    @inline(__always)
    func near(_ u: Double, _ v: Double) -> Range<Int> {
        let column = (u - u0) * perMetre.x
        let row = (v - v0) * perMetre.y
        guard column >= 0, row >= 0, column <= Double(columns), row <= Double(rows) else { return 0..<0 }
        let cell = min(Int(column), columns - 1) * rows + min(Int(row), rows - 1)
        return Int(starts[cell])..<Int(starts[cell + 1])
    }
}
