/// Finds the faces that a beam can reach, never missing one: area subdivision (Warnock 1969) on the beam's rectangle,
/// with pieces dropped where another piece surely hides them. What is reported is a superset of what is visible; the
/// refinement decides how tight it is, not whether it is complete.
struct BeamTracer: ~Copyable {
    /// A face that the beam may reach, and a rectangle of its plane (in its frame) that holds all points reached.
    struct Reach {
        var face: Int32
        var rectangle: SIMD4<Double>
    }

    /// How finely a beam is cut. None of these decides what is found, only how much is found in vain.
    struct Refinement {
        /// A cell with this many pieces left is not cut further: each is held against the others exactly.
        var leafPieces = 12
        /// Nor is one narrower than this, in radians.
        var leafWidth: Float = 0.1
        /// With more pieces than this it is cut on, down to `hardWidth`; what is left then is reported whole.
        var exactLimit = 40
        var hardWidth: Float = 0.001
        /// More pieces than this in a cell: cut it before looking at them one by one.
        var gatherLimit = 160
        /// More pieces than this: look for pieces that together cover the cell.
        var fuseLeast = 6
        /// Up to this many pieces each is held against every other first.
        var pairLimit = 12
    }

    var refinement = Refinement()
    /// Faces reached by the last beam, in the order met.
    var reached: [Reach] = []
    let scene: PathScene
    var beam = Beam(side: 0, of: .zero)
    var origin = SIMD3<Float>.zero
    var axes = (u: SIMD3<Float>.zero, v: SIMD3<Float>.zero, w: SIMD3<Float>.zero)
    private var height: Float = 0
    private var limits = (u: Float(0), v: Float(0))
    let tolerance: Float
    let pieces: UnsafeMutablePointer<BeamPiece>
    /// Index into `reached` of each face, valid where its stamp is the beam's.
    let slot: UnsafeMutablePointer<Int32>
    let stamp: UnsafeMutablePointer<Int32>
    var currentStamp: Int32 = 0
    private let stack: UnsafeMutablePointer<Int32>
    /// Lists of pieces of open cells, one after the other.
    let lists: UnsafeMutablePointer<Int32>

    let polygons = SlopePolygons()
    /// Pieces that together cover the cell in hand.
    let fused: UnsafeMutablePointer<BeamPiece>
    let fusedIndex: UnsafeMutablePointer<Int32>
    var fusedCount = 0

    /// Cells are cut at most this often below the beam.
    private static let deepest = 40
    /// Corners this far outside a cell still count as inside, in metres.
    private static let margin: Float = 2e-4

    init(scene: PathScene) {
        self.scene = scene
        tolerance = Float(scene.index.toleranceMetres) * 2
        pieces = .allocate(capacity: max(1, scene.pieces.count))
        slot = .allocate(capacity: max(1, scene.faceCount))
        slot.initialize(repeating: 0, count: max(1, scene.faceCount))
        stamp = .allocate(capacity: max(1, scene.faceCount))
        stamp.initialize(repeating: 0, count: max(1, scene.faceCount))
        fused = .allocate(capacity: BeamTracer.fuseLimit)
        fusedIndex = .allocate(capacity: BeamTracer.fuseLimit)
        stack = .allocate(capacity: 256)
        lists = .allocate(capacity: (BeamTracer.deepest + 2) * max(256, scene.pieces.count))
    }

    deinit {
        pieces.deallocate()
        slot.deallocate()
        stamp.deallocate()
        fused.deallocate()
        fusedIndex.deallocate()
        stack.deallocate()
        lists.deallocate()
    }

    /// Fills `reached`.
    mutating func trace(_ beam: Beam) {
        start(beam)
        explore(beam.slopes, level: 0)
    }

    /// Parts that what a transmitter sees is found in: the sides of a cube around it, each cut a few times.
    static let transmitterParts = 6 << BeamTracer.transmitterCuts
    private static let transmitterCuts = 2

    /// Fills `reached` with what a transmitter sees in one part of all directions.
    mutating func trace(part: Int, of transmitter: SIMD3<Double>) {
        let beam = Beam(side: part >> BeamTracer.transmitterCuts, of: transmitter)
        start(beam)
        var cell = beam.slopes
        for cut in 0..<BeamTracer.transmitterCuts {
            let halves = cell.halves(splitU: cut & 1 == 0)
            cell = part >> cut & 1 == 0 ? halves.0 : halves.1
        }
        explore(cell, level: BeamTracer.transmitterCuts)
    }

