internal import DTNetMessages

/// Where the channel twin errs: mean squares of its error per serving cell and square of ground, bounded.
struct ErrorTiles: Sendable {
    private struct Tile: Sendable {
        var cell: UInt32
        var column: Int32
        var row: Int32
        var square: Float
        var readings: UInt32
        var stamp: UInt64

        /// Middle of the tile, metres.
        var x: Float { (Float(column) + 0.5) * ErrorTiles.sideMetres }
        var y: Float { (Float(row) + 0.5) * ErrorTiles.sideMetres }
    }

    private var tiles: [Tile] = []
    private var clock: UInt64 = 0
    /// Of the newest error, once its inverse of errors have come to a tile.
    private let weight: Float

    /// Side of a tile, tiles at most, and errors before a tile counts.
    static let sideMetres: Float = 50
    static let capacity = 512
    static let leastReadings: UInt32 = 20

    init(weight: Float) { self.weight = weight }

    mutating func note(cell: UInt32, x: Float, y: Float, errorDb: Float) {
        guard errorDb.isFinite, abs(x) < 1e7, abs(y) < 1e7 else { return }
        clock += 1
        let column = Int32((x / ErrorTiles.sideMetres).rounded(.down))
        let row = Int32((y / ErrorTiles.sideMetres).rounded(.down))
        if let index = tiles.firstIndex(where: { $0.cell == cell && $0.column == column && $0.row == row }) {
            tiles[index].readings &+= 1
            // A plain mean at first: the first error would else weigh as much as the next twenty.
            let weight = max(self.weight, 1 / Float(max(1, tiles[index].readings)))
            tiles[index].square += weight * (errorDb * errorDb - tiles[index].square)
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
        return (tile.x, tile.y, tile.square.squareRoot())
    }

    /// RMS error of the twin of a cell in the tiles whose middles lie at a place, dB; nil before any counts.
    func errorDb(cell: UInt32, at place: OrderPlace) -> Float? {
        var (sum, readings) = (Float(0), Float(0))
        for tile in tiles where tile.cell == cell && tile.readings >= ErrorTiles.leastReadings {
            guard place.contains(xMetres: tile.x, yMetres: tile.y) else { continue }
            sum += Float(tile.readings) * tile.square
            readings += Float(tile.readings)
        }
        return readings > 0 ? (sum / readings).squareRoot() : nil
    }

    /// Begins anew at a place, or for all of a cell.
    mutating func forget(cell: UInt32, at place: OrderPlace?) {
        tiles.removeAll { tile in
            tile.cell == cell && place?.contains(xMetres: tile.x, yMetres: tile.y) ?? true
        }
    }
}
