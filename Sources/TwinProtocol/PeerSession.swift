package import DTNetMessages
package import NetworkModel

/// Times and names that a session goes by.
package struct SessionConfiguration: Hashable, Sendable {
    /// Name of this process in the topology.
    package var process: String
    package var nodes: [NodeID]
    package var planDigest: UInt64
    /// Highest leader term that any node of this process has seen, told in Hello; the shell keeps it current through
    /// `PeerSession.highestTerm`.
    package var highestTerm: UInt64 = 0
    /// Abilities that this process announces.
    package var capabilities = Capability.announced
    /// What it needs of the peer of the session.
    package var needs = CapabilityNeeds()
    package var heartbeatPeriod: Instant.Span = .milliseconds(100)
    /// A peer that says nothing for this long is down.
    package var silenceLimit: Instant.Span = .milliseconds(500)
    /// First wait between Hellos; doubles up to `helloPeriodLimit`.
    package var helloPeriod: Instant.Span = .milliseconds(20)
    package var helloPeriodLimit: Instant.Span = .milliseconds(500)

    package init(process: String, nodes: [NodeID], planDigest: UInt64) {
        self.process = process
        self.nodes = nodes
        self.planDigest = planDigest
    }
}

/// What the shell must do for a session.
package enum SessionEffect: Hashable, Sendable {
    /// Send the body to the peer process (sender and recipient are `Envelope.process`).
    case send(Body)
    /// The session stands; tell the nodes.
    case up(nodes: [NodeID], highestTerm: UInt64)
    /// The peer lacks these abilities, and the session goes on without: log it.
    case lacks([String])
    /// The session is gone; tell the nodes.
    case down
    /// The peer will never accept us as we are: log the reason, stop trying.
    case refused(Reject)
}

/// One side of the connection between two processes: handshake of version, topology and abilities, heartbeats,
/// liveness.
///
/// The connecting side greets until it is welcomed; the bound side exists once a Hello was accepted. Either side is
/// down after `silenceLimit` without a message; the connecting side then greets again. A message of a later
/// incarnation means that the peer was restarted: the old session goes down before the new one comes up.
package struct PeerSession: Sendable {
    private enum State: Hashable, Sendable {
        case greeting(next: Instant, wait: Instant.Span)
        case established(incarnation: UInt64, heard: Instant, nextBeat: Instant)
        case refused
        case closed
    }

    package let peer: String
    private var configuration: SessionConfiguration
    private let connects: Bool
    private var state: State
    private var sentCount: UInt64 = 0
    private var heardCount: UInt64 = 0
    /// A heartbeat of ours has been echoed: the connection has carried a round trip.
    package private(set) var hasRoundTrip = false

    /// The connecting side.
    package init(connectingTo peer: String, configuration: SessionConfiguration, at now: Instant) {
        self.peer = peer
        self.configuration = configuration
        connects = true
        state = .greeting(next: now, wait: configuration.helloPeriod)
    }

    /// The bound side, after `PeerSession.judge` accepted the Hello in the envelope.
    package init(accepting peer: String, incarnation: UInt64, configuration: SessionConfiguration, at now: Instant) {
        self.peer = peer
        self.configuration = configuration
        connects = false
        state = .established(incarnation: incarnation, heard: now, nextBeat: now)
    }

    /// Highest leader term that any node of this process has seen: goes into the next Hello.
    package var highestTerm: UInt64 {
        get { configuration.highestTerm }
        set { configuration.highestTerm = newValue }
    }

    package var isEstablished: Bool {
        if case .established = state { return true }
        return false
    }

    package var peerIncarnation: UInt64? {
        if case .established(let incarnation, _, _) = state { return incarnation }
        return nil
    }

    /// When `tick` must be called next at the latest.
    package var deadline: Instant {
        switch state {
        case .greeting(let next, _): next
        case .established(_, let heard, let nextBeat): min(heard + configuration.silenceLimit, nextBeat)
        case .refused, .closed: .distantFuture
        }
    }

    /// Time has passed. `progress` is the number of events that this process has handled.
    package mutating func tick(at now: Instant, progress: UInt64) -> [SessionEffect] {
        switch state {
        case .greeting(let next, let wait):
            guard now >= next else { return [] }
            let longer = min(wait * 2, configuration.helloPeriodLimit)
            state = .greeting(next: now + wait, wait: longer)
            return [.send(.hello(hello))]
        case .established(let incarnation, let heard, let nextBeat):
            if now - heard >= configuration.silenceLimit {
                return lose(at: now)
            }
            guard now >= nextBeat else { return [] }
            state = .established(
                incarnation: incarnation, heard: heard, nextBeat: now + configuration.heartbeatPeriod)
            return [.send(.heartbeat(beat(progress: progress)))]
        case .refused, .closed:
            return []
        }
    }

    /// A message of the peer's process came in. Bodies other than the session's count as a sign of life.
    package mutating func receive(_ envelope: Envelope, at now: Instant, progress: UInt64) -> [SessionEffect] {
        switch (state, envelope.body) {
        case (.greeting, .welcome(let welcome)):
            let needs = configuration.needs
            if let reject = needs.refusal(of: peer, announcing: welcome.capabilities, by: configuration.process) {
                return refuse(reject)
            }
            let lacking = needs.lacking(of: welcome.capabilities)
            state = .established(incarnation: envelope.incarnation, heard: now, nextBeat: now)
            return [.up(nodes: welcome.nodes, highestTerm: welcome.highestTerm)]
                + (lacking.isEmpty ? [] : [.lacks(lacking)]) + tick(at: now, progress: progress)
        case (.greeting, .reject(let reject)):
            return refuse(reject)
        case (.established(let incarnation, _, let nextBeat), _):
            if envelope.incarnation < incarnation { return [] }
            if case .reject(let reject) = envelope.body {
                return reject.cause == .noHello ? lose(at: now) : [.down] + refuse(reject)
            }
            if envelope.incarnation > incarnation { return lose(at: now) }
            state = .established(incarnation: incarnation, heard: now, nextBeat: nextBeat)
            if case .heartbeat(let heartbeat) = envelope.body { note(heartbeat) }
            return []
        case (.greeting, _), (.refused, _), (.closed, _):
            return []
        }
    }

    private mutating func refuse(_ reject: Reject) -> [SessionEffect] {
        switch reject.cause {
        case .noHello, .oldIncarnation: return []
        case .version, .topology, .unknownProcess:
            state = .refused
            return [.refused(reject)]
        }
    }

    private mutating func lose(at now: Instant) -> [SessionEffect] {
        hasRoundTrip = false
        sentCount = 0
        heardCount = 0
        state = connects ? .greeting(next: now, wait: configuration.helloPeriod) : .closed
        return [.down]
    }

    private mutating func note(_ heartbeat: Heartbeat) {
        heardCount = max(heardCount, heartbeat.count)
        if heartbeat.echoed > 0, heartbeat.echoed <= sentCount { hasRoundTrip = true }
    }

    private mutating func beat(progress: UInt64) -> Heartbeat {
        sentCount += 1
        var heartbeat = Heartbeat()
        heartbeat.count = sentCount
        heartbeat.progress = progress
        heartbeat.echoed = heardCount
        return heartbeat
    }

    private var hello: Hello {
        var hello = Hello()
        hello.process = configuration.process
        hello.planDigest = configuration.planDigest
        hello.nodes = configuration.nodes
        hello.minVersion = Envelope.version
        hello.maxVersion = Envelope.version
        hello.highestTerm = configuration.highestTerm
        hello.capabilities = configuration.capabilities
        return hello
    }
}

