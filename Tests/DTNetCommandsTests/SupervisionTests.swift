import DTNetCommands
import NetworkModel
import Testing

@Suite struct SupervisionTests {
    private static let names = ["ran", "edge-a", "edge-b"]

    private static func instant(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    /// A supervision whose processes have all become ready at time 100.
    private static func running(limits: SupervisionLimits = .init()) -> Supervision {
        var supervision = Supervision(names: names, radio: 0, limits: limits, at: .zero)
        for index in names.indices {
            _ = supervision.handle(.launched(process: index, pid: Int32(100 + index)), at: instant(10))
        }
        for index in names.indices { _ = supervision.handle(.ready(process: index), at: instant(100)) }
        return supervision
    }

    private static func notes(_ effects: [SupervisionEffect]) -> [String] {
        effects.compactMap { if case .note(let text) = $0 { text } else { nil } }
    }

    @Test func everythingIsLaunchedAtOnceAndReadyWhenAllAre() {
        var supervision = Supervision(names: Self.names, radio: 0, at: .zero)
        #expect(supervision.start() == Self.names.indices.map { .launch(process: $0, incarnation: 0) })
        for index in Self.names.indices {
            _ = supervision.handle(.launched(process: index, pid: Int32(index + 1)), at: Self.instant(1))
        }
        #expect(supervision.handle(.ready(process: 2), at: Self.instant(2)).isEmpty)
        #expect(supervision.handle(.ready(process: 0), at: Self.instant(3)).isEmpty)
        #expect(supervision.handle(.ready(process: 1), at: Self.instant(4)) == [.allReady])
    }

    @Test func anExternalProcessIsNeitherLaunchedNorAwaited() {
        var supervision = Supervision(names: Self.names, external: [0], radio: 0, at: .zero)
        #expect(supervision.start() == [.launch(process: 1, incarnation: 0), .launch(process: 2, incarnation: 0)])
        for index in 1...2 { _ = supervision.handle(.launched(process: index, pid: 7), at: Self.instant(1)) }
        _ = supervision.handle(.ready(process: 1), at: Self.instant(2))
        #expect(supervision.handle(.ready(process: 2), at: Self.instant(2)) == [.allReady])
    }

    @Test func theFirstRestartIsAtOnceThenTheWaitDoubles() {
        var supervision = Self.running()
        var now: Int64 = 200
        var waits: [Int64] = []
        for _ in 0..<5 {
            let ended = now
            var effects = supervision.handle(.ended(process: 1, how: .signalled(9)), at: Self.instant(now))
            while !effects.contains(where: { if case .launch = $0 { true } else { false } }) {
                now += 10
                effects = supervision.handle(.tick, at: Self.instant(now))
            }
            waits.append(now - ended)
            _ = supervision.handle(.launched(process: 1, pid: 500), at: Self.instant(now))
        }
        #expect(waits == [0, 100, 200, 400, 800])
        #expect(supervision.restarts(of: 1) == 5)
    }

    @Test func aProcessThatRecoveredIsRestartedAtOnceAgain() {
        var supervision = Self.running()
        _ = supervision.handle(.ended(process: 1, how: .signalled(9)), at: Self.instant(200))
        _ = supervision.handle(.launched(process: 1, pid: 5), at: Self.instant(210))
        let back = supervision.handle(.ready(process: 1), at: Self.instant(300))
        #expect(Self.notes(back) == ["edge-a is ready again"])
        let effects = supervision.handle(.ended(process: 1, how: .exited(1)), at: Self.instant(20_300))
        #expect(effects.contains(.launch(process: 1, incarnation: 2)))
    }

    @Test func aRunThatCannotStartFails() {
        var supervision = Supervision(names: Self.names, radio: 0, at: .zero)
        _ = supervision.handle(.launched(process: 1, pid: 5), at: Self.instant(1))
        _ = supervision.handle(.ended(process: 1, how: .exited(2)), at: Self.instant(2))
        #expect(supervision.isStopping, "wrong input does not become right by a restart")

        var late = Supervision(names: Self.names, radio: 0, at: .zero)
        for index in 0..<2 {
            _ = late.handle(.launched(process: index, pid: 5), at: Self.instant(1))
            _ = late.handle(.ready(process: index), at: Self.instant(2))
        }
        _ = late.handle(.launched(process: 2, pid: 6), at: Self.instant(1))
        _ = late.handle(.tick, at: Self.instant(20_000))
        for index in Self.names.indices {
            _ = late.handle(.ended(process: index, how: .exited(0)), at: Self.instant(20_001))
        }
        #expect(late.isStopping)
    }

    @Test func aRestartThatTheMachineRefusesIsTriedAgainForAWhile() {
        var supervision = Self.running()
        _ = supervision.handle(.ended(process: 1, how: .signalled(9)), at: Self.instant(200))
        let refused = supervision.handle(.launchFailed(process: 1, reason: "no memory"), at: Self.instant(210))
        #expect(Self.notes(refused) == ["edge-a cannot be started: no memory; restart in 100 ms"])
        #expect(supervision.handle(.tick, at: Self.instant(310)) == [.launch(process: 1, incarnation: 2)])
        #expect(!supervision.isStopping)
        for round in 2..<20 {
            _ = supervision.handle(.launchFailed(process: 1, reason: "no memory"), at: Self.instant(310))
            #expect(!supervision.isStopping, "\(round) refusals")
            _ = supervision.handle(.tick, at: Self.instant(10_000))
        }
        _ = supervision.handle(.launchFailed(process: 1, reason: "no memory"), at: Self.instant(10_000))
        #expect(supervision.isStopping)
    }

    @Test func theRadioNetworkEndsFirstThenTheOthersThenKill() {
        var supervision = Self.running()
        #expect(supervision.handle(.stop(.requested), at: Self.instant(1_000)) == [.terminate(process: 0)])
        let others = supervision.handle(.ended(process: 0, how: .exited(0)), at: Self.instant(1_050))
        #expect(others == [.terminate(process: 1), .terminate(process: 2)])
        #expect(supervision.handle(.ended(process: 1, how: .exited(0)), at: Self.instant(1_100)).isEmpty)
        #expect(supervision.handle(.tick, at: Self.instant(2_900)).isEmpty)
        let killed = supervision.handle(.tick, at: Self.instant(3_000))
        #expect(Self.notes(killed) == ["edge-b has not ended within 2 s and is killed"])
        #expect(killed.last == .kill(process: 2))
        let last = supervision.handle(.ended(process: 2, how: .signalled(9)), at: Self.instant(3_001))
        #expect(last == [.finished(.requested)])
    }

    @Test func itIsKnownHowLongAProcessTookToEndAndWhetherItWasKilled() {
        var supervision = Self.running()
        _ = supervision.handle(.ended(process: 1, how: .exited(1)), at: Self.instant(500))
        _ = supervision.handle(.launched(process: 1, pid: 9), at: Self.instant(510))
        #expect(supervision.stop(of: 1) == nil, "nobody asked it to end")
        _ = supervision.handle(.stop(.requested), at: Self.instant(1_000))
        _ = supervision.handle(.ended(process: 0, how: .exited(0)), at: Self.instant(1_050))
        _ = supervision.handle(.ended(process: 1, how: .exited(1)), at: Self.instant(1_080))
        _ = supervision.handle(.tick, at: Self.instant(3_000))
        #expect(supervision.stop(of: 2) == nil)
        _ = supervision.handle(.ended(process: 2, how: .signalled(9)), at: Self.instant(3_010))
        let stops = Self.names.indices.map { supervision.stop(of: $0) }
        #expect(
            stops == [
                ProcessStop(time: .milliseconds(50), end: .exited(0), wasKilled: false),
                ProcessStop(time: .milliseconds(30), end: .exited(1), wasKilled: false),
                ProcessStop(time: .milliseconds(1_960), end: .signalled(9), wasKilled: true),
            ])
        #expect(stops.map { $0?.isClean } == [true, false, false])
    }

