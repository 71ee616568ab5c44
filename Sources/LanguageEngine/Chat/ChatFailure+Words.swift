extension ChatFailure {
    /// The failure in words, one line without a full stop; it holds what the server said where that matters.
    package var words: String {
        switch self {
        case .unreachable(let why): why
        case .refused(let status, let message): "refused (\(status)): \(message)"
        case .timedOut(let seconds): "no whole answer within \((seconds * 100).rounded() / 100) s"
        case .truncated: "the answer broke off"
        case .tooLarge(let bytes): "an answer of \(bytes) bytes or more"
        case .incompatible(let what): "not OpenAI-compatible: \(what)"
        case .unusable(let fault): "the answer cannot be used: \(fault)"
        case .noAdapter(let why): why
        case .circuitOpen(let seconds): "not asked for another \(seconds) s after failures in a row"
        case .overBudget: "the budget of tokens or time is used up"
        case .absent: "no model is configured"
        }
    }
}
