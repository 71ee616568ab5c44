package import NetworkModel

/// Layer that a hop belongs to: where its compute time is counted.
package enum HopLayer: UInt32, Hashable, Sendable, Codable, CaseIterable {
    case radioNetwork = 1
    case l1, l2, l3, rrm
}

/// One node that a decision passed, by that node's own clock.
package struct Hop: Hashable, Sendable {
    package var node: NodeID
    package var layer: HopLayer
    /// Frame taken out of the transport (at the source: scheduled emission).
    package var arrived: Instant
    /// Work started.
    package var started: Instant
    /// Of the time since `started`, spent waiting for other messages.
    package var barrier: Instant.Span
    /// Handed to the link; stamped by the shell at the moment of sending.
    package var sent: Instant

    package init(
        node: NodeID, layer: HopLayer, arrived: Instant, started: Instant, barrier: Instant.Span = .zero,
        sent: Instant = .zero
    ) {
        self.node = node
        self.layer = layer
        self.arrived = arrived
        self.started = started
        self.barrier = barrier
        self.sent = sent
    }
}

/// Body of an envelope. It lies behind one reference, so that handing an envelope on costs one count and not one per
/// array, and that an envelope is no larger than its head.
package indirect enum Body: Hashable, Sendable {
    case hello(Hello)
    case welcome(Welcome)
    case reject(Reject)
    case heartbeat(Heartbeat)
    case telemetry(Telemetry)
    case channelReport(ChannelReport)
    case regionReport(RegionReport)
    case policy(Policy)
    case offer(Offer)
    case response(Response)
    case leaderSync(LeaderSync)
    case directive(Directive)
    case directiveResult(DirectiveResult)
    case trainOrder(TrainOrder)
    case twinStatus(TwinStatus)
    case clarify(Clarify)
    case clarification(Clarification)
    case alarm(Alarm)
}

/// Kind of a body without its payload: counters, authorisation, traffic class.
package enum BodyKind: UInt32, Hashable, Sendable, CaseIterable {
    case hello = 16
    case welcome, reject, heartbeat, telemetry, channelReport, regionReport, policy, offer, response, leaderSync
    case directive, directiveResult, trainOrder, twinStatus, clarify, clarification, alarm
}

/// Whether a lost frame is sent again by the link (control) or gone (telemetry).
package enum TrafficClass: UInt32, Hashable, Sendable, CaseIterable {
    case session, telemetry, control
}

extension BodyKind {
    package var trafficClass: TrafficClass {
        switch self {
        case .hello, .welcome, .reject, .heartbeat: .session
        case .telemetry, .channelReport, .regionReport, .twinStatus: .telemetry
        case .policy, .offer, .response, .leaderSync, .directive, .directiveResult, .trainOrder, .clarify,
            .clarification, .alarm:
            .control
        }
    }
}

extension Body {
    package var kind: BodyKind {
        switch self {
        case .hello: .hello
        case .welcome: .welcome
        case .reject: .reject
        case .heartbeat: .heartbeat
        case .telemetry: .telemetry
        case .channelReport: .channelReport
        case .regionReport: .regionReport
        case .policy: .policy
        case .offer: .offer
        case .response: .response
        case .leaderSync: .leaderSync
        case .directive: .directive
        case .directiveResult: .directiveResult
        case .trainOrder: .trainOrder
        case .twinStatus: .twinStatus
        case .clarify: .clarify
        case .clarification: .clarification
        case .alarm: .alarm
        }
    }
}

/// Which part of a body that is larger than a message, from 0, and of how many.
package struct BodyPart: Hashable, Sendable {
    package var index: UInt32
    package var count: UInt32

    /// Of a body that is not divided.
    package static let whole = BodyPart(index: 0, count: 1)

    package init(index: UInt32, count: UInt32) {
        self.index = index
        self.count = count
    }
}

/// The one message on every wire.
package struct Envelope: Hashable, Sendable {
    /// Protocol version that this build speaks.
    package static let version: UInt32 = 1
    /// Stands for the process in `sender` and `recipient` of session bodies.
    package static let process = NodeID(.max)

    package var version: UInt32 = Envelope.version
    package var sender: NodeID
    package var recipient: NodeID
    /// Start of the sender's process; a later start has a higher number.
    package var incarnation: UInt64 = 0
    /// Grows by one per (sender, recipient, traffic class), from 1.
    package var sequence: UInt64 = 0
    /// Decision epoch of the telemetry that the message goes back to.
    package var epoch: UInt64
    /// Term of the leader, or of the writer of a directive.
    package var term: UInt64
    /// Which part of its body a message holds.
    package var part = BodyPart.whole
    /// Nodes passed so far.
    package var hops: [Hop]
    package var body: Body

    package init(
        sender: NodeID, recipient: NodeID, epoch: UInt64 = 0, term: UInt64 = 0, hops: [Hop] = [], body: Body
    ) {
        self.sender = sender
        self.recipient = recipient
        self.epoch = epoch
        self.term = term
        self.hops = hops
        self.body = body
    }

    /// The next term above one that a peer has seen; terms end at `MessageCheck.maxNumber`.
    package static func term(above seen: UInt64) -> UInt64 { min(seen, MessageCheck.maxNumber - 1) + 1 }
}
