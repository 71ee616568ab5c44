import DTNetMessages
import NetworkModel
import Testing
import TwinProtocol

@Suite struct PeerSessionTests {
    private let edge = SessionConfiguration(process: "edge", nodes: [NodeID(1)], planDigest: 7)
    private let ran = SessionConfiguration(process: "ran", nodes: [NodeID(0)], planDigest: 7)

    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    private func envelope(_ body: Body, incarnation: UInt64 = 5) -> Envelope {
        var envelope = Envelope(sender: Envelope.process, recipient: Envelope.process, body: body)
        envelope.incarnation = incarnation
        return envelope
    }

    private func welcome(term: UInt64 = 3) -> Body {
        var welcome = Welcome()
        welcome.process = "ran"
        welcome.nodes = [NodeID(0)]
        welcome.version = 1
        welcome.highestTerm = term
        return .welcome(welcome)
    }

    @Test func greetsUntilWelcomedWithGrowingPauses() {
        var session = PeerSession(connectingTo: "ran", configuration: edge, at: at(0))
        var times: [Int64] = []
        for millisecond in Int64(0)..<200 {
            for effect in session.tick(at: at(millisecond), progress: 0) {
                if case .send(.hello) = effect { times.append(millisecond) }
            }
        }
        #expect(times == [0, 20, 60, 140])
        let effects = session.receive(envelope(welcome()), at: at(200), progress: 0)
        #expect(effects.first == .up(nodes: [NodeID(0)], highestTerm: 3))
        #expect(session.isEstablished)
    }

    @Test func roundTripNeedsAnEchoOfOurOwnHeartbeat() {
        var session = PeerSession(connectingTo: "ran", configuration: edge, at: at(0))
        _ = session.receive(envelope(welcome()), at: at(1), progress: 0)
        #expect(!session.hasRoundTrip)
        var beat = Heartbeat()
        beat.count = 1
        _ = session.receive(envelope(.heartbeat(beat)), at: at(2), progress: 0)
        #expect(!session.hasRoundTrip)
        beat.echoed = 1
        _ = session.receive(envelope(.heartbeat(beat)), at: at(3), progress: 0)
        #expect(session.hasRoundTrip)
    }

    @Test func silenceBringsItDownAndItGreetsAgain() {
        var session = PeerSession(connectingTo: "ran", configuration: edge, at: at(0))
        _ = session.receive(envelope(welcome()), at: at(10), progress: 0)
        let early = session.tick(at: at(509), progress: 0)
        #expect(!early.contains(.down))
        let effects1 = session.tick(at: at(510), progress: 0)
        #expect(effects1 == [.down])
        let effects2 = session.tick(at: at(510), progress: 0)
        #expect(effects2.count == 1)
    }

    @Test func restartOfThePeerIsALoss() {
        var session = PeerSession(connectingTo: "ran", configuration: edge, at: at(0))
        _ = session.receive(envelope(welcome(), incarnation: 5), at: at(10), progress: 0)
        let effects3 = session.receive(envelope(.heartbeat(Heartbeat()), incarnation: 4), at: at(11), progress: 0)
        #expect(effects3.isEmpty)
        #expect(session.isEstablished)
        let effects4 = session.receive(envelope(.heartbeat(Heartbeat()), incarnation: 6), at: at(12), progress: 0)
        #expect(effects4 == [.down])
    }

    @Test func finalRefusalsStopTheGreeting() {
        var session = PeerSession(connectingTo: "ran", configuration: edge, at: at(0))
        let reject = Reject(cause: .topology, reason: "another file")
        let effects5 = session.receive(envelope(.reject(reject)), at: at(1), progress: 0)
        #expect(effects5 == [.refused(reject)])
        let effects6 = session.tick(at: at(10_000), progress: 0)
        #expect(effects6.isEmpty)
        #expect(session.deadline == .distantFuture)
    }

