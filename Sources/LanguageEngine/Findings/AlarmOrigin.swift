package import NetworkModel

/// The node of the network that raised an alarm, what about, and where.
package struct AlarmOrigin: Hashable, Sendable, Codable {
    /// Name of the node in the topology.
    package var node: String
    package var code: AlarmCode
    /// Cells that it concerns, ascending; empty where it concerns none in particular.
    package var cells: [CellID]

    package init(node: String, code: AlarmCode, cells: [CellID]) {
        self.node = node
        self.code = code
        self.cells = cells
    }

    /// In a few words: who, what, and the first cells.
    var text: String {
        let named = cells.prefix(AlarmOrigin.namedCells).map { "\($0.index)" }.joined(separator: ", ")
        let more = cells.count > AlarmOrigin.namedCells ? " and \(cells.count - AlarmOrigin.namedCells) more" : ""
        let place = cells.isEmpty ? "" : cells.count == 1 ? " in cell \(named)" : " in cells \(named)\(more)"
        return "\(UntrustedText.cleaned(node, limit: 32)), \(code.name)\(place)"
    }

    /// Cells that a text names.
    private static let namedCells = 4
}
