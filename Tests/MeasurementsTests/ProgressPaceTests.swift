import Measurements
import Testing

@Suite struct ProgressPaceTests {
    @Test func linesComeAfterASecondAndThenEverFurtherApart() {
        var pace = ProgressPace()
        let due = [0.9, 1, 2, 2.2].map { pace.isDue(seconds: $0) }
        #expect(due == [false, true, false, true])
    }

    /// Asked a hundred times a second for a day, and every second for a week.
    @Test func linesAreBounded() {
        for (gap, seconds) in [(0.01, 86_400.0), (1, 604_800)] {
            var pace = ProgressPace()
            var lines = 0
            for step in 0..<Int(seconds / gap) where pace.isDue(seconds: Double(step) * gap) { lines += 1 }
            #expect(lines > 20 && lines <= 120, "\(lines) lines in \(seconds) s")
        }
    }
}
