import DTNetMessages
import NetworkModel
import Testing
import TwinProtocol

struct LinkShaperTests {
    private func shaper(_ link: LinkPlan, seed: UInt64 = 1) -> LinkShaper {
        LinkShaper(link: link, seed: seed, from: NodeID(1), to: NodeID(2))
    }

    private func micros(_ value: Int64) -> Instant { Instant(nanoseconds: value * 1_000) }

    @Test func aMessageTakesSerialisationAndPropagation() {
        // 1,000 bytes at 8 Mbit/s: 1 ms; and 250 us of fibre.
        let link = LinkPlan(
            medium: .fibre, bandwidthBitsPerSecond: 8e6, propagationDelay: .microseconds(250))
        var wire = shaper(link)
        #expect(wire.admit(byteCount: 1_000, traffic: .control, at: micros(0)) == .deliver(at: micros(1_250)))
        // The second waits for the first; the third finds the link idle again.
        #expect(wire.admit(byteCount: 1_000, traffic: .control, at: micros(100)) == .deliver(at: micros(2_250)))
        #expect(wire.admit(byteCount: 500, traffic: .telemetry, at: micros(9_000)) == .deliver(at: micros(9_750)))
        #expect(wire.counts.delivered == 3)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func jitterKeepsOrderAndMean(seed: UInt64) {
        let link = LinkPlan(
            medium: .sub6, bandwidthBitsPerSecond: 1e9, propagationDelay: .microseconds(10),
            jitterMean: .microseconds(50))
        var wire = shaper(link, seed: seed)
        var last = Instant.zero
        var sum = 0.0
        let count = 20_000
        for index in 0..<count {
            let now = micros(Int64(index) * 1_000)
            guard case .deliver(let at) = wire.admit(byteCount: 125, traffic: .control, at: now) else {
                Issue.record("seed \(seed): control was not delivered")
                return
            }
            #expect(at >= last && at >= now + .microseconds(11))
            last = at
            sum += (at - now).microseconds
        }
        #expect(abs(sum / Double(count) - 61) < 1.5, "seed \(seed)")
    }

    @Test func lossCostsControlTimeAndTelemetryTheMessage() {
        let link = LinkPlan(
            medium: .mmwave, bandwidthBitsPerSecond: 1e9, propagationDelay: .microseconds(100), lossProbability: 0.1)
        var control = shaper(link)
        var telemetry = shaper(link)
        for index in 0..<10_000 {
            let now = micros(Int64(index) * 10_000)
            guard case .deliver(let at) = control.admit(byteCount: 125, traffic: .control, at: now) else {
                Issue.record("control message \(index) was not delivered")
                return
            }
            // Each loss costs a round trip and a serialisation: 201 us.
            #expect(((at - now).nanoseconds - 101_000) % 201_000 == 0)
            _ = telemetry.admit(byteCount: 125, traffic: .telemetry, at: now)
        }
        #expect(control.counts.lost == 0 && control.counts.delivered == 10_000)
        #expect((950...1_300).contains(control.counts.retransmissions))
        #expect((850...1_150).contains(telemetry.counts.lost))
        #expect(telemetry.counts.lost + telemetry.counts.delivered == 10_000)
    }

    @Test func measuredDelaysAreTakenInOrderAndOverAgain() {
        let link = LinkPlan(
            medium: .measured, bandwidthBitsPerSecond: .infinity, propagationDelay: .milliseconds(9),
            measuredDelays: [3_000_000, 1_000_000, 2_000_000])
        var wire = shaper(link)
        var delays: [Int64] = []
        for index in 0..<4 {
            let now = micros(Int64(index) * 100_000)
            if case .deliver(let at) = wire.admit(byteCount: 9, traffic: .telemetry, at: now) {
                delays.append((at - now).nanoseconds)
            }
        }
        #expect(delays == [3_000_000, 1_000_000, 2_000_000, 3_000_000])
        // Back to back, the quicker second message waits for the first.
        var burst = shaper(link)
        #expect(burst.admit(byteCount: 9, traffic: .telemetry, at: .zero) == .deliver(at: micros(3_000)))
        #expect(burst.admit(byteCount: 9, traffic: .telemetry, at: .zero) == .deliver(at: micros(3_000)))
    }

    @Test func anOverloadedWireShedsTelemetryBeforeControl() {
        // 1 Mbit/s offered 100,000 bytes (0.8 s) at once.
        let link = LinkPlan(medium: .sub6, bandwidthBitsPerSecond: 1e6, propagationDelay: .zero)
        var wire = shaper(link)
        for _ in 0..<100 { _ = wire.admit(byteCount: 1_000, traffic: .telemetry, at: .zero) }
        #expect(wire.counts.overflowed > 80)
        let held = wire.counts.overflowed
        #expect(wire.admit(byteCount: 1_000, traffic: .control, at: .zero) != .overflow)
        #expect(wire.counts.overflowed == held)
        for _ in 0..<1_000 { _ = wire.admit(byteCount: 1_000, traffic: .control, at: .zero) }
        #expect(wire.counts.delivered < 130)
    }

    @Test func theSameSeedAndArrivalsGiveTheSameTimes() {
        let link = LinkPlan(
            medium: .satellite, bandwidthBitsPerSecond: 1e8, propagationDelay: .milliseconds(2),
            jitterMean: .microseconds(500), lossProbability: 0.05)
        func times(seed: UInt64) -> [LinkShaper.Decision] {
            var wire = shaper(link, seed: seed)
            return (0..<500).map {
                let traffic = $0 % 2 == 0 ? TrafficClass.control : .telemetry
                return wire.admit(byteCount: 200 + $0, traffic: traffic, at: micros(Int64($0) * 700))
            }
        }
        #expect(times(seed: 4) == times(seed: 4))
        #expect(times(seed: 4) != times(seed: 5))
    }
}