    private mutating func start(_ beam: Beam) {
        self.beam = beam
        origin = SIMD3<Float>(beam.apex)
        axes = (SIMD3<Float>(beam.u), SIMD3<Float>(beam.v), SIMD3<Float>(beam.axis))
        height = Float(beam.height)
        limits = (
            max(1, abs(beam.slopes.u0), abs(beam.slopes.u1)), max(1, abs(beam.slopes.v0), abs(beam.slopes.v1))
        )
        reached.removeAll(keepingCapacity: true)
        currentStamp += 1
    }

    /// Gathers the pieces of a cell from the tree, after cutting it where there are too many.
    private mutating func explore(_ cell: BeamCell, level: Int) {
        let uWidth = cell.uWidth
        let vWidth = cell.vWidth
        let mayCut = max(uWidth, vWidth) > refinement.leafWidth && level < BeamTracer.deepest / 2
        let count = gather(cell, limit: mayCut ? refinement.gatherLimit : .max)
        if count < 0 {
            let halves = cell.halves(splitU: uWidth >= vWidth)
            explore(halves.0, level: level + 1)
            explore(halves.1, level: level + 1)
            return
        }
        guard count > 0 else { return }
        subdivide(cell, list: 0, count: count, level: level, isHeld: true)
    }

    // MARK: - Gathering

    /// Collects the pieces that the cell meets and that no covering piece hides, nearest boxes first. -1 where there
    /// are more than `limit`.
    private mutating func gather(_ cell: BeamCell, limit: Int) -> Int {
        let planes = CellPlanes(cell, u: axes.u, v: axes.v, axis: axes.w, height: height)
        var covers = CoverPlanes()
        var found = 0
        var depth = 0
        stack[0] = 0
        depth = 1
        let nodes = scene.nodes.baseAddress!
        var nextFuse = 24
        var isFused = false
        while depth > 0 {
            depth -= 1
            let node = nodes[Int(stack[depth])]
            if isFused, isBehindFused(node) { continue }
            if node.count > 0 {
                for place in Int(node.first)..<Int(node.first + node.count) {
                    guard take(place, cell, at: found) else { continue }
                    if pieces[found].hides, pieces[found].covers, isBeyondWindow(found, cell) {
                        covers.add(pieces[found].plane, u: axes.u, v: axes.v, axis: axes.w)
                    }
                    lists[found] = Int32(found)
                    found += 1
                }
                if found > limit { return -1 }
                if !isFused, found >= nextFuse {
                    nextFuse *= 2
                    isFused = fuse(cell, list: 0, count: found)
                }
                continue
            }
            let first = nodes[Int(node.first)]
            let second = nodes[Int(node.first) + 1]
            let one = planes.distance(first, origin: origin, covers: covers)
            let two = planes.distance(second, origin: origin, covers: covers)
            let oneIsNearer = one <= two
            if oneIsNearer, two < .infinity { push(node.first + 1, &depth) }
            if one < .infinity { push(node.first, &depth) }
            if !oneIsNearer, two < .infinity { push(node.first + 1, &depth) }
        }
        return found
    }

    @inline(__always)
    private mutating func push(_ node: Int32, _ depth: inout Int) {
        stack[depth] = node
        depth += 1
    }

    /// Transforms a piece to `pieces[slot]`; false where it does not meet the cell.
    @inline(__always)
    private mutating func take(_ place: Int, _ cell: BeamCell, at slot: Int) -> Bool {
        let piece = scene.pieces[place]
        if piece.face == beam.face { return false }
        var made = BeamPiece(piece, origin: origin, u: axes.u, v: axes.v, axis: axes.w)
        let beyond = height + 2 * tolerance
        if made.isOutside(cell, margin: BeamTracer.margin) || !anyLane(made.z .> beyond) { return false }
        let frame = scene.frames[Int(piece.face)]
        let normal = SIMD3<Float>(frame.normal)
        let local = SIMD3(
            BeamTracer.dot(normal, axes.u), BeamTracer.dot(normal, axes.v), BeamTracer.dot(normal, axes.w))
        let distance = Float(-frame.height(of: beam.apex))
        made.setSides(normal: local, distance: distance, uLimit: limits.u, vLimit: limits.v)
        made.hides = made.plane.w > 4 * tolerance
        made.isBeyond = !anyLane(made.z .< height - tolerance)
        if made.hides, !made.meets(cell) { return false }
        pieces[slot] = made
        return true
    }

