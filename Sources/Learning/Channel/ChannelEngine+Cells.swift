extension ChannelEngine {
    /// The engine for other cells: what was learnt of a cell goes with it to its new index (inducing points, offset,
    /// last readings), what is of no cell stays as it is. New cells start as an untrained engine's do.
    ///
    /// - Parameters:
    ///   - count: cells from now on, 1 to 65,536.
    ///   - places: new index by old index, no two the same; nil forgets the cell.
    package func rearranged(cells count: Int, places: [Int?]) -> ChannelEngine {
        precondition(places.count == cells)
        precondition(places.allSatisfy { place in place.map { (0..<count).contains($0) } ?? true })
        var other = ChannelEngine(cells: count, parameters: parameters, settings: settings)
        other.filter = filter
        other.phoneBias = phoneBias
        other.calibration = calibration
        (other.readings, other.refused, other.outliers) = (readings, refused, outliers)
        other.outlierRun = outlierRun
        for index in 0..<points.count {
            guard let place = places[Int(points.cell[index])] else { continue }
            other.points.append(copyOf: points, index)
            other.points.cell[other.points.count - 1] = UInt32(place)
        }
        other.points.adopt(
            count: other.points.count, turn: points.turn < other.points.count ? points.turn : 0)
        let offsets = cellOffset.rows.compactMap { row -> OffsetTable.Row? in
            guard let place = places[Int(row.id)] else { return nil }
            var moved = row
            moved.id = UInt32(place)
            return moved
        }
        other.cellOffset.restore(offsets.sorted { $0.id < $1.id })
        for row in other.cellOffset.rows { other.cellOffsets[Int(row.id)] = row.mean }
        let last = latest.rows.compactMap { row -> LatestReadings.Row? in
            guard let place = places[Int(row.cell)] else { return nil }
            var moved = row
            moved.cell = UInt32(place)
            return moved
        }
        other.latest.restore(last.sorted { ($0.phone, $0.cell) < ($1.phone, $1.cell) })
        return other
    }
}
