package import NetworkModel

/// One cycle of the language engine, with everything needed to replay it.
package struct LanguageDecision: Hashable, Sendable {
    /// How a cycle ended.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// The chosen action is in force.
        case adopted
        /// It passed the twins but needs an operator's consent.
        case proposed
        /// No candidate passed.
        case none
    }

    /// One action that was considered.
    package struct Candidate: Hashable, Sendable {
        /// The action as JSON, as `ActionForm` writes it.
        package var action: String
        /// `model`, `rules` or `operator`.
        package var source: String
        /// What the twins say: gain of the network value over doing nothing, the gain that 95 of 100 worlds exceed, the
        /// change of power, all as shares; nil where nothing was tried.
        package var gain: Double?
        package var gainLow: Double?
        package var powerChange: Double?
        /// Why it was not chosen, or `chosen`.
        package var verdict: String

        package init(
            action: String, source: String, gain: Double? = nil, gainLow: Double? = nil, powerChange: Double? = nil,
            verdict: String = ""
        ) {
            self.action = action
            self.source = source
            self.gain = gain
            self.gainLow = gainLow
            self.powerChange = powerChange
            self.verdict = verdict
        }
    }

    package var node: NodeID
    /// Grows by one per cycle of the run; names the decision.
    package var number: UInt64
    package var epoch: UInt64
    package var outcome: Outcome
    /// Findings that started the cycle, in words.
    package var findings: [String]
    /// Documents that were retrieved.
    package var passages: [String]
    /// Name of the model, empty where none was asked.
    package var model: String
    /// The changing part of the prompt, and what the model answered, as it came, cut to 2,000 bytes.
    package var prompt: String
    package var answers: [String]
    /// Why there is no answer, empty where there is one.
    package var failure: String
    package var candidates: [Candidate]
    /// Place of the chosen candidate, -1 for none.
    package var chosen: Int
    package var reason: String
    /// What the model cost.
    package var promptTokens: Int
    package var outputTokens: Int
    package var seconds: Double

    package init(node: NodeID, number: UInt64, epoch: UInt64) {
        self.node = node
        self.number = number
        self.epoch = epoch
        outcome = .none
        (findings, passages, answers, candidates) = ([], [], [], [])
        (model, prompt, failure, reason) = ("", "", "", "")
        chosen = -1
        (promptTokens, outputTokens, seconds) = (0, 0, 0)
    }
}

/// What became of an adopted action.
package struct LanguageEffect: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Its time is up, or an operator took it back.
        case ended
        /// The sequential test found harm.
        case rolledBack = "rolled_back"
    }

    package var node: NodeID
    /// The decision.
    package var number: UInt64
    package var epoch: UInt64
    package var state: State
    /// Network value measured since then over the forecast without the action, less 1; and its standard deviation.
    package var effect: Double
    package var deviation: Double
    /// Measurements behind it.
    package var samples: Int

    package init(
        node: NodeID, number: UInt64, epoch: UInt64, state: State, effect: Double, deviation: Double, samples: Int
    ) {
        self.node = node
        self.number = number
        self.epoch = epoch
        self.state = state
        self.effect = effect
        self.deviation = deviation
        self.samples = samples
    }
}
