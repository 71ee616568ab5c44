internal import DTNetMessages
internal import NetworkModel
internal import Transport
internal import TwinProtocol

/// The wires of the plan that begin or end in this process.
struct WireTable {
    /// Where the other end of a wire is.
    enum End {
        case local(NodeAddress)
        case peer(Int)
    }

    /// An envelope packed ahead, and what it was packed as.
    struct Prepared {
        /// One per message that it takes.
        var frames: [Frame]
        var kind: BodyKind
        var epoch: UInt64
        var term: UInt64
        /// Of the first message.
        var sequence: UInt64
    }

    struct Outgoing {
        var end: End
        /// nil where the link adds nothing.
        var shaper: LinkShaper?
        /// Number of the last message, by traffic class.
        var sequences: [UInt64] = [0, 0, 0]
        var prepared: Prepared?

        /// The frames prepared for this envelope, and their numbers taken; nil where none were.
        mutating func takePrepared(_ envelope: Envelope, _ lane: Int) -> [Frame]? {
            guard let prepared, prepared.kind == envelope.body.kind else { return nil }
            self.prepared = nil
            guard prepared.epoch == envelope.epoch, prepared.term == envelope.term, envelope.hops.count == 1,
                prepared.sequence == sequences[lane] + 1
            else { return nil }
            sequences[lane] += UInt64(prepared.frames.count)
            return prepared.frames
        }
    }

    struct Incoming {
        var recipient: NodeAddress
        var senderRole: RoleKind
        /// Index of the sender's process among the peers, nil in this process.
        var peer: Int?
        /// By traffic class.
        var trackers = [SequenceTracker](repeating: SequenceTracker(), count: TrafficClass.allCases.count)
        var parts = PartAssembly()
    }

    var outgoing: [Outgoing] = []
    var incoming: [Incoming] = []
    private var outgoingIndex: [UInt64: Int] = [:]
    private var incomingIndex: [UInt64: Int] = [:]

    /// - Parameters:
    ///   - addresses: by node id; nil for nodes of other processes.
    ///   - peerOfNode: by node id; nil for nodes of this process, and of processes that it does not talk to.
    init(plan: WiringPlan, addresses: [NodeAddress?], peerOfNode: [Int?], shaping: Bool) {
        for wire in plan.wires {
            let (from, to) = (Int(wire.from.rawValue), Int(wire.to.rawValue))
            if addresses[from] != nil, let end = WireTable.end(addresses[to], peerOfNode[to]) {
                let link = plan.links[wire.link]
                let shaped = shaping && link.isShaped
                outgoingIndex[WireTable.key(wire.from, wire.to)] = outgoing.count
                outgoing.append(
                    Outgoing(
                        end: end,
                        shaper: shaped
                            ? LinkShaper(link: link, seed: plan.network.seed, from: wire.from, to: wire.to) : nil))
            }
            if let recipient = addresses[to] {
                incomingIndex[WireTable.key(wire.from, wire.to)] = incoming.count
                incoming.append(
                    Incoming(recipient: recipient, senderRole: plan.nodes[from].role, peer: peerOfNode[from]))
            }
        }
    }

    /// A session with this start of a peer's process stands.
    mutating func begin(_ incarnation: UInt64, of peer: Int) {
        for wire in incoming.indices where incoming[wire].peer == peer {
            for lane in incoming[wire].trackers.indices {
                incoming[wire].trackers[lane].begin(incarnation: incarnation)
            }
        }
    }

    func outgoing(from: NodeID, to: NodeID) -> Int? { outgoingIndex[WireTable.key(from, to)] }
    func incoming(from: NodeID, to: NodeID) -> Int? { incomingIndex[WireTable.key(from, to)] }

    private static func end(_ address: NodeAddress?, _ peer: Int?) -> End? {
        if let address { return .local(address) }
        return peer.map { .peer($0) }
    }

    private static func key(_ from: NodeID, _ to: NodeID) -> UInt64 {
        UInt64(from.rawValue) << 32 | UInt64(to.rawValue)
    }
}
