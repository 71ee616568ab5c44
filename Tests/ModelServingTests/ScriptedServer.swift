import Foundation
import Glibc
import Synchronization

/// A server on loopback that does to each request what a test says: answers, lies, hangs, or is gone.
final class ScriptedServer: Sendable {
    /// What it does with one request.
    enum Act: Sendable {
        /// A whole answer, with its length announced.
        case answer(status: Int = 200, type: String = "application/json", body: String)
        /// These bytes, then the end of the connection.
        case raw(String)
        /// These bytes, then nothing more until the client goes.
        case stall(String)
        /// A byte of an unfinished answer every few milliseconds, until the client goes.
        case trickle
        /// An answer without an end, as fast as it is taken, until the client goes.
        case flood
    }

    /// What a client sent.
    struct Request: Sendable {
        var line: String
        var head: String
        var body: String
    }

    private static let pacing: Int32 = 5

    let base: String
    private let listener: Int32
    private let accepting: Bool
    private let script: @Sendable (Int, Request) -> Act
    private let seen = Mutex<[Request]>([])
    private let open = Mutex<Set<Int32>>([])
    private let isClosed = Mutex(false)

    /// Listens; `accepting: false` leaves every connection in the kernel's queue, as a frozen process does.
    init(accepting: Bool = true, _ script: @escaping @Sendable (Int, Request) -> Act) throws {
        self.script = script
        self.accepting = accepting
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard descriptor >= 0, isBound else { throw CocoaError(.fileWriteUnknown) }
        base = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/v1"
        if accepting { Thread { [self] in serve() }.start() }
    }

    /// Answers every request the same.
    convenience init(_ act: Act) throws { try self.init { _, _ in act } }

    /// Requests so far.
    var requests: [Request] { seen.withLock { $0 } }

    /// Ends everything, as a kill does: connections break, nobody listens any more.
    func stop() {
        guard
            isClosed.withLock({ isClosed in
                defer { isClosed = true }
                return !isClosed
            })
        else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        // The thread that accepts closes it: closed here, its number could be another server's by the time of `accept`.
        if !accepting { close(listener) }
        open.withLock { descriptors in for descriptor in descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) } }
    }

    // MARK: - Connections

    private func serve() {
        defer { close(listener) }
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            _ = open.withLock { $0.insert(descriptor) }
            Thread { [self] in
                while let request = receive(descriptor) {
                    let number = seen.withLock { requests in
                        requests.append(request)
                        return requests.count - 1
                    }
                    guard perform(script(number, request), on: descriptor) else { break }
                }
                _ = open.withLock { $0.remove(descriptor) }
                close(descriptor)
            }.start()
        }
    }

    /// The next request of a connection, nil at its end.
    private func receive(_ descriptor: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = String(text[..<end.lowerBound])
                let length = head.firstMatch(of: /(?i)content-length: *([0-9]+)/).flatMap { Int($0.output.1) } ?? 0
                let body = text[end.upperBound...]
                if body.utf8.count >= length {
                    return Request(
                        line: String(head.prefix { $0 != "\r\n" }), head: head, body: String(body))
                }
            }
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }

    /// Does it; `false` where the connection is over.
    private func perform(_ act: Act, on descriptor: Int32) -> Bool {
        switch act {
        case .answer(let status, let type, let body):
            return send(
                "HTTP/1.1 \(status) Status\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                    + body, to: descriptor)
        case .raw(let text):
            _ = send(text, to: descriptor)
            return false
        case .stall(let text):
            _ = send(text, to: descriptor)
            while !hasLeft(descriptor, within: -1) {}
            return false
        case .trickle:
            guard send("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n{", to: descriptor) else { return false }
            while !hasLeft(descriptor, within: ScriptedServer.pacing), send(" ", to: descriptor) {}
            return false
        case .flood:
            guard send("HTTP/1.1 200 OK\r\n\r\n{\"choices\":[", to: descriptor) else { return false }
            let part = String(repeating: "{\"index\":0},", count: 1_000)
            while send(part, to: descriptor) {}
            return false
        }
    }

    /// Whether the client has closed its side, waiting so many milliseconds for it; -1 waits for ever.
    private func hasLeft(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&item, 1, milliseconds) > 0 else { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) <= 0
    }

    private func send(_ text: String, to descriptor: Int32) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}

/// Bodies that servers answer with.
enum Bodies {
    /// A chat completion as OpenAI's API has it.
    static func completion(_ text: String, finish: String = "stop") -> String {
        let content = text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
            .replacingOccurrences(of: "\n", with: "\\n")
        return """
            {"choices":[{"index":0,"message":{"role":"assistant","content":"\(content)"},"finish_reason":"\(finish)"}],\
            "usage":{"prompt_tokens":120,"completion_tokens":20,"prompt_tokens_details":{"cached_tokens":72}}}
            """
    }

    static let models = #"{"object":"list","data":[{"id":"small","aliases":["tiny"]},{"id":"large"}]}"#
    static let page = "<!DOCTYPE html><html><body><h1>It works!</h1></body></html>"
}
