internal import CLinux
internal import Foundation
internal import Synchronization

/// Runs jobs of one role, one after the other, on a thread of its own at nice +10; results wait here until the loop
/// takes them. Jobs and results are bounded. The thread begins with the first job.
final class JobLane<Job: Sendable, JobResult: Sendable>: Sendable {
    /// Jobs waiting or done and not yet taken, at most.
    static var capacity: Int { 64 }
    /// Longest time that the last jobs are waited for: a process has two seconds to end in.
    private static var lastSeconds: Double { 0.5 }

    private struct State {
        var waiting: [(slot: Int, job: Job)] = []
        var results: [(slot: Int, result: JobResult)] = []
        var inFlight = 0
        var hasThread = false
        var stopped = false
        /// The thread has ended.
        var hasEnded = false
        var wake: @Sendable () -> Void = {}
    }

    private let execute: @Sendable (Job) -> JobResult
    private let state = Mutex(State())
    private let changed = NSCondition()

    init(execute: @escaping @Sendable (Job) -> JobResult) { self.execute = execute }

    func setWake(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    /// Queues a job of the node in `slot`; false where too many are waiting.
    func submit(_ job: Job, for slot: Int) -> Bool {
        let (taken, startsThread) = state.withLock { state in
            guard !state.stopped, state.inFlight < JobLane.capacity else { return (false, false) }
            state.waiting.append((slot, job))
            state.inFlight += 1
            let starts = !state.hasThread
            state.hasThread = true
            return (true, starts)
        }
        if startsThread { Thread { [self] in work() }.start() }
        changed.lock()
        changed.signal()
        changed.unlock()
        return taken
    }

    /// Results in the order in which the jobs ended.
    func takeResults() -> [(slot: Int, result: JobResult)] {
        state.withLock { state in
            let results = state.results
            state.results.removeAll()
            state.inFlight -= results.count
            return results
        }
    }

    /// Takes no more jobs and drops those that wait; does the last ones, which are waited for, and ends the thread.
    func stop(after last: [(slot: Int, job: Job)]) {
        let startsThread = state.withLock { state in
            state.stopped = true
            state.waiting = last
            let starts = !state.hasThread && !last.isEmpty
            if starts { state.hasThread = true }
            return starts
        }
        if startsThread { Thread { [self] in work() }.start() }
        changed.lock()
        defer { changed.unlock() }
        changed.broadcast()
        guard !last.isEmpty else { return }
        let limit = Date(timeIntervalSinceNow: JobLane.lastSeconds)
        while !state.withLock({ $0.hasEnded }) && changed.wait(until: limit) {}
        state.withLock { $0.waiting.removeAll() }
    }

    private func work() {
        clinux_set_thread_name("dtnet-jobs")
        clinux_set_thread_slice(0)
        clinux_set_thread_nice(10)
        while let (slot, job) = next() {
            let result = execute(job)
            let wake = state.withLock { state in
                state.results.append((slot, result))
                return state.wake
            }
            wake()
        }
        changed.lock()
        state.withLock { $0.hasEnded = true }
        changed.broadcast()
        changed.unlock()
    }

    /// The next job; waits for one, nil once stopped and none is left.
    private func next() -> (slot: Int, job: Job)? {
        changed.lock()
        defer { changed.unlock() }
        while true {
            let (stopped, job) = state.withLock { state in
                (state.stopped, state.waiting.isEmpty ? nil : state.waiting.removeFirst())
            }
            if let job { return job }
            if stopped { return nil }
            changed.wait()
        }
    }
}
