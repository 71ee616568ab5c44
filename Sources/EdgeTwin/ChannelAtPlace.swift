package import NetworkModel

extension EdgeNode {
    /// What the twins expect a device that was never heard to read of a cell at a place, dB: evaluation beside the loop
    /// sees by it what they have learnt of places. A distance law gives what the twin of `own` has learnt of the cell.
    ///
    /// - Parameters:
    ///   - own: a cell of the edge.
    ///   - seconds: time of the question, as `Telemetry` counts: epochs times their length.
    package func expectedGainDb(
        own: CellID, of cell: CellConfiguration, xMetres x: Double, yMetres y: Double, seconds: Double
    ) -> Double {
        precondition(follower.cells.contains(own.rawValue), "the cell is another edge's")
        if let corrected = twins.corrected {
            return corrected.gainDb(cell: cell.id.rawValue, xMetres: x, yMetres: y, seconds: seconds)
        }
        return twins.lawDb(twin: own, from: cell, xMetres: x, yMetres: y)
    }
}
