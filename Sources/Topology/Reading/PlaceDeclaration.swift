internal import NetworkModel

/// A place as the file has it.
struct PlaceDeclaration: Sendable {
    enum Extent: Sendable {
        /// Names of cells and sites.
        case cells([Located<String>])
        /// Round its middle, or a rectangle with half of its sides.
        case circle(x: Double, y: Double, radius: Double)
        case rectangle(x: Double, y: Double, halfWidth: Double, halfDepth: Double)
    }

    var name: Located<String>
    var extent: Extent

    /// Bytes of a name, at most.
    private static let mostNameBytes = 64

    /// nil where it is none, which the collector then says.
    init?(_ node: CheckedNode, _ collector: inout DiagnosticCollector) {
        name = node.required("name").text
        let words = name.value.split { !$0.isLetter && !$0.isNumber }
        guard name.value.utf8.count <= PlaceDeclaration.mostNameBytes, words.first?.first?.isLetter == true else {
            collector.add(
                "must begin with a letter and have at most \(PlaceDeclaration.mostNameBytes) bytes", at: name)
            return nil
        }
        let length = { (key: String) in node[key]?.number.value }
        let area = ["x", "y", "radius", "width", "depth"].filter { node[$0] != nil }
        if let cells = node["cells"] {
            guard area.isEmpty else {
                collector.add("it has cells or an area, not both", at: cells.position, key: cells.path)
                return nil
            }
            extent = .cells(cells.names)
        } else if let x = length("x"), let y = length("y"), let radius = length("radius"), area.count == 3 {
            extent = .circle(x: x, y: y, radius: radius)
        } else if let x = length("x"), let y = length("y"), let width = length("width"), let depth = length("depth"),
            area.count == 4
        {
            extent = .rectangle(x: x, y: y, halfWidth: width / 2, halfDepth: depth / 2)
        } else {
            collector.add(
                "needs cells, or x, y and radius, or x, y, width and depth", at: node.position, key: node.path)
            return nil
        }
    }
}
