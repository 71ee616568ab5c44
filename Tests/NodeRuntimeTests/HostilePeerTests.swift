import DTNetMessages
import Glibc
import NetworkModel
import NodeRuntime
import Testing
import Topology
import Transport
import TwinProtocol

/// Whatever a peer sends, the process goes on and counts it.
@Suite(.serialized) struct HostilePeerTests {
    /// A reactor and a peer that speaks as it likes; both and their sockets go with the scene, however a test ends.
    private final class Scene {
        let plan = TwoProcessFixture.plan()
        let sockets: SocketDirectory
        let observer = Observer()
        let radio: RunningReactor
        let peer: RawPeer

        init() throws {
            let observer = observer
            let sockets = try SocketDirectory(run: "h\(getpid())-\(UInt32.random(in: 0...0xFFFF))")
            self.sockets = sockets
            do {
                radio = try RunningReactor(plan, "radio", sockets: sockets) {
                    [NodeHost([TestRadio(node: TwoProcessFixture.radio, observer: observer, epochs: 0)])]
                }
                peer = try RawPeer(sockets.endpoint(of: "radio"))
            } catch {
                sockets.remove()
                throw error
            }
        }

        /// Sends a valid directive with the sequence number and waits until it has arrived: what came before it is
        /// handled by then.
        func settle(sequence: UInt64) -> Bool {
            peer.send(peer.directive(sequence: sequence, epoch: 1_000))
            return observer.wait { $0.envelopes.contains { $0.sequence == sequence } }
        }

        func end() -> RuntimeCounters {
            radio.stop()
            return radio.counters
        }

        deinit {
            radio.stop()
            sockets.remove()
        }
    }

    @Test func anEpochThatAPeerNamesIsNotTheProcesss() throws {
        let sockets = try SocketDirectory(run: "e\(getpid())-\(UInt32.random(in: 0...0xFFFF))")
        defer { sockets.remove() }
        let listener = try DatagramListener("\(sockets.path)/notify")
        let plan = TwoProcessFixture.plan()
        let observer = Observer()
        let radio = try RunningReactor(plan, "radio", sockets: sockets, notifyPath: listener.path) {
            [NodeHost([TestRadio(node: TwoProcessFixture.radio, observer: observer, epochs: 0)])]
        }
        let peer = try RawPeer(sockets.endpoint(of: "radio"))
        #expect(peer.join(digest: plan.digest))
        peer.send(peer.directive(sequence: 1, epoch: 1 << 40))
        #expect(observer.wait { $0.envelopes.contains { $0.epoch == 1 << 40 } })
        // The gauge says that the status came behind the directive.
        #expect(
            listener.hears {
                $0.hasPrefix("STATUS={\"epoch\":0,") && $0.contains("\"radio.epoch\":1099511627776.0")
            })
        #expect(radio.stop())
    }

    @Test func garbageIsCountedAndTheSessionGoesOn() throws {
        let scene = try Scene()
        #expect(scene.peer.join(digest: scene.plan.digest))
        let seed = TestSeed.value
        print("garbage of seed \(seed); \(TestSeed.variable)=\(seed) gives it again")
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return state >> 33
        }
        for length in [0, 1, 7, 64, 1_000, 70_000] {
            scene.peer.send((0..<length).map { _ in UInt8(truncatingIfNeeded: next()) })
        }
        let whole = EnvelopeEncoder().encode(scene.peer.directive(sequence: 1))
        for cut in 1..<whole.count { scene.peer.send(Array(whole.prefix(cut))) }
        #expect(scene.settle(sequence: 2), "seed \(seed)")
        let counters = scene.end()
        #expect(counters.refused >= 6, "seed \(seed)")
    }

    @Test func anotherVersionIsRefusedInWords() throws {
        let scene = try Scene()
        var envelope = scene.peer.directive(sequence: 1)
        envelope.version = 2
        scene.peer.send(envelope)
        let answer = scene.peer.receive { if case .reject = $0.body { true } else { false } }
        guard case .reject(let reject) = answer?.body else {
            Issue.record("no refusal came")
            return
        }
        #expect(reject.cause == .version && reject.reason.contains("version 2"))
        #expect(scene.end().refused == 1)
    }

    @Test func aMessageBeforeHelloIsRefused() throws {
        let scene = try Scene()
        scene.peer.send(scene.peer.directive(sequence: 1))
        let answer = scene.peer.receive { if case .reject = $0.body { true } else { false } }
        guard case .reject(let reject) = answer?.body else {
            Issue.record("no refusal came")
            return
        }
        #expect(reject.cause == .noHello)
        #expect(scene.observer.envelopes.isEmpty)
        #expect(scene.end().refused == 1)
    }

    @Test func aForeignSenderAndAnUnauthorisedBodyAreRefused() throws {
        let scene = try Scene()
        #expect(scene.peer.join(digest: scene.plan.digest))
        // The radio network's own id, and an id that nobody has.
        scene.peer.send(scene.peer.directive(sequence: 1, sender: TwoProcessFixture.radio))
        scene.peer.send(scene.peer.directive(sequence: 1, sender: NodeID(77)))
        // An edge sends no telemetry.
        var telemetry = scene.peer.directive(sequence: 1)
        telemetry.body = .telemetry(TwoProcessFixture.telemetry())
        scene.peer.send(telemetry)
        // A cell that the topology does not have.
        var foreign = scene.peer.directive(sequence: 1)
        var directive = TwoProcessFixture.directive()
        directive.cell = [5]
        foreign.body = .directive(directive)
        scene.peer.send(foreign)
        foreign.body = .alarm(
            Alarm(code: .directivesRefused, severity: .major, cell: [5], raisedEpoch: 0, text: "no such cell"))
        scene.peer.send(foreign)
        #expect(scene.settle(sequence: 2))
        #expect(scene.observer.envelopes.count == 1)
        #expect(scene.end().refused == 5)
    }

    @Test func nothingIsDeliveredTwice() throws {
        let scene = try Scene()
        #expect(scene.peer.join(digest: scene.plan.digest, incarnation: 5))
        for sequence: UInt64 in [1, 2, 2, 1, 3, 7, 6] {
            scene.peer.send(scene.peer.directive(sequence: sequence, incarnation: 5))
        }
        // Another start's message is not of this session.
        scene.peer.send(scene.peer.directive(sequence: 8, incarnation: 4))
        scene.peer.send(scene.peer.directive(sequence: 9, incarnation: 5))
        #expect(scene.observer.wait { $0.envelopes.last?.sequence == 9 })
        #expect(scene.observer.envelopes.map(\.sequence) == [1, 2, 3, 7, 9])
        let counters = scene.end()
        let lane = Int(TrafficClass.control.rawValue)
        #expect(counters.duplicates[lane] == 3)
        #expect(counters.gaps[lane] == 4)
    }

    @Test func aProcessOfOtherNodesIsRefused() throws {
        let scene = try Scene()
        scene.peer.hello(digest: scene.plan.digest, nodes: [NodeID(0)])
        let answer = scene.peer.receive { if case .reject = $0.body { true } else { false } }
        guard case .reject(let reject) = answer?.body else {
            Issue.record("no refusal came")
            return
        }
        #expect(reject.cause == .unknownProcess)
        scene.peer.hello(digest: scene.plan.digest, process: "radio", nodes: [NodeID(0)])
        #expect(scene.peer.receive { if case .reject = $0.body { true } else { false } } != nil)
        #expect(scene.end().refused == 2)
    }
}
