internal import Learning

/// Brings the positions of one file into metres: the first place that is no outlier becomes the origin, where none is
/// given. A receiver that has no fix yet reports (0, 0) or anything else; taken as the origin it would put all other
/// rows out of reach.
struct PlaceFrame {
    private let isInDegrees: Bool
    /// x and y, or longitude and latitude, as the file has them.
    private var places: [SIMD2<Double>] = []

    /// A place is an outlier that lies further than this from the middle of all.
    private static let mostMetres = 300e3
    /// Fewer places have no middle.
    private static let fewest = 3
    /// Metres of a frame are below this.
    private static let reachMetres = 1e6

    init(_ layout: MeasurementLayout) {
        if case .degrees = layout.coordinates { isInDegrees = true } else { isInDegrees = false }
    }

    mutating func note(_ place: SIMD2<Double>) { places.append(place) }

    /// Turns the positions of a set's last rows, as the file has them, into metres of its frame, which is chosen where
    /// the set has none. Rows whose position is an outlier are left out and counted.
    func bring(_ set: inout MeasurementSet, from start: Int, path: String, column: Int) {
        let middle = middle
        func isOutlier(_ place: SIMD2<Double>) -> Bool {
            guard let middle else { return false }
            let way = chosenFrame(at: middle).metres(x: place.x, y: place.y)
            return !((way * way).sum() <= PlaceFrame.mostMetres * PlaceFrame.mostMetres)
        }
        guard let first = places.first(where: { !isOutlier($0) }) ?? places.first else { return }
        let frame = set.frame ?? chosenFrame(at: first)
        set.frame = frame
        var kept: [DriveReading] = []
        for var row in set.rows[start...] {
            guard let place = row.position else {
                kept.append(row)
                continue
            }
            let field = "\(path):\(row.line):\(column + 1)"
            if isOutlier(SIMD2(place.x, place.y)) {
                set.leaveOut("with a position more than 300 km from the others'", at: field)
                continue
            }
            let flat = frame.metres(x: place.x, y: place.y)
            if abs(flat.x) < PlaceFrame.reachMetres, abs(flat.y) < PlaceFrame.reachMetres {
                row.position = SIMD3(flat.x, flat.y, place.z)
            } else {
                row.position = nil
                set.leaveOut("without a position (kept)", at: field)
            }
            kept.append(row)
        }
        set.rows.replaceSubrange(start..., with: kept)
    }

    /// The median along each axis; nil of a few places.
    private var middle: SIMD2<Double>? {
        guard places.count >= PlaceFrame.fewest else { return nil }
        return SIMD2(places.map(\.x).sorted()[places.count / 2], places.map(\.y).sorted()[places.count / 2])
    }

    /// The frame that a place is, or is near, the origin of.
    private func chosenFrame(at place: SIMD2<Double>) -> Frame {
        if isInDegrees { return .geodetic(latitude: place.y, longitude: place.x) }
        let isLarge = abs(place.x) > 50_000 || abs(place.y) > 50_000
        return .metres(originX: isLarge ? place.x.rounded() : 0, originY: isLarge ? place.y.rounded() : 0)
    }
}
