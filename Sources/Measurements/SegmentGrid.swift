internal import Learning

/// The straight pieces of paths, sorted into squares of the plane, so that a tree or a vehicle meets few of them.
struct SegmentGrid {
    private static let squareMetres = 8.0
    private let low: SIMD2<Double>
    private let columns: Int
    private let rows: Int
    /// Ends of each piece, and its path.
    private var starts: [SIMD3<Double>] = []
    private var ends: [SIMD3<Double>] = []
    private var path: [Int32] = []
    /// Pieces of each square: `members[first[s] ..< first[s + 1]]`.
    private var first: [Int32]
    private var members: [Int32]

    /// - Parameter pieces: start, end and path of each piece.
    init(_ pieces: [(from: SIMD3<Double>, to: SIMD3<Double>, path: Int)]) {
        var low = SIMD2(repeating: Double.infinity)
        var high = SIMD2(repeating: -Double.infinity)
        for piece in pieces {
            for end in [piece.from, piece.to] {
                low = pointwiseMin(low, SIMD2(end.x, end.y))
                high = pointwiseMax(high, SIMD2(end.x, end.y))
            }
            starts.append(piece.from)
            ends.append(piece.to)
            path.append(Int32(piece.path))
        }
        let size = SegmentGrid.squareMetres
        self.low = pieces.isEmpty ? .zero : low
        columns = pieces.isEmpty ? 1 : Int((high.x - low.x) / size) + 1
        rows = pieces.isEmpty ? 1 : Int((high.y - low.y) / size) + 1
        var entries: [(square: Int32, piece: Int32)] = []
        for (index, piece) in pieces.enumerated() {
            SegmentGrid.squares(piece.from, piece.to, low: self.low, columns: columns, rows: rows) {
                entries.append((Int32($0), Int32(index)))
            }
        }
        first = Array(repeating: 0, count: columns * rows + 1)
        for entry in entries { first[Int(entry.square) + 1] += 1 }
        for square in 0..<(columns * rows) { first[square + 1] += first[square] }
        var next = first
        members = Array(repeating: 0, count: entries.count)
        for entry in entries {
            members[Int(next[Int(entry.square)])] = entry.piece
            next[Int(entry.square)] += 1
        }
    }

    /// Squares that a piece passes, row by row.
    private static func squares(
        _ a: SIMD3<Double>, _ b: SIMD3<Double>, low: SIMD2<Double>, columns: Int, rows: Int, _ visit: (Int) -> Void
    ) {
        let from = (SIMD2(a.x, a.y) - low) / squareMetres
        let to = (SIMD2(b.x, b.y) - low) / squareMetres
        let (bottom, top) = (min(from.y, to.y), max(from.y, to.y))
        for row in max(0, Int(bottom))...max(0, min(rows - 1, Int(top))) {
            var (left, right) = (from.x, to.x)
            if top - bottom > 1e-9 {
                let slope = (to.x - from.x) / (to.y - from.y)
                left = from.x + slope * (min(max(Double(row), bottom), top) - from.y)
                right = from.x + slope * (min(max(Double(row + 1), bottom), top) - from.y)
            }
            let columnRange = max(0, Int(min(left, right)))...max(0, min(columns - 1, Int(max(left, right))))
            for column in columnRange { visit(row * columns + column) }
        }
    }

    /// The path of each piece that loses power in clutter, and the loss, dB.
    func losses(
        in thing: Clutter, wavelengthMetres: Double, seen: inout SeenPieces,
        into losses: inout [(path: Int, lossDb: Double)]
    ) {
        losses.removeAll(keepingCapacity: true)
        seen.begin(starts.count)
        let size = SegmentGrid.squareMetres
        let centre = SIMD2(thing.centre.x, thing.centre.y)
        let from = (centre - thing.reachMetres - low) / size
        let to = (centre + thing.reachMetres - low) / size
        guard to.x >= 0, to.y >= 0, from.x < Double(columns), from.y < Double(rows) else { return }
        for row in max(0, Int(from.y))...min(rows - 1, Int(to.y)) {
            for column in max(0, Int(from.x))...min(columns - 1, Int(to.x)) {
                let square = row * columns + column
                for place in Int(first[square])..<Int(first[square + 1]) {
                    let piece = Int(members[place])
                    guard seen.isNew(piece) else { continue }
                    let loss = thing.lossDb(
                        from: starts[piece], to: ends[piece], wavelengthMetres: wavelengthMetres)
                    if loss > 0 { losses.append((Int(path[piece]), loss)) }
                }
            }
        }
    }

    /// Which pieces a search has met already.
    struct SeenPieces {
        private var stamps: [UInt32] = []
        private var now: UInt32 = 0

        init() {}

        mutating func begin(_ count: Int) {
            if stamps.count != count || now == .max {
                stamps = Array(repeating: 0, count: count)
                now = 0
            }
            now += 1
        }

        mutating func isNew(_ piece: Int) -> Bool {
            if stamps[piece] == now { return false }
            stamps[piece] = now
            return true
        }
    }
}
