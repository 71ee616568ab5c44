internal import RadioPropagation

/// Where a map's cells lie.
struct MapLayout {
    var centres: [SIMD3<Double>]
    var cellMetres: Double
    private var labels: [(x: String, y: String)]?
    private var grid: MapGrid?

    /// Cells over all of a scene, at most.
    private static let mostCells = 20_000_000

    init(file: PointFile?, cell: Double?, height: Double, scene: Scene) throws {
        cellMetres = cell ?? 5
        if let file {
            centres = file.points.map { SIMD3($0.x, $0.y, height) }
            labels = file.labels
            return
        }
        let size = scene.bounds().size
        // A scene of one wall has no width, but a row of cells.
        guard max(1, size.x / cellMetres) * max(1, size.y / cellMetres) < Double(MapLayout.mostCells) else {
            throw ToolFailure(
                .usage, "--cell \(cellMetres): more than \(MapLayout.mostCells) cells over the scene; take larger ones")
        }
        let grid = MapGrid(covering: scene.bounds(), cellMetres: cellMetres, heightMetres: height)
        self.grid = grid
        centres = grid.centres
    }

    /// Cells of a grid that is there already.
    init(grid: MapGrid) {
        self.grid = grid
        cellMetres = grid.cellMetres
        centres = grid.centres
    }

    /// `x_m,y_m`, the server where there are several, and the values, empty where there are none: a row per cell of the
    /// values, which may be the first cells of the layout only.
    func table(of values: MapValues) -> [UInt8] {
        var table = DecimalText()
        table.append("x_m,y_m,\(values.header.joined(separator: ","))\n")
        let decimals = (cellMetres * 100).rounded() == cellMetres * 100 ? 2 : 6
        for point in values.columns[0].indices {
            if let labels {
                table.append("\(labels[point].x),\(labels[point].y)")
            } else {
                table.append(centres[point].x, decimals: decimals)
                table.append(",")
                table.append(centres[point].y, decimals: decimals)
            }
            if let servers = values.servers {
                table.append(",")
                if let name = servers[point] { table.append(cell: name) }
            }
            for column in values.columns {
                table.append(",")
                if let value = column[point] { table.append(value, decimals: 3) }
            }
            table.append("\n")
        }
        return table.bytes
    }

    /// The cells as a raster for a picture; points of a file, and cells that are too many for a picture, go into the
    /// pixel they lie in.
    var raster: MapRaster {
        guard let grid, max(grid.columns, grid.rows) <= MapRaster.most else {
            return MapRaster(points: centres, step: cellMetres)
        }
        return MapRaster(
            origin: grid.origin, step: grid.cellMetres, columns: grid.columns, rows: grid.rows, cells: nil)
    }
}
