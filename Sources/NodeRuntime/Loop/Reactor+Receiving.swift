internal import ContextStore
internal import DTNetMessages
internal import Logging
internal import NetworkModel
internal import Transport
internal import TwinProtocol

extension Reactor {
    /// Takes what waits at the bound socket, up to the drain limit.
    func drainRouter() {
        guard let router else { return }
        for _ in 0..<Reactor.drainLimit {
            let outcome = router.receive { connection, bytes in take(bytes, from: connection) }
            guard !hasDrained(outcome, of: "router") else { return }
        }
    }

    /// Takes what a peer has sent over our connection to it, up to the drain limit.
    func drainDealer(_ peer: Int) {
        guard let dealer = peers[peer].dealer else { return }
        for _ in 0..<Reactor.drainLimit {
            let outcome = dealer.receive { bytes in take(bytes, from: peer) }
            guard !hasDrained(outcome, of: peers[peer].name) else { return }
        }
    }

    private func hasDrained(_ outcome: ReceiveOutcome, of peer: String) -> Bool {
        switch outcome {
        case .received:
            settle()
            return false
        case .malformed:
            refuse("frames", "more than one frame, or a routing id of its own", of: peer)
            return false
        case .wouldBlock, .closed: return true
        }
    }

    // MARK: Frames

    private func take(_ bytes: UnsafeRawBufferPointer, from connection: RoutingID) {
        let arrived = MonotonicClock.now()
        progress += 1
        let peer = peerOfConnection[connection]
        do {
            let envelope = try decoder.decode(bytes)
            if case .hello(let hello) = envelope.body {
                accept(hello, incarnation: envelope.incarnation, from: connection, at: arrived)
            } else if let peer {
                counters.receivedBytes += UInt64(bytes.count)
                take(envelope, from: peer, arrived: arrived)
            } else {
                refuse("no_hello", "a message before any Hello", of: "an unknown connection")
                answer(.noHello, "say Hello first", to: connection, at: arrived)
            }
        } catch {
            refuse(error, of: peer.map { peers[$0].name } ?? "an unknown connection")
            if case .version = error { answer(.version, error.description, to: connection, at: arrived) }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, from peer: Int) {
        let arrived = MonotonicClock.now()
        progress += 1
        counters.receivedBytes += UInt64(bytes.count)
        do {
            take(try decoder.decode(bytes), from: peer, arrived: arrived)
        } catch {
            refuse(error, of: peers[peer].name)
        }
    }

    // MARK: Envelopes

    private func take(_ envelope: Envelope, from peer: Int, arrived: Instant) {
        guard let effects = peers[peer].session?.receive(envelope, at: arrived, progress: progress) else { return }
        peers[peer].lastHeard = arrived
        if !effects.isEmpty { perform(effects, of: peer, at: arrived) }
        noteReadiness()
        let kind = envelope.body.kind
        guard kind.trafficClass != .session, let session = peers[peer].session, session.isEstablished,
            session.peerIncarnation == envelope.incarnation
        else { return }
        do {
            try deliver(envelope, from: peer, arrived: arrived)
        } catch {
            refuse(error, of: peers[peer].name)
        }
    }

    /// Checks the envelope against the plan and its stream, and gives it to its node.
    private func deliver(_ envelope: Envelope, from peer: Int, arrived: Instant) throws(MessageError) {
        guard let index = wires.incoming(from: envelope.sender, to: envelope.recipient),
            wires.incoming[index].peer == peer
        else { throw .unknownID(field: "sender or recipient") }
        guard RoleAuthority.may(wires.incoming[index].senderRole, send: envelope.body.kind) else {
            throw .unauthorised
        }
        try check.check(envelope)
        let lane = Int(envelope.body.kind.trafficClass.rawValue)
        let verdict = wires.incoming[index].trackers[lane]
            .observe(incarnation: envelope.incarnation, sequence: envelope.sequence)
        switch verdict {
        case .duplicate:
            counters.duplicates[lane] += 1
            return
        case .gap(let missing):
            let (sum, isOver) = counters.gaps[lane].addingReportingOverflow(missing)
            counters.gaps[lane] = isOver ? .max : sum
        case .inOrder, .restarted: break
        }
        counters.received[lane] += 1
        guard let whole = try wires.incoming[index].parts.take(envelope) else { return }
        let recipient = wires.incoming[index].recipient
        hosts[recipient.host].receive(recipient.slot, whole, arrived: arrived, at: MonotonicClock.now())
        tap?.noteHeard(whole, at: arrived)
    }

    // MARK: Refusals

    private func refuse(_ error: MessageError, of peer: String) { refuse(error.cause, error.description, of: peer) }

    /// Counts a refused message; logs the first of each peer and cause.
    func refuse(_ cause: String, _ reason: String, of peer: String) {
        counters.refused += 1
        guard refusals.add(peer: peer, cause: cause) else { return }
        log.warning("message refused", metadata: ["peer": "\(peer)", "cause": "\(cause)", "reason": "\(reason)"])
    }

    /// Answers a connection without a session; a flood gets one answer in five milliseconds.
    private func answer(_ cause: RejectCause, _ reason: String, to connection: RoutingID, at now: Instant) {
        guard now - lastReject >= .milliseconds(5) else { return }
        lastReject = now
        sendReject(Reject(cause: cause, reason: reason), to: connection)
    }
}
