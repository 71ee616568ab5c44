package import NetworkModel

/// Why a run ends.
package enum StopReason: Hashable, Sendable {
    /// Its time is over, or the radio network has come to its end.
    case completed
    /// `dtnet down`.
    case requested
    /// A signal to the supervisor.
    case interrupted
    /// It cannot go on; the text says why.
    case failed(String)
}

/// How a process ended.
package enum ProcessEnd: Hashable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    package var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let number): "signal \(number)"
        }
    }
}

/// What happens to a supervised run. Processes are named by their index in the wiring plan.
package enum SupervisionEvent: Hashable, Sendable {
    case launched(process: Int, pid: Int32)
    case launchFailed(process: Int, reason: String)
    case ended(process: Int, how: ProcessEnd)
    /// The process said READY: each of its wires has carried a round trip.
    case ready(process: Int)
    /// The process said WATCHDOG: its loop turns.
    case alive(process: Int)
    case stop(StopReason)
    case tick
}

/// What the shell must do for a supervised run.
package enum SupervisionEffect: Hashable, Sendable {
    case launch(process: Int, incarnation: Int)
    case terminate(process: Int)
    case kill(process: Int)
    /// Every process was ready at once for the first time.
    case allReady
    /// Worth a line on the terminal.
    case note(String)
    /// Nothing runs any more.
    case finished(StopReason)
}

/// Times and bounds of supervision.
package struct SupervisionLimits: Hashable, Sendable {
    /// All processes must be ready by then.
    package var start = Instant.Span.milliseconds(20_000)
    /// From the first TERM to KILL.
    package var stop = Instant.Span.milliseconds(2_000)
    /// The radio network is asked to end this long before the others at most, so that it ends its books in peace.
    package var lead = Instant.Span.milliseconds(1_000)
    /// A process that has said WATCHDOG once and then says nothing for this long is killed.
    package var silence = Instant.Span.milliseconds(5_000)
    /// The same for a companion, which gets what processor time the others leave.
    package var companionSilence = Instant.Span.milliseconds(20_000)
    /// Wait before the second restart in a row; doubles each time. The first is at once.
    package var backOff = Instant.Span.milliseconds(100)
    package var backOffLimit = Instant.Span.milliseconds(5_000)
    /// A process ready for this long has recovered: its next restart is a first one again.
    package var recovery = Instant.Span.milliseconds(10_000)
    /// Restarts in a row after which the run fails; before all have been ready for the first time, `startFailures`.
    package var failures = 20
    package var startFailures = 3

    package init() {}
}

