/// The language engine of L3 (DESIGN 10): which model it asks, what an answer may cost, and what it may do by itself.
package struct LanguageConfiguration: Hashable, Sendable, Codable {
    /// Who answers.
    package enum Server: Hashable, Sendable, Codable {
        /// Nobody: the rule base decides.
        case none
        /// The model server that `dtnet up` starts on this machine.
        case local
        /// An OpenAI-compatible server; its address up to what stands before `/chat/completions`.
        case remote(base: String)
    }

    /// Kinds of action as topologies, prompts and records name them.
    package enum Action: String, Hashable, Sendable, Codable, CaseIterable {
        case shiftBandwidth = "shift_bandwidth"
        case raisePriority = "raise_priority"
        case capMCS = "cap_mcs"
        case capPower = "cap_power"
        case reassociate
        case blankSubbands = "blank_subbands"
        case sliceShares = "slice_shares"
        case deployPlatform = "deploy_platform"
        case retrain
        case tuneTwin = "tune_twin"
        case recallTwin = "recall_twin"
        case loadAdapter = "load_adapter"
        case askEngine = "ask_engine"

        /// Adopted without an operator unless a topology says otherwise: all that costs nothing to take back.
        package static let usual: [Action] = allCases.filter { $0 != .deployPlatform && $0 != .loadAdapter }
    }

    /// Weights (LoRA) that the local server adds to those of its model while it is told to.
    package struct Adapter: Hashable, Sendable, Codable {
        /// What an adapter may have been trained for: the weather, or findings of a kind.
        package enum Condition: String, Hashable, Sendable, Codable, CaseIterable {
            case dry
            case rain
            case heavyRain = "heavy_rain"
            case starved
            case surge
            case idle
            case sliceAtRisk = "slice_at_risk"
            case drift
            case incumbent
            case alarm
            case conflict
            case intent
        }

        /// Stands in actions for serving without an adapter; no adapter has this name.
        package static let unloaded = "none"

        package var name: String
        /// GGUF file.
        package var file: String
        /// It is called for where one of them holds; one or more, in the order of `Condition.allCases`.
        package var conditions: [Condition]

        package init(name: String, file: String, conditions: [Condition]) {
            self.name = name
            self.file = file
            self.conditions = conditions
        }
    }

    /// `false` leaves L3 to its policy rule, without a language engine and without its rule base.
    package var isEnabled = true
    package var server = Server.none
    /// Of a remote server the name of a model; of the local one a GGUF file, nil for the one that is installed with it.
    package var model: String?
    /// Of the local server, at most 16; it serves with one at a time, and with none at first.
    package var adapters: [Adapter] = []
    /// Name of the environment variable that holds the key of a remote server; the key itself is in no file.
    package var apiKeyVariable: String?
    /// From a request to the end of its answer, the repair of a bad one included; 100 ms to 10 min.
    package var deadline = Instant.Span.seconds(5)
    /// Proposals that the model makes in one cycle, of which the twins choose; 1 to 8.
    package var proposals = 4
    /// Passages that retrieval adds to a prompt, at most; 0 to 8.
    package var passages = 2
    /// Tokens that may be read (where the server has not cached them) and written in any minute; 100 to 10,000,000.
    package var tokensPerMinute = 20_000
    /// Time that the model may be busy in any minute; 1 s to 1 min.
    package var busyPerMinute = Instant.Span.seconds(30)
    /// Between two cycles that no event started; 100 ms to 1 h.
    package var period = Instant.Span.seconds(5)
    /// How far a what-if plays ahead; 100 ms to 1 min.
    package var horizon = Instant.Span.seconds(5)
    /// Between two full reports of every edge to L3; nil lets L3 choose period and content by what matters now; 100 ms
    /// to 1 min.
    package var mirrorPeriod: Instant.Span?
    /// Folder of the user's own texts.
    package var documents: String?
    /// What may be adopted without an operator, in the order of `Action.allCases`.
    package var authority = Action.usual

    package init() {}
}
