internal import Glibc
internal import NetworkModel

/// Finds the cells of named places.
struct PlaceCells {
    let cells: [CellConfiguration]

    /// Points along each side of an area.
    private static let points = 9
    /// dB that a tenfold distance costs, as in the street; and the horizontal pattern of TR 38.901 Table 7.3-1.
    private static let decadeDb = 35.0
    private static let beamwidthDegrees = 65.0
    private static let deepestDb = 30.0

    /// The places of a file; what a place names and the network lacks goes to the collector.
    func places(
        _ declarations: [PlaceDeclaration], _ collector: inout DiagnosticCollector
    ) -> [PlaceConfiguration] {
        var places: [PlaceConfiguration] = []
        for declaration in declarations {
            let name = declaration.name.value
            if places.contains(where: { PlaceCells.spoken($0.name) == PlaceCells.spoken(name) }) {
                collector.add("'\(ScalarText.shown(name))' names a place already", at: declaration.name)
            }
            let found = cells(of: declaration.extent, &collector)
            places.append(PlaceConfiguration(name: name, cells: found.sorted()))
        }
        return places
    }

    /// As it is heard in a sentence: without case and signs.
    private static func spoken(_ name: String) -> String {
        name.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    private func cells(of extent: PlaceDeclaration.Extent, _ collector: inout DiagnosticCollector) -> [CellID] {
        switch extent {
        case .cells(let names): named(names, &collector)
        case .circle(let x, let y, let radius):
            best(around: x, y, radius, radius) { $0 * $0 + $1 * $1 <= 1 + 1e-9 }
        case .rectangle(let x, let y, let halfWidth, let halfDepth):
            best(around: x, y, halfWidth, halfDepth) { _, _ in true }
        }
    }

    private func named(_ names: [Located<String>], _ collector: inout DiagnosticCollector) -> [CellID] {
        var found: [CellID] = []
        // Cells of a replay are known once its trace is read.
        for name in names where !cells.isEmpty {
            let own = cells.filter { $0.name == name.value || $0.siteName == name.value }.map(\.id)
            if own.isEmpty {
                var sites: [String] = []
                for cell in cells where sites.last != cell.siteName { sites.append(cell.siteName) }
                let shown = ScalarText.shown(name.value)
                collector.add("no cell or site '\(shown)'" + NearestMatch.hint(for: name.value, among: sites), at: name)
            }
            found += own.filter { !found.contains($0) }
        }
        return found
    }

    /// Cells on the ground that reach any point of an area best.
    private func best(
        around x: Double, _ y: Double, _ halfWidth: Double, _ halfDepth: Double, isIn: (Double, Double) -> Bool
    ) -> [CellID] {
        var found: [CellID] = []
        let steps = (0..<PlaceCells.points).map { 2 * Double($0) / Double(PlaceCells.points - 1) - 1 }
        for east in steps {
            for north in steps where isIn(east, north) {
                let (px, py) = (x + east * halfWidth, y + north * halfDepth)
                var (strongest, id) = (-Double.infinity, CellID?.none)
                for cell in cells where cell.platform == nil {
                    let dbm = level(of: cell, px, py)
                    if dbm > strongest { (strongest, id) = (dbm, cell.id) }
                }
                if let id, !found.contains(id) { found.append(id) }
            }
        }
        return found
    }

    private func level(of cell: CellConfiguration, _ x: Double, _ y: Double) -> Double {
        let (east, north) = (x - cell.xMetres, y - cell.yMetres)
        let distance = max(1, (east * east + north * north).squareRoot())
        var dbm = cell.transmitPowerDbm - PlaceCells.decadeDb * log10(distance)
        if let azimuth = cell.azimuthDegrees {
            let bearing = atan2(north, east) * 180 / .pi - azimuth
            let off = bearing - 360 * (bearing / 360).rounded()
            let ratio = off / PlaceCells.beamwidthDegrees
            dbm -= min(PlaceCells.deepestDb, 12 * ratio * ratio)
        }
        return dbm
    }
}
