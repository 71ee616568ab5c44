internal import Benchmarking
internal import NetworkModel
internal import Topology

extension Bench {
    /// Epochs that a sweep tries, shortest first.
    static let sweepEpochs: [Instant.Span] = [1, 2, 5, 10, 20, 50, 100, 200, 500].map(Instant.Span.milliseconds)
    /// Share of missed cell-epochs that a sustainable epoch has at most.
    static let sustainableMissed = 0.001

    /// Finds the shortest sustainable epoch by bisection over `sweepEpochs`, each tried for the bench's measured time.
    func addSweep(to row: inout BenchRow, _ hierarchy: Hierarchy) async throws {
        var search = EpochSearch(candidates: Bench.sweepEpochs.count)
        while let index = search.next {
            let epoch = Bench.sweepEpochs[index]
            let wired = try overriding(hierarchy, epoch: epoch)
            let missed = try await missedShare(wired, epoch)
            let percent = SimulateCommand.digits(missed * 100)
            let length = SimulateCommand.digits(epoch.milliseconds)
            Terminal.progress("\(hierarchy.rawValue) at \(length) ms: \(percent) % missed")
            row.details["sweep_missed_at_\(Int(epoch.milliseconds))_ms"] = missed
            search.note(index, isSustainable: missed <= Bench.sustainableMissed)
        }
        row.details["shortest_sustainable_epoch_ms"] = search.shortest.map { Bench.sweepEpochs[$0].milliseconds }
    }

    /// Missed cell-epochs over all; 1 where the run did not even come up.
    private func missedShare(_ wired: ResolvedTopology, _ epoch: Instant.Span) async throws -> Double {
        do {
            let run = try await measure(
                wired, suffix: "sweep-\(Int(epoch.milliseconds))ms", duration: duration, warmUp: warmUp, isQuiet: true)
            guard run.summary.cellEpochs > 0 else { return 1 }
            return Double(run.summary.missed) / Double(run.summary.cellEpochs)
        } catch let failure as ToolFailure where failure.status == .failed {
            Terminal.progress(failure.message)
            return 1
        }
    }
}
