import Foundation
import Testing
import Topology

@Suite struct MeasuredTraceTests {
    @Test func halvesRoundTripsAndLeavesOutWhatIsMissing() throws {
        let text = "a delay(ms) b\r\n1 20 x\r\n\r\n1 - x\r\n1\r\n1 30.5 x\r\n1 -4 x\r\n1 7\r\n1 8 x\r\n1 9"
        #expect(
            try MeasuredTrace.oneWayDelays(of: text) == [10_000_000, 15_250_000, 3_500_000, 4_000_000, 4_500_000])
    }

    @Test(arguments: ["", "delay\n1\n", "delay(ms)\n", "delay(ms)\nnan\ninf\n-1\n", "delay(ms)\n1\n-\n-\n"])
    func refuses(text: String) {
        #expect(throws: MeasuredTraceError.self) { try MeasuredTrace.oneWayDelays(of: text) }
    }

    @Test func longTracesAreCut() throws {
        let text = "delay(ms)\n" + String(repeating: "10\n", count: 20_000)
        #expect(try MeasuredTrace.oneWayDelays(of: text).count == MeasuredTrace.maximumDelays)
    }

    @Test func readsAMeasuredRun() throws {
        let path = "\(Fixtures.root)/../shared/data/cicv5g/urban_n78_v20_run01.txt"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            print("skipped: no trace at \(path)")
            return
        }
        let delays = try MeasuredTrace.oneWayDelays(of: text)
        #expect(delays.count > 6_000 && delays.first == 13_000_000)
    }
}
