internal import CCurl
internal import Foundation
internal import LanguageEngine
internal import Synchronization

/// HTTP exchanges, each within a deadline and a number of bytes, on the thread that asks: what a server sends is read
/// no faster than it is looked at, and not at all once a bound is passed. Follows no redirection: the key goes to the
/// server that was named, and to no other.
final class HTTPLoader: Sendable {
    /// What is sent, and what is waited for.
    struct Exchange: Sendable {
        var address: String
        /// JSON that is posted; nil asks with GET.
        var body: String?
        var deadline: Deadline
        var maximumBytes: Int
    }

    /// A whole answer.
    struct Answered: Sendable {
        var status: Int
        var body: [UInt8]
    }

    /// A connection of libcurl; in one thread's hands at a time.
    private struct Connection: @unchecked Sendable {
        let handle: OpaquePointer
    }

    private let key: String?
    /// The connection of the last exchange that went well, for the next.
    private let idle = Mutex<Connection?>(nil)

    init(key: String?) { self.key = key }

    deinit { idle.withLock { $0.take() }.map { ccurl_close($0.handle) } }

    /// Blocks until the answer is whole, a bound is passed, or the deadline is over.
    func load(_ exchange: Exchange) -> Result<Answered, ChatFailure> {
        var reason: UnsafePointer<CChar>?
        guard ccurl_load(&reason) == 0 else {
            return .failure(.unreachable(reason.map { String(cString: $0) } ?? "libcurl is missing"))
        }
        guard !exchange.deadline.isOver else { return .failure(.timedOut(seconds: exchange.deadline.seconds)) }
        guard let connection = idle.withLock({ $0.take() }) ?? ccurl_open().map(Connection.init) else {
            return .failure(.unreachable("\(exchange.address): no memory for a connection"))
        }
        let outcome = perform(exchange, on: connection)
        defer { ccurl_free(outcome) }
        guard outcome.end == CCURL_ANSWERED else {
            ccurl_close(connection.handle)
            return .failure(HTTPLoader.failure(outcome, of: exchange))
        }
        let surplus = idle.withLock { kept in
            if kept != nil { return true }
            kept = connection
            return false
        }
        if surplus { ccurl_close(connection.handle) }
        let body = Array(UnsafeBufferPointer(start: outcome.body, count: outcome.count))
        return .success(.init(status: Int(outcome.status), body: body))
    }

    private func perform(_ exchange: Exchange, on connection: Connection) -> ccurl_outcome {
        withText(exchange.address) { address in
            withText(exchange.body) { body in
                withText(key) { key in
                    var request = ccurl_exchange(
                        address: address, body: body, key: key,
                        milliseconds: exchange.deadline.millisecondsLeft, maximum_bytes: Int64(exchange.maximumBytes))
                    return ccurl_perform(connection.handle, &request)
                }
            }
        }
    }

    private func withText<Value>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Value) -> Value {
        guard let text else { return body(nil) }
        return text.withCString(body)
    }

    private static func failure(_ outcome: ccurl_outcome, of exchange: Exchange) -> ChatFailure {
        let address = exchange.address
        switch outcome.end {
        case CCURL_TIMED_OUT: return .timedOut(seconds: exchange.deadline.seconds)
        case CCURL_TOO_LARGE: return .tooLarge(bytes: Int(outcome.announced))
        case CCURL_NO_ADDRESS: return .incompatible("'\(address.cut(toBytes: 100))' is no address")
        case CCURL_NO_HTTP: return .incompatible("\(address) does not answer with HTTP")
        // With a head the answer had begun.
        case _ where outcome.status != 0: return .truncated
        case CCURL_ENDED: return .unreachable("\(address): the connection ended before an answer")
        case CCURL_NO_HOST: return .unreachable("\(address): no host of that name")
        case CCURL_NOBODY_LISTENS: return .unreachable("\(address): nobody listens there")
        case CCURL_NOT_SECURE: return .unreachable("\(address): no secure connection")
        default: return .unreachable("\(address): error \(outcome.code) of libcurl")
        }
    }

    /// A text without the key, where it holds it.
    func withoutKey(_ text: String) -> String {
        guard let key, !key.isEmpty else { return text }
        return text.replacingOccurrences(of: key, with: "***")
    }

    /// The same for a body.
    func withoutKey(_ body: [UInt8]) -> [UInt8] { Array(withoutKey(String(decoding: body, as: UTF8.self)).utf8) }
}
