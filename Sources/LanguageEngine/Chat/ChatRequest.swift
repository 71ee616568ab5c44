/// One question to a language model, as data: what an OpenAI-compatible chat completion needs, and what it may cost.
package struct ChatRequest: Hashable, Sendable {
    /// System message: the same for all requests of a run, so that the server's prompt cache holds it.
    package var instructions: String
    /// User message: first what changes seldom, last what is new, for the same reason.
    package var situation: String
    /// JSON Schema (draft 2020-12 subset of llama.cpp) that the answer must satisfy, as text; empty for free text.
    package var schema: String
    /// The same as a grammar of llama.cpp (GBNF) that admits JSON without a blank and ends by itself; servers that take
    /// none are asked with the schema. Empty for none.
    package var grammar: String
    /// Tokens of the answer, at most.
    package var maxOutputTokens: Int
    /// 0 is greedy decoding.
    package var temperature: Double
    /// Seed of the sampler where the temperature is above 0.
    package var seed: UInt64
    /// Time until the whole answer must be there.
    package var deadlineSeconds: Double

    package init(
        instructions: String, situation: String, schema: String = "", grammar: String = "",
        maxOutputTokens: Int = 64, temperature: Double = 0, seed: UInt64 = 1, deadlineSeconds: Double = 5
    ) {
        self.instructions = instructions
        self.situation = situation
        self.schema = schema
        self.grammar = grammar
        self.maxOutputTokens = maxOutputTokens
        self.temperature = temperature
        self.seed = seed
        self.deadlineSeconds = deadlineSeconds
    }
}

/// What keeps an answer in form.
package enum ChatConstraint: String, Hashable, Sendable, Codable {
    case none
    case schema
    case grammar
}

/// What the model said, and what it cost. Not trusted: whoever reads `text` checks it.
package struct ChatAnswer: Hashable, Sendable, Codable {
    package var text: String
    /// Tokens of the prompt, and how many of them the server had cached; 0 where it does not say.
    package var promptTokens: Int
    package var cachedTokens: Int
    package var outputTokens: Int
    /// From the request to the end of the answer.
    package var seconds: Double
    /// What kept the answer in form.
    package var constraint = ChatConstraint.none
    /// The answer before it, which was asked for once more; nil for none.
    package var repaired: String?
    /// Number of the decision for which it was given, nil outside of any.
    package var decision: UInt64?

    package init(text: String, promptTokens: Int = 0, cachedTokens: Int = 0, outputTokens: Int = 0, seconds: Double = 0)
    {
        self.text = text
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.outputTokens = outputTokens
        self.seconds = seconds
    }
}

/// Why there is no answer. The network runs on in every case: the rule base decides.
package enum ChatFailure: Error, Hashable, Sendable, Codable {
    /// Nobody answers at the address.
    case unreachable(String)
    /// The server answered with an HTTP status of 400 or above, and what it said, cut to 200 bytes.
    case refused(status: Int, message: String)
    /// The deadline passed before the whole answer was there.
    case timedOut(seconds: Double)
    /// The answer ended early, or at its token limit.
    case truncated
    /// More bytes than any answer may have.
    case tooLarge(bytes: Int)
    /// The endpoint is not OpenAI-compatible, and what is missing.
    case incompatible(String)
    /// The answer is no action that the network allows, once more after it was told so; what is wrong with it.
    case unusable(String)
    /// The server does not answer with the adapter that it is told to, and why.
    case noAdapter(String)
    /// Too many failures in a row: no request is made before this many seconds have passed.
    case circuitOpen(retrySeconds: Double)
    /// The run's budget of tokens or time is used up.
    case overBudget
    /// No model is configured.
    case absent
}
