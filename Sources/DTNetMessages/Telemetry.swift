/// P2V: what the radio network measured for some of its cells in one epoch. Parallel arrays; row-major where a width
/// is named.
package struct Telemetry: Hashable, Sendable {
    /// Subbands of the carrier, the width of `powerWatts`.
    package var subbands = 0
    /// Links per UE; column 0 is the serving cell.
    package var links = 0
    /// Subbands of `gainDb` and `backgroundDbm`: those of the carrier, or 1 where gains are averaged.
    package var reportSubbands = 0
    /// Cells reported, ascending [C].
    package var cell: [UInt32] = []
    /// Power in force [C x subbands].
    package var powerWatts: [Float] = []
    /// `RRU.PrbTotDl` [C], 0 ... 100.
    package var prbUsedPercent: [Float] = []
    /// `DRB.UEThpDl` summed over the cell's UEs [C].
    package var throughputKbps: [Float] = []
    /// UEs, in order of serving cell [U].
    package var ue: [UInt32] = []
    /// Serving cell of each UE [U].
    package var ueCell: [UInt32] = []
    /// Reported position [U].
    package var xMetres: [Float] = []
    package var yMetres: [Float] = []
    /// Standard deviation of the position per axis; negative where none was reported [U].
    package var positionDeviationMetres: [Float] = []
    /// Throughput averaged over 1 s [U].
    package var ueThroughputKbps: [Float] = []
    /// Bytes waiting; negative for a full buffer [U].
    package var backlogBytes: [Float] = []
    /// Channel quality indicator under the powers applied in its slot, 0 ... 15 [U].
    package var cqi: [UInt32] = []
    package var sinrDb: [Float] = []
    /// Age of the reading behind the row [U].
    package var readingAgeMs: [Float] = []
    /// Cell of each link; `UInt32.max` where there is none [U x links].
    package var linkCell: [UInt32] = []
    /// Reference-signal power at fixed reference power, long-term filtered [U x links].
    package var rsrpDbm: [Float] = []
    /// Path gain [U x links x reportSubbands].
    package var gainDb: [Float] = []
    /// Noise plus everything that no link names [U x reportSubbands].
    package var backgroundDbm: [Float] = []
    /// Slice of each UE [U]; empty where there are no slices.
    package var ueSlice: [UInt32] = []
    /// What a weather station at the site measures, 0 where it is dry or there is none.
    package var rainMillimetresPerHour: Float = 0
    /// Handovers into these cells since the telemetry before: the UE, the cell that served it then, and the one that
    /// does now [H].
    package var handoverUE: [UInt32] = []
    package var handoverFrom: [UInt32] = []
    package var handoverTo: [UInt32] = []

    package init() {}
}
