internal import DTNetMessages
internal import NetworkModel
internal import Numerics
internal import TwinProtocol

extension Cluster {
    /// Frames up to this size are not divided.
    static let mostUndividedBytes = NetworkConfiguration.mostMessageBytes - NetworkConfiguration.messageOverheadBytes

    /// Sends an envelope to another process in parts.
    func route(_ parts: [Envelope], of whole: Envelope) {
        for part in parts {
            var frame = Frame(envelope: part, bytes: EnvelopeSize.bytes(part))
            route(&frame)
        }
        let index = Int(wireIndex[Int(whole.sender.rawValue) * boxes.count + Int(whole.recipient.rawValue)])
        if index >= 0, let rows = Cluster.rows(whole.body) { noteRows(rows, wire: index) }
    }

    /// The frame with its whole body, once all of its parts are there; parts that make none are lost.
    func assemble(_ frame: Frame) -> Frame? {
        guard frame.envelope.part != .whole else { return frame }
        let (from, to) = (Int(frame.envelope.sender.rawValue), Int(frame.envelope.recipient.rawValue))
        do {
            guard let whole = try wires[Int(wireIndex[from * boxes.count + to])].parts.take(frame.envelope) else {
                return nil
            }
            return Frame(envelope: whole, bytes: EnvelopeSize.bytes(whole))
        } catch {
            counts.lost += 1
            return nil
        }
    }

    /// Sends an envelope at the cursor: by a call within the process, else over its wire.
    func route(_ frame: inout Frame) {
        let from = Int(frame.envelope.sender.rawValue)
        let to = Int(frame.envelope.recipient.rawValue)
        guard to < processOf.count else {
            counts.unreachable += 1
            return
        }
        let source = processOf[from]
        let sent = cursor + processes[source].skew
        if let last = frame.envelope.hops.indices.last { frame.envelope.hops[last].sent = sent }
        if source == processOf[to] {
            local.append(frame.envelope)
            return
        }
        let index = Int(wireIndex[from * boxes.count + to])
        guard index >= 0, sessions[source * processes.count + processOf[to]] != 0 else {
            counts.unreachable += 1
            return
        }
        let traffic = frame.envelope.body.kind.trafficClass
        wires[index].sequence[Int(traffic.rawValue)] += 1
        frame.envelope.sequence = wires[index].sequence[Int(traffic.rawValue)]
        frame.envelope.incarnation = UInt64(processes[source].life)
        // The number that it has now takes room, too.
        frame.bytes += EnvelopeSize.sequenceBytes(frame.envelope.sequence)
        transmit(&frame, wire: index, traffic: traffic)
    }

    private func transmit(_ sent: inout Frame, wire index: Int, traffic: TrafficClass) {
        if !fades.isEmpty, case .telemetry(let telemetry) = sent.envelope.body {
            sent.envelope.body = .telemetry(faded(telemetry))
        }
        let bytes = sent.bytes
        counts.messages += 1
        counts.bytes += UInt64(bytes)
        let number = wires[index].sent
        wires[index].sent += 1
        if sent.envelope.part == .whole, let rows = Cluster.rows(sent.envelope.body) { noteRows(rows, wire: index) }
        var arrival: Instant
        if let measured = wires[index].measured {
            arrival = cursor + options.costs.draw(measured, wire: index, number: number)
        } else {
            switch wires[index].shaper.admit(byteCount: bytes, traffic: traffic, at: cursor) {
            case .deliver(let at): arrival = at + options.costs.transport(wire: index, number: number)
            case .lost, .overflow:
                counts.lost += 1
                return
            }
        }
        let frame = keep(sent)
        var copies = 1
        if !obstacles.isEmpty {
            switch pass(frame, wire: index, number: number, traffic: traffic, &arrival) {
            case .gone, .held: return
            case .copies(let count): copies = count
            }
        }
        arrival = max(arrival, wires[index].lastArrival)
        wires[index].lastArrival = arrival
        for copy in 0..<copies {
            arrive(frame: copy == 0 ? frame : keep(sent), over: index, at: arrival)
        }
    }

    private enum Passage { case gone, held, copies(Int) }

