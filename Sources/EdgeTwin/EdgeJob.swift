package import Learning
package import NetworkModel

/// Work of an edge off its decision path.
package enum EdgeJob: Sendable {
    /// Read or trace what the twins start from, as `network.twin` says.
    case prepareBaseline(NetworkConfiguration)

    /// What the twins of a network need before they can correct its baseline; nil where nothing has to be read.
    static func preparation(of network: NetworkConfiguration) -> EdgeJob? {
        let twin = network.twin
        let needsMap = twin.baseline == .ray || twin.baseline == .paths
        return needsMap || twin.model != nil ? .prepareBaseline(network) : nil
    }
}

/// What such work came to.
package enum EdgeJobResult: Sendable {
    /// A map of the baseline (nil where it is a formula), and the state that a fit saved (nil where none is named).
    case baseline(map: BaselineMap?, engine: ChannelEngine?)
    /// Why there is none; the twins go on with the distance law.
    case failed(String)
}
