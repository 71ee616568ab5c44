/// The closed set of what the language engine can ask for (DESIGN 10). Raw values are the names in prompts, answers,
/// topologies and the record.
package enum ActionKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A cell gives up subbands, which another then has to itself.
    case shiftBandwidth = "shift_bandwidth"
    /// The users of a cell or of a slice count for more.
    case raisePriority = "raise_priority"
    /// A cell uses no modulation and coding scheme above an index.
    case capMCS = "cap_mcs"
    /// A cell sends with no more than a power.
    case capPower = "cap_power"
    /// Users of one cell are served by another.
    case reassociate = "reassociate"
    /// A cell leaves subbands empty.
    case blankSubbands = "blank_subbands"
    /// A slice gets at least a part of the PRBs.
    case sliceShares = "slice_shares"
    /// An aerial platform flies to where a cell's users are.
    case deployPlatform = "deploy_platform"
    /// The channel twin of a cell forgets what it learnt there and learns anew.
    case retrain = "retrain"
    /// A parameter of the channel twin of a cell is multiplied by a factor.
    case tuneTwin = "tune_twin"
    /// The channel twin of a cell goes back to what it knew in a condition that was seen before.
    case recallTwin = "recall_twin"
    /// The model server serves with another adapter, or with none.
    case loadAdapter = "load_adapter"
    /// An AI engine is asked what it knows; its answer is in the next prompt.
    case askEngine = "ask_engine"
    /// Nothing is done.
    case none

    /// Whether it changes what the radio network does, and so is tried in the twins before it is adopted.
    package var actsOnNetwork: Bool {
        switch self {
        case .retrain, .tuneTwin, .recallTwin, .loadAdapter, .askEngine, .none: false
        default: true
        }
    }
}