    @Test func theBoundSideJudgesHellos() {
        var hello = Hello()
        hello.process = "edge"
        hello.planDigest = 7
        hello.nodes = [NodeID(1)]
        hello.minVersion = 1
        hello.maxVersion = 1
        func judge(_ hello: Hello, incarnation: UInt64 = 5, known: UInt64? = nil) -> RejectCause? {
            let verdict = PeerSession.judge(
                hello, incarnation: incarnation, expected: [NodeID(1)], knownIncarnation: known, configuration: ran,
                highestTerm: 4)
            switch verdict {
            case .success(let welcome):
                #expect(welcome.highestTerm == 4)
                return nil
            case .failure(let refusal): return refusal.reject.cause
            }
        }
        #expect(judge(hello) == nil)
        #expect(judge(hello, incarnation: 5, known: 5) == nil)
        #expect(judge(hello, incarnation: 4, known: 5) == .oldIncarnation)
        var other = hello
        other.planDigest = 8
        #expect(judge(other) == .topology)
        other = hello
        other.nodes = [NodeID(2)]
        #expect(judge(other) == .unknownProcess)
        other = hello
        other.minVersion = 2
        other.maxVersion = 3
        #expect(judge(other) == .version)
    }

    // MARK: - Abilities

    private func needs(_ required: [String], _ wished: [String] = []) -> CapabilityNeeds {
        var needs = CapabilityNeeds()
        (needs.required, needs.wished) = (required, wished)
        return needs
    }

    private func session(_ needs: CapabilityNeeds, welcomedWith names: [String]) -> ([SessionEffect], PeerSession) {
        var own = edge
        own.needs = needs
        var session = PeerSession(connectingTo: "ran", configuration: own, at: at(0))
        guard case .welcome(var welcome) = welcome() else { return ([], session) }
        welcome.capabilities = names
        let effects = session.receive(envelope(.welcome(welcome)), at: at(1), progress: 0)
        return (effects, session)
    }

    @Test func bothSidesAnnounceEveryKindOfControl() throws {
        var session = PeerSession(connectingTo: "ran", configuration: edge, at: at(0))
        guard case .send(.hello(let hello))? = session.tick(at: at(0), progress: 0).first else {
            Issue.record("no Hello")
            return
        }
        #expect(hello.capabilities == Capability.announced && hello.capabilities.count == ControlKind.allCases.count)
        let verdict = PeerSession.judge(
            hello, incarnation: 5, expected: [NodeID(1)], knownIncarnation: nil, configuration: ran, highestTerm: 0)
        #expect(try verdict.get().capabilities == Capability.announced)
    }

    @Test func aPeerWithoutWhatIsRequiredIsRefusedInWords() {
        let needs = needs(["control:power"], ["control:beam"])
        let (effects, refused) = session(needs, welcomedWith: ["control:beam", "tap"])
        guard case .refused(let reject)? = effects.first else {
            Issue.record("\(effects)")
            return
        }
        #expect(effects.count == 1 && reject.cause == .version && refused.deadline == .distantFuture)
        #expect(
            reject.reason == "ran does not announce control:power, which edge needs of it in this topology: run a "
                + "release of it that does, or set game.solver to none")
        // The bound side says the same of a Hello.
        var hello = Hello()
        (hello.process, hello.planDigest, hello.nodes) = ("edge", 7, [NodeID(1)])
        (hello.minVersion, hello.maxVersion, hello.capabilities) = (1, 1, ["tap"])
        var own = ran
        own.needs = needs
        func judge() -> RejectCause? {
            let verdict = PeerSession.judge(
                hello, incarnation: 5, expected: [NodeID(1)], knownIncarnation: nil, configuration: own, highestTerm: 0)
            guard case .failure(let refusal) = verdict else { return nil }
            #expect(refusal.reject.reason.hasPrefix("edge does not announce control:power"))
            return refusal.reject.cause
        }
        #expect(judge() == .version)
        hello.capabilities = ["control:power"]
        #expect(judge() == nil)
        hello.capabilities = []
        #expect(judge() == nil, "a release that announces nothing knows powers")
    }

    @Test func whatIsOnlyWishedIsGoneWithout() {
        let needs = needs(["control:power"], ["control:beam", "control:mask"])
        let (all, _) = session(needs, welcomedWith: ["control:mask", "control:power", "control:beam", "unknown"])
        #expect(!all.contains { if case .lacks = $0 { true } else { false } })
        let (some, up) = session(needs, welcomedWith: ["control:power", "control:mask"])
        #expect(up.isEstablished && some.contains(.lacks(["control:beam"])))
        // Who announces nothing is taken to know powers.
        let (none, old) = session(needs, welcomedWith: [])
        #expect(old.isEstablished && none.contains(.lacks(["control:beam", "control:mask"])))
    }
}
