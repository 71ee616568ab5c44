internal import Glibc
internal import NetworkModel

/// Unix sockets of the supervisor: notifications of nodes come as datagrams, requests of the tool over a stream.
enum UnixSocket {
    /// A bound datagram socket that does not block, closed on exec.
    static func boundDatagram(_ path: String) throws -> Int32 {
        let descriptor = try open(SOCK_DGRAM)
        try bind(descriptor, path)
        return descriptor
    }

    /// A listening stream socket that does not block, closed on exec. It has its name once it listens: whoever finds
    /// a socket there that nobody listens on knows that its run is over.
    static func listening(_ path: String) throws -> Int32 {
        let descriptor = try open(SOCK_STREAM)
        try bind(descriptor, path + ".new")
        guard listen(descriptor, 8) == 0 else { throw failure("listen on", path) }
        guard rename(path + ".new", path) == 0 else { throw failure("name", path) }
        return descriptor
    }

    /// Asks the socket at `path` one line and returns the answer up to its end; nil where nobody answers in time.
    static func ask(_ line: String, at path: String, timeoutSeconds: Int = 5, limit: Int = 4 << 20) -> String? {
        guard let descriptor = try? open(SOCK_STREAM, blocking: true) else { return nil }
        defer { close(descriptor) }
        setTimeouts(descriptor, milliseconds: timeoutSeconds * 1_000)
        let connected = try? withAddress(path) { connect(descriptor, $0, $1) }
        guard connected == 0, send(line + "\n", to: descriptor) else { return nil }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while answer.count < limit {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0 { return nil }
            if count == 0 { return String(decoding: answer, as: UTF8.self) }
            answer += buffer[..<count]
        }
        return nil
    }

    /// Whether a socket lies at `path` on which nobody listens any more.
    static func isAbandoned(_ path: String) -> Bool {
        guard let descriptor = try? open(SOCK_STREAM) else { return false }
        defer { close(descriptor) }
        let connected = try? withAddress(path) { connect(descriptor, $0, $1) }
        return connected == -1 && errno == ECONNREFUSED
    }

    /// Takes one waiting connection; nil where there is none.
    static func accept(_ listener: Int32) -> Int32? {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    /// Reads the line of a connection, at most 256 bytes within 200 ms; nil where none comes.
    static func request(_ descriptor: Int32) -> String? {
        setTimeouts(descriptor, milliseconds: 200)
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Sends the answer to a request and closes its connection; one that does not read it within 2 s gets a part.
    static func answer(_ text: String, to descriptor: Int32) {
        setTimeouts(descriptor, milliseconds: 200)
        _ = send(text, to: descriptor, until: MonotonicClock.now + .milliseconds(2_000))
        close(descriptor)
    }

    /// The next waiting datagram of at most 32 KiB as text, nil where none waits.
    static func receiveDatagram(_ descriptor: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 32_768)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    // MARK: - Calls

    private static func open(_ type: __socket_type, blocking: Bool = false) throws -> Int32 {
        let flags = SOCK_CLOEXEC.rawValue | (blocking ? 0 : SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, Int32(type.rawValue | flags), 0)
        guard descriptor >= 0 else { throw failure("open", "a unix socket") }
        return descriptor
    }

    private static func bind(_ descriptor: Int32, _ path: String) throws {
        guard try withAddress(path, { Glibc.bind(descriptor, $0, $1) }) == 0 else { throw failure("bind", path) }
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else {
            throw ToolFailure(
                .failed, "the path of a socket is too long, set XDG_RUNTIME_DIR to a shorter one: \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func setTimeouts(_ descriptor: Int32, milliseconds: Int) {
        var limit = timeval(tv_sec: milliseconds / 1_000, tv_usec: milliseconds % 1_000 * 1_000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    private static func send(
        _ text: String, to descriptor: Int32, until end: Instant = .distantFuture
    ) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                guard count > 0, MonotonicClock.now < end else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return true
        }
    }

    private static func failure(_ action: String, _ path: String) -> ToolFailure {
        ToolFailure(.failed, "cannot \(action) \(path): \(String(cString: strerror(errno)))")
    }
}
