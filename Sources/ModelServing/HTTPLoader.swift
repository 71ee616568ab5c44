internal import Foundation
internal import FoundationNetworking
internal import LanguageEngine
internal import Synchronization

/// HTTP exchanges, each within a deadline and a number of bytes. Follows no redirection: the key goes to the server
/// that was named, and to no other.
final class HTTPLoader: Sendable {
    /// What is sent, and what is waited for.
    struct Exchange: Sendable {
        var method: String
        var address: String
        var body: String?
        var deadline: Deadline
        var maximumBytes: Int
    }

    /// A whole answer.
    struct Answered: Sendable {
        var status: Int
        var body: [UInt8]
    }

    private let key: String?
    private let session: URLSession
    private let receiver = HTTPReceiver()

    init(key: String?) {
        self.key = key
        let configuration = URLSessionConfiguration.ephemeral
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        session = URLSession(configuration: configuration, delegate: receiver, delegateQueue: nil)
    }

    deinit { session.invalidateAndCancel() }

    /// Blocks until the answer is whole, a bound is passed, or the deadline is over.
    func load(_ exchange: Exchange) -> Result<Answered, ChatFailure> {
        guard let url = URL(string: exchange.address) else {
            return .failure(.incompatible("'\(exchange.address.cut(toBytes: 100))' is no address"))
        }
        guard !exchange.deadline.isOver else { return .failure(.timedOut(seconds: exchange.deadline.seconds)) }
        var request = URLRequest(url: url)
        request.httpMethod = exchange.method
        // The deadline is kept here; the library's own limit is only to lie behind it.
        request.timeoutInterval = exchange.deadline.seconds + 10
        if let body = exchange.body {
            request.httpBody = Data(body.utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        let task = session.dataTask(with: request)
        let reception = HTTPReceiver.Reception(maximumBytes: exchange.maximumBytes)
        receiver.expect(reception, of: task.taskIdentifier)
        task.resume()
        let isInTime = reception.ended.wait(timeout: exchange.deadline.dispatchTime) == .success
        receiver.forget(task.taskIdentifier)
        guard isInTime else {
            task.cancel()
            return .failure(.timedOut(seconds: exchange.deadline.seconds))
        }
        return reception.result(of: exchange.address)
    }

    /// A text without the key, where it holds it.
    func withoutKey(_ text: String) -> String {
        guard let key, !key.isEmpty else { return text }
        return text.replacingOccurrences(of: key, with: "***")
    }
}

/// Collects what arrives for each task of a session.
final class HTTPReceiver: NSObject, URLSessionDataDelegate, Sendable {
    /// What has arrived of one answer.
    final class Reception: Sendable {
        private struct State {
            var status: Int?
            var body: [UInt8] = []
            var failure: ChatFailure?
            var error: URLError.Code?
            var isOver = false
        }

        /// Signalled once, when nothing more is waited for.
        let ended = DispatchSemaphore(value: 0)
        private let maximumBytes: Int
        private let state = Mutex(State())

        init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

        /// The head of the answer; `false` where it announces more than is read.
        func begin(status: Int, announcedBytes: Int64) -> Bool {
            state.withLock { $0.status = status }
            guard announcedBytes > Int64(maximumBytes) else { return true }
            end(.tooLarge(bytes: Int(clamping: announcedBytes)))
            return false
        }

        /// A part of the body; `false` where it is more than is read.
        func append(_ data: Data) -> Bool {
            let count = state.withLock { state in
                if state.body.count <= maximumBytes { state.body += data.prefix(maximumBytes + 1) }
                return state.body.count
            }
            guard count > maximumBytes else { return true }
            end(.tooLarge(bytes: count))
            return false
        }

        func end(_ failure: ChatFailure?, error: URLError.Code? = nil) {
            let isFirst = state.withLock { state in
                guard !state.isOver else { return false }
                (state.isOver, state.failure, state.error) = (true, failure, error)
                return true
            }
            if isFirst { ended.signal() }
        }

        /// What it came to, after `ended`.
        func result(of address: String) -> Result<HTTPLoader.Answered, ChatFailure> {
            state.withLock { state in
                if let failure = state.failure { return .failure(failure) }
                if let error = state.error {
                    // With a head the answer had begun.
                    return .failure(state.status == nil ? Reception.failure(error, address) : .truncated)
                }
                guard let status = state.status else {
                    return .failure(.incompatible("\(address) answers without a status"))
                }
                return .success(.init(status: status, body: state.body))
            }
        }

        private static func failure(_ code: URLError.Code, _ address: String) -> ChatFailure {
            switch code {
            case .cannotFindHost, .dnsLookupFailed: .unreachable("\(address): no host of that name")
            case .cannotConnectToHost: .unreachable("\(address): nobody listens there")
            case .networkConnectionLost, .badServerResponse:
                .unreachable("\(address): the connection ended before an answer")
            case .unsupportedURL, .cannotParseResponse: .incompatible("\(address) does not answer with HTTP")
            case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
                .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid:
                .unreachable("\(address): no secure connection")
            default: .unreachable("\(address): error \(code.rawValue)")
            }
        }
    }

    private let receptions = Mutex<[Int: Reception]>([:])

    func expect(_ reception: Reception, of task: Int) { receptions.withLock { $0[task] = reception } }
    func forget(_ task: Int) { receptions.withLock { _ = $0.removeValue(forKey: task) } }
    private func reception(of task: URLSessionTask) -> Reception? {
        receptions.withLock { $0[task.taskIdentifier] }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        let goesOn = reception(of: dataTask)?.begin(status: status, announcedBytes: response.expectedContentLength)
        completionHandler(goesOn == true ? .allow : .cancel)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        if reception(of: dataTask)?.append(data) != true { dataTask.cancel() }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let code = error.map { ($0 as? URLError)?.code ?? .unknown }
        reception(of: task)?.end(nil, error: code)
    }
}
