internal import Learning
internal import NetworkModel

/// What the twins of an edge knew in conditions that were seen before: one snapshot per cell and class of mobility, so
/// three per cell at most.
struct TwinSnapshots: Sendable {
    private enum Kept: Sendable {
        case law(LogDistanceModel.Law)
        case cell(ChannelEngine.CellSnapshot)
    }

    private var kept: [Kept?]

    init(cells: Int) { kept = Array(repeating: nil, count: 3 * cells) }

    private func place(_ slot: Int, _ mobility: MobilityClass) -> Int { 3 * slot + Int(mobility.rawValue) - 1 }

    mutating func keep(_ law: LogDistanceModel.Law, slot: Int, _ mobility: MobilityClass) {
        kept[place(slot, mobility)] = .law(law)
    }

    mutating func keep(_ cell: ChannelEngine.CellSnapshot, slot: Int, _ mobility: MobilityClass) {
        kept[place(slot, mobility)] = .cell(cell)
    }

    func law(slot: Int, _ mobility: MobilityClass) -> LogDistanceModel.Law? {
        if case .law(let law)? = kept[place(slot, mobility)] { law } else { nil }
    }

    func cell(slot: Int, _ mobility: MobilityClass) -> ChannelEngine.CellSnapshot? {
        if case .cell(let cell)? = kept[place(slot, mobility)] { cell } else { nil }
    }

    /// Bit m - 1 is set where one is kept for mobility m.
    func mask(slot: Int) -> UInt32 {
        MobilityClass.allCases.reduce(0) { mask, mobility in
            kept[place(slot, mobility)] == nil ? mask : mask | 1 << (mobility.rawValue - 1)
        }
    }
}
