import NetworkModel
import NodeRuntime
import Testing

@Suite struct QuietTimeTests {
    private func first(_ epoch: Instant.Span, fromMicroseconds from: Int64) -> Int64 {
        QuietTime(epoch: epoch).first(from: Instant(nanoseconds: from * 1_000)).nanoseconds / 1_000
    }

    /// Of epochs of 8 ms the sixth and the seventh are quiet.
    @Test(
        arguments: [
            (0, 5_000), (4_999, 5_000), (5_000, 5_000), (6_999, 6_999), (7_000, 13_000), (8_000, 13_000),
            (80_001_234, 80_005_000), (80_006_500, 80_006_500), (80_007_999, 80_013_000),
        ] as [(Int64, Int64)]
    ) func whatFallsIntoADecisionIsPutOffToTheQuietPart(from: Int64, to: Int64) {
        #expect(first(.milliseconds(8), fromMicroseconds: from) == to)
    }

    /// Whatever is done every so many whole epochs stays where it once is.
    @Test func aPeriodOfWholeEpochsStaysQuiet() {
        let quiet = QuietTime(epoch: .milliseconds(5))
        var now = quiet.first(from: Instant(nanoseconds: 1_000_123))
        #expect(now == Instant(nanoseconds: 3_125_000))
        for _ in 0..<10 {
            let next = now + .milliseconds(100)
            #expect(quiet.first(from: next) == next)
            now = next
        }
    }

    @Test func inLongEpochsNothingIsPutOff() {
        #expect(first(.milliseconds(100), fromMicroseconds: 1) == 62_500)
        #expect(first(.milliseconds(101), fromMicroseconds: 1) == 1)
    }
}
