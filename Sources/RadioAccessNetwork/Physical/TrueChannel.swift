/// The channel as it is, for judging decisions; no twin sees it.
///
/// Shapes as in `CellMeasurements`; gains and powers are linear.
package struct TrueChannel: Hashable, Sendable {
    package var subbands = 0
    package var linksPerUE = 0
    /// Users that have something to receive are marked; the others take no part in the game.
    package var ues: [UInt32] = []
    package var isBacklogged: [Bool] = []
    package var servingCell: [UInt32] = []
    /// Slice of each user; empty where the network is not sliced.
    package var slice: [UInt32] = []
    /// `[U x L]`, the serving cell first; `CellID.none.rawValue` pads.
    package var linkCell: [UInt32] = []
    /// `[U x L x K]`.
    package var gains: [Float] = []
    /// `[U x K]`, W: noise, and the cells without a link at their applied powers.
    package var backgroundWatts: [Float] = []
    /// Ceiling of the spectral efficiency of each cell's users as directives have set it, bit/s/Hz `[C]`; empty where
    /// none has.
    package var ceiling: [Float] = []

    package init() {}
}
