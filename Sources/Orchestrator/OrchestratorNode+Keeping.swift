internal import LanguageEngine
package import NetworkModel
package import TwinProtocol

/// What outlives the process of L3 (decision 0017): asked for with every change beside the usual times, so that no
/// number is given twice and no entry of operators taken twice.
extension OrchestratorNode {
    package func keep(at now: Instant) -> [Effect<OrchestratorJob>] { keeping }

    /// The job that keeps the state as it is now; none where nobody keeps it.
    var keeping: [Effect<OrchestratorJob>] {
        guard isKept else { return [] }
        var state = KeptEngineState()
        (state.question, state.revision, state.entry) = (orders, revision, entry)
        (state.epoch, state.seconds) = (clock.newest, seconds)
        cycle.keep(in: &state)
        return [.run(.keep(state))]
    }

    /// Has the model server answer with the adapter that an earlier life has left; the server may have forgotten it.
    func takeUpAdapter() -> [Effect<OrchestratorJob>] {
        let (name, number) = (cycle.adapters.loaded, cycle.adapters.number)
        guard name != LanguageConfiguration.Adapter.unloaded else { return [] }
        return [.run(.loadAdapter(name, number: number, network))]
    }

    /// A look for entries and a file of the run wait for nothing, and what is played in the twins waits for no model:
    /// harm is seen and taken back while one thinks, or hangs.
    package static func kind(of job: OrchestratorJob) -> JobKind {
        switch job {
        case .collect, .keep: .brief
        case .whatIf, .forecast: .computing
        case .think, .loadAdapter: .asking
        }
    }
}
