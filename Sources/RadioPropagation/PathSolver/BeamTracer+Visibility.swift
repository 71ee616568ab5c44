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
        let open = pieces[piece].open
        for side in 0..<8 where open[side] != 0 {
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
        let open = pieces[cover].open
        let spare = SlopePolygons.capacity - 1
        var next = to
        polygons.copy(polygon, to: spare)
        for side in 0..<8 where open[side] != 0 {
            let a = pieces[cover].ex[side]
            let b = pieces[cover].ey[side]
            let c = pieces[cover].ez[side]
            let slack = pieces[cover].slack[side] * 2
            if polygons.clip(spare, -a, -b, -c - slack, to: next) { next += 1 }
            if !polygons.clip(spare, a, b, c + slack, to: spare - 1) { return (next, false) }
            polygons.copy(spare - 1, to: spare)
        }
        return (next, true)
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
        if let seen = meeting(frame, polygons: count) {
            let margin = 1e-3
            part = SIMD4(
                max(whole[0], seen[0] - margin), min(whole[1], seen[1] + margin), max(whole[2], seen[2] - margin),
                min(whole[3], seen[3] + margin))
        }
        guard part[0] <= part[1], part[2] <= part[3] else { return }
        if isKnown {
            let known = reached[Int(slot[face])].rectangle
            reached[Int(slot[face])].rectangle = SIMD4(
                min(known[0], part[0]), max(known[1], part[1]), min(known[2], part[2]), max(known[3], part[3]))
            return
        }
        stamp[face] = currentStamp
        slot[face] = Int32(reached.count)
        reached.append(Reach(face: Int32(face), rectangle: part))
    }

    /// The rectangle of a plane that the polygons' rays meet; nil where one of them does not.
    private func meeting(_ frame: FaceFrame, polygons count: Int) -> SIMD4<Double>? {
        let above = -frame.height(of: beam.apex)
        let foot = beam.apex - frame.origin
        var low = SIMD2<Double>(repeating: .infinity)
        var high = -low
        for polygon in 0..<count {
            for corner in 0..<polygons.count(polygon) {
                let slopes = polygons.corner(polygon, corner)
                let ray = beam.axis + beam.u * Double(slopes.x) + beam.v * Double(slopes.y)
                let speed = ray.x * frame.normal.x + ray.y * frame.normal.y + ray.z * frame.normal.z
                let time = above / speed
                guard time > 0, time < 1e6 else { return nil }
                let meet = foot + ray * time
                let u = meet.x * frame.u.x + meet.y * frame.u.y + meet.z * frame.u.z
                let v = meet.x * frame.v.x + meet.y * frame.v.y + meet.z * frame.v.z
                low = SIMD2(u < low.x ? u : low.x, v < low.y ? v : low.y)
                high = SIMD2(u > high.x ? u : high.x, v > high.y ? v : high.y)
            }
        }
        return SIMD4(low.x, high.x, low.y, high.y)
    }
}