    @Test func aRadioNetworkThatHangsDoesNotHoldTheOthers() {
        var supervision = Self.running()
        _ = supervision.handle(.stop(.interrupted), at: Self.instant(1_000))
        let effects = supervision.handle(.tick, at: Self.instant(2_000))
        #expect(effects == [.terminate(process: 1), .terminate(process: 2)])
    }

    @Test func theEndOfTheRadioNetworkIsTheEndOfTheRun() {
        var supervision = Self.running()
        let effects = supervision.handle(.ended(process: 0, how: .exited(0)), at: Self.instant(500))
        #expect(effects.contains(.terminate(process: 1)) && effects.contains(.terminate(process: 2)))
        _ = supervision.handle(.ended(process: 1, how: .exited(0)), at: Self.instant(501))
        let last = supervision.handle(.ended(process: 2, how: .exited(0)), at: Self.instant(502))
        #expect(last == [.finished(.completed)])
    }

    @Test func aProcessThatFallsSilentIsKilled() {
        var supervision = Self.running()
        _ = supervision.handle(.alive(process: 1), at: Self.instant(1_000))
        #expect(supervision.handle(.tick, at: Self.instant(5_900)).isEmpty)
        #expect(supervision.handle(.tick, at: Self.instant(6_000)).contains(.kill(process: 1)))
    }

    // MARK: - Companions

    /// The three, and a companion that is not ready.
    private static func accompanied() -> Supervision {
        var supervision = Supervision(names: names + ["model"], companions: [3], radio: 0, at: .zero)
        for index in 0...3 {
            _ = supervision.handle(.launched(process: index, pid: Int32(100 + index)), at: instant(10))
        }
        return supervision
    }

