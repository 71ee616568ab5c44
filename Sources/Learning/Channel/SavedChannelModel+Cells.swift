extension SavedChannelModel {
    /// A fitted state brought to the cells of a network, and what did not fit.
    package struct Match: Sendable {
        /// Its cells are the network's, in the network's order.
        package var model: SavedChannelModel
        /// Cells of the fitted state that the network does not have; what was learnt of them is left out.
        package var leftOut: [String]
        /// Cells of the network that the fitted state does not have; they have no law and nothing learnt.
        package var untrained: [String]
    }

    /// Brings everything that is learnt of a cell to the place of the cell of the same name.
    ///
    /// - Parameter names: of the network's cells, by index; no two the same.
    /// - Returns: nil where not one cell is the same.
    package func matched(to names: [String]) -> Match? {
        let places = cells.map { name in names.firstIndex(of: name) }
        guard places.contains(where: { $0 != nil }) else { return nil }
        let origins = names.map { name in cells.firstIndex(of: name) }
        var laws = logDistance
        laws?.laws = origins.map { origin in
            guard let origin, let logDistance, origin < logDistance.laws.count else { return nil }
            return logDistance.laws[origin]
        }
        let model = SavedChannelModel(
            cells: names, frame: frame, logDistance: laws, map: map?.rearranged(cells: names.count, places: places),
            scene: scene, tracing: tracing, engine: engine.rearranged(cells: names.count, places: places))
        return Match(
            model: model, leftOut: zip(cells, places).filter { $0.1 == nil }.map(\.0),
            untrained: zip(names, origins).filter { $0.1 == nil }.map(\.0))
    }
}
