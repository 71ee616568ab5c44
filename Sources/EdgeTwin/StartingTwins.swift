package import Learning
package import NetworkModel

/// The micro-twins of a network as its edges start them, for maps that are made off line: all alike, since each has
/// learnt nothing of its own yet.
package struct StartingTwins: Sendable {
    /// Points of the twins, in metres of the network.
    package let grid: BaselineMap.Grid
    /// Received over sent power from every cell of the network to each point, `[cell][point]`, with the parameters and
    /// offsets that a fitted state has learnt, without residuals, which are of places.
    package let gains: [[Double]]

    /// - Parameters:
    ///   - map: the baseline, nil where it is a formula.
    ///   - engine: fitted state, nil for none.
    /// - Returns: nil where the state is of another baseline or network, or the network has no cell.
    package init?(network: NetworkConfiguration, map: BaselineMap?, engine: ChannelEngine?) {
        guard let first = network.cells.first else { return nil }
        var twins = MicroTwins(network: network, cells: [first.id])
        if !network.twin.isPlainLaw, !twins.adopt(map: map, engine: engine) { return nil }
        (grid, gains) = twins.gains(ofTwin: first.id)
    }
}
