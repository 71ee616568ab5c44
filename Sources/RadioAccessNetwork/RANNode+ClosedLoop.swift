internal import DTNetMessages
internal import NetworkModel
internal import TwinProtocol

/// How far the epoch in hand is decided, where the next one begins as soon as it is: the latency bench's closed loop.
///
/// There an epoch ends when directives computed from its telemetry have been applied in every cell, one nominal epoch
/// after its beginning at the latest. It has one slot: what a radio network does in the time of a round, not in that of
/// a nominal epoch. The slot is stepped once the epoch's telemetry has left, so the telemetry of the next epoch is
/// there when the loop closes.
struct ClosedLoop: Sendable {
    /// Fires where an epoch was not decided in time.
    static let timer = TimerID(2)

    private var isDecided: [Bool]
    /// Cells without a directive for the epoch in hand.
    private var missing: Int

    init(cells: Int) {
        isDecided = Array(repeating: false, count: cells)
        missing = cells
    }

    /// Epochs are numbered by microseconds, so that a restarted radio network goes on above all that its peers have
    /// seen: no epoch is that short.
    static func firstEpoch(at now: Instant) -> UInt64 { UInt64(max(0, now.nanoseconds) / 1_000) + 1 }

    /// Whether every cell has a directive for the epoch in hand.
    var isClosed: Bool { missing == 0 }

    /// The next epoch begins.
    mutating func reopen() {
        for cell in isDecided.indices { isDecided[cell] = false }
        missing = isDecided.count
    }

    /// What came of a directive for the epoch in hand.
    mutating func note(_ result: DirectiveResult) {
        for (cell, outcome) in zip(result.cell, result.outcome) where outcome == .applied && !isDecided[Int(cell)] {
            isDecided[Int(cell)] = true
            missing -= 1
        }
    }
}

extension RANNode {
    /// Applies what has come at once, without stepping; where the epoch is decided by it, the telemetry of the next one
    /// leaves first.
    mutating func closeLoop(at now: Instant) -> [Effect<NoJob>] {
        let answers = takeInbox(due: 0)
        guard loop?.isClosed == true else { return answers + [.followUp] }
        return beginNext(at: now) + answers + [.followUp]
    }

    /// Begins the next epoch now. Its record follows those of the directives that made room for it.
    mutating func beginNext(at now: Instant) -> [Effect<NoJob>] {
        // The slot of the epoch before, where its follow-up has not come to it.
        step(to: epochsOpened)
        epoch = firstEpoch + UInt64(epochsOpened)
        epochsOpened += 1
        ticksDone = epochsOpened
        loop?.reopen()
        for ended in authority.fence.expire(at: epoch) { network.release(ended.kind, cell: ended.cell) }
        pendingRecords.append(.epochStarted(EpochStart(epoch: epoch, scheduled: now)))
        hasLeft = true
        return emit(epoch, scheduled: now, started: now).map(Effect.send) + [
            .schedule(ClosedLoop.timer, at: now + configuration.epoch)
        ]
    }
}
