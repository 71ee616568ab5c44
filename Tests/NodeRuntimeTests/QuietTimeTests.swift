import NetworkModel
import NodeRuntime
import Testing

@Suite struct QuietTimeTests {
    private func first(_ epoch: Instant.Span, fromMicroseconds from: Int64) -> Int64 {
        QuietTime(epoch: epoch).first(from: Instant(nanoseconds: from * 1_000)).nanoseconds / 1_000
    }

    /// Of epochs of 10 ms those from 6.25 to 8.75 ms are quiet.
    @Test(
        arguments: [
            (0, 6_250), (6_249, 6_250), (6_250, 6_250), (8_749, 8_749), (8_750, 16_250), (10_000, 16_250),
            (80_001_234, 80_006_250), (80_007_500, 80_007_500), (80_009_999, 80_016_250),
        ] as [(Int64, Int64)]
    ) func whatFallsIntoADecisionIsPutOffToTheQuietPart(from: Int64, to: Int64) {
        #expect(first(.milliseconds(10), fromMicroseconds: from) == to)
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

    @Test func whereNoPeriodIsAMultipleOfTheEpochNothingIsPutOff() {
        #expect(first(.milliseconds(100), fromMicroseconds: 1) == 62_500)
        for milliseconds: Int64 in [3, 30, 101, 10_000] {
            #expect(first(.milliseconds(milliseconds), fromMicroseconds: 1) == 1)
        }
    }
}
