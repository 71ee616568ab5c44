internal import NetworkModel
internal import Numerics

/// Proposals drawn uniformly from the actions that a network allows: the baseline that knows nothing.
package struct RandomProposer: Sendable {
    private let bounds: ActionBounds
    private let generator: CounterGenerator

    package init(_ bounds: ActionBounds, seed: UInt64) {
        self.bounds = bounds
        generator = CounterGenerator(seed: seed, purpose: 0x7261_6e64)
    }

    /// Forms of a cycle, all of them in bounds.
    ///
    /// - Parameter cycle: draws of one number are the same on every call.
    package func forms(_ count: Int, cycle: UInt64) -> [ActionForm] {
        let kinds = bounds.kinds.filter(\.actsOnNetwork)
        guard !kinds.isEmpty else { return [] }
        return (0..<count).map { draw in
            let key = cycle &* 64 &+ UInt64(draw)
            let pick = { (item: UInt64, count: Int) in Int(generator.uniform(key, item) * Double(count)) }
            let kind = kinds[pick(0, kinds.count)]
            let cell = pick(1, bounds.cells)
            // Another cell than the first, where there is one.
            let other = (cell + 1 + pick(2, max(1, bounds.cells - 1))) % bounds.cells
            var form = ActionForm(action: kind.rawValue, cell: cell)
            switch kind {
            case .shiftBandwidth: (form.other, form.value) = (other, Double(1 + pick(3, bounds.mostBlanked)))
            case .raisePriority:
                form.value = [1.5, 2, 3, 4][pick(3, 4)]
                if !bounds.slices.isEmpty, pick(4, 2) == 1 {
                    (form.cell, form.slice) = (nil, bounds.slices[pick(5, bounds.slices.count)])
                }
            case .capPower: form.value = bounds.maxPowerDbm[cell] - Double(1 + pick(3, 10))
            case .reassociate: (form.other, form.value) = (other, Double(1 + pick(3, 8)))
            case .blankSubbands:
                let count = 1 + pick(3, bounds.mostBlanked)
                (form.value, form.first) = (Double(count), pick(4, bounds.subbands - count + 1))
            case .sliceShares:
                (form.cell, form.slice) = (nil, bounds.slices[pick(5, bounds.slices.count)])
                form.value = Double(1 + pick(3, 9)) / 10
            case .deployPlatform:
                (form.cell, form.other) = (bounds.platforms[pick(3, bounds.platforms.count)].index, other)
            case .tuneTwin:
                form.name = TwinParameter.allCases[pick(3, TwinParameter.allCases.count)].rawValue
                form.value = [0.1, 0.25, 4, 10][pick(4, 4)]
            case .recallTwin: form.name = bounds.conditions[pick(3, bounds.conditions.count)].name
            case .capMCS: form.value = Double(pick(3, MCSTable.indices.count))
            case .retrain, .loadAdapter, .askEngine, .none: break
            }
            return form
        }
    }
}