/// Starts, watches, restarts and ends the processes of a run: a value, so that every order of events can be tested.
package struct Supervision: Sendable {
    private enum Stage: Hashable, Sendable {
        case starting(since: Instant)
        case running
        case stopping(reason: StopReason, since: Instant, others: Bool, killed: Bool)
        case finished
    }

    /// What a process is at.
    package enum ProcessState: Hashable, Sendable {
        case launching
        case running(pid: Int32, isReady: Bool)
        case waiting(until: Instant)
        /// Left to someone else from the start.
        case external
        case ended
    }

    private struct Process: Sendable {
        let name: String
        /// Nothing waits for it, and the run goes on without it.
        let isCompanion: Bool
        var state: ProcessState
        var incarnation = 0
        var failuresInARow = 0
        var readySince = Instant.zero
        var lastAlive: Instant?
        /// When it was asked to end, or killed without being asked.
        var stopRequested: Instant?
        var wasKilled = false
        var stop: ProcessStop?
    }

    private var stage: Stage
    private var processes: [Process]
    private let radio: Int?
    private let limits: SupervisionLimits

    /// - Parameters:
    ///   - names: of the processes, in the plan's order.
    ///   - external: indices of those that someone else starts and ends.
    ///   - companions: indices of those that the run does without: they are restarted as often as they end.
    ///   - radio: index of the radio network's process: it ends first, and when it ends by itself the run is complete.
    package init(
        names: [String], external: [Int] = [], companions: [Int] = [], radio: Int?,
        limits: SupervisionLimits = .init(), at now: Instant
    ) {
        processes = names.enumerated().map { index, name in
            Process(
                name: name, isCompanion: companions.contains(index),
                state: external.contains(index) ? .external : .launching)
        }
        self.radio = radio
        self.limits = limits
        stage = .starting(since: now)
    }

    /// First effects: everything is launched at once.
    package func start() -> [SupervisionEffect] {
        processes.indices.filter { processes[$0].state == .launching }.map { .launch(process: $0, incarnation: 0) }
    }

    package func state(of process: Int) -> ProcessState { processes[process].state }
    package func restarts(of process: Int) -> Int { processes[process].incarnation }
    /// How the process ended; nil while it runs, and where nobody asked it to.
    package func stop(of process: Int) -> ProcessStop? { processes[process].stop }
    package var isStopping: Bool {
        if case .stopping = stage { return true }
        return stage == .finished
    }

    package mutating func handle(_ event: SupervisionEvent, at now: Instant) -> [SupervisionEffect] {
        switch event {
        case .launched(let index, let pid):
            processes[index].state = .running(pid: pid, isReady: false)
            processes[index].lastAlive = nil
            return isStopping ? [kill(index, at: now)] : []
        case .launchFailed(let index, let reason):
            return launchFailed(index, reason, at: now)
        case .ended(let index, let how):
            return ended(index, how, at: now)
        case .ready(let index):
            return ready(index, at: now)
        case .alive(let index):
            processes[index].lastAlive = now
            return []
        case .stop(let reason):
            return stop(reason, at: now)
        case .tick:
            return tick(at: now)
        }
    }

    // MARK: Coming up

    private mutating func ready(_ index: Int, at now: Instant) -> [SupervisionEffect] {
        guard case .running(let pid, false) = processes[index].state else { return [] }
        processes[index].state = .running(pid: pid, isReady: true)
        processes[index].readySince = now
        var effects: [SupervisionEffect] = []
        if processes[index].incarnation > 0 { effects.append(.note("\(processes[index].name) is ready again")) }
        if processes[index].isCompanion { return effects }
        guard case .starting = stage, notReady.isEmpty else { return effects }
        stage = .running
        return effects + [.allReady]
    }

    private var notReady: [String] {
        processes.filter { process in
            switch process.state {
            case _ where process.isCompanion: false
            case .running(_, let isReady): !isReady
            case .external: false
            default: true
            }
        }.map(\.name)
    }

    // MARK: Going down and coming back

    private mutating func ended(_ index: Int, _ how: ProcessEnd, at now: Instant) -> [SupervisionEffect] {
        if case .stopping = stage {
            processes[index].state = .ended
            processes[index].stop = processes[index].stopRequested.map {
                ProcessStop(time: now - $0, end: how, wasKilled: processes[index].wasKilled)
            }
            return proceedWithStop(at: now)
        }
        let name = processes[index].name
        if index == radio, how == .exited(0), stage == .running {
            processes[index].state = .ended
            return [.note("\(name) has come to its end")] + stop(.completed, at: now)
        }
        if case .running(_, true) = processes[index].state, now - processes[index].readySince >= limits.recovery {
            processes[index].failuresInARow = 0
        }
        if processes[index].isCompanion { return restart(index, because: "ended with \(how)", at: now) }
        let failures = processes[index].failuresInARow + 1
        let isFirstStart = stage != .running
        let isHopeless = isFirstStart && (how == .exited(2) || how == .exited(3))
        if isHopeless || failures > (isFirstStart ? limits.startFailures : limits.failures) {
            processes[index].state = .ended
            return stop(.failed("\(name) ended with \(how), \(failures) times in a row"), at: now)
        }
        return restart(index, because: "ended with \(how)", at: now)
    }

    /// What could be started once can be again: files, memory and processes of the machine run out for a while.
    private mutating func launchFailed(_ index: Int, _ reason: String, at now: Instant) -> [SupervisionEffect] {
        let what = "cannot be started: \(reason)"
        let isTriedAgain = stage == .running && processes[index].failuresInARow < limits.failures
        if !isStopping, isTriedAgain || processes[index].isCompanion { return restart(index, because: what, at: now) }
        processes[index].state = .ended
        return stop(.failed("\(processes[index].name) \(what)"), at: now)
    }

    /// Counts a failure and starts the process again, after a pause where it is not the first in a row.
    private mutating func restart(_ index: Int, because what: String, at now: Instant) -> [SupervisionEffect] {
        processes[index].failuresInARow += 1
        let wait = backOff(afterFailures: processes[index].failuresInARow)
        processes[index].state = .waiting(until: now + wait)
        let when = wait == .zero ? "now" : "in \(wait.nanoseconds / 1_000_000) ms"
        return [.note("\(processes[index].name) \(what); restart \(when)")] + launchDue(at: now)
    }

    /// No wait for the first restart in a row, then 100 ms doubling to 5 s.
    private func backOff(afterFailures failures: Int) -> Instant.Span {
        guard failures > 1 else { return .zero }
        return min(limits.backOff * Int64(1 << min(failures - 2, 20)), limits.backOffLimit)
    }

    private mutating func launchDue(at now: Instant) -> [SupervisionEffect] {
        var effects: [SupervisionEffect] = []
        for index in processes.indices {
            guard case .waiting(let until) = processes[index].state, now >= until else { continue }
            processes[index].state = .launching
            processes[index].incarnation += 1
            effects.append(.launch(process: index, incarnation: processes[index].incarnation))
        }
        return effects
    }

    // MARK: Time

    private mutating func tick(at now: Instant) -> [SupervisionEffect] {
        switch stage {
        case .starting(let since) where now - since >= limits.start:
            let names = notReady.joined(separator: ", ")
            return stop(
                .failed("not ready after \(Int(limits.start.seconds)) s: \(names) (see the logs of the run)"), at: now)
        case .starting, .running:
            return launchDue(at: now) + killSilent(at: now)
        case .stopping:
            return proceedWithStop(at: now)
        case .finished:
            return []
        }
    }

    private mutating func killSilent(at now: Instant) -> [SupervisionEffect] {
        var effects: [SupervisionEffect] = []
        for index in processes.indices {
            let silence = processes[index].isCompanion ? limits.companionSilence : limits.silence
            guard case .running = processes[index].state, let alive = processes[index].lastAlive,
                now - alive >= silence
            else { continue }
            processes[index].lastAlive = nil
            effects.append(.note("\(processes[index].name) has been silent for \(Int(silence.seconds)) s"))
            effects.append(.kill(process: index))
        }
        return effects
    }

    // MARK: Stopping

    private mutating func stop(_ reason: StopReason, at now: Instant) -> [SupervisionEffect] {
        guard !isStopping else { return [] }
        stage = .stopping(reason: reason, since: now, others: false, killed: false)
        for index in processes.indices {
            if case .waiting = processes[index].state { processes[index].state = .ended }
        }
        var effects: [SupervisionEffect] = []
        if let radio, isRunning(radio) { effects.append(terminate(radio, at: now)) }
        return effects + proceedWithStop(at: now)
    }

    /// The radio network first; once it has ended, or has had its lead, the others; at the limit, KILL.
    private mutating func proceedWithStop(at now: Instant) -> [SupervisionEffect] {
        guard case .stopping(let reason, let since, var others, var killed) = stage else { return [] }
        var effects: [SupervisionEffect] = []
        let radioIsGone = radio.map { !isRunning($0) } ?? true
        if !others, radioIsGone || now - since >= limits.lead {
            others = true
            for index in processes.indices where index != radio && isRunning(index) {
                effects.append(terminate(index, at: now))
            }
        }
        if !killed, now - since >= limits.stop {
            killed = true
            for index in processes.indices where isRunning(index) {
                let seconds = Int(limits.stop.seconds)
                effects.append(.note("\(processes[index].name) has not ended within \(seconds) s and is killed"))
                effects.append(kill(index, at: now))
            }
        }
        let isOver = processes.allSatisfy { $0.state == .ended || $0.state == .external }
        stage = isOver ? .finished : .stopping(reason: reason, since: since, others: others, killed: killed)
        return isOver ? effects + [.finished(reason)] : effects
    }

    private mutating func terminate(_ index: Int, at now: Instant) -> SupervisionEffect {
        processes[index].stopRequested = now
        return .terminate(process: index)
    }

    private mutating func kill(_ index: Int, at now: Instant) -> SupervisionEffect {
        processes[index].stopRequested = processes[index].stopRequested ?? now
        processes[index].wasKilled = true
        return .kill(process: index)
    }

    private func isRunning(_ index: Int) -> Bool {
        if case .running = processes[index].state { return true }
        return false
    }
}
