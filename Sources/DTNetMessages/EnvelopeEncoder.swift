internal import CDTNetMessages
package import NetworkModel

/// Turns envelopes into bytes. One per thread; keeps its memory between messages.
package final class EnvelopeEncoder {
    let arena = Arena()

    package init() {}

    /// Packs the envelope into memory that `provide` returns for the given number of bytes.
    ///
    /// The last eight bytes are the `sent` stamp of the last hop, where there are hops: see `patchSent`.
    package func encode(
        _ envelope: Envelope, into provide: (Int) throws -> UnsafeMutableRawBufferPointer
    ) rethrows {
        arena.reset()
        var message = Dtnet__V1__Envelope()
        dtnet__v1__envelope__init(&message)
        message.version = envelope.version
        message.sender = envelope.sender.rawValue
        message.recipient = envelope.recipient.rawValue
        message.incarnation = envelope.incarnation
        message.sequence = envelope.sequence
        message.epoch = envelope.epoch
        message.term = envelope.term
        if envelope.part != .whole { (message.part, message.parts) = (envelope.part.index, envelope.part.count) }
        fill(&message, envelope.body)
        fill(&message, envelope.hops)
        let byteCount = dtnet__v1__envelope__get_packed_size(&message)
        let buffer = try provide(byteCount)
        precondition(buffer.count >= byteCount, "buffer too small")
        if let base = buffer.baseAddress {
            dtnet__v1__envelope__pack(&message, base.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// The bytes of an envelope.
    package func encode(_ envelope: Envelope) -> [UInt8] {
        var bytes: [UInt8] = []
        let scratch = ScratchBytes()
        encode(envelope) { scratch.reserve($0) }
        bytes.append(contentsOf: scratch.buffer)
        return bytes
    }

    /// Writes the `sent` stamp of the last hop into packed bytes that have at least one hop.
    package static func patchSent(_ packed: UnsafeMutableRawBufferPointer, at now: Instant) {
        packed.storeBytes(
            of: UInt64(bitPattern: now.nanoseconds).littleEndian, toByteOffset: packed.count - 8, as: UInt64.self)
    }

    /// Writes the stamps of the only hop, but for `sent`, into packed bytes that have exactly one: the four fields that
    /// end the message, each two bytes of tag, one of length and eight of stamp.
    package static func patchOnlyHop(_ packed: UnsafeMutableRawBufferPointer, _ hop: Hop) {
        let stamps = (hop.barrier.nanoseconds, hop.started.nanoseconds, hop.arrived.nanoseconds)
        let end = packed.count - 8
        packed.storeBytes(of: stamps.0.littleEndian, toByteOffset: end - 11, as: Int64.self)
        packed.storeBytes(of: stamps.1.littleEndian, toByteOffset: end - 22, as: Int64.self)
        packed.storeBytes(of: stamps.2.littleEndian, toByteOffset: end - 33, as: Int64.self)
    }

    private func fill(_ message: inout Dtnet__V1__Envelope, _ hops: [Hop]) {
        let count = hops.count
        guard count > 0, let ids = arena.make(UInt32.self, count: 2 * count),
            let stamps = arena.make(UInt64.self, count: 4 * count)
        else { return }
        for (index, hop) in hops.enumerated() {
            ids[index] = hop.node.rawValue
            ids[count + index] = hop.layer.rawValue
            stamps[index] = UInt64(bitPattern: hop.arrived.nanoseconds)
            stamps[count + index] = UInt64(bitPattern: hop.started.nanoseconds)
            stamps[2 * count + index] = UInt64(bitPattern: hop.barrier.nanoseconds)
            stamps[3 * count + index] = UInt64(bitPattern: hop.sent.nanoseconds)
        }
        (message.n_hop_node, message.hop_node) = (count, ids)
        (message.n_hop_layer, message.hop_layer) = (count, ids + count)
        (message.n_hop_arrived_ns, message.hop_arrived_ns) = (count, stamps)
        (message.n_hop_started_ns, message.hop_started_ns) = (count, stamps + count)
        (message.n_hop_barrier_ns, message.hop_barrier_ns) = (count, stamps + 2 * count)
        (message.n_hop_sent_ns, message.hop_sent_ns) = (count, stamps + 3 * count)
    }

    private func fill(_ message: inout Dtnet__V1__Envelope, _ body: Body) {
        switch body {
        case .hello(let value):
            message.hello = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_HELLO
        case .welcome(let value):
            message.welcome = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_WELCOME
        case .reject(let value):
            message.reject = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_REJECT
        case .heartbeat(let value):
            message.heartbeat = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_HEARTBEAT
        case .telemetry(let value):
            message.telemetry = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_TELEMETRY
        case .channelReport(let value):
            message.channel_report = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_CHANNEL_REPORT
        case .regionReport(let value):
            message.region_report = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_REGION_REPORT
        case .policy(let value):
            message.policy = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_POLICY
        case .offer(let value):
            message.offer = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_OFFER
        case .response(let value):
            message.response = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_RESPONSE
        case .leaderSync(let value):
            message.leader_sync = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_LEADER_SYNC
        case .directive(let value):
            message.directive = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_DIRECTIVE
        case .directiveResult(let value):
            message.directive_result = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_DIRECTIVE_RESULT
        case .trainOrder, .twinStatus, .clarify, .clarification, .alarm: fillManagement(&message, body)
        }
    }
}

/// Growing buffer behind the array form of `encode`.
private final class ScratchBytes {
    private(set) var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
        buffer.deallocate()
        buffer = .allocate(byteCount: count, alignment: 16)
        return buffer
    }

    deinit { buffer.deallocate() }
}
