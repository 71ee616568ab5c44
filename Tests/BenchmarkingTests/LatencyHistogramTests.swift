import Benchmarking
import NetworkModel
import Testing

struct LatencyHistogramTests {
    @Test(arguments: [(UInt64(500), 20), (900, 100), (990, 1_000), (999, 10_000)])
    func aPercentileNeedsTenSamplesAboveIt(perMille: UInt64, samples: Int) {
        var histogram = LatencyHistogram()
        for _ in 1..<samples { histogram.record(.microseconds(5)) }
        #expect(histogram.microseconds(perMille: perMille) == nil)
        histogram.record(.microseconds(5))
        #expect(histogram.microseconds(perMille: perMille) != nil)
        #expect(histogram.maxMicroseconds == 5)
    }

    @Test func percentilesAreWithinAThousandth() {
        var histogram = LatencyHistogram()
        for value in 1...100_000 { histogram.record(.nanoseconds(Int64(value) * 77)) }
        let expected: [(UInt64, Double)] = [(500, 3_850), (900, 6_930), (990, 7_623), (999, 7_692.3)]
        for (perMille, microseconds) in expected {
            #expect(isClose(histogram.microseconds(perMille: perMille), microseconds, within: 1e-3))
        }
        #expect(isClose(histogram.meanMicroseconds, 77 * 100_001 / 2.0 / 1_000))
        #expect(histogram.maxMicroseconds == 7_700)
    }

    @Test func quantilesAgreeWithPercentiles() throws {
        var histogram = LatencyHistogram()
        for value in 1...20_000 { histogram.record(.nanoseconds(Int64(value * value % 7_919) * 131)) }
        let table = histogram.quantileTable(points: 201)
        #expect(table.count == 201)
        #expect(table == table.sorted())
        for (point, perMille) in [(0, UInt64(0)), (1, 5), (100, 500), (180, 900), (198, 990), (199, 995)] {
            let microseconds = try #require(histogram.microseconds(perMille: perMille))
            #expect(Double(table[point]) == (microseconds * 1_000).rounded(.down), "at \(perMille)")
        }
        #expect(isClose(table.last.map { Double($0) / 1_000 }, try #require(histogram.maxMicroseconds), within: 1e-3))
    }

    @Test func smallAndHugeValuesFit() {
        var histogram = LatencyHistogram()
        histogram.record(.nanoseconds(-5))
        histogram.record(.nanoseconds(0))
        histogram.record(.seconds(86_400))
        #expect(histogram.count == 3)
        #expect(histogram.maxMicroseconds == 86_400e6)
        #expect(histogram.quantileTable(points: 3).first == 0)
    }

    @Test func ageIsTheSameAsSampledFinely() {
        var age = AgeIntegral(epoch: .milliseconds(10))
        var samples: [Double] = []
        let segments: [(Int64, Int64)] = [(1_000, 9_500), (333, 12_001), (40_000, 160), (0, 10_000), (7, 3)]
        for (start, length) in segments {
            age.add(age: .microseconds(start), lasting: .microseconds(length))
            for step in 0..<length { samples.append((Double(start + step) + 0.5) / 1_000) }
        }
        samples.sort()
        #expect(isClose(age.meanMilliseconds, samples.reduce(0, +) / Double(samples.count)))
        for fraction in [0.1, 0.5, 0.9, 0.99] {
            let sampled = samples[Int(fraction * Double(samples.count))]
            #expect(age.milliseconds(fraction: fraction).map { ($0 - sampled).magnitude < 0.16 } == true)
        }
    }
}
