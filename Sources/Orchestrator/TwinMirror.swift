package import DTNetMessages

/// The network as L3 mirrors it: the last full channel report of every edge and what L2 forecasts, of about one moment.
/// What a what-if starts from.
package struct TwinMirror: Sendable {
    package var epoch: UInt64
    /// One per edge, of disjoint cells.
    package var reports: [ChannelReport]
    /// Forecast load over load, per cell of the network.
    package var loadTrend: [Double]
    /// How far a link's gain wanders in one second, standard deviation in dB.
    package var driftDb: Double

    package init(epoch: UInt64, reports: [ChannelReport], loadTrend: [Double], driftDb: Double) {
        self.epoch = epoch
        self.reports = reports
        self.loadTrend = loadTrend
        self.driftDb = driftDb
    }
}
