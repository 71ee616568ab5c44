internal import RadioPropagation

extension RayTracedBaseline {
    /// Counts the readings of a set that stand inside a building of the scene, or not over the scene at all. They are
    /// kept: a phone is carried in, and a position is off by a house; without a path, the level of places that no path
    /// reaches stands in for theirs.
    ///
    /// - Parameter goesOn: asked now and then.
    /// - Returns: readings that were looked at: all where `goesOn` never said no.
    @discardableResult
    package func countMisplaced(_ set: inout MeasurementSet, goesOn: () -> Bool = { true }) -> Int {
        let (low, high) = (index.bounds.minimum, index.bounds.maximum)
        for (number, row) in set.rows.enumerated() {
            if number % 256 == 0, !goesOn() { return number }
            guard let place = row.position else { continue }
            let isOver = place.x >= low.x && place.x <= high.x && place.y >= low.y && place.y <= high.y
            if isOver, !index.isInside(place) { continue }
            let device = Int(row.phone) < set.phones.count ? set.phones[Int(row.phone)] : "device \(row.phone)"
            set.leaveOut(
                isOver ? "inside a building of the scene (kept)" : "beside the scene (kept)",
                at: "\(device):\(row.line)")
        }
        return set.rows.count
    }
}
