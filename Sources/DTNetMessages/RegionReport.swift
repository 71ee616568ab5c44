/// L2 up: load, handover and forecast of a region.
package struct RegionReport: Hashable, Sendable {
    /// Dense index of the region.
    package var region: UInt32 = 0
    /// Cells, ascending [C].
    package var cell: [UInt32] = []
    /// Share of the PRBs in use, 0 ... 1 [C].
    package var load: [Float] = []
    /// Forecast of the load one step ahead [C].
    package var forecastLoad: [Float] = []
    /// Mean absolute error of the forecast [C].
    package var forecastError: [Float] = []
    /// Mean absolute error of persistence on the same steps [C].
    package var persistenceError: [Float] = []
    package var throughputKbps: [Float] = []
    /// RMS error of the cell's L1 twin after correction [C].
    package var twinErrorDb: [Float] = []
    /// UEs served [C].
    package var ueCount: [UInt32] = []
    /// Handovers into the region's cells, from cells of any region: from, to, rate [H].
    package var handoverFrom: [UInt32] = []
    package var handoverTo: [UInt32] = []
    package var handoverRateHz: [Float] = []
    /// Mean over the cell's UEs of the SINR predicted at full power of all cells [C].
    package var sinrDb: [Float] = []
    /// Slices S, the width of the two below.
    package var slices = 0
    /// Part of the cell's PRBs that the slice's guarantees take; may exceed 1 [C x S].
    package var sliceNeed: [Float] = []
    /// UEs of the slice [C x S].
    package var sliceUECount: [UInt32] = []
    /// Where UEs are, those that lack most first, and the rate that they lack [H]; where there are platforms only.
    package var hotspotX: [Float] = []
    package var hotspotY: [Float] = []
    package var hotspotKbps: [Float] = []
    /// First epoch that the region heard of the radio network: its start.
    package var firstEpoch: UInt64 = 0

    /// `TwinCondition.index` of each cell, `TwinCondition.unknown` where it is not known [C]; where it is known of any
    /// cell.
    package var condition: [UInt32] = []

    package init() {}
}
