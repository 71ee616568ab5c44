internal import CZeroMQ

/// Endpoints that the transport takes: `tcp://` and `ipc://`.
package enum Endpoint {
    /// Longest path of a unix socket: `sun_path` has 108 bytes with its terminating NUL (unix(7)).
    package static let maxPathByteCount = 107

    /// Throws where `endpoint` could not even be tried.
    package static func check(_ endpoint: String) throws(TransportError) {
        if endpoint.hasPrefix("ipc://") {
            let path = String(endpoint.dropFirst("ipc://".count))
            guard path.hasPrefix("/") else {
                throw TransportError(
                    code: .invalidEndpoint, endpoint: endpoint, cause: "the path of the socket is not absolute",
                    remedy: "complete it with a folder for sockets")
            }
            try checkPath(path, endpoint: endpoint)
        } else if !endpoint.hasPrefix("tcp://") || endpoint.utf8.count > 300 || !hasPort(endpoint) {
            throw TransportError(
                code: .invalidEndpoint, endpoint: String(endpoint.prefix(80)),
                cause: "not a tcp:// endpoint with a port up to 65535, nor an ipc:// endpoint",
                remedy: "write tcp://HOST:PORT or ipc://NAME")
        }
    }

    /// libzmq itself takes port 99999 for 34463.
    private static func hasPort(_ endpoint: String) -> Bool {
        guard let colon = endpoint.lastIndex(of: ":") else { return false }
        let port = endpoint[endpoint.index(after: colon)...]
        return port == "*" || UInt16(port) != nil
    }

    static func checkPath(_ path: String, endpoint: String) throws(TransportError) {
        let length = path.utf8.count
        guard length > maxPathByteCount else { return }
        throw TransportError(
            code: .pathTooLong, endpoint: endpoint,
            cause: "the path of the socket has \(length) bytes, the system takes \(maxPathByteCount)",
            remedy: "set XDG_RUNTIME_DIR to a shorter folder or give the run a shorter name")
    }

    /// The endpoint that libzmq really bound, with wildcards resolved.
    static func last(of socket: SocketHandle) -> String? {
        var buffer = [CChar](repeating: 0, count: 512)
        var length = buffer.count
        guard zmq_getsockopt(socket.pointer, ZMQ_LAST_ENDPOINT, &buffer, &length) == 0, length > 0 else { return nil }
        return String(decoding: buffer[..<(length - 1)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
