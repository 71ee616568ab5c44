internal import Foundation
internal import NetworkModel
internal import Simulator
internal import Synchronization

/// A thread that takes the work that a simulation offers, in turn. It looks for more for a while before it sleeps: work
/// comes several times in a virtual epoch, and an epoch is simulated in a few hundred microseconds.
final class AsideThread: AsideLane, @unchecked Sendable {
    /// Works that wait at most; what is offered beyond them is left to whoever offers it.
    private static let capacity = 64
    /// Looks for work before the thread sleeps, about a nanosecond each.
    private static let looks = 500_000

    /// A ring of one writer, which offers, and one reader, the thread.
    private let ring = UnsafeMutableBufferPointer<AsideWork?>.allocate(capacity: AsideThread.capacity)
    private let written = LoneCounter()
    private let read = LoneCounter()
    private let sleeps = Atomic(false)
    private let bell = DispatchSemaphore(value: 0)
    /// Whether its processor is near the one that offers.
    private(set) var takesShortWork = false

    /// Numbers that go to and fro before the first work, to see how far the processors are from each other.
    private static let trials = 2_000
    /// A round trip of a number between processors that share a cache; beyond it they do not, and what one has written
    /// the other reads so slowly that small works cost more than they save.
    private static let nearNanoseconds = 250.0

    /// Gives `body` a lane where the machine has a second processor, and ends its thread after it. Where that processor
    /// is far the lane takes long work only.
    static func withLane<Result>(_ body: ((any AsideLane)?) throws -> Result) rethrows -> Result {
        guard ProcessInfo.processInfo.activeProcessorCount > 1 else { return try body(nil) }
        let lane = AsideThread()
        Thread { lane.work() }.start()
        defer { lane.end() }
        lane.takesShortWork = lane.roundTripNanoseconds() < AsideThread.nearNanoseconds
        return try body(lane)
    }

    /// Nanoseconds that a number takes to another processor and back; nil where there is no other.
    static func roundTripNanoseconds() -> Double? {
        guard ProcessInfo.processInfo.activeProcessorCount > 1 else { return nil }
        let lane = AsideThread()
        Thread { lane.work() }.start()
        defer { lane.end() }
        return lane.roundTripNanoseconds()
    }

    private init() { ring.initialize(repeating: nil) }

    deinit {
        ring.deinitialize()
        ring.deallocate()
    }

    /// Called by one thread at a time.
    func offer(_ work: AsideWork) {
        let next = written.value
        guard next - read.value < AsideThread.capacity else { return }
        ring[next % AsideThread.capacity] = work
        written.set(next + 1)
        if sleeps.load(ordering: .sequentiallyConsistent) { wake() }
    }

    private func wake() {
        if sleeps.exchange(false, ordering: .sequentiallyConsistent) { bell.signal() }
    }

    private func end() {
        written.set(.max)
        wake()
    }

    /// How long a number takes to and fro; must be asked once, before the first offer.
    private func roundTripNanoseconds() -> Double {
        var start = MonotonicClock.now
        for trial in 1...AsideThread.trials {
            written.set(trial)
            read.wait(past: trial - 1)
            // The first one waits for the thread to start.
            if trial == 1 { start = MonotonicClock.now }
        }
        return Double((MonotonicClock.now - start).nanoseconds) / Double(AsideThread.trials - 1)
    }

    private func work() {
        var place = 0
        while place < AsideThread.trials {
            written.wait(past: place)
            place += 1
            read.set(place)
        }
        while waits(for: place) {
            ring[place % AsideThread.capacity].take()?.run()
            place += 1
            read.set(place)
        }
    }

    /// Returns when the work of that number is there; false once the lane has ended.
    private func waits(for place: Int) -> Bool {
        var looks = 0
        while true {
            let written = written.value
            if written > place { return written < .max }
            looks += 1
            guard looks > AsideThread.looks else { continue }
            looks = 0
            sleeps.store(true, ordering: .sequentiallyConsistent)
            if self.written.value > place {
                sleeps.store(false, ordering: .sequentiallyConsistent)
            } else {
                bell.wait()
            }
        }
    }
}

/// A counter that shares no line of the cache, nor the line beside it, with anything else: one thread looks at it all
/// the time, and whatever another thread wrote there would wait for it.
private struct LoneCounter: @unchecked Sendable, ~Copyable {
    private let room = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 128)

    init() { room.initializeMemory(as: Atomic<Int>.self, to: Atomic(0)) }

    deinit { room.deallocate() }

    var value: Int { room.assumingMemoryBound(to: Atomic<Int>.self).pointee.load(ordering: .sequentiallyConsistent) }

    /// Returns once the counter is beyond `value`; gives way to other threads where that takes long.
    func wait(past value: Int) {
        var looks = 0
        while self.value <= value {
            looks += 1
            if looks % 1_000 == 0 { sched_yield() }
        }
    }

    func set(_ value: Int) {
        room.assumingMemoryBound(to: Atomic<Int>.self).pointee.store(value, ordering: .sequentiallyConsistent)
    }
}
