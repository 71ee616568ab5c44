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
        /// The twins tried something beside a cycle: what a wish would lead to, or whether what an operator consents
        /// to, or a wish keeps in force, still holds. What follows is an effect of the decision that its finding names.
        case tried
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
        /// Decisions in force that decide the same: it was tried, and would be adopted, in their place.
        package var replaces: [UInt64] = []
        /// The rest of what the twins said, from which score and verdict follow; nil where nothing was tried.
        package var trial: Trial?

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

    /// What the twins say of a candidate beside its gain and power.
    package struct Trial: Hashable, Sendable {
        /// Network value, Mbit/s, and standard deviation of the gain between worlds.
        package var valueMbps: Double
        package var gainDeviation: Double
        /// Part of users and seconds that have their guaranteed rate, its deviation, its change against doing nothing
        /// and the deviation of that, per slice [S], then per local wish of an operator [L].
        package var held: [Double]
        package var heldDeviation: [Double]
        package var heldChange: [Double]
        package var heldChangeDeviation: [Double]

        package init(
            valueMbps: Double, gainDeviation: Double, held: [Double], heldDeviation: [Double], heldChange: [Double],
            heldChangeDeviation: [Double]
        ) {
            self.valueMbps = valueMbps
            self.gainDeviation = gainDeviation
            self.held = held
            self.heldDeviation = heldDeviation
            self.heldChange = heldChange
            self.heldChangeDeviation = heldChangeDeviation
        }
    }

    /// One question to the model, on the prompt of the decision. Long texts are recorded once a run, by their digest.
    package struct Question: Hashable, Sendable {
        package var temperature: Double
        package var seed: UInt64
        /// Tokens of the answer, at most.
        package var maxOutputTokens: Int
        /// `grammar`, `schema` or `none`, and the digest of its text.
        package var constraint: String
        package var constraintDigest: String
        /// The answer before the one that stands, which was asked for once more; empty for none.
        package var repaired: String

        package init(
            temperature: Double, seed: UInt64, maxOutputTokens: Int, constraint: String, constraintDigest: String,
            repaired: String = ""
        ) {
            self.temperature = temperature
            self.seed = seed
            self.maxOutputTokens = maxOutputTokens
            self.constraint = constraint
            self.constraintDigest = constraintDigest
            self.repaired = repaired
        }
    }

    package var node: NodeID
    /// Grows by one per cycle of the run; names the decision.
    package var number: UInt64
    package var epoch: UInt64
    package var outcome: Outcome
    /// Findings that started the cycle, in words.
    package var findings: [String]
    /// Documents and rows that were retrieved, by their ids.
    package var passages: [String]
    /// Name of the model, behind a `+` that of its adapter; empty where none was asked.
    package var model: String
    /// Digest of the fixed part of the prompt, empty where no model was asked, and its changing part.
    package var instructions: String
    package var prompt: String
    /// Questions, and what the model answered, as it came; prompt and answers up to `mostTextBytes`.
    package var questions: [Question]
    package var answers: [String]
    /// Decision whose answers these are, 0 where the model was asked itself.
    package var reused: UInt64
    /// Why there is no answer, empty where there is one.
    package var failure: String
    package var candidates: [Candidate]
    /// Place of the chosen candidate, -1 for none.
    package var chosen: Int
    package var reason: String
    /// By what the twins were judged: slices with a guarantee [S], and the gain that a tenth of the power is worth.
    package var guaranteed: [Bool]
    package var energyWeight: Double
    /// What the model cost.
    package var promptTokens: Int
    package var outputTokens: Int
    package var seconds: Double

    /// An operator may consent to a proposed decision for so long.
    package static let consentSeconds = 300.0
    /// What the trial of a decision that an operator consents to is recorded under.
    package static func consentFinding(_ number: UInt64) -> String { "consent to decision \(number)" }
    /// Bytes of a prompt or an answer that are recorded, at most.
    package static let mostTextBytes = 16_384

    package init(node: NodeID, number: UInt64, epoch: UInt64) {
        self.node = node
        self.number = number
        self.epoch = epoch
        outcome = .none
        (instructions, questions, reused, guaranteed, energyWeight) = ("", [], 0, [], 0)
        (findings, passages, answers, candidates) = ([], [], [], [])
        (model, prompt, failure, reason) = ("", "", "", "")
        chosen = -1
        (promptTokens, outputTokens, seconds) = (0, 0, 0)
    }
}

/// What became of an adopted action, or of one that was proposed.
package struct LanguageEffect: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// An operator consented to what was proposed: it is in force, or carried out, from this epoch on. Of the other
        /// states one may follow.
        case approved
        /// An operator declined what was proposed: it was never in force.
        case declined
        /// Its time is up, an operator took it back, or one that decides the same took its place.
        case ended
        /// The sequential test found harm.
        case rolledBack = "rolled_back"
        /// In force again: what had taken its place was rolled back.
        case restored
        /// Near its end the twins tried it again, as a wish still asks for it: it goes on.
        case renewed
    }

    package var node: NodeID
    /// The decision.
    package var number: UInt64
    package var epoch: UInt64
    package var state: State
    /// Network value measured since then over the forecast without the action, less 1; and its standard deviation. 0 of
    /// what has not been in force.
    package var effect: Double
    package var deviation: Double
    /// Measurements behind it.
    package var samples: Int

    package init(
        node: NodeID, number: UInt64, epoch: UInt64, state: State, effect: Double = 0, deviation: Double = 0,
        samples: Int = 0
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
