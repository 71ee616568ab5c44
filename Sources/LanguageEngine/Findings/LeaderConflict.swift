package import NetworkModel

/// The leaders of two regions move their powers against each other at the border of these.
package struct LeaderConflict: Hashable, Sendable, Codable {
    /// One of them.
    package struct Side: Hashable, Sendable, Codable {
        /// Name of its region in the topology.
        package var region: String
        /// Its cells at the border, ascending; one at least.
        package var cells: [CellID]

        package init(region: String, cells: [CellID]) {
            self.region = region
            self.cells = cells
        }

        /// In a few words: the region and its first cells at the border.
        var text: String {
            let named = cells.prefix(Side.namedCells).map { "\($0.index)" }.joined(separator: ", ")
            let more = cells.count > Side.namedCells ? " and \(cells.count - Side.namedCells) more" : ""
            let place = (cells.count == 1 ? "cell " : "cells ") + named + more
            return "\(UntrustedText.cleaned(region, limit: 32)) (\(place))"
        }

        /// Cells that a text names.
        private static let namedCells = 4
    }

    /// The region that stands first in the topology, and the other.
    package var first: Side
    package var second: Side

    package init(first: Side, second: Side) {
        self.first = first
        self.second = second
    }

    /// The cells of both, ascending.
    package var cells: [CellID] { (first.cells + second.cells).sorted() }

    /// Whether both are between the same two regions.
    func isAboutTheSame(as other: LeaderConflict) -> Bool {
        first.region == other.first.region && second.region == other.second.region
    }

    /// Both sides in a few words, with the layer whose powers they are.
    var text: String { "the leaders of \(first.text) and \(second.text) move powers against each other (L1)" }
}
