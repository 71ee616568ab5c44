package import NetworkModel

/// First message of the connecting process, on every (re)connection.
package struct Hello: Hashable, Sendable {
    /// Name of the process in the topology.
    package var process = ""
    /// Digest of the resolved topology.
    package var planDigest: UInt64 = 0
    /// Nodes that the process hosts.
    package var nodes: [NodeID] = []
    /// Lowest protocol version spoken.
    package var minVersion: UInt32 = 0
    /// Highest protocol version spoken.
    package var maxVersion: UInt32 = 0
    /// Highest leader term that any node of the process has seen.
    package var highestTerm: UInt64 = 0
    /// Optional abilities; unknown ones are ignored.
    package var capabilities: [String] = []

    package init() {}
}

/// Answer of the bound process to a Hello that it accepts.
package struct Welcome: Hashable, Sendable {
    package var process = ""
    package var nodes: [NodeID] = []
    /// Version that both sides speak from here on.
    package var version: UInt32 = 0
    /// Highest leader term that any node of the process has seen.
    package var highestTerm: UInt64 = 0
    package var capabilities: [String] = []

    package init() {}
}

/// Why a Hello, or a message before it, was refused.
package enum RejectCause: UInt32, Hashable, Sendable, CaseIterable {
    case version = 1
    case topology, unknownProcess, noHello, oldIncarnation
}

/// Refusal of a Hello, or of a message from a peer that has not said Hello.
package struct Reject: Hashable, Sendable {
    package var cause: RejectCause
    /// What is wrong and what to do, in words.
    package var reason: String

    package init(cause: RejectCause, reason: String) {
        self.cause = cause
        self.reason = reason
    }
}

/// Sent by both sides of a connection at a fixed period.
package struct Heartbeat: Hashable, Sendable {
    /// Grows by one with each heartbeat of the sender.
    package var count: UInt64 = 0
    /// Events handled by the sender's reactor so far: a live socket is not a live loop.
    package var progress: UInt64 = 0
    /// `count` of the last heartbeat that the sender got from the peer.
    package var echoed: UInt64 = 0

    package init() {}
}
