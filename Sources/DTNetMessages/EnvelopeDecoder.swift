internal import CDTNetMessages
internal import NetworkModel

/// Turns bytes into envelopes, within a memory budget. One per thread; keeps its memory between messages.
package final class EnvelopeDecoder {
    /// Largest frame that is looked at, 1 MiB: the transport refuses more anyway.
    package static let maxFrameBytes = 1 << 20
    /// Memory that the C form of one message may take.
    static let budgetBytes = 4 << 20

    private let arena = Arena(budget: EnvelopeDecoder.budgetBytes)
    private var allocator = ProtobufCAllocator()

    package init() {
        allocator.alloc = { context, size in
            guard let context else { return nil }
            return Unmanaged<Arena>.fromOpaque(context).takeUnretainedValue().allocate(size)
        }
        allocator.free = { _, _ in }
        allocator.allocator_data = Unmanaged.passUnretained(arena).toOpaque()
    }

    /// Decodes and checks one frame: schema, version, lengths, counts, finite values and their ranges. Ids are checked
    /// against the topology by `MessageCheck`.
    package func decode(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Envelope {
        guard bytes.count <= EnvelopeDecoder.maxFrameBytes, let base = bytes.baseAddress else { throw .malformed }
        arena.reset()
        let raw = base.assumingMemoryBound(to: UInt8.self)
        guard let message = dtnet__v1__envelope__unpack(&allocator, bytes.count, raw) else { throw .malformed }
        guard message.pointee.version == Envelope.version else { throw .version(message.pointee.version) }
        var envelope = Envelope(
            sender: NodeID(message.pointee.sender), recipient: NodeID(message.pointee.recipient),
            epoch: message.pointee.epoch, term: message.pointee.term,
            hops: try EnvelopeDecoder.hops(message.pointee), body: try EnvelopeDecoder.body(message.pointee))
        envelope.incarnation = message.pointee.incarnation
        envelope.sequence = message.pointee.sequence
        envelope.part = try EnvelopeDecoder.part(message.pointee, of: envelope.body)
        return envelope
    }

    /// Decodes an array of bytes.
    package func decode(_ bytes: [UInt8]) throws(MessageError) -> Envelope {
        try bytes.withUnsafeBytes { buffer in
            Result { () throws(MessageError) -> Envelope in try decode(buffer) }
        }.get()
    }

    private static func part(_ message: Dtnet__V1__Envelope, of body: Body) throws(MessageError) -> BodyPart {
        guard message.parts <= MessageCheck.maxParts else { throw .tooMany(field: "parts") }
        let part = BodyPart(index: message.part, count: max(1, message.parts))
        guard part.index < part.count, part == .whole || body.isDivisible else { throw .range(field: "part") }
        return part
    }

    private static func hops(_ message: Dtnet__V1__Envelope) throws(MessageError) -> [Hop] {
        let count = message.n_hop_node
        guard count <= MessageCheck.maxHops else { throw .tooMany(field: "hop_node") }
        guard message.n_hop_layer == count, message.n_hop_arrived_ns == count, message.n_hop_started_ns == count,
            message.n_hop_barrier_ns == count, message.n_hop_sent_ns == count
        else { throw .lengths(field: "hop_node") }
        var hops: [Hop] = []
        hops.reserveCapacity(count + 1)
        for index in 0..<count {
            guard let layer = HopLayer(rawValue: message.hop_layer[index]) else { throw .range(field: "hop_layer") }
            hops.append(
                Hop(
                    node: NodeID(message.hop_node[index]), layer: layer,
                    arrived: Instant(nanoseconds: Int64(bitPattern: message.hop_arrived_ns[index])),
                    started: Instant(nanoseconds: Int64(bitPattern: message.hop_started_ns[index])),
                    barrier: Instant.Span(nanoseconds: Int64(bitPattern: message.hop_barrier_ns[index])),
                    sent: Instant(nanoseconds: Int64(bitPattern: message.hop_sent_ns[index]))))
        }
        // A peer's stamps enter differences: a bound on them keeps those from overflowing.
        let bound = Int64.max / 4
        for hop in hops {
            let least = min(hop.arrived.nanoseconds, hop.started.nanoseconds, hop.barrier.nanoseconds)
            let most = max(hop.arrived.nanoseconds, hop.started.nanoseconds, hop.barrier.nanoseconds)
            guard min(least, hop.sent.nanoseconds) >= 0, max(most, hop.sent.nanoseconds) < bound else {
                throw .range(field: "hop_sent_ns")
            }
        }
        return hops
    }

    private static func body(_ message: Dtnet__V1__Envelope) throws(MessageError) -> Body {
        switch message.body_case {
        case DTNET__V1__ENVELOPE__BODY_HELLO: return .hello(try unpack(message.hello.pointee))
        case DTNET__V1__ENVELOPE__BODY_WELCOME: return .welcome(try unpack(message.welcome.pointee))
        case DTNET__V1__ENVELOPE__BODY_REJECT: return .reject(try unpack(message.reject.pointee))
        case DTNET__V1__ENVELOPE__BODY_HEARTBEAT: return .heartbeat(try unpack(message.heartbeat.pointee))
        case DTNET__V1__ENVELOPE__BODY_TELEMETRY:
            return .telemetry(try MessageCheck.checked(try unpack(message.telemetry.pointee)))
        case DTNET__V1__ENVELOPE__BODY_CHANNEL_REPORT:
            return .channelReport(try MessageCheck.checked(try unpack(message.channel_report.pointee)))
        case DTNET__V1__ENVELOPE__BODY_REGION_REPORT:
            return .regionReport(try MessageCheck.checked(try unpack(message.region_report.pointee)))
        case DTNET__V1__ENVELOPE__BODY_POLICY:
            return .policy(try MessageCheck.checked(try unpack(message.policy.pointee)))
        case DTNET__V1__ENVELOPE__BODY_OFFER:
            return .offer(try MessageCheck.checked(try unpack(message.offer.pointee)))
        case DTNET__V1__ENVELOPE__BODY_RESPONSE:
            return .response(try MessageCheck.checked(try unpack(message.response.pointee)))
        case DTNET__V1__ENVELOPE__BODY_LEADER_SYNC:
            return .leaderSync(try MessageCheck.checked(try unpack(message.leader_sync.pointee)))
        case DTNET__V1__ENVELOPE__BODY_DIRECTIVE:
            return .directive(try MessageCheck.checked(try unpack(message.directive.pointee)))
        case DTNET__V1__ENVELOPE__BODY_DIRECTIVE_RESULT:
            return .directiveResult(try MessageCheck.checked(try unpack(message.directive_result.pointee)))
        default: return try managementBody(message)
        }
    }

    static func array<Element: BitwiseCopyable>(_ start: UnsafeMutablePointer<Element>?, _ count: Int) -> [Element] {
        Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    /// Text of the wire: bounded, and with invalid UTF-8 refused rather than repaired.
    static func text(_ start: UnsafeMutablePointer<CChar>?, _ field: String) throws(MessageError) -> String {
        guard let start else { return "" }
        var length = 0
        while start[length] != 0 {
            length += 1
            guard length <= MessageCheck.maxTextBytes else { throw .tooMany(field: field) }
        }
        let bytes = UnsafeRawBufferPointer(start: start, count: length)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .range(field: field) }
        return text
    }

    static func texts(
        _ start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ count: Int, _ field: String
    ) throws(MessageError) -> [String] {
        guard count <= MessageCheck.maxTexts else { throw .tooMany(field: field) }
        var result: [String] = []
        for index in 0..<count { result.append(try text(start?[index], field)) }
        return result
    }
}
