internal import Learning
internal import NetworkModel

/// What the twins of an edge knew in conditions that were seen before: one snapshot per cell and condition,
/// so three per cell at most, nine where the weather is known.
struct TwinSnapshots: Sendable {
    private enum Kept: Sendable {
        case law(LogDistanceModel.Law)
        case cell(ChannelEngine.CellSnapshot)
    }

    private var kept: [Kept?]

    init(cells: Int) { kept = Array(repeating: nil, count: TwinCondition.count * cells) }

    private func place(_ slot: Int, _ condition: TwinCondition) -> Int { TwinCondition.count * slot + condition.index }

    mutating func keep(_ law: LogDistanceModel.Law, slot: Int, _ condition: TwinCondition) {
        kept[place(slot, condition)] = .law(law)
    }

    mutating func keep(_ cell: ChannelEngine.CellSnapshot, slot: Int, _ condition: TwinCondition) {
        kept[place(slot, condition)] = .cell(cell)
    }

    func law(slot: Int, _ condition: TwinCondition) -> LogDistanceModel.Law? {
        if case .law(let law)? = kept[place(slot, condition)] { law } else { nil }
    }

    func cell(slot: Int, _ condition: TwinCondition) -> ChannelEngine.CellSnapshot? {
        if case .cell(let cell)? = kept[place(slot, condition)] { cell } else { nil }
    }

    /// Bit i is set where one is kept for the condition of index i.
    func mask(slot: Int) -> UInt32 {
        TwinCondition.all.reduce(0) { mask, condition in
            kept[place(slot, condition)] == nil ? mask : mask | 1 << UInt32(condition.index)
        }
    }
}
