import DTNetMessages
import Glibc
import NetworkModel
import NodeRuntime
import Testing
import Topology
import Transport
import TwinProtocol

/// Two reactors of one process of the tests, over unix sockets: the runtime as it runs.
@Suite(.serialized) struct ReactorTests {
    /// The sockets of one test, removed at its end.
    private func withSockets(_ body: (SocketDirectory) throws -> Void) throws {
        let sockets = try SocketDirectory(run: "t\(getpid())-\(UInt32.random(in: 0...0xFFFF))")
        defer { sockets.remove() }
        try body(sockets)
    }

    private func startRadio(
        _ plan: WiringPlan, _ sockets: SocketDirectory, _ observer: Observer, epochs: UInt64 = .max
    ) throws -> RunningReactor {
        try RunningReactor(plan, "radio", sockets: sockets) {
            [NodeHost([TestRadio(node: TwoProcessFixture.radio, observer: observer, epochs: epochs)])]
        }
    }

    private func startEdge(
        _ plan: WiringPlan, _ sockets: SocketDirectory, _ observer: Observer, incarnation: UInt64 = 1
    ) throws -> RunningReactor {
        try RunningReactor(plan, "edge", incarnation: incarnation, sockets: sockets) {
            [NodeHost([TestEdge(node: TwoProcessFixture.edge, observer: observer)]) { $0 + 1 }]
        }
    }

    @Test func telemetryGoesUpAndDirectivesComeDown() throws {
        try withSockets { sockets in
            let plan = TwoProcessFixture.plan()
            let (above, below) = (Observer(), Observer())
            let radio = try startRadio(plan, sockets, below, epochs: 200)
            let edge = try startEdge(plan, sockets, above)
            #expect(below.wait { $0.envelopes.count >= 200 })
            #expect(above.wait { !$0.results.isEmpty })
            #expect(edge.stop() && radio.stop())
            #expect(above.results.allSatisfy { $0 == 21 })
            #expect(below.states.first == .up(highestTerm: 7))
            #expect(below.envelopes.map(\.epoch) == Array(1...200))
            #expect(below.envelopes.map(\.sequence) == Array(1...200))
            for envelope in below.envelopes {
                let hops = envelope.hops
                #expect(hops.map(\.layer) == [.radioNetwork, .l1])
                // One clock here: the stamps of both nodes are in order, the patched ones too.
                #expect(hops[0].arrived > .zero && hops[0].arrived <= hops[0].started)
                #expect(hops[0].started <= hops[0].sent && hops[0].sent <= hops[1].arrived)
                #expect(hops[1].arrived <= hops[1].started && hops[1].started <= hops[1].sent)
            }
            for counters in [radio.counters, edge.counters] {
                #expect(counters.gaps == [0, 0, 0] && counters.refused == 0 && counters.unsendable == 0)
            }
            let telemetry = Int(TrafficClass.telemetry.rawValue)
            #expect(radio.counters.sent[telemetry] == 200 && edge.counters.received[telemetry] == 200)
        }
    }

    @Test func messagesOfOneEventLeaveInTheirOrder() throws {
        try withSockets { sockets in
            let plan = TwoProcessFixture.plan()
            let (above, below) = (Observer(), Observer())
            let radio = try RunningReactor(plan, "radio", sockets: sockets) {
                [NodeHost([TestRadio(node: TwoProcessFixture.radio, observer: below, epochs: 60, burst: 3)])]
            }
            let edge = try startEdge(plan, sockets, above)
            #expect(above.wait { $0.envelopes.count >= 60 })
            #expect(edge.stop() && radio.stop())
            #expect(above.envelopes.map(\.epoch) == Array(1...60))
            #expect(above.envelopes.map(\.sequence) == Array(1...60))
            for first in stride(from: 0, to: 60, by: 3) {
                let hops = above.envelopes[first..<(first + 3)].map { $0.hops[0] }
                // One event: the prepared message says when it started as the others do, and each when it left.
                #expect(hops.allSatisfy { $0.started == hops[0].started && $0.arrived == $0.started })
                #expect(hops[0].started <= hops[0].sent)
                #expect(hops[0].sent <= hops[1].sent && hops[1].sent <= hops[2].sent)
            }
        }
    }

    @Test func whatIsLargerThanAMessageComesInParts() throws {
        try withSockets { sockets in
            let plan = TwoProcessFixture.plan()
            let (above, below) = (Observer(), Observer())
            let crowd = TwoProcessFixture.crowd(ues: 3_000)
            let radio = try RunningReactor(plan, "radio", sockets: sockets) {
                [NodeHost([TestRadio(node: TwoProcessFixture.radio, observer: below, epochs: 20, content: crowd)])]
            }
            let edge = try startEdge(plan, sockets, above)
            #expect(above.wait { $0.envelopes.count >= 20 })
            #expect(edge.stop() && radio.stop())
            #expect(above.envelopes.map(\.epoch) == Array(1...20))
            // 1.3 MB in two messages; every other one was packed ahead.
            #expect(above.envelopes.map(\.sequence) == Array(stride(from: 2, through: 40, by: 2)))
            for envelope in above.envelopes {
                #expect(envelope.part == .whole && envelope.body == .telemetry(crowd))
                #expect(envelope.hops.count == 1 && envelope.hops[0].started <= envelope.hops[0].sent)
                #expect(envelope.hops[0].arrived > .zero)
            }
            let telemetry = Int(TrafficClass.telemetry.rawValue)
            #expect(radio.counters.sent[telemetry] == 40 && edge.counters.received[telemetry] == 40)
            #expect(edge.counters.refused == 0 && radio.counters.unsendable == 0)
        }
    }

