/// What some cells report at one slot, as a gNB would: flat parallel arrays, ready for the wire.
///
/// Shapes: `C` cells, `U` users, `K` subbands, `Kr` reported subbands, `L` links per user. Users are ordered by the
/// given cells, then by number; matrices are row-major in the order of their indices.
package struct CellMeasurements: Hashable, Sendable {
    package var slot: Int64 = 0
    /// `K`.
    package var subbands = 0
    /// `Kr`: `K`, or 1 where gains are averaged over time and subbands.
    package var reportedSubbands = 0
    /// `L`: the serving cell and the strongest neighbours.
    package var linksPerUE = 0

    // MARK: - Cells

    package var cells: [UInt32] = []
    /// Applied powers, `[C x K]`, W.
    package var powersWatts: [Float] = []
    /// `RRU.PrbTotDl`, mean of the last second, 0 ... 100.
    package var prbUsedPercent: [Float] = []
    /// Sum of the users' throughput, mean of the last second.
    package var cellThroughputKbps: [Float] = []
    /// Handovers into the cell since the start.
    package var handoversIn: [UInt32] = []
    /// Transport blocks sent and lost since the start (`TB.TotNbrDl`, `TB.ErrTotNbrDl`, TS 28.552 section 5.1.1.7);
    /// 0 where link adaptation is ideal, empty in a replay.
    package var blocks: [UInt64] = []
    package var lostBlocks: [UInt64] = []

    // MARK: - Users

    package var ues: [UInt32] = []
    package var servingCell: [UInt32] = []
    /// Reported position; 0 where it is missing.
    package var xMetres: [Float] = []
    package var yMetres: [Float] = []
    /// Standard deviation of the position per axis; negative where the position is missing.
    package var positionDeviationMetres: [Float] = []
    /// Mean of the last second (of the time since the start before that).
    package var throughputKbps: [Float] = []
    /// Bytes that wait; 0 for full buffers.
    package var backlogBytes: [Float] = []
    package var isFullBuffer: [Bool] = []
    /// Slice of each user; empty where there are none.
    package var slice: [UInt32] = []
    /// TS 38.214 Table 5.2.2.1-3, under the powers applied in the slot.
    package var cqi: [UInt8] = []
    /// Mean SINR over the carrier, under the powers applied in the slot.
    package var sinrDb: [Float] = []
    /// `[U x L]`: the serving cell, then the strongest; `CellID.none.rawValue` pads.
    package var linkCell: [UInt32] = []
    /// `[U x L]`: filtered power of a reference resource element at fixed power; -200 pads.
    package var rsrpDbm: [Float] = []
    /// `[U x L x Kr]`: path gain with antennas and fading; -300 pads.
    package var gainDb: [Float] = []
    /// `[U x Kr]`: noise and unreported cells at their applied powers, in one subband.
    package var backgroundDbm: [Float] = []
    /// Age of the gains, from the slot that they were measured in.
    package var readingAgeMs: [Float] = []

    package init() {}
}
