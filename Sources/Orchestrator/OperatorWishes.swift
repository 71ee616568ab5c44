package import LanguageEngine
package import NetworkModel
internal import ResourceAllocation

/// What the operator holds dear, beside the network value: by these a what-if is judged.
package struct OperatorWishes: Sendable, Hashable {
    /// Weight in the value of each cell's users [C], and beside it of each slice's users in each cell [C x S]; empty
    /// where all count alike.
    package var cellWeight: [Double] = []
    package var sliceWeight: [Double] = []
    /// Rate guaranteed to each user of a slice in Mbit/s, delay included, 0 for none [S]; empty takes the topology's.
    package var guaranteedMbps: [Double] = []
    /// Rates that are wished for in some cells, judged there: beside those of slices.
    package var local: [LocalRate] = []
    /// Gain of value that a tenth of the power saved is worth, as a share; 0 where energy is no matter.
    package var energyWeight = 0.0
    /// Whether the power of a cell counts where energy is to be saved [C]; empty where that of all does.
    package var energyCells: [Bool] = []

    /// A rate that users of some cells are to have.
    package struct LocalRate: Sendable, Hashable {
        /// Whether users of a cell are meant [C].
        package var cells: [Bool]
        /// Slice of the users that are meant, nil for all.
        package var slice: Int?
        /// Of each of them at least, Mbit/s, delay included.
        package var mbps: Double

        package init(cells: [Bool], slice: Int?, mbps: Double) {
            self.cells = cells
            self.slice = slice
            self.mbps = mbps
        }
    }

    package init() {}

    /// What is guaranteed of that by which an outcome is judged: of slices whether the topology or the operator
    /// guarantees them something [S], then of every local rate [L].
    package func isGuaranteed(_ slices: [SliceConfiguration]) -> [Bool] {
        slices.indices.map { index in
            slices[index].rateBps > 0 || slices[index].delaySeconds != nil
                || (index < guaranteedMbps.count && guaranteedMbps[index] > 0)
        } + local.map { _ in true }
    }
}

extension OperatorWishes {
    /// What intents that are in force ask for; what they ask for some cells, for these alone.
    ///
    /// - Parameter seconds: time of the run.
    package init(_ intents: [Intent], network: NetworkConfiguration, seconds: Double) {
        self.init()
        cellWeight = network.cells.map { _ in 1 }
        sliceWeight = Array(repeating: 1, count: network.cells.count * network.slices.count)
        guaranteedMbps = network.slices.map { EffectiveBandwidth.guaranteedBps($0) / 1e6 }
        energyCells = network.cells.map { _ in false }
        for intent in intents where intent.isInForce(atSeconds: seconds) {
            let cells = RuleBase.parts(intent.scope).cells
            if intent.savesElsewhere { saveEnergy { !cells.contains(CellID(UInt32($0))) } }
            for target in intent.targets { add(target, intent.scope, network.slices) }
        }
        if !energyCells.contains(true) || !energyCells.contains(false) { energyCells = [] }
    }

    /// Energy is to be saved in these cells too.
    private mutating func saveEnergy(_ isIn: (Int) -> Bool) {
        energyWeight = OperatorWishes.energyWish
        for cell in energyCells.indices where isIn(cell) { energyCells[cell] = true }
    }

    /// A rate is to be had by a slice everywhere, or by users of the cells that are named.
    private mutating func guarantee(_ mbps: Double, slice: Int?, _ cells: [CellID]) {
        if cells.isEmpty {
            if let slice { guaranteedMbps[slice] = max(guaranteedMbps[slice], mbps) }
        } else {
            let isIn = cellWeight.indices.map { cells.contains(CellID(UInt32($0))) }
            local.append(LocalRate(cells: isIn, slice: slice, mbps: mbps))
        }
    }

    /// A tenth of the power is worth this part of the value where an operator wants energy saved.
    private static let energyWish = 0.01

    private mutating func add(_ target: Intent.Target, _ scope: Intent.Scope, _ slices: [SliceConfiguration]) {
        let (slice, cells) = RuleBase.parts(scope)
        switch target {
        case .energy: saveEnergy { cells.isEmpty || cells.contains(CellID(UInt32($0))) }
        case .priority(let factor):
            if let slice {
                for cell in cells.isEmpty ? Array(cellWeight.indices) : cells.map(\.index) {
                    sliceWeight[cell * slices.count + slice] *= factor
                }
            } else {
                for cell in cells { cellWeight[cell.index] *= factor }
            }
        case .rate(let bps): guarantee(bps / 1e6, slice: slice, cells)
        case .delay(let seconds):
            guard seconds > 0 else { return }
            // What a bound on the delay takes depends on the rate, which is the slice's.
            for slice in slice.map({ [$0] }) ?? (cells.isEmpty ? [] : Array(slices.indices)) {
                let bps = EffectiveBandwidth.guaranteedBps(meanBps: slices[slice].rateBps, delaySeconds: seconds)
                guarantee(bps / 1e6, slice: slice, cells)
            }
        // A network that takes neither is asked for neither.
        case .power, .uplinkRate, .mcs: break
        }
    }
}