    @Test func aShapedLinkHoldsMessagesBack() throws {
        try withSockets { sockets in
            let link = LinkPlan(
                medium: .fibre, bandwidthBitsPerSecond: 1e9, propagationDelay: .microseconds(1_500))
            let plan = TwoProcessFixture.plan(link: link)
            let (above, below) = (Observer(), Observer())
            let radio = try startRadio(plan, sockets, below, epochs: 50)
            let edge = try startEdge(plan, sockets, above)
            #expect(below.wait { $0.envelopes.count >= 50 })
            #expect(edge.stop() && radio.stop())
            for (envelope, arrived) in zip(below.envelopes, below.arrivals) {
                // Residence ends at the hand-over: each link has at least its propagation between the stamps.
                #expect(envelope.hops[1].arrived - envelope.hops[0].sent >= .microseconds(1_500))
                #expect(arrived - envelope.hops[1].sent >= .microseconds(1_500))
            }
            #expect(radio.counters.delayed == 50)
        }
    }

    @Test func whatALinkLosesIsWhatTheReceiverMisses() throws {
        try withSockets { sockets in
            let link = LinkPlan(
                medium: .sub6, bandwidthBitsPerSecond: 1e9, propagationDelay: .microseconds(10), lossProbability: 0.3)
            let plan = TwoProcessFixture.plan(link: link, seed: 3)
            let (above, below) = (Observer(), Observer())
            let radio = try startRadio(plan, sockets, below, epochs: 300)
            let edge = try startEdge(plan, sockets, above)
            #expect(above.wait { ($0.envelopes.last?.epoch ?? 0) >= 290 })
            #expect(edge.stop() && radio.stop())
            let lane = Int(TrafficClass.telemetry.rawValue)
            let last = try #require(above.envelopes.last?.sequence)
            let first = try #require(above.envelopes.first?.sequence)
            #expect(edge.counters.gaps[lane] == last - first + 1 - UInt64(above.envelopes.count), "seed 3")
            #expect(edge.counters.gaps[lane] > 40 && radio.counters.lostOnLink[lane] >= edge.counters.gaps[lane])
        }
    }

    /// The plan's epochs last 10 ms; quiet is from 6.25 ms on.
    @Test func timersOfUpperTwinsWaitForTheQuietPart() throws {
        try withSockets { sockets in
            var plan = TwoProcessFixture.singleProcessPlan()
            plan.nodes[0].role = .region
            plan.nodes[1].role = .orchestrator
            let observer = Observer()
            let reactor = try RunningReactor(plan, "radio", sockets: sockets) {
                [NodeHost((0...1).map { Clock(node: NodeID($0), observer: observer) })]
            }
            #expect(observer.wait { $0.results.count >= 20 })
            #expect(reactor.stop())
            #expect(observer.results.allSatisfy { $0 >= 5_250 }, "\(observer.results)")
        }
    }

    @Test func nodesOfOneProcessMeetByACall() throws {
        try withSockets { sockets in
            let plan = TwoProcessFixture.singleProcessPlan()
            let (above, below) = (Observer(), Observer())
            let reactor = try RunningReactor(plan, "radio", sockets: sockets) {
                [
                    NodeHost([TestRadio(node: TwoProcessFixture.radio, observer: below, epochs: 30)]),
                    NodeHost([TestEdge(node: TwoProcessFixture.edge, observer: above)]) { $0 },
                ]
            }
            #expect(below.wait { $0.envelopes.count >= 30 })
            #expect(reactor.stop())
            #expect(below.states == [.up(highestTerm: 7)])
            #expect(below.envelopes.map(\.sequence) == Array(1...30))
            #expect(reactor.counters.sentBytes == 0)
        }
    }

    @Test func aRestartedPeerGoesDownAndComesBack() throws {
        try withSockets { sockets in
            let plan = TwoProcessFixture.plan()
            let (above, again, below) = (Observer(), Observer(), Observer())
            let radio = try startRadio(plan, sockets, below)
            let first = try startEdge(plan, sockets, above, incarnation: 1)
            #expect(below.wait { $0.envelopes.count >= 5 })
            #expect(first.stop())
            let second = try startEdge(plan, sockets, again, incarnation: 2)
            #expect(again.wait { $0.envelopes.count >= 5 })
            #expect(below.wait { $0.envelopes.contains { $0.incarnation == 2 } })
            #expect(second.stop() && radio.stop())
            #expect(below.states == [.up(highestTerm: 7), .down, .up(highestTerm: 7)])
            // Nothing of the old start is kept for the new one.
            let epochs = below.envelopes.map(\.epoch)
            #expect(Set(epochs).count == epochs.count)
        }
    }

