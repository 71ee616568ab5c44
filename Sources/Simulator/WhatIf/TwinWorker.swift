package import LanguageEngine
package import NetworkModel
package import Orchestrator

/// Does the jobs of the global twin: plays what-ifs and forecasts itself, and hands thinking, loading adapters, keeping
/// its state and looking for operators' entries to whoever can. Without them the rule base decides alone.
package struct TwinWorker: Sendable {
    private let think: (@Sendable (ThinkJob, NetworkConfiguration) -> Thought)?
    private let collect: (@Sendable (NetworkConfiguration, String?) -> OperatorMail)?
    private let load: (@Sendable (String, NetworkConfiguration) -> ChatFailure?)?
    private let keep: (@Sendable (KeptEngineState) -> String?)?

    package init(
        think: (@Sendable (ThinkJob, NetworkConfiguration) -> Thought)? = nil,
        collect: (@Sendable (NetworkConfiguration, String?) -> OperatorMail)? = nil,
        load: (@Sendable (String, NetworkConfiguration) -> ChatFailure?)? = nil,
        keep: (@Sendable (KeptEngineState) -> String?)? = nil
    ) {
        self.think = think
        self.collect = collect
        self.load = load
        self.keep = keep
    }

    package func execute(_ job: OrchestratorJob) -> OrchestratorJobResult {
        switch job {
        case .collect(let network, let entry):
            return .collected(collect?(network, entry) ?? OperatorMail(), after: entry)
        case .keep(let state): return .kept(failure: keep?(state))
        case .think(let job, let network):
            if let think { return .thought(think(job, network)) }
            var thought = Thought(number: job.number)
            thought.failure = .absent
            return .thought(thought)
        case .whatIf(let question, let number, let network):
            return .played(WhatIfPlayer(network: network).play(question), number: number)
        case .forecast(let question, let epoch, let network):
            return .forecast(WhatIfPlayer(network: network).forecast(question), epoch: epoch)
        case .loadAdapter(let name, let number, let network):
            guard let load else { return .adapter(name, number: number, .absent) }
            return .adapter(name, number: number, load(name, network))
        }
    }
}
