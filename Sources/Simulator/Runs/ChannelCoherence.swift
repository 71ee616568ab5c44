package import NetworkModel
internal import RadioAccessNetwork

/// How long the channel stays as it is, to be shown beside the age of decisions.
package enum ChannelCoherence {
    /// Coherence time of the fastest users of an emulated network in seconds; nil in a replay, whose readings are far
    /// slower than fading.
    package static func seconds(of network: NetworkConfiguration) -> Double? {
        guard case .emulated = network.scenario else { return nil }
        return (try? PhysicalNetwork(configuration: network))?.coherenceSeconds
    }
}
