internal import DTNetMessages
internal import Foundation
internal import NetworkModel
internal import TwinProtocol

extension DirectiveRecord {
    /// Total power that the directive asks of a cell, nil where it asks for none.
    func watts(of cell: CellID) -> Double? { sum(directive.powerWatts, of: cell) }

    /// Sum of the caps of a cell's subbands, nil where it is not capped.
    func capWatts(of cell: CellID) -> Double? { sum(directive.capWatts, of: cell) }

    /// Highest MCS that the directive leaves a cell's users, nil where it caps none.
    func highestMCS(of cell: CellID) -> UInt32? {
        guard let place = directive.cell.firstIndex(of: cell.rawValue), place < directive.highestMCS.count else {
            return nil
        }
        let index = directive.highestMCS[place]
        return index == MCSTable.uncapped ? nil : index
    }

    /// Part of a cell's PRBs that a slice gets at least, nil where it is not decided.
    func share(of slice: Int, in cell: CellID) -> Double? {
        guard let place = directive.cell.firstIndex(of: cell.rawValue), (0..<directive.slices).contains(slice) else {
            return nil
        }
        let index = place * directive.slices + slice
        return index < directive.sliceShare.count ? Double(directive.sliceShare[index]) : nil
    }

    /// What the radio network said of one kind of control in a cell.
    func outcome(of cell: CellID, _ kind: ControlKind) -> DirectiveOutcome? {
        for index in result.cell.indices where result.cell[index] == cell.rawValue && result.kind[index] == kind {
            return result.outcome[index]
        }
        return nil
    }

    private func sum(_ values: [Float], of cell: CellID) -> Double? {
        guard let place = directive.cell.firstIndex(of: cell.rawValue), directive.subbands > 0 else { return nil }
        let range = place * directive.subbands..<(place + 1) * directive.subbands
        guard range.upperBound <= values.count else { return nil }
        return values[range].reduce(0) { $0 + Double($1) }
    }
}

/// Watts as dBm; 1 pW where there is none.
func dbm(_ watts: Double) -> Double { 10 * log10(max(watts, 1e-12) * 1e3) }
