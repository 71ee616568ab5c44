internal import CZeroMQ

/// The one bound socket of a process: every process that connects to it sends and receives through it.
///
/// Sends name the connection by the id under which its messages arrived. `ROUTER_MANDATORY` is on, so that a send to a
/// connection that is gone says so; the answer is a hint, liveness and sequence gaps decide.
package final class RouterSocket {
    let socket: SocketHandle
    /// Where the socket listens, with the port that the system chose where `*` or port 0 was asked for.
    package let endpoint: String

    /// Binds to `endpoint` (`tcp://HOST:PORT` or `ipc:///PATH`), HOST being an address, an interface or the name of a
    /// host that is this machine.
    ///
    /// libzmq takes over a living unix socket without a word: claim the path in a `SocketDirectory` first.
    package init(
        _ context: Context, bind endpoint: String, options: SocketOptions = SocketOptions()
    ) throws(TransportError) {
        try Endpoint.check(endpoint)
        let socket = try context.openSocket(type: ZMQ_ROUTER, options: options)
        socket.set(ZMQ_ROUTER_MANDATORY, 1)
        let number = Endpoint.bind(socket, to: endpoint)
        guard number == 0 else {
            let error = TransportError(errno: number, endpoint: endpoint, action: "bind")
            socket.close()
            throw error
        }
        self.socket = socket
        self.endpoint = Endpoint.last(of: socket) ?? endpoint
    }

    /// Sends `frame` over the connection `peer` without waiting. The frame is empty afterwards only where `sent`.
    package func send(_ frame: Frame, to peer: RoutingID) -> SendOutcome { socket.send(frame, to: peer) }

    /// Receives the next message, if one waits. `body` gets the connection's id and the payload, which is valid only
    /// inside it.
    package func receive(_ body: (RoutingID, UnsafeRawBufferPointer) -> Void) -> ReceiveOutcome {
        var foreign = false
        let outcome = socket.receive(routed: true) { id, payload in
            if let peer = RoutingID(id) { body(peer, payload) } else { foreign = true }
        }
        return foreign ? .malformed : outcome
    }

    /// Closes the socket; what is queued is given its linger time. Calling it again does nothing.
    package func close() { socket.close() }
}
