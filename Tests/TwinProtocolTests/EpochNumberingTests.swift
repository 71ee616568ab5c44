import Testing
import TwinProtocol

@Suite struct EpochNumberingTests {
    private func verdicts(
        _ numbering: inout EpochNumbering, _ epochs: [UInt64], from source: Int = 0, incarnation: UInt64 = 0
    ) -> [EpochNumbering.Verdict] {
        epochs.map { numbering.observe($0, from: source, incarnation: incarnation) }
    }

    @Test func epochsInOrderMoveTheFence() {
        var numbering = EpochNumbering(sources: 1)
        #expect(verdicts(&numbering, [100, 101, 101, 105, 105 + EpochNumbering.maxStep]).allSatisfy { $0 == .inForce })
        #expect(numbering.newest == 105 + EpochNumbering.maxStep)
    }

    @Test func oneWrongNumberLocksNobodyOut() {
        var numbering = EpochNumbering(sources: 2)
        #expect(verdicts(&numbering, [100], from: 0) == [.inForce])
        #expect(verdicts(&numbering, [100], from: 1) == [.inForce])
        #expect(verdicts(&numbering, [1 << 47], from: 0) == [.doubtful])
        #expect(numbering.newest == 100)
        #expect(verdicts(&numbering, [101], from: 1) == [.inForce])
        // Back at the true ones, at once.
        #expect(verdicts(&numbering, [101, 102], from: 0) == [.inForce, .inForce])
        // The same wrong number twice confirms nothing, nor do two that do not follow.
        #expect(verdicts(&numbering, [1 << 47, 1 << 47, 1 << 46], from: 0) == [.doubtful, .doubtful, .doubtful])
        #expect(verdicts(&numbering, [103], from: 0) == [.inForce])
        #expect(numbering.newest == 103)
    }

    @Test func aFirstNumberThatIsWrongIsOvertaken() {
        var numbering = EpochNumbering(sources: 2)
        #expect(verdicts(&numbering, [1 << 47], from: 0) == [.inForce])
        #expect(verdicts(&numbering, [100, 101], from: 1) == [.doubtful, .restarted])
        #expect(verdicts(&numbering, [102], from: 0) == [.inForce])
    }

    @Test func aNumberingThatFallsIsConfirmedByTheNextMessage() {
        var numbering = EpochNumbering(sources: 2)
        for source in 0..<2 { _ = verdicts(&numbering, [900_000, 900_001], from: source) }
        #expect(verdicts(&numbering, [30], from: 0) == [.doubtful])
        #expect(verdicts(&numbering, [30], from: 1) == [.doubtful])
        #expect(verdicts(&numbering, [31], from: 0) == [.restarted])
        // The other source has said the same: it is heard at once, and what it had sent before is not.
        #expect(verdicts(&numbering, [31, 32], from: 1) == [.inForce, .inForce])
        #expect(numbering.newest == 32)
    }

    @Test func aSmallFallIsSeenToo() {
        var numbering = EpochNumbering(sources: 1)
        #expect(verdicts(&numbering, [500, 20, 21, 22]) == [.inForce, .doubtful, .restarted, .inForce])
        #expect(numbering.newest == 22)
    }

    @Test func whatWaitedInASourceMovesNothing() {
        var numbering = EpochNumbering(sources: 2)
        for source in 0..<2 { _ = verdicts(&numbering, [10], from: source) }
        for epoch in 11...5_000 as ClosedRange<UInt64> { _ = numbering.observe(epoch, from: 1) }
        // Held up since 10: it goes on where it was, and is too old until it has caught up.
        #expect(verdicts(&numbering, [11, 12, 13], from: 0).allSatisfy { $0 == .doubtful })
        #expect(numbering.newest == 5_000)
        for epoch in 14...5_000 as ClosedRange<UInt64> { _ = numbering.observe(epoch, from: 0) }
        #expect(verdicts(&numbering, [5_001], from: 0) == [.inForce])
    }

    @Test func anOutageCostsOneMore() {
        var numbering = EpochNumbering(sources: 1)
        #expect(verdicts(&numbering, [10, 90_000, 90_001]) == [.inForce, .doubtful, .inForce])
    }

    @Test func aLaterStartOfTheRadioNetworkHoldsAtOnce() {
        var numbering = EpochNumbering(sources: 1)
        #expect(verdicts(&numbering, [900_000, 900_001], incarnation: 4) == [.inForce, .inForce])
        #expect(verdicts(&numbering, [12, 13], incarnation: 5) == [.restarted, .inForce])
        // One that goes on above is no new numbering.
        #expect(verdicts(&numbering, [1 << 40], incarnation: 6) == [.inForce])
    }
}
