internal import DTNetMessages
internal import Learning

/// Where the distance laws of an edge err, and where its users were heard last: a law itself knows distances only. A
/// bounded number of users of each telemetry, in turn, is predicted just before their readings are learnt from.
struct LawPlaces: Sendable {
    /// A user stays in a tile for many telemetries, whose errors are much alike: many make a mean.
    private(set) var tiles = ErrorTiles(weight: 0.02)
    private var places = PlaceTable()
    private var cursor = 0

    /// Users predicted per telemetry.
    private static let usersPerStep = 4
    /// Standard deviation beyond which a position does not tell one tile from the next, metres.
    private static let vagueMetres = ErrorTiles.sideMetres / 2

    /// Notes positions and errors; comes before the readings of the same telemetry are learnt from.
    ///
    /// - Parameters:
    ///   - distances: of the links, metres, negative where unknown.
    ///   - gainsDb: long-term gains of the links.
    ///   - slots: position of a cell of the network among `models`, -1 for others.
    mutating func note(
        _ telemetry: Telemetry, _ distances: [Float], _ gainsDb: [Float], slots: [Int], models: [LogDistanceModel]
    ) {
        let rows = telemetry.ue.count
        for row in 0..<rows where LawPlaces.isSure(telemetry.positionDeviationMetres[row]) {
            places.set(telemetry.ue[row], SIMD2(telemetry.xMetres[row], telemetry.yMetres[row]))
        }
        for _ in 0..<min(LawPlaces.usersPerStep, rows) {
            cursor = (cursor + 1) % rows
            let slot = slots[Int(telemetry.ueCell[cursor])]
            guard slot >= 0, LawPlaces.isSure(telemetry.positionDeviationMetres[cursor]),
                let errorDb = LawPlaces.errorDb(telemetry, distances, gainsDb, row: cursor, of: models[slot])
            else { continue }
            tiles.note(
                cell: telemetry.ueCell[cursor], x: telemetry.xMetres[cursor], y: telemetry.yMetres[cursor],
                errorDb: errorDb)
        }
    }

    private static func isSure(_ deviationMetres: Float) -> Bool {
        deviationMetres >= 0 && deviationMetres <= vagueMetres
    }

    /// RMS error of a user's links that have been heard before, dB: the first reading of a link tells of the law's
    /// scatter and not of a place. nil where there is none.
    private static func errorDb(
        _ telemetry: Telemetry, _ distances: [Float], _ gainsDb: [Float], row: Int, of model: LogDistanceModel
    ) -> Float? {
        var (sum, count) = (0.0, 0)
        for link in (row * telemetry.links)..<((row + 1) * telemetry.links) where telemetry.linkCell[link] != .max {
            guard gainsDb[link].isFinite,
                let knownDb = model.trackedGainDb(
                    ue: telemetry.ue[row], cell: telemetry.linkCell[link], distanceMetres: distances[link])
            else { continue }
            let error = Double(gainsDb[link]) - knownDb
            sum += error * error
            count += 1
        }
        return count > 0 ? Float((sum / Double(count)).squareRoot()) : nil
    }

    /// Whether a user was heard last at a place.
    func isThere(_ ue: UInt32, _ place: OrderPlace) -> Bool {
        guard let known = places.value(ue) else { return false }
        return place.contains(xMetres: known.x, yMetres: known.y)
    }

    /// Begins the errors of a cell anew, at a place or all of them.
    mutating func forget(cell: UInt32, at place: OrderPlace?) { tiles.forget(cell: cell, at: place) }
}
