package import LanguageEngine
package import NetworkModel
package import Orchestrator

/// Does the jobs of the global twin: plays what-ifs and forecasts itself, and hands thinking and looking for operators'
/// entries to whoever can. Without them the rule base decides alone.
package struct TwinWorker: Sendable {
    private let think: (@Sendable (ThinkJob, NetworkConfiguration) -> Thought)?
    private let collect: (@Sendable (NetworkConfiguration) -> [OperatorEntry])?

    package init(
        think: (@Sendable (ThinkJob, NetworkConfiguration) -> Thought)? = nil,
        collect: (@Sendable (NetworkConfiguration) -> [OperatorEntry])? = nil
    ) {
        self.think = think
        self.collect = collect
    }

    package func execute(_ job: OrchestratorJob) -> OrchestratorJobResult {
        switch job {
        case .collect(let network): return .collected(collect?(network) ?? [])
        case .think(let job, let network):
            if let think { return .thought(think(job, network)) }
            var thought = Thought(number: job.number)
            thought.failure = .absent
            return .thought(thought)
        case .whatIf(let question, let number, let network):
            return .played(WhatIfPlayer(network: network).play(question), number: number)
        case .forecast(let question, let epoch, let network):
            return .forecast(WhatIfPlayer(network: network).forecast(question), epoch: epoch)
        }
    }
}