    @inline(__always)
    private static func dot(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float {
        a.x * b.x + a.y * b.y + a.z * b.z
    }

    /// Whether the cell's rays meet the piece only beyond the rectangle that the beam comes through.
    @inline(__always)
    private func isBeyondWindow(_ piece: Int, _ cell: BeamCell) -> Bool {
        if pieces[piece].isBeyond { return true }
        let least = height - tolerance
        return pieces[piece].height(cell.u0, cell.v0) >= least && pieces[piece].height(cell.u0, cell.v1) >= least
            && pieces[piece].height(cell.u1, cell.v0) >= least && pieces[piece].height(cell.u1, cell.v1) >= least
    }

    // MARK: - Subdividing

    /// Drops what the cell does not meet and what is hidden in it, then reports what is left or cuts the cell.
    ///
    /// - Parameter isHeld: the pieces have been held against this cell already.
    private mutating func subdivide(_ cell: BeamCell, list: Int, count: Int, level: Int, isHeld: Bool = false) {
        var kept = 0
        let next = list + count
        for at in list..<next {
            let piece = Int(lists[at])
            if !isHeld {
                if pieces[piece].isOutside(cell, margin: BeamTracer.margin) { continue }
                if pieces[piece].hides, !pieces[piece].meets(cell) { continue }
            }
            lists[next + kept] = Int32(piece)
            kept += 1
        }
        kept = dropCovered(cell, list: next, count: kept)
        if kept > refinement.fuseLeast, fuse(cell, list: next, count: kept) {
            kept = dropBehindFused(list: next, count: kept)
        }
        if kept <= refinement.pairLimit { kept = dropHidden(cell, list: next, count: kept) }
        guard kept > 0 else { return }
        let uWidth = cell.uWidth
        let vWidth = cell.vWidth
        let width = max(uWidth, vWidth)
        let isLeaf =
            kept <= refinement.leafPieces || level >= BeamTracer.deepest
            || width <= (kept > refinement.exactLimit ? refinement.hardWidth : refinement.leafWidth)
        if isLeaf {
            if kept == 1 || kept > refinement.exactLimit {
                for at in next..<(next + kept) { report(Int(lists[at]), cell) }
            } else {
                reportVisible(cell, list: next, count: kept)
            }
            return
        }
        let halves = cell.halves(splitU: uWidth >= vWidth)
        subdivide(halves.0, list: next, count: kept, level: level + 1)
        subdivide(halves.1, list: next, count: kept, level: level + 1)
    }

    /// Drops what lies behind the nearest piece that covers the whole cell.
    private func dropCovered(_ cell: BeamCell, list: Int, count: Int) -> Int {
        let u = (cell.u0 + cell.u1) / 2
        let v = (cell.v0 + cell.v1) / 2
        var best = -1
        var bestDepth = Float.infinity
        for at in list..<(list + count) {
            let piece = Int(lists[at])
            guard pieces[piece].hides, pieces[piece].covers, isBeyondWindow(piece, cell) else { continue }
            let depth = pieces[piece].height(u, v)
            if depth > 0, depth < bestDepth {
                best = piece
                bestDepth = depth
            }
        }
        guard best >= 0 else { return count }
        var kept = 0
        for at in list..<(list + count) {
            let piece = lists[at]
            if Int(piece) != best, pieces.isHidden(Int(piece), by: best, tolerance: tolerance) { continue }
            lists[list + kept] = piece
            kept += 1
        }
        return kept
    }

    /// Drops what any other piece hides in this cell. A hidden piece may still hide others: what hides it hides them.
    private func dropHidden(_ cell: BeamCell, list: Int, count: Int) -> Int {
        var kept = 0
        for at in list..<(list + count) {
            let piece = Int(lists[at])
            var isHidden = false
            for cover in list..<(list + kept) where !isHidden {
                isHidden = mayHide(Int(lists[cover]), cell) && hides(Int(lists[cover]), piece)
            }
            var cover = at + 1
            while !isHidden, cover < list + count {
                isHidden = mayHide(Int(lists[cover]), cell) && hides(Int(lists[cover]), piece)
                cover += 1
            }
            if isHidden { continue }
            lists[list + kept] = Int32(piece)
            kept += 1
        }
        return kept
    }

    @inline(__always)
    private func mayHide(_ cover: Int, _ cell: BeamCell) -> Bool {
        pieces[cover].hides && pieces[cover].isBeyond
    }

    @inline(__always)
    private func hides(_ cover: Int, _ piece: Int) -> Bool {
        pieces.isHidden(piece, by: cover, tolerance: tolerance)
    }
}
