internal import DTNetMessages
internal import NetworkModel
internal import TwinProtocol

extension Reactor {
    /// Tells the supervisor how the process does, and that its loop turns.
    func tellStatus(at now: Instant) {
        timers.schedule(.status, at: quiet.first(from: now + Reactor.statusPeriod))
        guard notifier.hasListener else { return }
        // Said again: a datagram may be lost, and the supervisor may not have known of this process yet.
        if isReady { notifier.ready() }
        notifier.alive(status: status(at: now))
    }

    /// Tells the supervisor what has not been recorded, once the last record is written or lost.
    package func tellEnd() {
        guard notifier.hasListener else { return }
        notifier.alive(status: status(at: MonotonicClock.now()))
    }

    /// One line of JSON: epoch, peers with the age of their last message, the nodes' gauges, drops, the last alarm.
    func status(at now: Instant) -> String {
        counters.unrecorded = recorder?.dropped ?? 0
        var bytes = Array("{\"epoch\":\(epoch),\"ready\":\(isReady),\"peers\":[".utf8)
        for (index, peer) in peers.enumerated() {
            bytes.append(contentsOf: (index == 0 ? "{\"name\":" : ",{\"name\":").utf8)
            JSONText.append(peer.name, to: &bytes)
            let age = peer.lastHeard.map { "\((now - $0).nanoseconds / 1_000_000)" } ?? "null"
            bytes.append(contentsOf: ",\"up\":\(peer.isUp),\"round_trip\":\(peer.isProven),\"age_ms\":\(age)}".utf8)
        }
        bytes.append(contentsOf: "],\"gauges\":{".utf8)
        let own = gauges.map { entry in
            let node = hosts[entry.node.host].nodes[entry.node.slot]
            return Gauge("\(name(of: node)).\(entry.gauge.name)", entry.gauge.value)
        }
        for (index, gauge) in (own + (recorder?.gauges ?? [])).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(gauge.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            JSONText.append(gauge.value, to: &bytes)
        }
        bytes.append(contentsOf: "},\"counters\":\(counterText),\"alarm\":".utf8)
        if let lastAlarm { JSONText.append(lastAlarm, to: &bytes) } else { bytes.append(contentsOf: "null".utf8) }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The counters as a JSON object; arrays are by traffic class: session, telemetry, control.
    package var counterText: String {
        let lateness = counters.delayed == 0 ? 0 : counters.latenessSum.nanoseconds / Int64(counters.delayed)
        return "{\"sent\":\(counters.sent),\"sent_bytes\":\(counters.sentBytes),\"received\":\(counters.received),"
            + "\"would_block\":\(counters.wouldBlock),\"not_connected\":\(counters.notConnected),"
            + "\"lost_on_link\":\(counters.lostOnLink),\"gaps\":\(counters.gaps),"
            + "\"duplicates\":\(counters.duplicates),\"refused\":\(counters.refused),"
            + "\"unsendable\":\(counters.unsendable),\"jobs_refused\":\(counters.jobsRefused),"
            + "\"unrecorded\":\(counters.unrecorded),\"delayed\":\(counters.delayed),"
            + "\"lateness_mean_us\":\(lateness / 1_000),"
            + "\"lateness_max_us\":\(counters.latenessMax.nanoseconds / 1_000)}"
    }
}
