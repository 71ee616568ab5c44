/// L1 up: the corrected channel of an edge's cells. The short form for L2 has `links` 0 and no link arrays.
package struct ChannelReport: Hashable, Sendable {
    /// Links per UE; column 0 is the serving cell.
    package var links = 0
    /// Subbands of `gainDb` and `backgroundDbm`.
    package var reportSubbands = 0
    /// Oldest epoch of the measurements behind the report.
    package var oldestEpoch: UInt64 = 0
    /// Cells, ascending [C].
    package var cell: [UInt32] = []
    /// Part of the PRBs in use, of those on subbands with power, 0 ... 1 [C].
    package var load: [Float] = []
    package var throughputKbps: [Float] = []
    /// RMS error of the L1 twin before its correction [C].
    package var errorBeforeDb: [Float] = []
    /// RMS error of the L1 twin after its correction [C].
    package var errorAfterDb: [Float] = []
    /// UEs, in order of serving cell [U].
    package var ue: [UInt32] = []
    package var ueCell: [UInt32] = []
    /// Weight in the network value [U].
    package var weight: [Float] = []
    /// Rate that the UE can use; negative for a full buffer [U].
    package var demandKbps: [Float] = []
    package var ueThroughputKbps: [Float] = []
    /// SINR predicted at full power of all cells, and its standard deviation [U]; like the three below in the short
    /// form only, empty where nothing is predicted.
    package var sinrDb: [Float] = []
    package var sinrDeviationDb: [Float] = []
    /// Recommended scheme, 0 ... 27 of TS 38.214 Table 5.1.3.1-2; `UInt32.max` where none is decoded [U].
    package var mcs: [UInt32] = []
    /// Recommended layers, 1 or 2 [U].
    package var rank: [UInt32] = []
    /// Best two beams of the codebook, the precoder's first; `UInt32.max` where there is none [U x 2].
    package var beam: [UInt32] = []
    /// Cell of each link; `UInt32.max` where there is none [U x links].
    package var linkCell: [UInt32] = []
    /// Standard deviation of the link's gain [U x links].
    package var deviationDb: [Float] = []
    /// Corrected path gain [U x links x reportSubbands].
    package var gainDb: [Float] = []
    /// Noise plus everything that no link names [U x reportSubbands].
    package var backgroundDbm: [Float] = []
    /// Slice of each UE [U]; empty where there are no slices.
    package var ueSlice: [UInt32] = []
    /// Beam that each UE is to be served by; `UInt32.max` where none is known [U]; empty where cells have one beam.
    package var servingBeam: [UInt32] = []
    /// Gain of that beam over one element; `gainDb` holds the gains of one element [U].
    package var beamGainDb: [Float] = []
    /// Position of each UE as it was heard last [U]; in the short form and where there are platforms only.
    package var xMetres: [Float] = []
    package var yMetres: [Float] = []
    /// Highest MCS of the users of each cell, `MCSTable.uncapped` where nothing caps it [C]; in the short form, and
    /// where a policy caps any.
    package var highestMCS: [UInt32] = []
    /// `TwinCondition.index` of each cell, `TwinCondition.unknown` where it is not known [C]; in the short form, and
    /// where it is known of any cell.
    package var condition: [UInt32] = []
    /// Beam of each layer of the precoder, oversampled by 4: 4 b is beam b of the codebook; `UInt32.max` where there is
    /// no such layer, in the first place no precoder [U x 2]; in the short form, empty where cells have one beam.
    package var precoderBeam: [UInt32] = []
    /// n of the co-phasing `exp(i pi n / 2)` of the precoder's two polarisations, 0...3; `UInt32.max` where they are
    /// not told apart [U].
    package var precoderCoPhasing: [UInt32] = []
    /// Handovers into these cells since the short form before, in their order: the UE, the cell that served it, and the
    /// one that does now [H]; in the short form only.
    package var handoverUE: [UInt32] = []
    package var handoverFrom: [UInt32] = []
    package var handoverTo: [UInt32] = []

    package init() {}

    /// The same report without links, as L2 needs it.
    package var withoutLinks: ChannelReport {
        var short = self
        short.links = 0
        short.linkCell = []
        short.deviationDb = []
        short.gainDb = []
        short.backgroundDbm = []
        return short
    }
}
