extension NetworkConfiguration {
    /// Bytes of the arrays of a telemetry, without handovers: what it takes on the wire but for a few per message. 0 in
    /// a replay, whose users and links its files name.
    package func telemetryBytes(cells reported: Int, ues: Int) -> Int {
        guard case .emulated(let emulation) = scenario else { return 0 }
        let links = min(1 + emulation.reportedNeighbours, cells.count)
        // Per link its cell, RSRP and gains; per UE ten values and what no link names.
        let perUE = 10 + (slices.isEmpty ? 0 : 1) + links * (2 + reportedSubbands) + reportedSubbands
        return 4 * (ues * perUE + reported * (3 + carrier.subbands))
    }

    /// The same of a directive with all that the topology has the engine decide for single UEs, and every control of
    /// cells that L3 may set but platforms.
    package func directiveBytes(cells directed: Int, ues: Int) -> Int {
        let perCell = 2 + 2 * carrier.subbands + slices.count
        var perUE = 0
        if game.scheduling == .shares { perUE += 1 + carrier.subbands }
        if game.association == .leader { perUE += 2 }
        if beams > 1 { perUE += 2 }
        if recommendsMCS { perUE += 1 + carrier.subbands }
        return 4 * (ues * perUE + directed * perCell)
    }
}