    @Test func nobodyWaitsForACompanion() {
        var supervision = Self.accompanied()
        for index in 0..<2 { #expect(supervision.handle(.ready(process: index), at: Self.instant(100)).isEmpty) }
        #expect(supervision.handle(.ready(process: 2), at: Self.instant(100)) == [.allReady])
        #expect(supervision.handle(.ready(process: 3), at: Self.instant(30_000)).isEmpty)
        #expect(supervision.state(of: 3) == .running(pid: 103, isReady: true))
    }

    @Test func aCompanionThatEndsAtOnceDoesNotEndTheStart() {
        var supervision = Self.accompanied()
        for how in [ProcessEnd.exited(2), .exited(3), .signalled(9), .exited(1), .exited(1)] {
            _ = supervision.handle(.ended(process: 3, how: how), at: Self.instant(20))
            _ = supervision.handle(.launched(process: 3, pid: 9), at: Self.instant(20))
        }
        #expect(!supervision.isStopping)
        for index in 0..<2 { _ = supervision.handle(.ready(process: index), at: Self.instant(100)) }
        #expect(supervision.handle(.ready(process: 2), at: Self.instant(100)) == [.allReady])
    }

    @Test func aCompanionIsRestartedAsOftenAsItEnds() {
        var supervision = Self.accompanied()
        for index in 0..<3 { _ = supervision.handle(.ready(process: index), at: Self.instant(10)) }
        var now: Int64 = 20
        for round in 0..<40 {
            let event: SupervisionEvent =
                round % 2 == 0 ? .ended(process: 3, how: .exited(2)) : .launchFailed(process: 3, reason: "gone")
            let ended = now
            var effects = supervision.handle(event, at: Self.instant(now))
            while !effects.contains(.launch(process: 3, incarnation: round + 1)), now - ended < 10_000 {
                now += 100
                effects = supervision.handle(.tick, at: Self.instant(now))
            }
            #expect(now - ended <= 5_000, "round \(round): the wait has a limit")
            _ = supervision.handle(.launched(process: 3, pid: 200), at: Self.instant(now))
        }
        #expect(!supervision.isStopping && supervision.restarts(of: 3) == 40)
    }

    @Test func aSilentCompanionIsKilledLaterThanANode() {
        var supervision = Self.accompanied()
        for index in 0..<3 { _ = supervision.handle(.ready(process: index), at: Self.instant(100)) }
        for index in 0...3 { _ = supervision.handle(.alive(process: index), at: Self.instant(1_000)) }
        #expect(supervision.handle(.tick, at: Self.instant(20_999)).contains(.kill(process: 1)))
        #expect(supervision.handle(.tick, at: Self.instant(21_000)).contains(.kill(process: 3)))
    }

    @Test func aCompanionEndsWithTheOthers() {
        var supervision = Self.accompanied()
        for index in 0..<3 { _ = supervision.handle(.ready(process: index), at: Self.instant(100)) }
        #expect(supervision.handle(.stop(.requested), at: Self.instant(1_000)) == [.terminate(process: 0)])
        let others = supervision.handle(.ended(process: 0, how: .exited(0)), at: Self.instant(1_010))
        #expect(others == (1...3).map { .terminate(process: $0) })
        for index in 1...2 { _ = supervision.handle(.ended(process: index, how: .exited(0)), at: Self.instant(1_020)) }
        #expect(
            supervision.handle(.ended(process: 3, how: .exited(0)), at: Self.instant(1_030)) == [.finished(.requested)])
    }

    @Test func aProcessLaunchedIntoAStopIsKilled() {
        var supervision = Supervision(names: Self.names, radio: 0, at: .zero)
        _ = supervision.handle(.stop(.interrupted), at: Self.instant(1))
        let effects = supervision.handle(.launched(process: 0, pid: 5), at: Self.instant(2))
        #expect(effects == [.kill(process: 0)])
    }

    /// Whatever order ends and ticks come in, every launch is answered and the run comes to its end.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func anyOrderOfEndsComesToAnEnd(seed: UInt64) {
        var state = seed
        func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var supervision = Self.running()
        var alive = Set(Self.names.indices)
        var now: Int64 = 200
        var isOver = false
        for step in 0..<10_000 where !isOver {
            now += Int64(draw(50))
            var effects = supervision.handle(.tick, at: Self.instant(now))
            if step == 2_000 { effects += supervision.handle(.stop(.requested), at: Self.instant(now)) }
            if draw(10) == 0, let victim = alive.sorted().dropFirst(draw(3)).first {
                alive.remove(victim)
                effects += supervision.handle(.ended(process: victim, how: .signalled(9)), at: Self.instant(now))
            }
            var pending = effects
            while !pending.isEmpty {
                let effect = pending.removeFirst()
                switch effect {
                case .launch(let process, _):
                    #expect(alive.insert(process).inserted, "seed \(seed): a running process was launched again")
                    pending += supervision.handle(.launched(process: process, pid: 9), at: Self.instant(now))
                    pending += supervision.handle(.ready(process: process), at: Self.instant(now))
                case .terminate(let process), .kill(let process):
                    guard alive.remove(process) != nil else { continue }
                    pending += supervision.handle(.ended(process: process, how: .exited(0)), at: Self.instant(now))
                case .finished: isOver = true
                case .allReady, .note: break
                }
            }
        }
        #expect(isOver && alive.isEmpty, "seed \(seed)")
    }
}
