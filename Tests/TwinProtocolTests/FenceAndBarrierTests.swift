import DTNetMessages
import NetworkModel
import Testing
import TwinProtocol

@Suite struct DirectiveFenceTests {
    private let cell = CellID(1)
    private let writer = NodeID(4)

    private func judge(
        _ fence: DirectiveFence, writer: NodeID? = nil, term: UInt64 = 1, epoch: UInt64, expires: UInt64 = 100,
        now: UInt64 = 10
    ) -> DirectiveOutcome {
        fence.judge(
            cell: cell, kind: .power, writer: writer ?? self.writer, term: term, epoch: epoch, expires: expires,
            now: now)
    }

    private func committed(term: UInt64 = 2, epoch: UInt64 = 10, expires: UInt64 = 18) -> DirectiveFence {
        var fence = DirectiveFence(cells: 3)
        fence.commit(cell: cell, kind: .power, writer: writer, term: term, epoch: epoch, expires: expires)
        return fence
    }

    @Test func nothingIsAppliedTwice() {
        let fence = committed()
        #expect(judge(fence, term: 2, epoch: 10) == .staleEpoch)
        #expect(judge(fence, term: 3, epoch: 10) == .staleEpoch)
        #expect(judge(fence, term: 2, epoch: 9) == .staleEpoch)
        #expect(judge(fence, term: 2, epoch: 11, now: 11) == .applied)
    }

    @Test func oldTermsAreFenced() {
        #expect(judge(committed(), term: 1, epoch: 12) == .staleTerm)
    }

    /// One directive of an epoch that is far ahead would keep out all that follow.
    @Test func anEpochThatHasNotBegunIsRefused() {
        let fence = DirectiveFence(cells: 3)
        #expect(judge(fence, epoch: 11, now: 10) == .staleEpoch && judge(fence, epoch: 10, now: 10) == .applied)
        #expect(judge(fence, epoch: 1 << 47, expires: 1 << 48, now: 10) == .staleEpoch)
    }

    @Test func expiredDirectivesNeverAct() {
        #expect(judge(DirectiveFence(cells: 3), epoch: 5, expires: 10, now: 10) == .expired)
        #expect(judge(DirectiveFence(cells: 3), epoch: 5, expires: 11, now: 10) == .applied)
    }

    @Test func oneWriterHoldsAKind() {
        let fence = committed()
        #expect(judge(fence, writer: NodeID(5), term: 2, epoch: 12, now: 12) == .unauthorised)
        #expect(judge(fence, writer: NodeID(5), term: 3, epoch: 12, now: 12) == .applied)
        #expect(judge(fence, writer: NodeID(5), term: 2, epoch: 18, now: 18) == .applied)
    }

    @Test func expiryNamesCellAndKindOnce() {
        var fence = committed()
        #expect(given(&fence) { $0.expire(at: 17) }.isEmpty)
        let ended = fence.expire(at: 18)
        #expect(ended.map(\.cell) == [cell])
        #expect(ended.map(\.kind) == [.power])
        #expect(given(&fence) { $0.expire(at: 19) }.isEmpty)
    }
}

@Suite struct EpochBarrierTests {
    @Test func releasesWhenAllHaveSpoken() {
        var barrier = EpochBarrier(sources: 2)
        #expect(given(&barrier) { $0.arrive(source: 0, epoch: 5) } == .opened)
        #expect(given(&barrier) { $0.arrive(source: 0, epoch: 5) } == .wait)
        #expect(given(&barrier) { $0.arrive(source: 1, epoch: 5) } == .release)
        #expect(given(&barrier) { $0.arrive(source: 1, epoch: 5) } == .late)
        #expect(!given(&barrier) { $0.expire(epoch: 5) })
    }

    @Test func deadlineDecidesWithoutTheMissing() {
        var barrier = EpochBarrier(sources: 2)
        _ = barrier.arrive(source: 1, epoch: 5)
        #expect(given(&barrier) { $0.expire(epoch: 5) })
        #expect(!barrier.hasReported(0) && barrier.hasReported(1))
        #expect(given(&barrier) { $0.arrive(source: 0, epoch: 5) } == .late)
        #expect(given(&barrier) { $0.arrive(source: 0, epoch: 6) } == .opened)
    }

    @Test func newerEpochAbandonsTheOlder() {
        var barrier = EpochBarrier(sources: 2)
        _ = barrier.arrive(source: 0, epoch: 5)
        #expect(given(&barrier) { $0.arrive(source: 1, epoch: 6) } == .opened)
        #expect(given(&barrier) { $0.arrive(source: 0, epoch: 5) } == .late)
        #expect(given(&barrier) { $0.arrive(source: 0, epoch: 6) } == .release)
    }

    @Test func epochsThatAreNumberedAnewAreCollected() {
        var barrier = EpochBarrier(sources: 1)
        _ = barrier.arrive(source: 0, epoch: 900)
        #expect(given(&barrier) { $0.arrive(source: 0, epoch: 5) } == .late)
        barrier.restart()
        #expect(given(&barrier) { $0.arrive(source: 0, epoch: 5) } == .release)
    }

    @Test func singleSourceReleasesAtOnce() {
        var barrier = EpochBarrier(sources: 1)
        #expect(given(&barrier) { $0.arrive(source: 0, epoch: 1) } == .release)
    }
}

@Suite struct SequenceTrackerTests {
    @Test func countsGapsAndDuplicates() {
        var tracker = SequenceTracker()
        #expect(given(&tracker) { $0.observe(incarnation: 1, sequence: 1) } == .inOrder)
        #expect(given(&tracker) { $0.observe(incarnation: 1, sequence: 4) } == .gap(2))
        #expect(given(&tracker) { $0.observe(incarnation: 1, sequence: 4) } == .duplicate)
        #expect(given(&tracker) { $0.observe(incarnation: 1, sequence: 3) } == .duplicate)
        #expect(given(&tracker) { $0.observe(incarnation: 2, sequence: 1) } == .restarted)
        #expect(given(&tracker) { $0.observe(incarnation: 1, sequence: 9) } == .duplicate)
        #expect(tracker.lost == 2)
        #expect(tracker.duplicates == 3)
    }

    /// Numbers that nobody has counted up to are a gap like others.
    @Test func anyNumberIsJudged() {
        var tracker = SequenceTracker()
        for incarnation in 1...3 as ClosedRange<UInt64> {
            _ = tracker.observe(incarnation: incarnation, sequence: 1)
            #expect(given(&tracker) { $0.observe(incarnation: incarnation, sequence: .max) } == .gap(.max - 2))
        }
        #expect(tracker.lost == .max)
        #expect(given(&tracker) { $0.observe(incarnation: 3, sequence: .max) } == .duplicate)
    }

    /// A host that counts its starts anew is heard once a session with it stands.
    @Test func aLowerIncarnationBeginsWithASession() {
        var tracker = SequenceTracker()
        _ = tracker.observe(incarnation: 7, sequence: 400)
        #expect(given(&tracker) { $0.observe(incarnation: 1, sequence: 1) } == .duplicate)
        tracker.begin(incarnation: 7)
        #expect(given(&tracker) { $0.observe(incarnation: 7, sequence: 400) } == .duplicate)
        tracker.begin(incarnation: 1)
        #expect(given(&tracker) { $0.observe(incarnation: 1, sequence: 1) } == .inOrder)
    }
}

/// A mutating call inside an expectation.
private func given<Value, Result>(_ value: inout Value, _ call: (inout Value) -> Result) -> Result { call(&value) }
