/// Where the channel twin errs: mean squares of its error per serving cell and square of ground, bounded.
struct ErrorTiles: Sendable {
    private struct Tile: Sendable {
        var cell: UInt32
        var column: Int32
        var row: Int32
        var square: Float
        var readings: UInt32
        var stamp: UInt64
    }

    private var tiles: [Tile] = []
    private var clock: UInt64 = 0

    /// Side of a tile, tiles at most, readings before a tile counts, and weight of the newest error.
    static let sideMetres: Float = 50
    static let capacity = 512
    static let leastReadings: UInt32 = 20
    private static let weight: Float = 0.05

    mutating func note(cell: UInt32, x: Float, y: Float, errorDb: Float) {
        guard errorDb.isFinite, abs(x) < 1e7, abs(y) < 1e7 else { return }
        clock += 1
        let column = Int32((x / ErrorTiles.sideMetres).rounded(.down))
        let row = Int32((y / ErrorTiles.sideMetres).rounded(.down))
        if let index = tiles.firstIndex(where: { $0.cell == cell && $0.column == column && $0.row == row }) {
            tiles[index].square += ErrorTiles.weight * (errorDb * errorDb - tiles[index].square)
            tiles[index].readings &+= 1
            tiles[index].stamp = clock
            return
        }
        let tile = Tile(
            cell: cell, column: column, row: row, square: errorDb * errorDb, readings: 1, stamp: clock)
        if tiles.count < ErrorTiles.capacity {
            tiles.append(tile)
        } else if let oldest = tiles.indices.min(by: { tiles[$0].stamp < tiles[$1].stamp }) {
            tiles[oldest] = tile
        }
    }

    /// Middle of the tile in which the twin of a cell errs most, and its RMS error there; nil before any counts.
    func worst(cell: UInt32) -> (x: Float, y: Float, errorDb: Float)? {
        let own = tiles.filter { $0.cell == cell && $0.readings >= ErrorTiles.leastReadings }
        guard let tile = own.max(by: { $0.square < $1.square }) else { return nil }
        let side = ErrorTiles.sideMetres
        return ((Float(tile.column) + 0.5) * side, (Float(tile.row) + 0.5) * side, tile.square.squareRoot())
    }

    /// Begins anew within a distance of a place, or for all of a cell.
    mutating func forget(cell: UInt32, near place: SIMD2<Float>?, radiusMetres: Float) {
        tiles.removeAll { tile in
            guard tile.cell == cell else { return false }
            guard let place else { return true }
            let east = (Float(tile.column) + 0.5) * ErrorTiles.sideMetres - place.x
            let north = (Float(tile.row) + 0.5) * ErrorTiles.sideMetres - place.y
            return east * east + north * north <= radiusMetres * radiusMetres
        }
    }
}
