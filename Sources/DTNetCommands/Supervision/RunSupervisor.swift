internal import Foundation
internal import Glibc
internal import NetworkModel
internal import Topology

/// What a run is asked to do.
struct RunRequest: Sendable {
    var topology: ResolvedTopology
    /// Text of the topology file, copied into the run folder.
    var text: String
    /// Measured time; nil runs until it is stopped.
    var duration: Instant.Span?
    /// Time after everything is ready that no figure counts.
    var warmUp: Instant.Span
    /// Processes that someone else starts.
    var external: [String] = []
    /// Whether progress is printed.
    var isQuiet = false
    /// Time between two lines of progress.
    var progress = Instant.Span.milliseconds(2_000)
    /// Whether an epoch begins as soon as the one before is decided.
    var isClosedLoop = false
    /// Reading end of `Interruption`.
    var signals: Int32
    var folder: RunFolder
}

/// What a run left.
struct RunOutcome: Sendable {
    var folder: RunFolder
    var reason: StopReason
    /// Processor time of all processes between the warm-up and the end, seconds.
    var processorSeconds: Double
    /// End of the warm-up, and of the measured time; the same where the run did not come so far.
    var measuredFrom: Instant
    var measuredUntil: Instant
    /// Bytes that all processes handed to their sockets per epoch; nil where that was not counted twice.
    var bytesPerEpoch: Double?
    /// Restarts of all processes.
    var restarts: Int
    /// How the processes that were running ended when they were asked to, by name.
    var stops: [(process: String, stop: ProcessStop)]
    /// From the first request to end to the end of the last process.
    var stopTime: Instant.Span
    /// Records and log lines that could not be written.
    var unrecorded: Double
}

/// Runs the processes of a topology from the run folder to the last exit.
struct RunSupervisor {
    let request: RunRequest
    private let sockets: RunSockets
    private let inbox: SupervisorInbox
    private let plan: WiringPlan
    /// The language model's server; nil where the topology starts none. Its index is behind those of the plan.
    private let modelServer: ModelServerLaunch?
    /// Ends of the pipe that the nodes hold as standard input: they end when the writing end closes.
    private let lifeline: PrivatePipe

    private var supervision: Supervision
    private var board: StatusBoard
    private var manifest: RunManifest
    private var identities: [ProcessIdentity?]
    private var readyAt: Instant?
    private var stoppedAt: Instant?
    private var isMeasuring = false
    private var processorAtWarmUp = 0.0
    private var processorOfEnded = 0.0
    private var processorSeen: [Double]
    private var processorRead = Instant.zero
    private var lastProgress = Instant.zero
    private var outcome: RunOutcome?
    private var wasSignalled = false
    private var logs = LogReader()

    private var folder: RunFolder { request.folder }

    /// Fills the run folder and makes the sockets; starts nothing yet.
    init(_ request: RunRequest) throws {
        self.request = request
        plan = request.topology.plan
        let external = try RunSupervisor.indices(of: request.external, in: plan)
        try RunSupervisor.checkServer(of: plan.context)
        for process in Set(plan.processes.map(\.executable)) { _ = try ChildProcess.companion(process) }
        modelServer = try ModelServerLaunch(for: plan.network.language)
        try request.folder.write(request.topology, text: request.text)
        OpenFiles.raiseLimit()
        lifeline = try PrivatePipe()
        sockets = try RunSockets()
        do {
            inbox = try SupervisorInbox(
                sockets: sockets, processes: plan.processes.count + (modelServer == nil ? 0 : 1),
                signals: request.signals)
        } catch {
            sockets.remove()
            throw error
        }
        let radio = plan.processes.firstIndex { $0.executable == "dtnet-ran" }
        let companions = modelServer == nil ? [] : [ModelServerLaunch.name]
        let names = plan.processes.map(\.name) + companions
        supervision = Supervision(
            names: names, external: external, companions: Array(plan.processes.count..<names.count), radio: radio,
            at: MonotonicClock.now)
        board = StatusBoard(plan: plan)
        manifest = RunManifest(
            dtnetVersion: DTNetTool.version, versions: CompilerVersion.own.map { ["swift": $0] } ?? [:],
            operatingSystem: ProcessInfo.processInfo.operatingSystemVersionString,
            topology: plan.network.name, file: RunFolder.absolute(request.topology.file.path),
            hierarchy: plan.network.hierarchy, seed: plan.network.seed, epochMs: plan.network.epoch.milliseconds,
            supervisor: .own, sockets: sockets.path)
        identities = Array(repeating: nil, count: names.count)
        processorSeen = Array(repeating: 0, count: plan.processes.count)
        try request.folder.write(manifest)
    }

