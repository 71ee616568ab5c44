internal import RadioPropagation

extension RayTracedBaseline {
    /// Counts the readings of a set that stand inside a building of the scene. They are kept: a phone is carried in, and
    /// a position is off by a house; without a path, the level of places that no path reaches stands in for theirs.
    package func countInside(_ set: inout MeasurementSet) {
        for row in set.rows {
            guard let position = row.position, index.isInside(position) else { continue }
            let device = Int(row.phone) < set.phones.count ? set.phones[Int(row.phone)] : "device \(row.phone)"
            set.leaveOut("inside a building of the scene (kept)", at: "\(device):\(row.line)")
        }
    }
}
