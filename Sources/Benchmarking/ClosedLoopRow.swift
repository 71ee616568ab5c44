/// A hierarchy in the closed loop, where an epoch begins as soon as every cell has applied a directive computed from
/// the telemetry of the one before, and the floor in the same loop: medians over blocks that alternated.
package struct ClosedLoopRow: Hashable, Sendable {
    /// Closed loops that others have published, on their machines: to be named beside ours, no bar.
    package static let published =
        "closed loop, as published: FlexRIC 200 us for its two hops, dApps 450 us, each on its own machine"

    /// Epochs of all blocks of ours.
    package var epochs: UInt64
    /// Those that a directive failed to end within a nominal epoch.
    package var undecided: UInt64
    /// Directives applied per second, counted per cell.
    package var decisionsPerSecond: Double
    package var epochsPerSecond: Double
    package var floorEpochsPerSecond: Double
    /// From the beginning of an epoch to that of the next.
    package var loop: Percentiles
    package var floor: Percentiles
    package var ratioToFloor: Measured<RatioRow>
    /// The same less the leader's compute time, for FCH.
    package var ratioToFloorWithoutSolver: Measured<RatioRow>

    package init(
        epochs: UInt64, undecided: UInt64, decisionsPerSecond: Double, epochsPerSecond: Double,
        floorEpochsPerSecond: Double, loop: Percentiles, floor: Percentiles, ratioToFloor: Measured<RatioRow>,
        ratioToFloorWithoutSolver: Measured<RatioRow>
    ) {
        self.epochs = epochs
        self.undecided = undecided
        self.decisionsPerSecond = sixDigits(decisionsPerSecond)
        self.epochsPerSecond = sixDigits(epochsPerSecond)
        self.floorEpochsPerSecond = sixDigits(floorEpochsPerSecond)
        self.loop = loop
        self.floor = floor
        self.ratioToFloor = ratioToFloor
        self.ratioToFloorWithoutSolver = ratioToFloorWithoutSolver
    }
}

extension ClosedLoopRow: Codable {
    package func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: RowKey.self)
        try row.encode(epochs, forKey: RowKey("epochs"))
        try row.encode(undecided, forKey: RowKey("undecided"))
        try row.encode(decisionsPerSecond, forKey: RowKey("decisions_per_second"))
        try row.encode(epochsPerSecond, forKey: RowKey("epochs_per_second"))
        try row.encode(floorEpochsPerSecond, forKey: RowKey("floor_epochs_per_second"))
        try row.encode(loop, forKey: RowKey("loop_us"))
        try row.encode(floor, forKey: RowKey("floor_us"))
        try row.put("ratio_to_floor", ratioToFloor)
        try row.put("ratio_to_floor_without_solver", ratioToFloorWithoutSolver)
    }

    package init(from decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: RowKey.self)
        epochs = try row.decode(UInt64.self, forKey: RowKey("epochs"))
        undecided = try row.decode(UInt64.self, forKey: RowKey("undecided"))
        decisionsPerSecond = try row.decode(Double.self, forKey: RowKey("decisions_per_second"))
        epochsPerSecond = try row.decode(Double.self, forKey: RowKey("epochs_per_second"))
        floorEpochsPerSecond = try row.decode(Double.self, forKey: RowKey("floor_epochs_per_second"))
        loop = try row.decode(Percentiles.self, forKey: RowKey("loop_us"))
        floor = try row.decode(Percentiles.self, forKey: RowKey("floor_us"))
        ratioToFloor = try row.take("ratio_to_floor")
        ratioToFloorWithoutSolver = try row.take("ratio_to_floor_without_solver")
    }
}
