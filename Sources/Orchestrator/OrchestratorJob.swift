package import LanguageEngine
package import NetworkModel

/// Work of the global twin off the decision path, as data.
package enum OrchestratorJob: Sendable {
    /// Look what operators and alarm systems have left behind the entry of a name; nil takes the first on.
    case collect(NetworkConfiguration, after: String?)
    /// Keep what an L3 that is started again goes on from.
    case keep(KeptEngineState)
    /// Ask the model.
    case think(ThinkJob, NetworkConfiguration)
    /// Play policies in the twins, for a decision.
    case whatIf(WhatIfQuestion, number: UInt64, NetworkConfiguration)
    /// What the network is worth now under policies, for what was measured in an epoch.
    case forecast(WhatIfQuestion, epoch: UInt64, NetworkConfiguration)
    /// Have the model server serve with an adapter, or with none, for a decision.
    case loadAdapter(String, number: UInt64, NetworkConfiguration)
}

/// What comes back.
package enum OrchestratorJobResult: Sendable {
    /// What was left behind the entry of a name, that of the job.
    case collected(OperatorMail, after: String?)
    /// It is kept; where it is not, why.
    case kept(failure: String?)
    case thought(Thought)
    case played([WhatIfOutcome], number: UInt64)
    /// Network value under every policy in Mbit/s; none where nothing can be said.
    case forecast([Double], epoch: UInt64)
    /// The server serves with the adapter; where it does not, why.
    case adapter(String, number: UInt64, ChatFailure?)
}
