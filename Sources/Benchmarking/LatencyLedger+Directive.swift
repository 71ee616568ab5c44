internal import DTNetMessages
internal import NetworkModel
internal import TwinProtocol

extension LatencyLedger {
    /// Takes a directive as the radio network answered it.
    mutating func take(_ record: DirectiveRecord) {
        guard let last = schedule.last else { return }
        let isCountedNow = isCounted(record.at)
        let mark = nextMark()
        var isApplied = false
        for (entry, outcome) in record.result.outcome.enumerated() where entry < record.result.cell.count {
            guard outcome == .applied else {
                if isCountedNow { totals.rejected[Int(outcome.rawValue)] += 1 }
                continue
            }
            if isCountedNow { totals.applied[Int(record.result.kind[entry].rawValue)] += 1 }
            let index = Int(record.result.cell[entry])
            guard index < cells.count, cells[index].mark != mark else { continue }
            cells[index].mark = mark
            isApplied = true
            if isCountedNow {
                totals.decisions += 1
                totals.offerAgeSum = totals.offerAgeSum + (record.at - schedule.due(record.directive.offerEpoch))
            }
            measure(index, record, until: min(record.epoch, last))
            coordinate(index, record, until: min(record.directive.offerEpoch, last))
            endForce(of: index, at: record.at)
            cells[index].force = Force(
                since: record.at, oldest: schedule.due(record.directive.oldestEpoch), own: schedule.due(record.epoch),
                expires: record.directive.expiresEpoch)
        }
        if isApplied && isCountedNow {
            profiler.add(record.hops, receiver: configuration.radioNetwork, end: record.at)
        }
    }

    /// Closes the cell's epochs up to the one whose telemetry the directive used.
    private mutating func measure(_ index: Int, _ record: DirectiveRecord, until used: UInt64) {
        while cells[index].nextFast <= used {
            let epoch = cells[index].nextFast
            cells[index].nextFast += 1
            guard isCounted(epoch) else { continue }
            let latency = record.at - schedule.due(epoch)
            let parts = HopBreakdown(record.hops, total: latency, end: record.at)
            totals.fast.record(latency)
            totals.fastWithoutSolver.record(latency - parts.rrm)
            totals.breakdown.add(parts)
            if epoch != record.epoch || record.at >= schedule.due(epoch + 1) { totals.missed += 1 }
        }
    }

    /// Closes the cell's epochs up to the one whose reports the offer used.
    private mutating func coordinate(_ index: Int, _ record: DirectiveRecord, until used: UInt64) {
        while cells[index].nextCoordination <= used {
            let epoch = cells[index].nextCoordination
            cells[index].nextCoordination += 1
            if isCounted(epoch) { totals.coordination.record(record.at - schedule.due(epoch)) }
        }
    }
}
