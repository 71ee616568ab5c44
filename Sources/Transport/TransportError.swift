/// What went wrong with a socket: which endpoint, why, and what to do about it.
package struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Kind of failure; new kinds may be added.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        /// Another program listens on the TCP port.
        package static let portTaken = Code(description: "port taken")
        /// The system refused: a privileged port, a folder that cannot be written.
        package static let permissionDenied = Code(description: "permission denied")
        /// The path of a unix socket is over the 107 bytes that the kernel takes.
        package static let pathTooLong = Code(description: "path too long")
        /// Another living process owns the unix socket.
        package static let socketInUse = Code(description: "socket in use")
        /// The endpoint is not one that the transport understands.
        package static let invalidEndpoint = Code(description: "invalid endpoint")
        /// The address does not belong to this host, or names no host.
        package static let addressUnavailable = Code(description: "address unavailable")
        /// The folder for sockets belongs to another user or is open to others.
        package static let unsafeDirectory = Code(description: "unsafe directory")
        /// Files, memory or threads ran out.
        package static let resourcesExhausted = Code(description: "resources exhausted")
        /// Any other answer of the operating system.
        package static let system = Code(description: "system error")
    }

    package var code: Code
    /// Endpoint or path that was asked for.
    package var endpoint: String
    /// The reason in words, without a full stop.
    package var cause: String
    /// What the reader can do, without a full stop.
    package var remedy: String

    package init(code: Code, endpoint: String, cause: String, remedy: String) {
        self.code = code
        self.endpoint = endpoint
        self.cause = cause
        self.remedy = remedy
    }

    package var description: String { "\(endpoint): \(cause); \(remedy)" }
}
