internal import Glibc
internal import Synchronization

/// A second thread for work that no event waits for: the follow-ups of nodes, in the order in which they were given.
///
/// What is done here is the same as without it, only beside the events of other nodes. The thread looks for work for a
/// fraction of a millisecond before it sleeps: waking it up costs more than most of what it does.
package final class SideThread: @unchecked Sendable {
    /// Rounds of looking before the thread sleeps, and looks per round; a round ends with a yield.
    private static let rounds = 400
    private static let looks = 100

    private let submitted = Atomic<Int>(0)
    private let completed = Atomic<Int>(0)
    private let isAsleep = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)
    private let wakeUp = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private let ring: UnsafeMutableBufferPointer<NodeBox?>
    private var thread = pthread_t()

    /// - Parameter capacity: nodes; each has at most one follow-up under way.
    package init(capacity: Int) {
        ring = .allocate(capacity: max(1, capacity))
        ring.initialize(repeating: nil)
        sem_init(wakeUp, 0, 0)
        let failure = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<SideThread>.fromOpaque(context!).takeUnretainedValue().work()
                return nil
            }, Unmanaged.passUnretained(self).toOpaque())
        precondition(failure == 0, "no thread can be started")
    }

    deinit {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        sem_post(wakeUp)
        pthread_join(thread, nil)
        sem_destroy(wakeUp)
        wakeUp.deallocate()
        ring.deinitialize()
        ring.deallocate()
    }

    /// Has the box's work done; returns its number for `wait`. Called from one thread.
    func submit(_ box: NodeBox) -> Int {
        let number = submitted.load(ordering: .relaxed)
        wait(for: number + 1 - ring.count)
        ring[number % ring.count] = box
        submitted.store(number + 1, ordering: .sequentiallyConsistent)
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { sem_post(wakeUp) }
        return number + 1
    }

    /// Whether the work of that number is done.
    @inline(__always)
    func isDone(_ number: Int) -> Bool { completed.load(ordering: .acquiring) >= number }

    /// Returns once the work of that number is done.
    @inline(__always)
    func wait(for number: Int) {
        if !isDone(number) { waitLonger(for: number) }
    }

    private func waitLonger(for number: Int) {
        while true {
            for _ in 0..<SideThread.looks where isDone(number) { return }
            sched_yield()
        }
    }

    private func work() {
        var done = 0
        while awaitWork(after: done) {
            ring[done % ring.count]?.workAside()
            ring[done % ring.count] = nil
            done += 1
            completed.store(done, ordering: .releasing)
        }
    }

    /// Returns once there is more work than what is done; false at the end.
    private func awaitWork(after done: Int) -> Bool {
        while true {
            for _ in 0..<SideThread.rounds {
                for _ in 0..<SideThread.looks where submitted.load(ordering: .acquiring) > done { return true }
                if isStopped.load(ordering: .acquiring) { return false }
                sched_yield()
            }
            isAsleep.store(true, ordering: .sequentiallyConsistent)
            let isIdle = submitted.load(ordering: .sequentiallyConsistent) == done
            if isIdle, !isStopped.load(ordering: .sequentiallyConsistent) { sem_wait(wakeUp) }
            isAsleep.store(false, ordering: .sequentiallyConsistent)
        }
    }
}
