package import Learning
package import NetworkModel

/// Work of an edge off its decision path.
package enum EdgeJob: Sendable {
    /// Read or trace what the twins start from, as `network.twin` says.
    case prepareBaseline(NetworkConfiguration)
    /// Look whether the scene's edits differ from those last seen, and if so trace what they touch.
    case followEdits(NetworkConfiguration, seen: SceneEditsDigest)
    /// Keep what the channel engine of the node of that name has learnt, so that `twin.model` can name it.
    case saveModel(NetworkConfiguration, node: String, engine: ChannelEngine)

    /// What the twins of a network need before they can correct its baseline; nil where nothing has to be read.
    static func preparation(of network: NetworkConfiguration) -> EdgeJob? {
        let twin = network.twin
        let needsMap = twin.baseline == .ray || twin.baseline == .paths
        return needsMap || twin.model != nil ? .prepareBaseline(network) : nil
    }
}

/// Tells states of a file of scene edits apart: a digest of its bytes.
package struct SceneEditsDigest: Hashable, Sendable {
    package var value: UInt64

    package init(_ value: UInt64) { self.value = value }

    /// Of a file that is not there: the scene as it was read.
    package static let none = SceneEditsDigest(0)
}

/// What such work came to.
package enum EdgeJobResult: Sendable {
    /// A map of the baseline (nil where it is a formula), the state that a fit saved (nil where none is named), and
    /// what an operator should know of how that state fits the network.
    case baseline(map: BaselineMap?, engine: ChannelEngine?, notices: [String] = [])
    /// Why there is none; the twins go on with the distance law.
    case failed(String)
    /// The baseline in the scene with the edits of that digest, how many they are, and how many links of the map they
    /// changed.
    case edited(map: BaselineMap, digest: SceneEditsDigest, edits: Int, changedLinks: Int)
    /// The edits are those that were seen.
    case unedited
    /// Why the edits of that digest cannot be followed; the twins go on with the scene that they have.
    case refusedEdits(String, digest: SceneEditsDigest)
    /// The engine's state is kept, in so many bytes.
    case saved(bytes: Int)
    /// Why it could not be kept.
    case unsaved(String)
}
