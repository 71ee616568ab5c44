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
    /// Handovers: from, to, rate [H].
    package var handoverFrom: [UInt32] = []
    package var handoverTo: [UInt32] = []
    package var handoverRateHz: [Float] = []

    package init() {}
}
