internal import DTNetMessages
internal import Logging
internal import NetworkModel
internal import Transport
internal import TwinProtocol

extension Reactor {
    /// Lets time pass for every session, and says when it must pass next.
    func tickSessions(at now: Instant) {
        var next = Instant.distantFuture
        for peer in peers.indices {
            guard var session = peers[peer].session else { continue }
            if !session.isEstablished { session.highestTerm = highestTermSeen }
            let effects = session.tick(at: now, progress: progress)
            peers[peer].session = session
            perform(effects, of: peer, at: now)
            next = min(next, peers[peer].session?.deadline ?? .distantFuture)
        }
        noteReadiness()
        // Sessions that come up between two ticks beat at once; the rest only moves later.
        let due = max(now + Reactor.tickSpacing, min(next, now + .milliseconds(100)))
        timers.schedule(.sessions, at: isReady ? quiet.first(from: due) : due)
    }

    /// Judges the Hello of a connecting process, and answers it.
    func accept(_ hello: Hello, incarnation: UInt64, from connection: RoutingID, at now: Instant) {
        let peer = peers.firstIndex { $0.name == hello.process && $0.dealer == nil }
        let known = peer.flatMap { peers[$0].session?.peerIncarnation }
        var own = sessionConfiguration
        if let peer { own.needs = peers[peer].needs }
        let judgement = PeerSession.judge(
            hello, incarnation: incarnation, expected: peer.map { peers[$0].nodes }, knownIncarnation: known,
            configuration: own, highestTerm: highestTermSeen)
        switch (judgement, peer) {
        case (.success(let welcome), .some(let peer)):
            establish(peer, hello, incarnation: incarnation, over: connection, welcome, at: now)
        case (.failure(let refusal), _):
            refuse("hello_\(refusal.reject.cause)", refusal.reject.reason, of: String(hello.process.prefix(64)))
            sendReject(refusal.reject, to: connection)
        case (.success, .none):
            preconditionFailure("a Hello of no known process was accepted")
        }
    }

    /// Does what a session asks for.
    func perform(_ effects: [SessionEffect], of peer: Int, at now: Instant) {
        for effect in effects {
            switch effect {
            case .send(let body): sendSession(body, to: peer)
            case .up(_, let highestTerm): tellUp(peer, highestTerm: highestTerm, at: now)
            case .lacks(let names): noteLack(names, of: peer)
            case .down:
                if peers[peer].dealer == nil { forget(peer) }
                tellDown(peer, at: now)
            case .refused(let reject):
                lastAlarm = "\(peers[peer].name) refuses this process: \(reject.reason)"
                log.error(
                    "refused by peer", metadata: ["peer": "\(peers[peer].name)", "reason": "\(reject.reason)"])
            }
        }
    }

    /// Says READY once each connection has carried a round trip.
    func noteReadiness() {
        guard !isReady, peers.allSatisfy(\.isProven) else { return }
        isReady = true
        log.info("ready", metadata: ["peers": "\(peers.count)"])
        notifier.ready()
    }

    /// Nodes of one process are up for each other from the start.
    func tellLocalPeers() {
        var seen = Set<[NodeAddress]>()
        for wire in configuration.plan.wires {
            guard let from = addresses[Int(wire.from.rawValue)], let to = addresses[Int(wire.to.rawValue)] else {
                continue
            }
            for (own, other, id) in [(from, to, wire.to), (to, from, wire.from)]
            where seen.insert([own, other]).inserted {
                let state = PeerState.up(highestTerm: hosts[other.host].highestTermSeen)
                hosts[own.host].peerChanged(own.slot, id, to: state, at: MonotonicClock.now())
                settle()
            }
        }
    }

    // MARK: Changes of a session

    private var highestTermSeen: UInt64 { hosts.reduce(0) { max($0, $1.highestTermSeen) } }

    private func establish(
        _ peer: Int, _ hello: Hello, incarnation: UInt64, over connection: RoutingID, _ welcome: Welcome,
        at now: Instant
    ) {
        let isReconnection = peers[peer].session?.peerIncarnation == incarnation
        if let old = peers[peer].connection { peerOfConnection[old] = nil }
        peers[peer].connection = connection
        peerOfConnection[connection] = peer
        peers[peer].lastHeard = now
        let wasUp = peers[peer].isUp
        peers[peer].session = PeerSession(
            accepting: hello.process, incarnation: incarnation, configuration: sessionConfiguration, at: now)
        sendSession(.welcome(welcome), to: peer)
        if !isReconnection {
            if wasUp { tellDown(peer, at: now) }
            tellUp(peer, highestTerm: hello.highestTerm, at: now)
            noteLack(peers[peer].needs.lacking(of: hello.capabilities), of: peer)
        }
        timers.schedule(.sessions, at: now)
    }

    /// Says what a peer does not announce and the topology uses; once per peer in the log, with the last alarm in the
    /// status.
    private func noteLack(_ names: [String], of peer: Int) {
        guard !names.isEmpty else { return }
        let text = "\(peers[peer].name) does not announce \(names.joined(separator: ", ")): goes on without"
        lastAlarm = text
        guard refusals.add(peer: peers[peer].name, cause: "lacks") else { return }
        log.warning("peer lacks abilities", metadata: ["peer": "\(peers[peer].name)", "reason": "\(text)"])
    }

    /// The bound side keeps nothing of a peer that is gone: it must greet again.
    private func forget(_ peer: Int) {
        if let connection = peers[peer].connection { peerOfConnection[connection] = nil }
        peers[peer].connection = nil
        peers[peer].session = nil
    }

    private func tellUp(_ peer: Int, highestTerm: UInt64, at now: Instant) {
        log.info("peer up", metadata: ["peer": "\(peers[peer].name)"])
        if let incarnation = peers[peer].session?.peerIncarnation { wires.begin(incarnation, of: peer) }
        tell(peer, .up(highestTerm: highestTerm), at: now)
    }

    private func tellDown(_ peer: Int, at now: Instant) {
        lastAlarm = "\(peers[peer].name) is down"
        log.warning("peer down", metadata: ["peer": "\(peers[peer].name)"])
        tell(peer, .down, at: now)
        timers.schedule(.sessions, at: now)
    }

    private func tell(_ peer: Int, _ state: PeerState, at now: Instant) {
        for joint in peers[peer].joints {
            hosts[joint.own.host].peerChanged(joint.own.slot, joint.remote, to: state, at: now)
            settle()
        }
    }
}