// MARK: - The bound side's answer to a Hello

extension PeerSession {
    /// Accepts or refuses a Hello.
    ///
    /// - Parameters:
    ///   - expected: nodes that the plan gives to the process named in the Hello; nil where the plan names no such
    ///     process.
    ///   - knownIncarnation: of the session that stands with this process, if any.
    package static func judge(
        _ hello: Hello, incarnation: UInt64, expected: [NodeID]?, knownIncarnation: UInt64?,
        configuration: SessionConfiguration, highestTerm: UInt64
    ) -> Result<Welcome, HelloRefusal> {
        guard hello.minVersion <= Envelope.version, hello.maxVersion >= Envelope.version else {
            return refusal(
                .version,
                "\(configuration.process) speaks protocol version \(Envelope.version), the Hello offers "
                    + "\(hello.minVersion) to \(hello.maxVersion): run the same release on every host")
        }
        guard hello.planDigest == configuration.planDigest else {
            return refusal(
                .topology,
                "the resolved topology of \(hello.process) differs from that of \(configuration.process): "
                    + "start both from the same file and overrides")
        }
        guard let expected, expected == hello.nodes else {
            return refusal(
                .unknownProcess,
                "no process '\(hello.process)' with these nodes may connect to "
                    + "\(configuration.process): see `dtnet validate`")
        }
        let needs = configuration.needs
        if let reject = needs.refusal(of: hello.process, announcing: hello.capabilities, by: configuration.process) {
            return .failure(HelloRefusal(reject: reject))
        }
        if let knownIncarnation, incarnation < knownIncarnation {
            return refusal(.oldIncarnation, "a later start of \(hello.process) is already connected")
        }
        var welcome = Welcome()
        welcome.process = configuration.process
        welcome.nodes = configuration.nodes
        welcome.version = Envelope.version
        welcome.highestTerm = highestTerm
        welcome.capabilities = configuration.capabilities
        return .success(welcome)
    }

    private static func refusal(_ cause: RejectCause, _ reason: String) -> Result<Welcome, HelloRefusal> {
        .failure(HelloRefusal(reject: Reject(cause: cause, reason: reason)))
    }
}

/// A Hello that was not accepted, with the answer to send.
package struct HelloRefusal: Error, Hashable, Sendable {
    package var reject: Reject
}