    private static func indices(of names: [String], in plan: WiringPlan) throws -> [Int] {
        try names.map { name in
            guard let index = plan.processes.firstIndex(where: { $0.name == name }) else {
                let known = plan.processes.map(\.name).joined(separator: ", ")
                throw ToolFailure(.usage, "the plan has no process '\(name)': it has \(known)")
            }
            return index
        }
    }

    /// Runs to the end; the sockets are gone afterwards, the run folder stays.
    mutating func run() async throws -> RunOutcome {
        inbox.start()
        printExternal()
        try await withThrowingDiscardingTaskGroup { group in
            for effect in supervision.start() { perform(effect, &group) }
            for await input in inbox.inputs {
                for effect in handle(input) { perform(effect, &group) }
                if outcome != nil { inbox.finish() }
            }
        }
        close(lifeline.reading)
        close(lifeline.writing)
        sockets.remove()
        guard var outcome else { throw ToolFailure(.failed, "the run ended without an outcome") }
        // A signal while the processes were ending already: the run is whole, what would come after it is not wanted.
        if wasSignalled, outcome.reason == .completed { outcome.reason = .interrupted }
        if case .failed(let why) = outcome.reason, let last = logs.lastError {
            outcome.reason = .failed("\(why): \(last)")
        }
        manifest.outcome = outcome.reason.text
        for (process, stop) in outcome.stops { manifest.note(stop, of: process) }
        if !request.isQuiet { Terminal.progress(outcome.stopLine) }
        do {
            try folder.write(manifest)
        } catch {
            // The run is over and has its figures: a full disk does not cost them.
            Terminal.progress((error as? ToolFailure)?.message ?? "\(error)")
        }
        return outcome
    }

    // MARK: Inputs

    private mutating func handle(_ input: SupervisorInput) -> [SupervisionEffect] {
        let now = MonotonicClock.now
        switch input {
        case .supervision(let event):
            note(event, at: now)
            var effects = supervision.handle(event, at: now)
            if event == .tick { effects += keepTime(at: now) }
            return effects
        case .notification(let process, let text):
            inbox.noteTaken(of: process)
            return notification(process, text, at: now)
        case .request(let line, let descriptor):
            return answer(line, descriptor, at: now)
        case .signal:
            wasSignalled = true
            if !request.isQuiet { Terminal.progress("stopping") }
            return supervision.handle(.stop(.interrupted), at: now)
        }
    }

    /// Lines of the sd_notify protocol: READY=1, WATCHDOG=1, STATUS=text, X_DTNET_VERSIONS=name version,...
    private mutating func notification(_ process: Int, _ text: String, at now: Instant) -> [SupervisionEffect] {
        var effects: [SupervisionEffect] = []
        for line in text.split(separator: "\n") {
            if line == "READY=1" {
                effects += supervision.handle(.ready(process: process), at: now)
            } else if line == "WATCHDOG=1" {
                effects += supervision.handle(.alive(process: process), at: now)
            } else if line.hasPrefix("STATUS="), process < plan.processes.count {
                let before = board.unrecorded
                board.note(process: process, status: String(line.dropFirst("STATUS=".count)), at: now)
                if before == 0, board.unrecorded > 0 {
                    Terminal.progress("records are not written, the result will miss them: is the disk full?")
                }
            } else if line.hasPrefix("X_DTNET_VERSIONS=") {
                let before = manifest.versions
                manifest.note(versions: line.dropFirst("X_DTNET_VERSIONS=".count))
                if manifest.versions != before { try? folder.write(manifest) }
            }
        }
        return effects
    }

    private mutating func answer(_ line: String, _ descriptor: Int32, at now: Instant) -> [SupervisionEffect] {
        switch line {
        case "status":
            inbox.answer(status(at: now).json(), to: descriptor)
            return []
        case "down":
            inbox.answer("stopping\n", to: descriptor)
            return supervision.handle(.stop(.requested), at: now)
        default:
            inbox.answer("unknown request\n", to: descriptor)
            return []
        }
    }