    @Test func theBoundSideRestartsToo() throws {
        try withSockets { sockets in
            let plan = TwoProcessFixture.plan()
            let (above, below, again) = (Observer(), Observer(), Observer())
            let edge = try startEdge(plan, sockets, above)
            let first = try startRadio(plan, sockets, below)
            #expect(below.wait { $0.envelopes.count >= 5 })
            #expect(first.stop())
            let second = try RunningReactor(plan, "radio", incarnation: 2, sockets: sockets) {
                [NodeHost([TestRadio(node: TwoProcessFixture.radio, observer: again)])]
            }
            #expect(again.wait { $0.envelopes.count >= 5 })
            #expect(edge.stop() && second.stop())
            #expect(Array(above.states.prefix(3)) == [.up(highestTerm: 0), .down, .up(highestTerm: 0)])
        }
    }

    @Test func aPeerOfAnotherTopologyIsRefused() throws {
        try withSockets { sockets in
            let (above, below) = (Observer(), Observer())
            let radio = try startRadio(TwoProcessFixture.plan(seed: 1), sockets, below)
            let edge = try startEdge(TwoProcessFixture.plan(seed: 2), sockets, above)
            let stranger = try RawPeer(sockets.endpoint(of: "radio"))
            // The stranger's own refusal comes after the edge's first Hello was judged, or before: both are counted.
            #expect(stranger.refusal(ofDigest: 99) == .topology)
            #expect(edge.stop() && radio.stop())
            #expect(above.states.isEmpty && below.states.isEmpty)
            #expect(radio.counters.refused >= 1)
        }
    }

    /// Who is to direct and does not know powers is refused in words; who announces nothing is an older release.
    @Test func aPeerWithoutTheAbilityThatIsNeededIsRefused() throws {
        try withSockets { sockets in
            let below = Observer()
            let plan = TwoProcessFixture.plan()
            let radio = try startRadio(plan, sockets, below)
            let stranger = try RawPeer(sockets.endpoint(of: "radio"))
            let reject = try #require(stranger.reject(ofDigest: plan.digest, capabilities: ["control:beam", "tap"]))
            #expect(reject.cause == .version)
            #expect(reject.reason.hasPrefix("edge does not announce control:power, which radio needs of it"))
            #expect(below.states.isEmpty)
            #expect(stranger.join(digest: plan.digest))
            #expect(radio.stop())
            #expect(below.states.first == .up(highestTerm: 0))
            #expect(radio.counters.refused == 1)
        }
    }

    @Test func theProcessEndsWithItsSupervisor() throws {
        try withSockets { sockets in
            var pipeEnds: [Int32] = [0, 0]
            try #require(pipe(&pipeEnds) == 0)
            let reading = pipeEnds[0]
            let below = Observer()
            let radio = try RunningReactor(
                TwoProcessFixture.plan(), "radio", sockets: sockets, stopDescriptors: [reading]
            ) { [NodeHost([TestRadio(node: TwoProcessFixture.radio, observer: below)])] }
            close(pipeEnds[1])
            #expect(radio.hasEnded())
            close(reading)
        }
    }

    @Test func aSecondStartOfALivingProcessIsRefused() throws {
        try withSockets { sockets in
            let plan = TwoProcessFixture.plan()
            let radio = try startRadio(plan, sockets, Observer())
            let error = #expect(throws: RunningReactor.StartFailure.self) {
                _ = try startRadio(plan, sockets, Observer())
            }
            #expect(error?.text.contains("a living process owns the socket") == true)
            radio.stop()
        }
    }

    @Test func hostsMustMatchThePlan() throws {
        try withSockets { sockets in
            let error = #expect(throws: RunningReactor.StartFailure.self) {
                _ = try RunningReactor(TwoProcessFixture.plan(), "edge", sockets: sockets) { [] }
            }
            #expect(error?.text.contains("has roles for []") == true)
            #expect(throws: RunningReactor.StartFailure.self) {
                _ = try RunningReactor(TwoProcessFixture.plan(), "nobody", sockets: sockets) { [] }
            }
        }
    }

    @Test func theSupervisorHearsReadyAndStatus() throws {
        try withSockets { sockets in
            let listener = try DatagramListener("\(sockets.path)/notify")
            let plan = TwoProcessFixture.plan()
            let (above, below) = (Observer(), Observer())
            let radio = try RunningReactor(plan, "radio", sockets: sockets, notifyPath: listener.path) {
                [NodeHost([TestRadio(node: TwoProcessFixture.radio, observer: below)])]
            }
            let edge = try startEdge(plan, sockets, above)
            #expect(listener.hears { $0 == "READY=1" })
            #expect(
                listener.hears {
                    $0.contains("\"name\":\"edge\",\"up\":true,\"round_trip\":true") && $0.contains("\"radio.epoch\":")
                        && $0.hasSuffix("WATCHDOG=1")
                })
            #expect(listener.hears { $0 == "READY=1" }, "it is said again, for who has missed it")
            #expect(edge.stop() && radio.stop())
            #expect(listener.hears { $0 == "STOPPING=1" })
        }
    }
}
