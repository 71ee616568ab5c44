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

    @Test func aSmallFallRestartsOnce() {
        var numbering = EpochNumbering(sources: 4)
        for source in 0..<4 { _ = verdicts(&numbering, [499, 500], from: source) }
        #expect(verdicts(&numbering, [20], from: 1) == [.doubtful])
        #expect(verdicts(&numbering, [20, 21], from: 0) == [.doubtful, .restarted])
        // One that had said the same, one that falls later, and one whose first numbers were lost.
        #expect(verdicts(&numbering, [21], from: 1) == [.inForce])
        #expect(verdicts(&numbering, [20, 21, 22], from: 2) == [.inForce, .inForce, .inForce])
        #expect(verdicts(&numbering, [23], from: 3) == [.inForce])
        #expect(numbering.newest == 23)
    }

    @Test func whatIsLeftOverOfASmallFallMovesNothing() {
        var numbering = EpochNumbering(sources: 2)
        for source in 0..<2 { _ = verdicts(&numbering, [500], from: source) }
        #expect(verdicts(&numbering, [20, 21], from: 0) == [.doubtful, .restarted])
        // Held up meanwhile: all at once it says what was true before.
        #expect(verdicts(&numbering, Array(501...560), from: 1).allSatisfy { $0 == .doubtful })
        #expect(numbering.newest == 21)
        #expect(verdicts(&numbering, [22], from: 1) == [.inForce])
        #expect(numbering.newest == 22)
    }

    @Test func aSourceThatMissedTheFallIsHeardAgain() {
        var numbering = EpochNumbering(sources: 2)
        for source in 0..<2 { _ = verdicts(&numbering, [500], from: source) }
        #expect(verdicts(&numbering, [497, 498], from: 0) == [.doubtful, .restarted])
        // Five behind the other, it has lost all up to its own last number.
        var found: [EpochNumbering.Verdict] = []
        for epoch in 506...520 as ClosedRange<UInt64> {
            #expect(verdicts(&numbering, [epoch], from: 0) == [.inForce])
            found += verdicts(&numbering, [epoch - 5], from: 1)
        }
        #expect(found.prefix(8).allSatisfy { $0 == .doubtful })
        #expect(found.dropFirst(8).allSatisfy { $0 == .inForce })
    }

    /// Radio networks that are started again and again, heard over wires that lose and delay.
    @Test(arguments: Array(UInt64(1)...40)) func everyRestartIsHeardOnce(seed: UInt64) {
        var state = seed
        func draw(_ below: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % below
        }
        let sources = Int(1 + draw(4))
        let delays = (0..<sources).map { _ in Int(draw(4)) }
        var numbering = EpochNumbering(sources: sources)
        // What is under way on each wire, nil where it is lost.
        var wires: [[UInt64?]] = delays.map { Array(repeating: nil, count: $0) }
        var epoch = 5_000 + draw(1_000_000)
        var wrong: [String] = []
        for life in 0..<8 {
            var restarts = 0
            let steps = 60 + Int(draw(100))
            for step in 0..<steps {
                for source in 0..<sources {
                    wires[source].append(draw(5) == 0 ? nil : epoch)
                    guard let heard = wires[source].removeFirst() else { continue }
                    let verdict = numbering.observe(heard, from: source)
                    if verdict == .restarted { restarts += 1 }
                    if step >= 50, verdict != .inForce { wrong.append("life \(life), step \(step): not heard") }
                }
                if restarts > 0, (numbering.newest ?? 0) > epoch { wrong.append("life \(life): ahead of all") }
                epoch += 1
            }
            if restarts > 1 { wrong.append("life \(life): \(restarts) restarts") }
            // Of the last numbers of all wires, with their delays, one is there.
            let behind = Int64(epoch) - Int64(numbering.newest ?? 0)
            if !(1...12).contains(behind) { wrong.append("life \(life): \(behind) behind") }
            // Started again: a little below, far below, or above.
            switch draw(4) {
            case 0: epoch -= 1 + draw(8)
            case 1: epoch -= 1 + draw(900)
            case 2: epoch = 2_000 + draw(1_000)
            default: epoch += draw(3_000)
            }
        }
        #expect(wrong.isEmpty, "seed \(seed): \(wrong.prefix(3))")
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
