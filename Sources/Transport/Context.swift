internal import CZeroMQ
internal import Glibc

/// libzmq's context: its I/O threads and the sockets opened in it. One per process.
///
/// The context and its sockets belong to one thread. `close()` returns within the sockets' linger time.
package final class Context {
    private(set) var handle: UnsafeMutableRawPointer?
    private var open: [SocketHandle] = []

    /// Starts the I/O threads. Throws where threads or files have run out.
    package init(ioThreads: Int32 = 1, maxSockets: Int32 = 1_023) throws(TransportError) {
        guard let handle = zmq_ctx_new() else {
            throw TransportError(errno: zmq_errno(), endpoint: "zmq context", action: "open")
        }
        zmq_ctx_set(handle, ZMQ_IO_THREADS, ioThreads)
        zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, maxSockets)
        // No blocking close can outlive a socket's own linger.
        zmq_ctx_set(handle, ZMQ_BLOCKY, 0)
        self.handle = handle
    }

    deinit { close() }

    /// Closes every socket, waits at most their linger for what is still queued, and ends the I/O threads.
    /// Calling it again does nothing.
    package func close() {
        guard let handle else { return }
        self.handle = nil
        zmq_ctx_shutdown(handle)
        for socket in open { socket.close() }
        open.removeAll()
        while zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {}
    }

    func openSocket(type: Int32, options: SocketOptions) throws(TransportError) -> SocketHandle {
        guard let handle, let pointer = zmq_socket(handle, type) else {
            throw TransportError(errno: zmq_errno(), endpoint: "zmq socket", action: "open")
        }
        let socket = SocketHandle(pointer, options: options)
        open.removeAll { $0.pointer == nil }
        open.append(socket)
        return socket
    }
}
