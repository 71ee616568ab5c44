internal import Benchmarking
internal import NetworkModel
internal import Simulator

extension BenchRow {
    /// Puts the coherence time of the channel beside the age of the decisions.
    mutating func noteCoherence(of network: NetworkConfiguration) {
        details["coherence_ms"] = ChannelCoherence.seconds(of: network).map { $0 * 1_000 }
    }

    /// The two as a line, nil where either is unknown.
    var coherenceLine: String? {
        guard let coherence = details["coherence_ms"], let age = age.value?.mean else { return nil }
        return "coherence time of the channel \(SimulateCommand.digits(coherence)) ms, mean age of the decisions "
            + "\(SimulateCommand.digits(age)) ms"
    }
}