    private mutating func note(_ event: SupervisionEvent, at now: Instant) {
        switch event {
        case .launched(let process, let pid):
            guard let identity = ProcessIdentity(pid: pid) else { return }
            identities[process] = identity
            manifest.note(
                .init(
                    process: name(of: process), executable: executable(of: process),
                    incarnation: supervision.restarts(of: process), identity: identity))
            try? folder.write(manifest)
        case .ended(let process, let how):
            if how != .exited(0), let error = logs.newError(of: name(of: process), in: folder) {
                Terminal.progress("\(name(of: process)): \(error)")
            }
            identities[process] = nil
            guard process < plan.processes.count else { return }
            processorOfEnded += processorSeen[process]
            processorSeen[process] = 0
        default:
            break
        }
    }

    /// A store in a server needs its connection string before anything is started.
    private static func checkServer(of context: ContextConfiguration) throws {
        let variable = context.connectionVariable
        guard context.store == .postgresql, ProcessInfo.processInfo.environment[variable]?.isEmpty ?? true else {
            return
        }
        throw ToolFailure(
            .usage,
            "context.store is postgresql, and the environment variable \(variable) is not set: give it a connection "
                + "string such as 'host=lab user=dtnet dbname=dtnet'")
    }

    private func status(at now: Instant) -> RunStatus {
        func supervised(_ index: Int) -> RunStatus.Supervised {
            .init(state: supervision.state(of: index), restarts: supervision.restarts(of: index))
        }
        var status = board.status(
            run: folder.path, manifest: manifest, at: now, processes: plan.processes.indices.map(supervised))
        status.modelServer = modelServer?.status(supervised(plan.processes.count))
        return status
    }

    private func name(of process: Int) -> String {
        process < plan.processes.count ? plan.processes[process].name : ModelServerLaunch.name
    }

    private func executable(of process: Int) -> String {
        process < plan.processes.count ? plan.processes[process].executable : ModelServerLaunch.name
    }

    // MARK: Time

    /// Notes the end of the warm-up, ends the run when its time is over, prints progress.
    private mutating func keepTime(at now: Instant) -> [SupervisionEffect] {
        let isDue = now - processorRead >= RunSupervisor.processorPeriod
        if isDue { readProcessorTimes(at: now) }
        guard !supervision.isStopping else { return [] }
        // No command would find the run any more to end it, and its figures would lead nowhere.
        if isDue, folder.isGone {
            return supervision.handle(.stop(.failed("the run folder is gone: \(folder.path)")), at: now)
        }
        guard let readyAt else { return [] }
        let elapsed = now - readyAt
        if !isMeasuring, elapsed >= request.warmUp {
            isMeasuring = true
            board.beginMeasuring()
            readProcessorTimes(at: now)
            processorAtWarmUp = processorTotal
        }
        if !request.isQuiet, now - lastProgress >= request.progress {
            lastProgress = now
            Terminal.progress(board.progressLine(elapsed: elapsed, warmUp: request.warmUp, duration: request.duration))
        }
        guard let duration = request.duration, elapsed >= request.warmUp + duration else { return [] }
        return supervision.handle(.stop(.completed), at: now)
    }

    /// Times of processes are read this often, so that one that fails loses a second of its own at most; and where the
    /// measured time begins, and of each process before it is told to end. Reading one takes a file.
    private static let processorPeriod = Instant.Span.seconds(1)

    private mutating func readProcessorTimes(at now: Instant) {
        processorRead = now
        for process in plan.processes.indices { readProcessorTime(of: process) }
    }

    /// What the model's server takes is no part of the nodes' time.
    private mutating func readProcessorTime(of process: Int) {
        guard process < plan.processes.count, let seconds = identities[process]?.processorSeconds else { return }
        processorSeen[process] = seconds
    }

    private var processorTotal: Double { processorOfEnded + processorSeen.reduce(0, +) }

    // MARK: Effects

