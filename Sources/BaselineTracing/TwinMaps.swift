internal import EdgeTwin
package import Learning
package import NetworkModel
package import RadioPropagation

/// What the micro-twins of a network hold of its cells as the edges start them, worked out off line: the baseline that
/// the topology names, in its scene with the edits of now, corrected by the fitted state where one is named.
package struct TwinMaps: Sendable {
    /// Points of every micro-twin, in metres of the network.
    package let grid: BaselineMap.Grid
    /// Path gain by cell of the network.
    package let maps: [RadioMap]
    /// What does not fit of the fitted state, in words.
    package let notices: [String]

    /// Why there are none, in words.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter log: takes lines that say how far it is.
    package init(
        of network: NetworkConfiguration, log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(Fault) {
        let tracer = BaselineTracer()
        let prepared: (map: BaselineMap?, engine: ChannelEngine?, notices: [String])
        switch tracer.execute(.prepareBaseline(network), log: log) {
        case .baseline(let map, let engine, let notices): prepared = (map, engine, notices)
        case .failed(let reason): throw Fault(description: reason)
        default: throw Fault(description: "the baseline could not be prepared")
        }
        var map = prepared.map
        if network.twin.sceneEdits != nil {
            switch tracer.execute(.followEdits(network, seen: .none), log: log) {
            case .edited(let edited, _, _, _): map = edited
            case .refusedEdits(let reason, _): throw Fault(description: reason)
            default: break
            }
        }
        guard let twins = StartingTwins(network: network, map: map, engine: prepared.engine) else {
            throw Fault(
                description: network.cells.isEmpty
                    ? "the topology has no cell" : "the fitted state of twin.model is of another baseline or network")
        }
        grid = twins.grid
        maps = twins.gains.map { RadioMap(gains: $0) }
        notices = prepared.notices
    }
}
