internal import ContextStore
package import DTNetMessages
internal import Logging
package import NetworkModel
internal import Transport
package import TwinProtocol

extension Reactor: EffectSink {
    /// Sends an envelope of a node of this process: by a call, or packed for `handOver`.
    package func send(_ envelope: Envelope) {
        if envelope.body.kind != .directiveResult { epoch = envelope.epoch }
        guard let index = wires.outgoing(from: envelope.sender, to: envelope.recipient) else {
            refuseToSend(envelope, why: "no wire of the plan leads there")
            return
        }
        let traffic = envelope.body.kind.trafficClass
        let lane = Int(traffic.rawValue)
        switch wires.outgoing[index].end {
        case .local(let recipient):
            var envelope = number(envelope, on: index, lane)
            let now = MonotonicClock.now()
            if let last = envelope.hops.indices.last { envelope.hops[last].sent = now }
            counters.sent[lane] += 1
            deliveries.append((recipient, envelope, now))
            tap?.noteSent(envelope, at: now)
        case .peer(let peer):
            guard peers[peer].isUp else {
                counters.notConnected[lane] += 1
                return
            }
            if let frames = wires.outgoing[index].takePrepared(envelope, lane) {
                for frame in frames { EnvelopeEncoder.patchOnlyHop(frame.bytes, envelope.hops[0]) }
                outbox.append((envelope, frames, peer, index))
                return
            }
            let frames = frames(of: envelope, from: wires.outgoing[index].sequences[lane] + 1)
            wires.outgoing[index].sequences[lane] += UInt64(frames.count)
            if let large = frames.first(where: { $0.byteCount > Int(configuration.socketOptions.maxMessageBytes) }) {
                refuseToSend(envelope, why: "it has \(large.byteCount) bytes")
                return
            }
            outbox.append((envelope, frames, peer, index))
        }
    }

    /// Hands the packed messages to their peers' connections or onto shaped links, each with the stamp of that moment.
    package func handOver() {
        guard !outbox.isEmpty else { return }
        var now = Instant.zero
        for (envelope, frames, peer, wire) in outbox {
            for frame in frames {
                now = MonotonicClock.now()
                if !envelope.hops.isEmpty { EnvelopeEncoder.patchSent(frame.bytes, at: now) }
                admit(frame, to: peer, envelope.body.kind.trafficClass, on: wire, at: now)
            }
        }
        if let tap { for entry in outbox { tap.noteSent(entry.envelope, at: now) } }
        outbox.removeAll(keepingCapacity: true)
    }

    /// Packs an envelope of a node of this process ahead of its `send`, under the number that it will have then.
    package func prepare(_ envelope: Envelope) {
        guard envelope.hops.count == 1, let index = wires.outgoing(from: envelope.sender, to: envelope.recipient),
            case .peer(let peer) = wires.outgoing[index].end, peers[peer].isUp
        else { return }
        let first = wires.outgoing[index].sequences[Int(envelope.body.kind.trafficClass.rawValue)] + 1
        let frames = frames(of: envelope, from: first)
        guard frames.allSatisfy({ $0.byteCount <= Int(configuration.socketOptions.maxMessageBytes) }) else { return }
        wires.outgoing[index].prepared = WireTable.Prepared(
            frames: frames, kind: envelope.body.kind, epoch: envelope.epoch, term: envelope.term, sequence: first)
    }

    package func schedule(_ timer: TimerID, of node: NodeAddress, at deadline: Instant) {
        timers.schedule(.node(node, timer), at: putsTimersOff ? quiet.first(from: deadline) : deadline)
    }

    package func cancel(_ timer: TimerID, of node: NodeAddress) { timers.cancel(.node(node, timer)) }

    package func record(_ record: Record) {
        if case .alarm(let node, let text) = record {
            lastAlarm = "\(name(of: node)): \(text)"
            log.warning("alarm", metadata: ["node": "\(name(of: node))", "text": "\(text)"])
        }
        recorder?.append(record)
        tap?.note(record, at: MonotonicClock.now())
    }

    package func report(_ gauge: Gauge, of node: NodeAddress) {
        guard gauge.value.isFinite else { return }
        if let index = gauges.firstIndex(where: { $0.node == node && $0.gauge.name == gauge.name }) {
            gauges[index].gauge.value = gauge.value
        } else if gauges.count < 1_024 {
            gauges.append((node, gauge))
        }
    }

    package func followUp(_ node: NodeAddress) { followUps.append(node) }

    package func jobRefused(of node: NodeAddress) { counters.jobsRefused += 1 }

