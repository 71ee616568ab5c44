package import NetworkModel

/// The physical network behind the role: emulated, or a replay of measured drives.
///
/// Two optionals instead of an enum: a payload of an enum cannot be stepped in place without a copy of its state.
package struct PhysicalNetwork: Sendable {
    package private(set) var emulated: EmulatedNetwork?
    package private(set) var replay: ReplayNetwork?

    /// - Parameter traces: the drives of a replay; unused in emulation.
    package init(configuration: NetworkConfiguration, traces: [ParsedTrace] = []) throws(TraceError) {
        switch configuration.scenario {
        case .emulated: emulated = EmulatedNetwork(configuration: configuration)
        case .replay: replay = try ReplayNetwork(configuration: configuration, traces: traces)
        }
    }

    /// Slots that have passed.
    package var slot: Int64 { emulated?.slot ?? replay?.slot ?? 0 }
    package var ueCount: Int { emulated?.ueCount ?? replay?.ueCount ?? 0 }
    /// Coherence time of the fastest users in seconds; nil in a replay, whose readings are far slower than fading.
    package var coherenceSeconds: Double? { emulated?.coherenceSeconds }

    /// Runs slots until `slot` have passed in all.
    package mutating func advance(toSlot target: Int64) {
        emulated?.advance(toSlot: target)
        replay?.advance(toSlot: target)
    }

    /// Runs one slot.
    package mutating func step() {
        emulated?.step()
        replay?.step()
    }

    /// What the given cells report now.
    package func measurements(cells: [CellID]) -> CellMeasurements {
        emulated?.measurements(cells: cells) ?? replay?.measurements(cells: cells) ?? CellMeasurements()
    }

    /// The channel as it is; no twin may see it.
    package func trueGains(averaged: Bool = false) -> TrueChannel {
        emulated?.trueGains(averaged: averaged) ?? replay?.trueGains(averaged: averaged) ?? TrueChannel()
    }

    // MARK: - Controls

    /// Sets the power of every subband of a cell, W.
    package mutating func applyPower(cell: CellID, wattsPerSubband: [Float]) throws(ControlRefusal) {
        try emulated?.applyPower(cell: cell, wattsPerSubband: wattsPerSubband)
        try replay?.applyPower(cell: cell, wattsPerSubband: wattsPerSubband)
    }

    /// Sets the shares of the users of a cell, `[ue][subband]`; users of the cell that are not named get none.
    package mutating func applyShares(cell: CellID, ues: [UEID], shares: [Float]) throws(ControlRefusal) {
        try emulated?.applyShares(cell: cell, ues: ues, shares: shares)
        try replay?.applyShares(cell: cell, ues: ues, shares: shares)
    }

    /// Serves a user by a cell until further notice.
    package mutating func applyAssociation(ue: UEID, cell: CellID) throws(ControlRefusal) {
        try emulated?.applyAssociation(ue: ue, cell: cell)
        try replay?.applyAssociation(ue: ue, cell: cell)
    }

    /// Sets the highest power of every subband of a cell, W.
    package mutating func applyMask(cell: CellID, capWatts: [Float]) throws(ControlRefusal) {
        try emulatedOnly("subbands are not masked in a replay")
        try emulated?.applyMask(cell: cell, capWatts: capWatts)
    }

    /// Sets the share of each slice of a cell.
    package mutating func applySlices(cell: CellID, shares: [Float]) throws(ControlRefusal) {
        try emulatedOnly("a replay has no slices")
        try emulated?.applySlices(cell: cell, shares: shares)
    }

    /// Serves users of a cell by beams of its codebook.
    package mutating func applyBeams(cell: CellID, ues: [UEID], beams: [UInt32]) throws(ControlRefusal) {
        try emulatedOnly("the beams of a replay are not known")
        try emulated?.applyBeams(cell: cell, ues: ues, beams: beams)
    }

    /// Sends a platform to a position in metres.
    package mutating func applyPlatform(
        cell: CellID, xMetres: Double, yMetres: Double, heightMetres: Double
    ) throws(ControlRefusal) {
        try emulatedOnly("a replay has no platforms")
        try emulated?.applyPlatform(cell: cell, xMetres: xMetres, yMetres: yMetres, heightMetres: heightMetres)
    }

    /// Bounds the scheme of a cell's users; `MCSTable.uncapped` bounds nothing.
    package mutating func applyHighestMCS(cell: CellID, index: UInt32) throws(ControlRefusal) {
        try emulated?.applyHighestMCS(cell: cell, index: index)
        try replay?.applyHighestMCS(cell: cell, index: index)
    }

    /// Recommends schemes to users of a cell, `[ue][subband]`, `UInt32.max` for none.
    package mutating func applyRecommendedMCS(
        cell: CellID, ues: [UEID], schemes: [UInt32]
    ) throws(ControlRefusal) {
        try emulatedOnly("a replay has no blocks")
        try emulated?.applyRecommendedMCS(cell: cell, ues: ues, schemes: schemes)
    }

    private func emulatedOnly(_ reason: String) throws(ControlRefusal) {
        if replay != nil { throw .notObservable(reason) }
    }

    /// Equal power, proportional fair (even shares in a replay), A3 for the users of the cell.
    package mutating func applySafeDefault(cell: CellID) throws(ControlRefusal) {
        try emulated?.applySafeDefault(cell: cell)
        try replay?.applySafeDefault(cell: cell)
    }

    /// Back to the safe default in one kind of control; nothing where the cell is unknown.
    package mutating func release(_ kind: ControlKind, cell: CellID) {
        switch kind {
        case .power:
            try? emulated?.releasePower(cell: cell)
            try? replay?.releasePower(cell: cell)
        case .schedulingShare:
            try? emulated?.releaseShares(cell: cell)
            try? replay?.releaseShares(cell: cell)
        case .association:
            // A replay's association is a fact that no directive has changed.
            try? emulated?.releaseAssociations(cell: cell)
        case .sliceShare: try? emulated?.releaseSlices(cell: cell)
        case .beam: try? emulated?.releaseBeams(cell: cell)
        case .mask: try? emulated?.releaseMask(cell: cell)
        case .platform: emulated?.releasePlatform(cell: cell)
        case .highestMCS: try? applyHighestMCS(cell: cell, index: MCSTable.uncapped)
        case .recommendedMCS: try? emulated?.releaseRecommendedMCS(cell: cell)
        }
    }

    /// Interference that an incumbent hears at most on each of its subbands, in watts; empty in a replay.
    package func heardWatts(by incumbent: IncumbentConfiguration) -> [Double] {
        emulated?.heardWatts(by: incumbent) ?? []
    }

    /// Powers set for a cell, W per subband.
    package func appliedPower(cell: CellID) -> [Float] {
        emulated?.appliedPower(cell: cell) ?? replay?.appliedPower(cell: cell) ?? []
    }

    /// Highest scheme of a cell's users; `MCSTable.uncapped` where nothing caps it.
    package func highestMCS(cell: CellID) -> UInt32 {
        emulated?.highestMCS(cell: cell) ?? replay?.highestMCS(cell: cell) ?? MCSTable.uncapped
    }

    /// Serving cell of a user; none for a drive that has no row yet.
    package func servingCell(ue: UEID) -> CellID {
        emulated?.servingCell(ue: ue) ?? replay?.servingCell(ue: ue) ?? .none
    }

    /// Slot in which a user came to its cell; 0 where it has been there from the start, and in a replay.
    func attachedSlot(ue: UEID) -> Int64 { emulated?.services.attachedSlot[ue.index] ?? 0 }

    /// The one-second windows completed since the last call.
    package mutating func takeCompletedWindows() -> [ThroughputWindow] {
        emulated?.takeCompletedWindows() ?? replay?.takeCompletedWindows() ?? []
    }
}
