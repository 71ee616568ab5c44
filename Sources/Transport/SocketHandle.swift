internal import CZeroMQ
internal import Glibc

/// An open libzmq socket with the options that every connection of a run shares.
final class SocketHandle {
    /// nil once closed.
    private(set) var pointer: UnsafeMutableRawPointer?
    /// Readable when something has changed since the socket was last used; -1 where libzmq has none.
    let descriptor: Int32
    /// Whether a message may wait that the descriptor does not tell of: sends and receives read its news on the way.
    private(set) var needsLook = true
    private let identity: UnsafeMutablePointer<zmq_msg_t>
    private let payload: UnsafeMutablePointer<zmq_msg_t>

    init(_ pointer: UnsafeMutableRawPointer, options: SocketOptions) {
        self.pointer = pointer
        identity = .allocate(capacity: 1)
        payload = .allocate(capacity: 1)
        zmq_msg_init(identity)
        zmq_msg_init(payload)
        descriptor = SocketHandle.option(ZMQ_FD, of: pointer) ?? -1
        set(ZMQ_LINGER, options.lingerMilliseconds)
        set(ZMQ_SNDHWM, options.highWaterMark)
        set(ZMQ_RCVHWM, options.highWaterMark)
        set(ZMQ_IMMEDIATE, 1)
        set(ZMQ_HEARTBEAT_IVL, options.heartbeatIntervalMilliseconds)
        set(ZMQ_HEARTBEAT_TIMEOUT, options.heartbeatTimeoutMilliseconds)
        set(ZMQ_HEARTBEAT_TTL, options.heartbeatTimeoutMilliseconds)
        set(ZMQ_HANDSHAKE_IVL, options.handshakeMilliseconds)
        set(ZMQ_RECONNECT_IVL, options.reconnectMilliseconds)
        set(ZMQ_RECONNECT_IVL_MAX, options.reconnectMaximumMilliseconds)
        var maximum = options.maxMessageBytes
        let result = zmq_setsockopt(pointer, ZMQ_MAXMSGSIZE, &maximum, MemoryLayout<Int64>.size)
        precondition(result == 0, "libzmq refuses MAXMSGSIZE \(maximum)")
    }

    deinit {
        close()
        zmq_msg_close(identity)
        zmq_msg_close(payload)
        identity.deallocate()
        payload.deallocate()
    }

    func close() {
        guard let pointer else { return }
        self.pointer = nil
        needsLook = false
        zmq_close(pointer)
    }

    func set(_ option: Int32, _ value: Int32) {
        var value = value
        let result = zmq_setsockopt(pointer, option, &value, MemoryLayout<Int32>.size)
        precondition(result == 0, "libzmq refuses \(value) for socket option \(option)")
    }

    /// Whether a message waits; asks libzmq.
    func hasInput() -> Bool {
        guard let pointer, let events = SocketHandle.option(ZMQ_EVENTS, of: pointer) else { return false }
        needsLook = events & ZMQ_POLLIN != 0
        return needsLook
    }

    /// Sends one frame without waiting, after a routing id where there is one.
    func send(_ frame: Frame, to id: RoutingID? = nil) -> SendOutcome {
        guard let pointer else { return .closed }
        needsLook = true
        if let id, id.withBytes({ zmq_send(pointer, $0, $1, ZMQ_SNDMORE | ZMQ_DONTWAIT) }) < 0 {
            return SendOutcome(errno: zmq_errno())
        }
        return SendOutcome(errno: frame.send(on: pointer))
    }

    private static func option(_ name: Int32, of pointer: UnsafeMutableRawPointer) -> Int32? {
        var value: Int32 = 0
        var size = MemoryLayout<Int32>.size
        return zmq_getsockopt(pointer, name, &value, &size) == 0 ? value : nil
    }

    /// Receives one message of a single payload frame, preceded by a routing id where `routed`.
    func receive(
        routed: Bool, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
    ) -> ReceiveOutcome {
        guard let pointer else { return .closed }
        needsLook = true
        var id = UnsafeRawBufferPointer(start: nil, count: 0)
        if routed {
            guard zmq_msg_recv(identity, pointer, ZMQ_DONTWAIT) >= 0 else { return nothing() }
            guard zmq_msg_more(identity) != 0 else { return .malformed }
            id = UnsafeRawBufferPointer(start: zmq_msg_data(identity), count: zmq_msg_size(identity))
        }
        guard zmq_msg_recv(payload, pointer, ZMQ_DONTWAIT) >= 0 else { return nothing() }
        guard zmq_msg_more(payload) == 0 else {
            dropRest(of: pointer)
            return .malformed
        }
        body(id, UnsafeRawBufferPointer(start: zmq_msg_data(payload), count: zmq_msg_size(payload)))
        return .received
    }

    /// The outcome of a receive that gave nothing: whatever comes next shows at the descriptor.
    private func nothing() -> ReceiveOutcome {
        let outcome = ReceiveOutcome(errno: zmq_errno())
        if outcome == .wouldBlock, zmq_errno() == EAGAIN { needsLook = false }
        return outcome
    }

    /// Takes the surplus frames of a message out of the queue: they arrive together, so this never waits.
    private func dropRest(of pointer: UnsafeMutableRawPointer) {
        while zmq_msg_more(payload) != 0 {
            guard zmq_msg_recv(payload, pointer, ZMQ_DONTWAIT) >= 0 else { return }
        }
    }
}

/// What became of an attempt to receive.
package enum ReceiveOutcome: Hashable, Sendable {
    /// One message was given to the caller.
    case received
    /// Nothing is waiting.
    case wouldBlock
    /// A message of more frames than one, or of a sender whose routing id is too long, was dropped.
    case malformed
    /// The socket or its context is closed.
    case closed

    init(errno number: Int32) {
        switch number {
        case EAGAIN, EINTR: self = .wouldBlock
        default: self = .closed
        }
    }
}

/// What became of an attempt to send; sending never waits.
package enum SendOutcome: Hashable, Sendable {
    /// libzmq holds the message now.
    case sent
    /// The peer's queue is full, or no connection stands: the message was not taken.
    case wouldBlock
    /// No connection with this routing id: the peer is gone or has reconnected.
    case unknownPeer
    /// The socket or its context is closed.
    case closed

    init(errno number: Int32) {
        switch number {
        case 0: self = .sent
        case EAGAIN, EINTR: self = .wouldBlock
        case EHOSTUNREACH: self = .unknownPeer
        default: self = .closed
        }
    }
}
