internal import Glibc

/// A plane tangent to the earth at an origin: x east, y north, metres. Good to a metre within tens of kilometres.
struct LocalPlane: Sendable {
    /// Places farther off than a quarter of the earth's circumference are none of the plane.
    static let reachMetres = 1e7

    private let isGeographic: Bool
    private let x: Double
    private let y: Double
    private let metresPerDegreeX: Double
    private let metresPerDegreeY: Double

    /// The plane of some drives, with the first row of the first drive as origin.
    init(traces: [ParsedTrace]) {
        isGeographic = traces.first?.isGeographic ?? false
        x = traces.first?.rows.first?.x ?? 0
        y = traces.first?.rows.first?.y ?? 0
        // Mean radius of the earth: 111.195 km a degree.
        metresPerDegreeY = 111_194.93
        metresPerDegreeX = metresPerDegreeY * cos(y * .pi / 180)
    }

    func metres(_ row: ParsedTrace.Row) -> (x: Double, y: Double) {
        guard isGeographic else { return (row.x - x, row.y - y) }
        return ((row.x - x) * metresPerDegreeX, (row.y - y) * metresPerDegreeY)
    }
}
