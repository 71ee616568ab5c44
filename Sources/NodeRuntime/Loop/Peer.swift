internal import NetworkModel
internal import Transport
internal import TwinProtocol

/// Another process that this one exchanges messages with.
struct Peer {
    /// A pair of nodes, ours and theirs, that a wire joins.
    struct Joint: Hashable {
        var own: NodeAddress
        var remote: NodeID
    }

    let name: String
    /// Nodes that the plan gives to it.
    let nodes: [NodeID]
    /// The connecting end, where this process connects to the peer.
    let dealer: DealerSocket?
    /// The peer's connection at our ROUTER, where the peer connects to this process.
    var connection: RoutingID?
    /// nil at the bound end while no Hello was accepted.
    var session: PeerSession?
    let joints: [Joint]
    /// What this process needs of the peer.
    let needs: CapabilityNeeds
    var lastHeard: Instant?
    /// Number of the last session message sent.
    var sequence: UInt64 = 0

    var isUp: Bool { session?.isEstablished ?? false }
    /// Whether the connection has carried a round trip since it came up.
    var isProven: Bool { isUp && (session?.hasRoundTrip ?? false) }
}
