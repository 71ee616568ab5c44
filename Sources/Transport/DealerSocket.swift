internal import CZeroMQ

/// The connecting end towards one peer process; libzmq restores the connection by itself.
///
/// While no connection stands, sends answer `wouldBlock` and nothing is kept for later: a returning peer must not be
/// flooded with stale messages.
package final class DealerSocket {
    let socket: SocketHandle
    package let endpoint: String

    /// Starts to connect to `endpoint`; returns at once, whether or not anybody listens there.
    package init(
        _ context: Context, connect endpoint: String, options: SocketOptions = SocketOptions()
    ) throws(TransportError) {
        try Endpoint.check(endpoint)
        let socket = try context.openSocket(type: ZMQ_DEALER, options: options)
        if Endpoint.connectsOverIPv6(endpoint) { socket.set(ZMQ_IPV6, 1) }
        guard zmq_connect(socket.pointer, endpoint) == 0 else {
            let error = TransportError(errno: zmq_errno(), endpoint: endpoint, action: "connect")
            socket.close()
            throw error
        }
        self.socket = socket
        self.endpoint = endpoint
    }

    /// Sends `frame` without waiting. The frame is empty afterwards only where `sent`.
    package func send(_ frame: Frame) -> SendOutcome { socket.send(frame) }

    /// Receives the next message, if one waits; the payload is valid only inside `body`.
    package func receive(_ body: (UnsafeRawBufferPointer) -> Void) -> ReceiveOutcome {
        socket.receive(routed: false) { _, payload in body(payload) }
    }

    /// Closes the socket; what is queued is given its linger time. Calling it again does nothing.
    package func close() { socket.close() }
}
