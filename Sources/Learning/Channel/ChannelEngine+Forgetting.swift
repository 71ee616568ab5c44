extension ChannelEngine {
    /// Forgets what was learnt of a cell, so that it is learnt anew: its inducing points and, where all of it goes, its
    /// offset. Parameters and devices' biases are shared with other cells and stay.
    ///
    /// - Parameters:
    ///   - place: only points within `radiusMetres` of it are forgotten; nil forgets all of the cell.
    /// - Returns: the number of points that went.
    @discardableResult
    package mutating func forget(cell: UInt32, near place: SIMD2<Float>? = nil, radiusMetres: Float = 0) -> Int {
        let before = points.count
        points.remove { points, index in
            guard points.cell[index] == cell else { return false }
            guard let place else { return true }
            let (east, north) = (points.x[index] - place.x, points.y[index] - place.y)
            return east * east + north * north <= radiusMetres * radiusMetres
        }
        if place == nil, Int(cell) < cells {
            cellOffset.forget(cell)
            cellOffsets[Int(cell)] = 0
            latest.forget(cell: cell)
        }
        outlierRun = 0
        return before - points.count
    }

    /// Forgets the inducing points of the cells and places that are gone; parameters and offsets stay.
    ///
    /// - Returns: points forgotten.
    @discardableResult
    package mutating func forget(where isGone: (UInt32, ChannelPlace) -> Bool) -> Int {
        let before = points.count
        points.remove { points, index in isGone(points.cell[index], points.place(index)) }
        return before - points.count
    }
}

extension InducingPoints {
    /// Takes out the points that a test names; the last point comes into the place of each.
    mutating func remove(where goes: (InducingPoints, Int) -> Bool) {
        var index = 0
        while index < count {
            guard goes(self, index) else {
                index += 1
                continue
            }
            move(count - 1, to: index)
            dropLast()
        }
        if turn >= count { adopt(count: count, turn: 0) }
    }

    private mutating func move(_ from: Int, to: Int) {
        guard from != to else { return }
        x[to] = x[from]
        y[to] = y[from]
        z[to] = z[from]
        east[to] = east[from]
        north[to] = north[from]
        logDistance[to] = logDistance[from]
        cell[to] = cell[from]
        phone[to] = phone[from]
        seconds[to] = seconds[from]
        weight[to] = weight[from]
        reading[to] = reading[from]
        gain[to] = gain[from]
        known[to] = known[from]
        for group in 0..<groups { share[to * groups + group] = share[from * groups + group] }
        let width = groups * parameters
        for at in 0..<width { interactions[to * width + at] = interactions[from * width + at] }
        for m in 0..<parameters { sensitivity[to * parameters + m] = sensitivity[from * parameters + m] }
    }

    private mutating func dropLast() {
        x.removeLast()
        y.removeLast()
        z.removeLast()
        east.removeLast()
        north.removeLast()
        logDistance.removeLast()
        cell.removeLast()
        phone.removeLast()
        seconds.removeLast()
        weight.removeLast()
        reading.removeLast()
        gain.removeLast()
        known.removeLast()
        share.removeLast(groups)
        interactions.removeLast(groups * parameters)
        sensitivity.removeLast(parameters)
        adopt(count: count - 1, turn: turn < count - 1 ? turn : 0)
    }
}

extension OffsetTable {
    /// Goes back to the prior for an id.
    mutating func forget(_ id: UInt32) { restore(rows.filter { $0.id != id }) }
}
