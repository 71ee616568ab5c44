internal import LanguageEngine
internal import NetworkModel

/// What is to be said of a model server while a run goes on: each kind of failure once until an answer comes again, and
/// then that it came.
struct ServerWatch: Sendable {
    /// Failures that call for different measures.
    private enum Kind: Hashable, Sendable {
        case unreachable, refused(Int), timedOut, truncated, tooLarge, incompatible, unusable, noAdapter
    }

    /// Bytes of a notice at most.
    private static let mostBytes = 600

    /// Said since the last answer.
    private var said: [Kind] = []

    /// What became of a question to the server at `base`; one line for people, nil where there is nothing new.
    ///
    /// - Parameters:
    ///   - failure: nil for an answer.
    ///   - language: what the topology says of the server.
    mutating func note(_ failure: ChatFailure?, of base: String, _ language: LanguageConfiguration) -> String? {
        guard let failure else {
            guard !said.isEmpty else { return nil }
            said = []
            return "the model server \(base) answers again"
        }
        guard let kind = ServerWatch.kind(failure), !said.contains(kind) else { return nil }
        said.append(kind)
        let remedy = ServerWatch.remedy(kind, language)
        return "the model server \(base) gives no answer, the rule base decides: \(failure.words) (\(remedy))"
            .cut(toBytes: ServerWatch.mostBytes)
    }

    private static func kind(_ failure: ChatFailure) -> Kind? {
        switch failure {
        case .unreachable: .unreachable
        case .refused(let status, _): .refused(status)
        case .timedOut: .timedOut
        case .truncated: .truncated
        case .tooLarge: .tooLarge
        case .incompatible: .incompatible
        case .unusable: .unusable
        case .noAdapter: .noAdapter
        // Nobody asked the server.
        case .circuitOpen, .overBudget, .absent: nil
        }
    }

    /// What would be accepted.
    private static func remedy(_ kind: Kind, _ language: LanguageConfiguration) -> String {
        switch kind {
        case .unreachable: "start it, or name one that runs in language.server"
        case .refused(401), .refused(403):
            language.apiKeyVariable.map { "put a key that the server takes into $\($0)" }
                ?? "name the variable that holds its key in language.api_key_env"
        case .refused(404):
            "language.model takes the name of a model that the server has, language.server its address up to what "
                + "stands before /chat/completions"
        case .refused: "an answer with status 200 is taken"
        case .timedOut: "an answer within language.deadline is taken"
        case .truncated: "an answer that is whole is taken"
        case .tooLarge: "an answer of up to \(ChatClient.maximumAnswerBytes) bytes is taken"
        case .unusable: "an action in the bounds of the network is taken: name a larger model in language.model"
        case .noAdapter: "start it by scripts/llm-server.sh with the files of language.adapters"
        case .incompatible:
            "language.server takes the address of an OpenAI-compatible server, up to what stands before "
                + "/chat/completions"
        }
    }
}
