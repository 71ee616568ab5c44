internal import LanguageEngine
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
    /// Gain of value that a tenth of the power saved is worth, as a share; 0 where energy is no matter.
    package var energyWeight = 0.0

    package init() {}

    /// Slices that the topology or the operator guarantees something [S].
    package func isGuaranteed(_ slices: [SliceConfiguration]) -> [Bool] {
        slices.indices.map { index in
            slices[index].rateBps > 0 || slices[index].delaySeconds != nil
                || (index < guaranteedMbps.count && guaranteedMbps[index] > 0)
        }
    }
}

extension OperatorWishes {
    /// What intents that are in force ask for.
    init(_ intents: [Intent], network: NetworkConfiguration, seconds: Double) {
        self.init()
        cellWeight = network.cells.map { _ in 1 }
        sliceWeight = Array(repeating: 1, count: network.cells.count * network.slices.count)
        guaranteedMbps = network.slices.map { EffectiveBandwidth.guaranteedBps($0) / 1e6 }
        for intent in intents where intent.isInForce(atSeconds: seconds) {
            if intent.savesElsewhere { energyWeight = OperatorWishes.energyWish }
            for target in intent.targets { add(target, intent.scope, network.slices) }
        }
    }

    /// A tenth of the power is worth this part of the value where an operator wants energy saved.
    private static let energyWish = 0.01

    private mutating func add(_ target: Intent.Target, _ scope: Intent.Scope, _ slices: [SliceConfiguration]) {
        let (slice, cells): (Int?, [CellID]) =
            switch scope {
            case .network: (nil, [])
            case .slice(let slice): (slice, [])
            case .cells(let cells): (nil, cells)
            case .sliceInCells(let slice, let cells): (slice, cells)
            }
        switch target {
        case .energy: energyWeight = OperatorWishes.energyWish
        case .priority(let factor):
            if let slice {
                for cell in cells.isEmpty ? Array(cellWeight.indices) : cells.map(\.index) {
                    sliceWeight[cell * slices.count + slice] *= factor
                }
            } else {
                for cell in cells { cellWeight[cell.index] *= factor }
            }
        case .rate(let bps):
            if let slice { guaranteedMbps[slice] = max(guaranteedMbps[slice], bps / 1e6) }
        case .delay(let seconds):
            guard let slice, seconds > 0 else { return }
            guaranteedMbps[slice] = max(
                guaranteedMbps[slice],
                EffectiveBandwidth.guaranteedBps(meanBps: slices[slice].rateBps, delaySeconds: seconds) / 1e6)
        // A network that takes neither is asked for neither.
        case .power, .uplinkRate, .mcs: break
        }
    }
}
