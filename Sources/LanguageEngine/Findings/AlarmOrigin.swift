package import NetworkModel

/// The node of the network that raised an alarm, what about, and where; of several alarms of one cause and place the
/// first node, and the cells of all.
package struct AlarmOrigin: Hashable, Sendable, Codable {
    /// Name of the node in the topology.
    package var node: String
    package var code: AlarmCode
    /// Cells that it concerns, ascending; empty where it concerns none in particular.
    package var cells: [CellID]
    /// Alarms of this cause and place that stand, 1 or more.
    package var alarms: Int

    package init(node: String, code: AlarmCode, cells: [CellID], alarms: Int = 1) {
        self.node = node
        self.code = code
        self.cells = cells
        self.alarms = alarms
    }

    private enum CodingKeys: String, CodingKey {
        case node, code, cells, alarms
    }

    /// Cases from before have one alarm each, and no number.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        node = try values.decode(String.self, forKey: .node)
        code = try values.decode(AlarmCode.self, forKey: .code)
        cells = try values.decode([CellID].self, forKey: .cells)
        alarms = try values.decodeIfPresent(Int.self, forKey: .alarms) ?? 1
    }

    /// Whether alarms of both are of one cause and place.
    func isAboutTheSame(as other: AlarmOrigin) -> Bool { code == other.code && code.isOfOnePlace(cells, other.cells) }

    /// In a few words: who, what, the first cells, and how many alarms where there are several.
    var text: String { subject + (alarms > 1 ? " (\(alarms) alarms)" : "") }

    /// In a few words: who, what, and the first cells.
    var subject: String {
        let named = cells.prefix(AlarmOrigin.namedCells).map { "\($0.index)" }.joined(separator: ", ")
        let more = cells.count > AlarmOrigin.namedCells ? " and \(cells.count - AlarmOrigin.namedCells) more" : ""
        let place = cells.isEmpty ? "" : cells.count == 1 ? " in cell \(named)" : " in cells \(named)\(more)"
        return "\(UntrustedText.cleaned(node, limit: 32)), \(code.name)\(place)"
    }

    /// Cells that a text names.
    private static let namedCells = 4
}
