package import NetworkModel

/// One question of the engine to whoever thinks for it: what is asked, as data. The shell adds passages, asks the model
/// and returns a `Thought`.
package struct ThinkJob: Sendable {
    /// Decision that it belongs to.
    package var number: UInt64
    /// The most urgent first.
    package var findings: [Finding]
    /// What may be proposed.
    package var menu: ActionMenu
    /// Words to look for in the knowledge, and passages to add at most.
    package var query: String
    package var passages: Int
    /// Proposals to make at most, and the time for all of them.
    package var proposals: Int
    package var deadlineSeconds: Double
    /// Equal for situations that call for the same answer.
    package var meaning: String
    /// Seed of the sampler.
    package var seed: UInt64
    /// As the twins hear it; nil where no station is named.
    package var weather: WeatherClass?

    package init(
        number: UInt64, findings: [Finding], menu: ActionMenu, query: String, passages: Int, proposals: Int,
        deadlineSeconds: Double, meaning: String, seed: UInt64, weather: WeatherClass? = nil
    ) {
        self.number = number
        self.findings = findings
        self.menu = menu
        self.query = query
        self.passages = passages
        self.proposals = proposals
        self.deadlineSeconds = deadlineSeconds
        self.meaning = meaning
        self.seed = seed
        self.weather = weather
    }
}

/// What came back: nothing in it is trusted before `ActionBounds.check` has seen it.
package struct Thought: Sendable {
    package var number: UInt64
    /// Name of the model, behind a `+` that of its adapter; empty where none was asked.
    package var model = ""
    /// Documents and rows that were retrieved, and the prompt: its fixed part and its changing part.
    package var passages: [String] = []
    package var instructions = ""
    package var prompt = ""
    /// Questions on this prompt, in their order; none where answers are reused.
    package var questions: [AskedQuestion] = []
    /// Decision whose answers these are, since its situation had the same meaning; nil where the model was asked.
    package var reused: UInt64?
    /// Answers as they came, and the forms that could be read from them.
    package var answers: [String] = []
    package var forms: [ActionForm] = []
    package var failure: ChatFailure?
    /// What whoever runs the network must know of the model's server, in lines; each is said once.
    package var notices: [String] = []
    package var promptTokens = 0
    package var outputTokens = 0
    package var seconds = 0.0

    package init(number: UInt64) { self.number = number }
}
