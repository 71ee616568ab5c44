/// A place by the name that operators have for it, and the cells that serve it.
package struct PlaceConfiguration: Hashable, Sendable, Codable {
    package var name: String
    /// Ascending.
    package var cells: [CellID]

    package init(name: String, cells: [CellID]) {
        self.name = name
        self.cells = cells
    }
}