    /// Delivers what nodes of this process have sent each other, until nothing is left.
    func settle() {
        var next = 0
        while next < deliveries.count {
            let (recipient, envelope, arrived) = deliveries[next]
            next += 1
            progress += 1
            counters.received[Int(envelope.body.kind.trafficClass.rawValue)] += 1
            hosts[recipient.host].receive(recipient.slot, envelope, arrived: arrived, at: MonotonicClock.now())
            tap?.noteHeard(envelope, at: arrived)
        }
        deliveries.removeAll(keepingCapacity: true)
    }

    /// Sends a body of the session with a peer process; these are neither shaped nor counted as loss.
    func sendSession(_ body: Body, to peer: Int) {
        peers[peer].sequence += 1
        var envelope = Envelope(sender: Envelope.process, recipient: Envelope.process, body: body)
        envelope.incarnation = configuration.incarnation
        envelope.sequence = peers[peer].sequence
        _ = hand(pack(envelope), to: peer)
    }

    /// Answers a connection that no session stands for.
    func sendReject(_ reject: Reject, to connection: RoutingID) {
        var envelope = Envelope(sender: Envelope.process, recipient: Envelope.process, body: .reject(reject))
        envelope.incarnation = configuration.incarnation
        envelope.sequence = 1
        _ = router?.send(pack(envelope), to: connection)
    }

    /// Hands the frames that are due now to the transport.
    func releaseDelayed(at now: Instant) {
        while let entry = delayed.popDue(at: now) {
            let lateness = now - entry.due
            counters.delayed += 1
            counters.latenessSum = counters.latenessSum + lateness
            counters.latenessMax = max(counters.latenessMax, lateness)
            transmit(entry.frame, to: entry.peer, entry.traffic)
        }
    }

    // MARK: Parts of a send

    private func number(_ envelope: Envelope, on wire: Int, _ lane: Int) -> Envelope {
        var envelope = envelope
        wires.outgoing[wire].sequences[lane] += 1
        envelope.incarnation = configuration.incarnation
        envelope.sequence = wires.outgoing[wire].sequences[lane]
        return envelope
    }

    /// The messages of an envelope, numbered from a sequence number on: one, or, where that is larger than a socket
    /// takes, one per part.
    private func frames(of envelope: Envelope, from first: UInt64) -> [Frame] {
        var envelope = envelope
        envelope.incarnation = configuration.incarnation
        envelope.sequence = first
        let whole = pack(envelope)
        guard whole.byteCount > Int(configuration.socketOptions.maxMessageBytes), let parts = envelope.divided else {
            return [whole]
        }
        return parts.enumerated().map { place, part in
            var message = part
            message.sequence = first + UInt64(place)
            return pack(message)
        }
    }

    private func pack(_ envelope: Envelope) -> Frame {
        var frame: Frame?
        encoder.encode(envelope) { byteCount in
            let made = Frame(byteCount: byteCount)
            frame = made
            return made.bytes
        }
        guard let frame else { preconditionFailure("the encoder asked for no memory") }
        return frame
    }

    private func admit(_ frame: Frame, to peer: Int, _ traffic: TrafficClass, on wire: Int, at now: Instant) {
        let byteCount = frame.byteCount
        guard let decision = wires.outgoing[wire].shaper?.admit(byteCount: byteCount, traffic: traffic, at: now) else {
            transmit(frame, to: peer, traffic)
            return
        }
        switch decision {
        case .deliver(let due):
            let entry = DelayedFrames.Entry(frame: frame, peer: peer, traffic: traffic, due: due)
            if !delayed.hold(entry) { counters.lostOnLink[Int(traffic.rawValue)] += 1 }
        case .lost, .overflow:
            counters.lostOnLink[Int(traffic.rawValue)] += 1
        }
    }

    private func transmit(_ frame: Frame, to peer: Int, _ traffic: TrafficClass) {
        let byteCount = frame.byteCount
        switch hand(frame, to: peer) {
        case .sent:
            counters.sent[Int(traffic.rawValue)] += 1
            counters.sentBytes += UInt64(byteCount)
        case .wouldBlock, .unknownPeer, .closed:
            counters.wouldBlock[Int(traffic.rawValue)] += 1
        }
    }

    private func hand(_ frame: Frame, to peer: Int) -> SendOutcome {
        if let dealer = peers[peer].dealer { return dealer.send(frame) }
        guard let connection = peers[peer].connection, let router else { return .unknownPeer }
        return router.send(frame, to: connection)
    }

    private func refuseToSend(_ envelope: Envelope, why: String) {
        counters.unsendable += 1
        let cause = "unsendable \(envelope.body.kind) to \(name(of: envelope.recipient))"
        guard refusals.add(peer: name(of: envelope.sender), cause: cause) else { return }
        log.error("message not sent", metadata: ["cause": "\(cause)", "reason": "\(why)"])
    }

    func name(of node: NodeID) -> String {
        let index = Int(node.rawValue)
        return index < configuration.plan.nodes.count ? configuration.plan.nodes[index].name : "\(node)"
    }
}
