internal import NetworkModel

extension Intent {
    /// What is wrong with an intent that came from outside, nil where every part of it exists in a network and every
    /// figure is finite and in range.
    ///
    /// - Parameters:
    ///   - slices: number of slices of the network.
    ///   - cells: number of its cells.
    package func flaw(slices: Int, cells: Int) -> String? {
        let (slice, list): (Int?, [CellID]) =
            switch scope {
            case .network: (nil, [])
            case .slice(let slice): (slice, [])
            case .cells(let cells): (nil, cells)
            case .sliceInCells(let slice, let cells): (slice, cells)
            }
        if let slice, slice < 0 || slice >= slices { return "no slice \(slice): there are \(slices)" }
        if let cell = list.first(where: { $0.index >= cells }) {
            return "no cell \(cell.rawValue): they are 0 to \(cells - 1)"
        }
        switch scope {
        case .cells(let cells), .sliceInCells(_, let cells):
            if cells.isEmpty { return "no cell is named" }
        case .network, .slice: break
        }
        guard !targets.isEmpty, targets.count <= 8 else { return "1 to 8 targets" }
        for time in [fromSeconds, untilSeconds] {
            if let time, !time.isFinite || time < 0 { return "a time is not finite or below 0" }
        }
        if let fromSeconds, let untilSeconds, untilSeconds <= fromSeconds { return "it ends before it begins" }
        return targets.contains { !Intent.isInRange($0) } ? "a target is not finite or out of range" : nil
    }

    private static func isInRange(_ target: Target) -> Bool {
        switch target {
        case .delay(let seconds): seconds > 0 && seconds <= 60
        case .rate(let bps), .uplinkRate(let bps): bps > 0 && bps <= 1e12
        case .priority(let factor):
            factor >= 1 / ActionBounds.priority.upperBound && factor <= ActionBounds.priority.upperBound
        case .power(let dbm): dbm >= -50 && dbm <= 80
        case .mcs(let index): MCSTable.indices.contains(index)
        case .energy: true
        }
    }
}