    private mutating func perform(_ effect: SupervisionEffect, _ group: inout ThrowingDiscardingTaskGroup<any Error>) {
        switch effect {
        case .launch(let process, let incarnation):
            launch(process, incarnation, &group)
        case .terminate(let process):
            stoppedAt = stoppedAt ?? MonotonicClock.now
            readProcessorTime(of: process)
            identities[process]?.signal(SIGTERM)
        case .kill(let process):
            identities[process]?.signal(SIGKILL)
        case .allReady:
            readyAt = MonotonicClock.now
            lastProgress = MonotonicClock.now
            if !request.isQuiet { Terminal.progress("all \(plan.processes.count) processes ready: \(folder.path)") }
        case .note(let text):
            board.note(alarm: text, at: MonotonicClock.now)
            Terminal.progress(text)
        case .finished(let reason):
            let from = (readyAt ?? MonotonicClock.now) + request.warmUp
            outcome = RunOutcome(
                folder: folder, reason: reason,
                processorSeconds: isMeasuring ? processorTotal - processorAtWarmUp : 0,
                measuredFrom: from, measuredUntil: max(from, stoppedAt ?? from), bytesPerEpoch: board.bytesPerEpoch,
                restarts: plan.processes.indices.reduce(0) { $0 + supervision.restarts(of: $1) },
                stops: identities.indices.compactMap { index in
                    supervision.stop(of: index).map { (process: name(of: index), stop: $0) }
                },
                stopTime: stoppedAt.map { MonotonicClock.now - $0 } ?? .zero,
                unrecorded: board.unrecorded)
        }
    }

    private func launch(
        _ process: Int, _ incarnation: Int, _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) {
        let notificationPath = sockets.notificationPath(of: process)
        let (executable, arguments, environment): (String, [String], [String: String])
        if process < plan.processes.count {
            let launch = NodeLaunch(
                process: plan.processes[process], folder: folder, sockets: sockets, notificationPath: notificationPath,
                incarnation: incarnation, warmUp: request.warmUp, isClosedLoop: request.isClosedLoop,
                modelServer: isOrchestrator(process) ? modelServer?.base : nil)
            executable = "\(ChildProcess.folder)/\(plan.processes[process].executable)"
            (arguments, environment) = (launch.arguments, launch.environment)
        } else if let modelServer {
            (executable, arguments) = (modelServer.script, modelServer.arguments)
            environment = ["NOTIFY_SOCKET": notificationPath]
        } else {
            preconditionFailure("process \(process) is not in the plan")
        }
        let streams = ChildProcess.Streams(input: lifeline.reading, log: folder.logPath(of: name(of: process)))
        group.addTask { [inbox] in
            do {
                let end = try await ChildProcess.run(
                    executable, arguments: arguments, environment: environment, streams: streams
                ) { inbox.post(.launched(process: process, pid: $0)) }
                inbox.post(.ended(process: process, how: end))
            } catch {
                let reason = (error as? ToolFailure)?.message ?? "\(error)"
                inbox.post(.launchFailed(process: process, reason: reason))
            }
        }
    }

    /// Whether a process hosts L3, where the language engine is.
    private func isOrchestrator(_ process: Int) -> Bool {
        plan.processes[process].nodes.contains { plan.nodes[Int($0.rawValue)].role == .orchestrator }
    }

    /// Tells whoever starts an external process what it needs.
    private func printExternal() {
        for name in request.external {
            guard let index = plan.processes.firstIndex(where: { $0.name == name }) else { continue }
            let process = plan.processes[index]
            let nodes = process.nodes.map { "\($0.rawValue)" }.joined(separator: " ")
            Terminal.result("external process \(name) (nodes \(nodes))")
            Terminal.result("  plan      \(folder.planPath)")
            if let endpoint = process.endpoint { Terminal.result("  binds     \(completed(endpoint))") }
            if let base = modelServer?.base, isOrchestrator(index) { Terminal.result("  model     \(base)") }
            for peer in process.connects {
                guard let other = plan.processes.first(where: { $0.name == peer }), let endpoint = other.endpoint else {
                    continue
                }
                Terminal.result("  connects  \(peer) \(completed(endpoint))")
            }
        }
    }

    /// `ipc://NAME` of the plan as a path of this run.
    private func completed(_ endpoint: String) -> String {
        guard endpoint.hasPrefix("ipc://"), !endpoint.hasPrefix("ipc:///") else { return endpoint }
        return "ipc://\(sockets.path)/\(endpoint.dropFirst("ipc://".count))"
    }
}
