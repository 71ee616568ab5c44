internal import Foundation
package import LanguageEngine
internal import Synchronization

/// Asks one model of one OpenAI-compatible server. Every call blocks its thread until the answer is whole, cannot be
/// used, or its deadline is over, whatever the server does; meant for a job's thread.
package final class ChatClient: Sendable {
    /// Largest answer that is read, in bytes.
    package static let maximumAnswerBytes = 64 * 1_024
    /// Largest list of models that is read, in bytes.
    private static let maximumListBytes = 1 << 20
    /// Names of models that a message holds.
    private static let shownModels = 8

    /// Address of the server, up to what stands before `/chat/completions`; no slash at its end.
    package let base: String
    /// Name of the model; empty takes the server's own.
    package let model: String
    /// Name of the variable that the key came from, for messages; the key itself is in the loader alone.
    private let keyVariable: String?
    let loader: HTTPLoader
    /// What of llama.cpp's own keys the server takes, found by trial, and what it is to be told by them.
    struct Extensions {
        /// The prompt cache's.
        var cache = true
        var grammar = true
        /// What the server has read was read with another adapter: the next question is to be read from its start.
        var hasStalePrompt = false
    }

    let extensions = Mutex(Extensions())

    /// - Parameters:
    ///   - base: `http` or `https`; without a path `/v1` is meant.
    ///   - model: name that the server knows.
    ///   - key: sent as a bearer token, and with nothing else.
    ///   - keyVariable: name of the environment variable that it came from, for messages.
    package init(base: String, model: String = "", key: String? = nil, keyVariable: String? = nil) {
        var trimmed = base
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        let path = trimmed.range(of: "://").map { trimmed[$0.upperBound...] } ?? trimmed[...]
        self.base = path.contains("/") ? trimmed : trimmed + "/v1"
        self.model = model
        self.keyVariable = keyVariable
        loader = HTTPLoader(key: key)
    }

    /// The answer to a request, within its deadline.
    package func complete(_ request: ChatRequest) -> Result<ChatAnswer, ChatFailure> {
        let start = Deadline.now
        let deadline = Deadline(after: request.deadlineSeconds)
        guard let body = ChatBody(request, model: model) else {
            return .failure(.incompatible("the schema of the request is not JSON"))
        }
        while true {
            let known = extensions.withLock { $0 }
            let usesGrammar = known.grammar && !request.grammar.isEmpty
            let usesCache: Bool? = known.cache ? !known.hasStalePrompt : nil
            let reply = post(body.text(usesCache: usesCache, usesGrammar: usesGrammar), deadline)
            let answered: HTTPLoader.Answered
            switch reply {
            case .failure(let failure): return .failure(failure)
            case .success(let whole): answered = whole
            }
            if ChatClient.isBadRequest(answered.status) {
                let words = ChatReply.message(of: answered.body)
                let (refusesCache, refusesGrammar) = (
                    known.cache && words.contains("cache_prompt"), usesGrammar && words.contains("grammar")
                )
                if refusesCache || refusesGrammar {
                    extensions.withLock { extensions in
                        if refusesCache { extensions.cache = false }
                        if refusesGrammar { extensions.grammar = false }
                    }
                    continue
                }
            }
            guard answered.status == 200 else { return .failure(refusal(answered, deadline)) }
            extensions.withLock { $0.hasStalePrompt = false }
            let isJSON = usesGrammar || !request.schema.isEmpty
            let read = ChatReply.answer(in: answered.body, isJSON: isJSON)
            if usesGrammar, !request.schema.isEmpty, ChatClient.isFree(read) {
                // It takes the key and does not know it.
                extensions.withLock { $0.grammar = false }
                continue
            }
            // What is quoted of an answer that is none may hold the key.
            guard case .success = read else {
                return ChatReply.answer(in: loader.withoutKey(answered.body), isJSON: isJSON)
            }
            return read.map { answer in
                var answer = answer
                answer.seconds = Deadline.seconds(since: start)
                answer.constraint = usesGrammar ? .grammar : request.schema.isEmpty ? .none : .schema
                return answer
            }
        }
    }

    private static func isBadRequest(_ status: Int) -> Bool { status == 400 || status == 422 }

    /// Whether an answer is one that no grammar of ours admits: they end by themselves and are JSON.
    private static func isFree(_ answer: Result<ChatAnswer, ChatFailure>) -> Bool {
        switch answer {
        case .success(let answer): !JSONText.isDocument(answer.text)
        case .failure(let failure): failure == .truncated
        }
    }

    /// The same with one round of repair: an answer with which `fault` finds something wrong is asked for once more,
    /// within what is left of the deadline. The second answer stands whatever is wrong with it, and holds the cost of
    /// both; where it does not come in time the first stands, with the time of both.
    ///
    /// - Parameter fault: what is wrong with the text of an answer, in words; nil where nothing is.
    package func complete(
        _ request: ChatRequest, checking fault: (String) -> String?
    ) -> Result<ChatAnswer, ChatFailure> {
        let start = Deadline.now
        let first = complete(request)
        guard case .success(let answer) = first, let words = fault(answer.text),
            let again = request.repair(of: answer, fault: words)
        else { return first }
        switch complete(again) {
        case .success(let second): return .success(second.adding(costOf: answer))
        case .failure:
            var answer = answer
            answer.seconds = Deadline.seconds(since: start)
            return .success(answer)
        }
    }

    // MARK: - Health

    /// Names of the models that the server has, aliases included.
    package func models(withinSeconds seconds: Double) -> Result<[String], ChatFailure> {
        models(Deadline(after: seconds))
    }

    /// nil where the server answers and has the model; else what is wrong, in words.
    package func health(withinSeconds seconds: Double) -> ChatFailure? {
        switch models(withinSeconds: seconds) {
        case .failure(let failure): failure
        case .success(let names): model.isEmpty || names.contains(model) ? nil : unknownModel(among: names)
        }
    }

    private func models(_ deadline: Deadline) -> Result<[String], ChatFailure> {
        let exchange = HTTPLoader.Exchange(
            address: base + "/models", body: nil, deadline: deadline, maximumBytes: ChatClient.maximumListBytes)
        return loader.load(exchange).flatMap { answered in
            guard answered.status == 200 else {
                return .failure(.refused(status: answered.status, message: words(of: answered)))
            }
            return ChatReply.models(in: answered.body)
        }
    }

    // MARK: - Parts

    private func post(_ text: String, _ deadline: Deadline) -> Result<HTTPLoader.Answered, ChatFailure> {
        loader.load(
            .init(
                address: base + "/chat/completions", body: text, deadline: deadline,
                maximumBytes: ChatClient.maximumAnswerBytes))
    }

    /// Why a server refused a question: the model that it lacks and those that it has, the key, or its own words.
    private func refusal(_ answered: HTTPLoader.Answered, _ deadline: Deadline) -> ChatFailure {
        switch answered.status {
        case 300..<400:
            return .incompatible("\(base) redirects to elsewhere, where no question is sent: name that address")
        case 404:
            guard case .success(let names) = models(deadline) else {
                return .refused(status: 404, message: words(of: answered))
            }
            if !names.contains(model) { return unknownModel(among: names) }
            return .refused(status: 404, message: words(of: answered))
        // Some servers answer so to a model that they lack.
        case 400, 422:
            let own = words(of: answered)
            guard own.lowercased().contains("model"), case .success(let names) = models(deadline),
                !names.contains(model)
            else { return .refused(status: answered.status, message: own) }
            return unknownModel(among: names)
        case 401, 403:
            let hint = keyVariable.map { "the key in $\($0) is refused" } ?? "it wants a key: name it by api_key_env"
            let text = "\(hint): \(words(of: answered))"
            return .refused(status: answered.status, message: text.cut(toBytes: ChatReply.messageBytes))
        case 200..<300:
            return .incompatible("\(base) answers a question with status \(answered.status)")
        default:
            return .refused(status: answered.status, message: words(of: answered))
        }
    }

    private func unknownModel(among names: [String]) -> ChatFailure {
        let shown = names.prefix(ChatClient.shownModels).joined(separator: ", ")
        let more = names.count > ChatClient.shownModels ? " and \(names.count - ChatClient.shownModels) more" : ""
        let text = "no model '\(model)'; the server has \(shown.isEmpty ? "none" : shown)\(more)"
        return .refused(status: 404, message: loader.withoutKey(text).cut(toBytes: ChatReply.messageBytes))
    }

    /// The server's own words, without the key where it repeats it.
    func words(of answered: HTTPLoader.Answered) -> String {
        // Before it is cut, and once more where JSON wrote the key in another way.
        loader.withoutKey(ChatReply.message(of: loader.withoutKey(answered.body))).cut(toBytes: ChatReply.messageBytes)
    }
}

/// A point in time after which nobody waits any more.
struct Deadline: Sendable {
    /// Nanoseconds of the monotonic clock.
    let time: UInt64
    /// What it was set to, for messages.
    let seconds: Double

    init(after seconds: Double) {
        self.seconds = seconds
        time = Deadline.now &+ UInt64(min(max(0, seconds), 86_400) * 1e9)
    }

    static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }
    static func seconds(since start: UInt64) -> Double { Double(now &- start) / 1e9 }

    /// What is left of it, rounded up.
    var millisecondsLeft: Int64 {
        let now = Deadline.now
        return now >= time ? 0 : Int64((time - now + 999_999) / 1_000_000)
    }
    var isOver: Bool { Deadline.now >= time }
}
