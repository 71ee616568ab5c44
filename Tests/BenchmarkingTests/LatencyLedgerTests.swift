import Benchmarking
import DTNetMessages
import NetworkModel
import Testing
import TwinProtocol

struct LatencyLedgerTests {
    @Test func fastLatencyRunsFromScheduledEmissionToTheFirstDirective() {
        var history = History()
        history.epoch(0)
        history.directive(0, at: 2)
        // A second directive of the same epoch is a decision, but no second latency.
        history.directive(0, at: 3)
        history.epoch(1)
        history.directive(1, at: 14)
        let summary = history.end(at: 20)
        #expect(summary.epochs == 2)
        #expect(summary.decisions == 3)
        #expect(summary.cellEpochs == 2)
        #expect(summary.missed == 0)
        #expect(isClose(summary.fastMeanMicroseconds, 3_000))
        #expect(isClose(summary.fast.max, 4_000))
    }

    @Test func everyCellCountsForItself() {
        var history = History(cells: 2)
        history.epoch(0)
        history.directive(0, at: 2, cells: [0])
        history.directive(0, at: 6, cells: [1])
        let summary = history.end(at: 10)
        #expect(summary.cellEpochs == 2)
        #expect(isClose(summary.fastMeanMicroseconds, 4_000))
    }

    @Test func aMissedEpochEntersWithItsWaitToTheNextDirective() {
        var history = History()
        for epoch in UInt64(0)...3 { history.epoch(epoch) }
        // Epochs 0, 1, 2 had nothing; the directive of epoch 3 ends their wait at 32 ms.
        history.directive(3, at: 32)
        let summary = history.end(at: 40)
        #expect(summary.missed == 3)
        #expect(summary.censored == 0)
        #expect(summary.cellEpochs == 4)
        #expect(isClose(summary.fastMeanMicroseconds, (32_000 + 22_000 + 12_000 + 2_000) / 4.0))
        #expect(isClose(summary.fast.max, 32_000))
    }

    @Test func aDirectiveAfterItsEpochIsMissed() {
        var history = History()
        history.epoch(0)
        history.epoch(1)
        history.directive(0, at: 11)
        history.directive(1, at: 12)
        let summary = history.end(at: 20)
        #expect(summary.missed == 1)
        #expect(isClose(summary.fast.max, 11_000))
    }

    @Test func aLoopLastsFromTheBeginningOfAnEpochToThatOfTheNext() {
        var history = History(warmUpMs: 0.3)
        for (epoch, at) in [(UInt64(0), 0), (1, 0.4), (2, 0.9), (3, 1.5), (4, 11.5), (6, 20)] {
            history.ledger.add(.epochStarted(EpochStart(epoch: epoch, scheduled: History.at(at))))
        }
        let summary = history.end(at: 20)
        // Epoch 0 is warm-up, epoch 5 was skipped, epoch 3 lasted as long as the clock lets it.
        #expect(summary.loops == 3)
        #expect(summary.loopsAtLimit == 1)
        #expect(isClose(summary.loop.max, 10_000))
    }

    @Test func skippedEpochsCountToo() {
        var history = History()
        history.epoch(0)
        history.directive(0, at: 1)
        // The radio network was stopped: epochs 1 to 4 never began.
        history.epoch(5)
        history.directive(5, at: 51)
        let summary = history.end(at: 60)
        #expect(summary.epochs == 6)
        #expect(summary.cellEpochs == 6)
        #expect(summary.missed == 4)
        #expect(isClose(summary.fast.max, 41_000))
    }

    @Test func whatNobodyDecidedIsCensoredAtTheEnd() {
        var history = History()
        for epoch in UInt64(0)...2 { history.epoch(epoch) }
        // Epoch 2 is still running at 25 ms: not missed yet.
        let summary = history.end(at: 25)
        #expect(summary.missed == 2)
        #expect(summary.censored == 2)
        #expect(isClose(summary.fast.max, 25_000))
        #expect(summary.cellEpochs == 2)
    }

    @Test func coordinationFollowsTheOffer() {
        var history = History()
        history.epoch(0)
        history.directive(0, at: 1, offer: 0)
        history.epoch(1)
        history.directive(1, at: 11, offer: 0)
        history.epoch(2)
        history.directive(2, at: 21, offer: 1)
        let summary = history.end(at: 30)
        // Epoch 0 after 1 ms, epoch 1 after 11 ms, epoch 2 not within 10 ms.
        #expect(isClose(summary.coordination.max, 11_000))
        #expect(summary.fast.max.map { $0 <= 1_000 } == true)
        #expect(isClose(summary.offerAgeMs, (1 + 11 + 11) / 3.0))
    }