    /// What the obstacles between the wire's processes do to a frame.
    private func pass(
        _ frame: Int, wire index: Int, number: UInt64, traffic: TrafficClass, _ arrival: inout Instant
    ) -> Passage {
        var copies = 1
        let draw = CounterGenerator(seed: options.seed, purpose: 0x6F62_7374)
        for place in obstacles.indices
        where obstacles[place].from == wires[index].source && obstacles[place].to == wires[index].target {
            let obstacle = obstacles[place]
            guard cursor < obstacle.until else { continue }
            if obstacle.blocks {
                if obstacle.holds {
                    obstacles[place].held.append((frame, index))
                    return .held
                }
                _ = take(frame: frame)
                counts.lost += 1
                return .gone
            }
            let key = UInt64(index) << 32 | UInt64(place)
            if draw.uniform(key, number &* 2) < obstacle.loss {
                guard traffic != .telemetry else {
                    _ = take(frame: frame)
                    counts.lost += 1
                    return .gone
                }
                arrival = arrival + Cluster.retransmissionTime
            }
            if draw.uniform(key, number &* 2 &+ 1) < obstacle.duplication { copies = 2 }
        }
        return .copies(copies)
    }

    /// Sets the arrival of a frame that the medium let through.
    func arrive(frame: Int, over wire: Int, at arrival: Instant) {
        let target = wires[wire].target
        queue.push(
            Event(
                at: arrival, kind: .arrival, subject: Int32(target), detail: Int32(frame),
                generation: processes[target].life))
    }

    /// A frame is there; lost where the process that it was sent to is gone.
    func arrive(frame: Int, at process: Int, life: UInt32) {
        guard processes[process].isAlive, processes[process].life == life else {
            _ = take(frame: frame)
            counts.lost += 1
            return
        }
        admit(.frame(frame), to: process)
    }

    /// The receiver's check: false where no session stands with the sender as it was, and for what was seen before.
    func accept(_ envelope: Envelope, _ process: Int) -> Bool {
        let source = processOf[Int(envelope.sender.rawValue)]
        guard sessions[process * processes.count + source] == UInt32(envelope.incarnation) else {
            counts.lost += 1
            return false
        }
        let index = Int(wireIndex[Int(envelope.sender.rawValue) * boxes.count + Int(envelope.recipient.rawValue)])
        let traffic = Int(envelope.body.kind.trafficClass.rawValue)
        switch wires[index].trackers[traffic].observe(
            incarnation: envelope.incarnation, sequence: envelope.sequence)
        {
        case .duplicate:
            counts.duplicates += 1
            return false
        case .gap(let missing):
            counts.gaps += missing
            return true
        case .inOrder, .restarted:
            return true
        }
    }

    // MARK: Frames under way

    func keep(_ frame: Frame) -> Int {
        if let slot = freeFrames.popLast() {
            frames[slot] = frame
            return slot
        }
        frames.append(frame)
        return frames.count - 1
    }

    func take(frame: Int) -> Frame? {
        freeFrames.append(frame)
        return frames[frame].take()
    }

    // MARK: Cost of a call

    func work(of node: Int, taking frame: Frame?, sending: [Frame], isFollowUp: Bool) -> CostModel.Work {
        var work = CostModel.Work(role: roles[node])
        work.isFollowUp = isFollowUp
        if let frame {
            work.bytes += frame.bytes
            work.ues = Cluster.rows(frame.envelope.body) ?? 0
        } else if isFollowUp && (work.role == .ran || work.role == .edge) {
            work.ues = knownRows(of: node)
        }
        for sent in sending {
            work.bytes += sent.bytes
            work.isOnPath = work.isOnPath || (!sent.envelope.hops.isEmpty && !isFollowUp)
            switch sent.envelope.body {
            case .offer(let offer): work.rounds = Int(offer.round)
            // A leader's rounds are not in its directive; an edge's best response costs about two.
            case .directive: work.rounds = work.role == .rrm ? plan.network.game.rounds : 2
            default: break
            }
        }
        if work.rounds > 0 { work.solvedUes = knownRows(of: node) }
        return work
    }

    /// Users in the last reports that the node got, or sent in the case of the radio network.
    private func knownRows(of node: Int) -> Int {
        roles[node] == .ran ? rowsSent[node] : rowsGot[node]
    }

    private func noteRows(_ rows: Int, wire: Int) {
        let change = rows - wires[wire].rows
        guard change != 0 else { return }
        wires[wire].rows = rows
        rowsSent[Int(wires[wire].from.rawValue)] += change
        rowsGot[Int(wires[wire].to.rawValue)] += change
    }

    private static func rows(_ body: Body) -> Int? {
        switch body {
        case .telemetry(let value): value.ue.count
        case .channelReport(let value): value.links > 0 ? value.ue.count : nil
        default: nil
        }
    }
}
