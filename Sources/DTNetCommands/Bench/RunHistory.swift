internal import Benchmarking
internal import Foundation
internal import NetworkModel
internal import Topology

/// What the recorded history of a run says: the figures of its measured time, and the times of links and nodes.
struct RunHistory: Sendable {
    let summary: LedgerSummary
    let profile: LatencyProfile

    /// Reads the history of the run folder.
    ///
    /// - Parameters:
    ///   - plan: the plan that was run.
    ///   - measuredFrom: end of the warm-up on the monotonic clock of the radio network's host.
    ///   - measuredUntil: end of the measured time; later records are left out.
    /// - Returns: nil where no epoch was recorded.
    init?(folder: RunFolder, plan: WiringPlan, measuredFrom: Instant, measuredUntil: Instant) {
        guard let data = FileManager.default.contents(atPath: folder.decisionsPath),
            let ledger = LatencyLedger(
                history: data, plan: plan, measuredFrom: measuredFrom, measuredUntil: measuredUntil)
        else { return nil }
        summary = ledger.summary
        profile = ledger.latencyProfile(plan)
    }

    /// Leaves the profile beside the result, for `simulate --latency-from`.
    func writeProfile(to folder: RunFolder) throws { try OutputFile.write(profile.json(), to: folder.latencyPath) }
}

extension RunFolder {
    /// The latency profile that a run left; throws where there is none, or where it is of another wiring.
    func latencyProfile(for network: NetworkConfiguration) throws -> LatencyProfile {
        guard let data = FileManager.default.contents(atPath: latencyPath) else {
            throw ToolFailure(.usage, "\(path): this run left no latency.json")
        }
        guard let profile = try? LatencyProfile(json: data) else {
            throw ToolFailure(.usage, "\(latencyPath): not a latency profile")
        }
        guard profile.topology == network.name, profile.hierarchy == network.hierarchy else {
            throw ToolFailure(
                .usage,
                "--latency-from: \(path): measured on \(profile.topology) as \(profile.hierarchy.rawValue), not on "
                    + "\(network.name) as \(network.hierarchy.rawValue): name a run of the same topology and hierarchy")
        }
        return profile
    }
}