    @Test func epochsThatNoOfferAnswersCountWithTheirWait() {
        var history = History()
        for epoch in UInt64(0)...3 {
            history.epoch(epoch)
            history.directive(epoch, at: Double(epoch) * 10 + 1, offer: 0)
        }
        // Epochs 1 to 3 had waited for 30, 20 and 10 ms.
        let summary = history.end(at: 40)
        #expect(isClose(summary.coordination.max, 30_000))
        #expect(isClose(summary.fast.max, 1_000))
    }

    @Test func refusedDirectivesDecideNothing() {
        var history = History(cells: 2)
        history.epoch(0)
        history.directive(0, at: 1, cells: [0, 1], outcome: .staleTerm)
        history.directive(0, at: 2, cells: [0], outcome: .expired)
        history.directive(0, at: 3, cells: [0, 1])
        let summary = history.end(at: 10)
        #expect(summary.decisions == 2)
        #expect(
            summary.rejected == [
                RejectionCount(outcome: .staleTerm, count: 2), RejectionCount(outcome: .expired, count: 1),
            ])
        #expect(isClose(summary.fastMeanMicroseconds, 3_000))
    }

    @Test func ageIsThatOfTheMeasurementsInForceOverTime() {
        var history = History()
        history.epoch(0)
        history.directive(0, at: 2)
        history.epoch(1)
        history.directive(1, at: 14, oldest: 0)
        let summary = history.end(at: 20)
        // Oldest: 2 -> 14 ms over 12 ms, then, still of epoch 0, 14 -> 20 ms over 6 ms. Own: 4 -> 10 ms in the end.
        #expect(isClose(summary.ageMeanMs, (12 * 8 + 6 * 17) / 18.0))
        #expect(isClose(summary.ownAgeMeanMs, (12 * 8 + 6 * 7) / 18.0))
        // 1 % of the time above: the top of 2 ... 20 ms, uniform.
        #expect(isClose(summary.ageP99Ms, 19.82, within: 0.01))
    }

    @Test func ageEndsWithTheDirective() {
        var history = History()
        history.epoch(0)
        history.directive(0, at: 0, expires: 2)
        for epoch in UInt64(1)...9 { history.epoch(epoch) }
        let summary = history.end(at: 100)
        #expect(isClose(summary.ageMeanMs, 10))
    }

    @Test func warmUpIsLeftOut() {
        var history = History(warmUpMs: 20)
        history.epoch(0)
        history.directive(0, at: 9)
        history.epoch(1)
        history.directive(1, at: 19, outcome: .expired)
        history.epoch(2)
        history.directive(2, at: 21)
        history.ledger.add(.lateOffer(node: History.edge, epoch: 1, cells: 3))
        history.ledger.add(.lateOffer(node: History.edge, epoch: 2, cells: 5))
        history.ledger.add(.leaderDecision(decision(epoch: 1, rounds: 100)))
        history.ledger.add(.leaderDecision(decision(epoch: 2, rounds: 4)))
        let summary = history.end(at: 30)
        #expect(summary.epochs == 1)
        #expect(summary.decisions == 1)
        #expect(summary.missed == 0)
        #expect(summary.rejected.isEmpty)
        #expect(summary.lateOffers == 5)
        #expect(summary.roundsMean == 4)
        #expect(isClose(summary.fast.max, 1_000))
        // From 20 ms on: epoch 0's directive is 20 ms old, for 1 ms; then epoch 2's, 1 -> 10 ms.
        #expect(isClose(summary.ageMeanMs, (1 * 20.5 + 9 * 5.5) / 10.0))
    }

    @Test func aRestartedRadioNetworkBeginsANewCount() {
        var history = History()
        for epoch in UInt64(0)...2 { history.epoch(epoch) }
        history.directive(2, at: 21)
        history.ledger.add(.epochStarted(EpochStart(epoch: 0, scheduled: History.at(100))))
        history.directive(0, at: 103)
        let summary = history.end(at: 110)
        #expect(summary.restarts == 1)
        #expect(summary.cellEpochs == 4)
        #expect(summary.epochs == 4)
    }

    private func decision(epoch: UInt64, rounds: Int) -> LeaderDecision {
        LeaderDecision(
            node: History.edge, epoch: epoch, rounds: rounds, predictedCells: 0, twinValueMbps: 1, solver: .pricing)
    }
}
