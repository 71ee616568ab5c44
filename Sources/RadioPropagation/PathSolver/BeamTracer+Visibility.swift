// What of a small cell each of its pieces shows: polygons of slopes, less those of the pieces in front.
extension BeamTracer {
    /// Reports the pieces of a cell with the part of each that no piece in front of it hides.
    mutating func reportVisible(_ cell: BeamCell, list: Int, count: Int) {
        for at in list..<(list + count) {
            let piece = Int(lists[at])
            guard pieces[piece].hides else {
                report(piece, cell)
                continue
            }
            let left = visibleParts(of: piece, cell, list: list, count: count)
            if left > 0 { report(piece, polygons: left) }
        }
    }

    /// Leaves the visible part of a piece in the first polygons of the pool and says how many they are.
    private func visibleParts(of piece: Int, _ cell: BeamCell, list: Int, count: Int) -> Int {
        let half = SlopePolygons.capacity / 2
        polygons.set(0, cell)
        if !cut(0, to: piece) { return 0 }
        var parts = 1
        for at in list..<(list + count) {
            let cover = Int(lists[at])
            guard cover != piece, pieces[cover].hides, pieces[cover].isBeyond, isInFront(cover, of: piece)
            else { continue }
            var left = 0
            for part in 0..<parts {
                if left + 8 > half { return parts }
                left = subtract(cover, from: part, to: half + left).next - half
            }
            if left == 0 { return 0 }
            if left > half - 9 { return parts }
            for part in 0..<left { polygons.copy(half + part, to: part) }
            parts = left
        }
        return parts
    }

    /// Cuts a polygon down to a piece's outline, widened by the rounding.
    private func cut(_ polygon: Int, to piece: Int) -> Bool {
        let (isApart, crossing) = sides(of: piece, around: polygon, slack: pieces[piece].slack)
        if isApart { return false }
        for side in setLanes(crossing) {
            let spare = SlopePolygons.capacity - 1
            let c = pieces[piece].ez[side] + pieces[piece].slack[side]
            if !polygons.clip(polygon, pieces[piece].ex[side], pieces[piece].ey[side], c, to: spare) { return false }
            polygons.copy(spare, to: polygon)
        }
        return true
    }

    /// Appends what of a polygon lies outside a piece from place `to` on; returns the place after the last, and whether
    /// any of it lay inside.
    func subtract(_ cover: Int, from polygon: Int, to: Int) -> (next: Int, isCut: Bool) {
        let slack = pieces[cover].slack * 2
        let (isApart, crossing) = sides(of: cover, around: polygon, slack: slack)
        if isApart {
            polygons.copy(polygon, to: to)
            return (to + 1, false)
        }
        var left = polygon
        var spare = SlopePolygons.capacity - 1
        var next = to
        for side in setLanes(crossing) {
            let a = pieces[cover].ex[side]
            let b = pieces[cover].ey[side]
            let c = pieces[cover].ez[side] + slack[side]
            if polygons.clip(left, -a, -b, -c, to: next) { next += 1 }
            if !polygons.clip(left, a, b, c, to: spare) { return (next, false) }
            left = spare
            spare = 2 * SlopePolygons.capacity - 3 - spare
        }
        return (next, true)
    }

    /// Whether a polygon lies outside one of a piece's sides, and otherwise the sides that it crosses.
    @inline(__always)
    private func sides(
        of piece: Int, around polygon: Int, slack: SIMD8<Float>
    ) -> (isApart: Bool, crossing: SIMDMask<SIMD8<Int32>>) {
        let (ex, ey) = (pieces[piece].ex, pieces[piece].ey)
        let ez = pieces[piece].ez + slack
        var least = SIMD8<Float>(repeating: .infinity)
        var most = -least
        for at in 0..<polygons.count(polygon) {
            let corner = polygons.corner(polygon, at)
            let value = ez.addingProduct(ex, corner.x).addingProduct(ey, corner.y)
            least = lesser(least, value)
            most = greater(most, value)
        }
        let isOpen = pieces[piece].open
        return (anyLane(isOpen .& (most .< 0)), isOpen .& (least .< 0))
    }

    /// Whether one piece lies in front of another: the other behind its plane, or it before the other's.
    private func isInFront(_ cover: Int, of piece: Int) -> Bool {
        let plane = pieces[cover].plane
        let excess = pieces[piece].x * plane.x + pieces[piece].y * plane.y + pieces[piece].z * plane.z - plane.w
        if !anyLane(excess .< -tolerance) { return anyLane(excess .> tolerance) }
        let own = pieces[piece].plane
        let lack = pieces[cover].x * own.x + pieces[cover].y * own.y + pieces[cover].z * own.z - own.w
        return !anyLane(lack .> tolerance) && anyLane(lack .< -tolerance)
    }

    // MARK: - Reporting

    /// Adds the part of the piece's face that the cell's rays meet.
    mutating func report(_ piece: Int, _ cell: BeamCell) {
        polygons.set(0, cell)
        report(piece, polygons: 1)
    }

    /// Adds the part of the piece's face that the rays of the first polygons of the pool meet.
    private mutating func report(_ piece: Int, polygons count: Int) {
        let face = Int(pieces[piece].face)
        let frame = scene.frames[face]
        let whole = frame.rectangle
        let isKnown = stamp[face] == currentStamp
        if isKnown, reached[Int(slot[face])].rectangle == whole { return }
        var part = whole
        if let seen = meeting(frame, polygons: count) { part = PlaneMeeting.common(whole, seen) }
        guard part[0] <= part[1], part[2] <= part[3] else { return }
        if isKnown {
            let place = Int(slot[face])
            reached[place].rectangle = BeamTracer.union(reached[place].rectangle, part)
            return
        }
        stamp[face] = currentStamp
        slot[face] = Int32(reached.count)
        reached.append(Reach(face: Int32(face), rectangle: part))
    }

    /// The rectangle around two.
    @inline(__always)
    static func union(_ a: SIMD4<Double>, _ b: SIMD4<Double>) -> SIMD4<Double> {
        SIMD4(min(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), max(a[3], b[3]))
    }

    /// The rectangle of a plane that the polygons' rays meet; nil where one of them does not.
    private func meeting(_ frame: FaceFrame, polygons count: Int) -> SIMD4<Double>? {
        var meeting = PlaneMeeting(of: beam, frame)
        for polygon in 0..<count {
            for corner in 0..<polygons.count(polygon) {
                let slopes = polygons.corner(polygon, corner)
                if !meeting.add(slopes.x, slopes.y) { return nil }
            }
        }
        return meeting.rectangle
    }
}
