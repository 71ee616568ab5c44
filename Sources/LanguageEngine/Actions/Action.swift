package import NetworkModel

/// One typed action: checked against the network's bounds, so that every part of it exists and is in range. Made by
/// `ActionBounds.check` only.
package enum Action: Hashable, Sendable {
    /// `from` leaves its highest `subbands` subbands, of which `to` then has less disturbance.
    case shiftBandwidth(from: CellID, to: CellID, subbands: Int)
    /// Weight of the users in the network value, times a factor above 1.
    case raiseCellPriority(cell: CellID, factor: Double)
    /// The same of a slice's users: those in some cells, ascending, or in all where none is named.
    case raiseSlicePriority(slice: Int, cells: [CellID] = [], factor: Double)
    /// Highest index of TS 38.214 Table 5.1.3.1-2.
    case capMCS(cell: CellID, index: Int)
    /// Total power over the carrier.
    case capPower(cell: CellID, dbm: Double)
    /// The users that lose least by it, `users` of them.
    case reassociate(from: CellID, to: CellID, users: Int)
    case blankSubbands(cell: CellID, first: Int, count: Int)
    /// Part of the PRBs that the slice gets at least: in some cells, ascending, or in all where none is named.
    case sliceShare(slice: Int, cells: [CellID] = [], share: Double)
    /// The platform that carries `platform` flies towards the users of `cell`.
    case deployPlatform(platform: CellID, cell: CellID)
    case retrain(cell: CellID)
    /// The traffic forecast of a cell: its weights are fitted anew, or it is begun anew where that did not help.
    case retrainForecast(cell: CellID)
    case tuneTwin(cell: CellID, TwinParameter, factor: Double)
    case recallTwin(cell: CellID, TwinCondition)
    /// Name of an adapter of the model server; `LanguageConfiguration.Adapter.unloaded` for none of them.
    case loadAdapter(String)
    case askEngine(EngineName, cell: CellID)
    case none

    package var kind: ActionKind {
        switch self {
        case .shiftBandwidth: .shiftBandwidth
        case .raiseCellPriority, .raiseSlicePriority: .raisePriority
        case .capMCS: .capMCS
        case .capPower: .capPower
        case .reassociate: .reassociate
        case .blankSubbands: .blankSubbands
        case .sliceShare: .sliceShares
        case .deployPlatform: .deployPlatform
        case .retrain, .retrainForecast: .retrain
        case .tuneTwin: .tuneTwin
        case .recallTwin: .recallTwin
        case .loadAdapter: .loadAdapter
        case .askEngine: .askEngine
        case .none: .none
        }
    }
}

/// The AI engines that can be asked and retrained.
package enum EngineName: String, Hashable, Sendable, Codable, CaseIterable {
    /// L1: the channel engine of a cell.
    case channel
    /// L2: the traffic forecast of a cell's region.
    case traffic
}

/// An action as it is written: in a model's answer, in a file of cases, in the record. Any field may be missing or
/// wrong; `ActionBounds.check` says what.
package struct ActionForm: Hashable, Sendable, Codable {
    package var action: String
    /// Index of the cell that is acted on.
    package var cell: Int?
    /// The other cell: that gains, that takes over, that is flown to.
    package var other: Int?
    /// Cells that are acted on together, ascending; nil for all.
    package var cells: [Int]?
    /// Name of a slice.
    package var slice: String?
    /// First subband.
    package var first: Int?
    /// Subbands, users, dBm, MCS index, share or factor, by the action.
    package var value: Double?
    /// Name of an adapter, of an engine, of a parameter or of a condition.
    package var name: String?

    package init(
        action: String, cell: Int? = nil, other: Int? = nil, cells: [Int]? = nil, slice: String? = nil,
        first: Int? = nil, value: Double? = nil, name: String? = nil
    ) {
        self.action = action
        self.cell = cell
        self.other = other
        self.cells = cells
        self.slice = slice
        self.first = first
        self.value = value
        self.name = name
    }

    /// The form that `check` turns into the action again.
    ///
    /// - Parameter slices: names of the network's slices, in their order.
    package init(_ action: Action, slices: [String]) {
        self.init(action: action.kind.rawValue)
        switch action {
        case .shiftBandwidth(let from, let to, let subbands):
            (cell, other, value) = (from.index, to.index, Double(subbands))
        case .raiseCellPriority(let cell, let factor): (self.cell, value) = (cell.index, factor)
        case .raiseSlicePriority(let slice, let cells, let factor):
            (self.slice, value) = (slices[slice], factor)
            self.cells = cells.isEmpty ? nil : cells.map(\.index)
        case .capMCS(let cell, let index): (self.cell, value) = (cell.index, Double(index))
        case .capPower(let cell, let dbm): (self.cell, value) = (cell.index, dbm)
        case .reassociate(let from, let to, let users): (cell, other, value) = (from.index, to.index, Double(users))
        case .blankSubbands(let cell, let first, let count):
            (self.cell, self.first, value) = (cell.index, first, Double(count))
        case .sliceShare(let slice, let cells, let share):
            (self.slice, value) = (slices[slice], share)
            self.cells = cells.isEmpty ? nil : cells.map(\.index)
        case .deployPlatform(let platform, let cell): (self.cell, other) = (platform.index, cell.index)
        case .retrain(let cell): self.cell = cell.index
        case .retrainForecast(let cell): (self.cell, name) = (cell.index, EngineName.traffic.rawValue)
        case .tuneTwin(let cell, let parameter, let factor):
            (self.cell, name, value) = (cell.index, parameter.rawValue, factor)
        case .recallTwin(let cell, let condition): (self.cell, name) = (cell.index, condition.name)
        case .loadAdapter(let name): self.name = name
        case .askEngine(let engine, let cell): (name, self.cell) = (engine.rawValue, cell.index)
        case .none: break
        }
    }
}
