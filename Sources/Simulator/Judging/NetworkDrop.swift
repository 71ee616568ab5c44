package import NetworkModel
package import RadioAccessNetwork
package import ResourceAllocation

/// The resource problem of a network as it stands after its first epoch, for games and solvers off line.
package enum NetworkDrop {
    /// The problem on the true gains, averaged over time where epochs are 20 ms or longer (DESIGN 5); nil where nobody
    /// has anything to receive.
    ///
    /// - Parameter seed: takes the place of the network's, so that one topology gives many drops.
    /// - Throws: `TraceError` where the network is a replay.
    package static func problem(_ network: NetworkConfiguration, seed: UInt64) throws(TraceError) -> Problem? {
        var network = network
        network.seed = seed
        var physical = try PhysicalNetwork(configuration: network)
        physical.advance(toSlot: max(1, network.epoch.nanoseconds / max(1, network.slot.nanoseconds)))
        return TrueProblem(network: network).problem(physical.trueGains(averaged: network.reportedSubbands == 1))
    }
}
