internal import CLinux
internal import ContextStore
internal import DTNetMessages
internal import Foundation
internal import Glibc
internal import Logging
internal import NetworkModel
internal import Topology
internal import Transport
internal import TwinProtocol

/// The life of a node's process, from its arguments to its exit status: what the thin executables call.
package enum NodeProcess {
    /// A hang at the end is cut off after this, seconds.
    private static let shutdownLimitSeconds: UInt32 = 2

    /// Runs the nodes that the plan gives to the process until it is told to stop. Returns the exit status: 0 done,
    /// 1 failed, 2 wrong usage or input, 3 something is missing.
    package static func run(
        _ registrations: [RoleRegistration], arguments: [String] = Array(CommandLine.arguments.dropFirst()),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Int32 {
        do {
            try checkProcessor()
            let startTime = UInt64(max(0, Date().timeIntervalSince1970) * 1e9)
            try run(
                registrations, ProcessArguments(arguments, environment: environment, startTime: startTime), environment)
            return 0
        } catch {
            let text = "\(error)".split(separator: "\n").joined(separator: " ")
            FileHandle.standardError.write(Data("error: \(text)\n".utf8))
            return (error as? RuntimeError)?.code.exitStatus ?? (error is TransportError ? 1 : 2)
        }
    }

    private static func checkProcessor() throws(RuntimeError) {
        guard clinux_supports_x86_64_v3() == 0 else { return }
        throw RuntimeError(
            .missing,
            "this build needs a processor with AVX2 and FMA (x86-64-v3, Haswell or Zen and later); "
                + "build it on this machine without -march=x86-64-v3 in Package.swift")
    }

    private static func run(
        _ registrations: [RoleRegistration], _ arguments: ProcessArguments, _ environment: [String: String]
    ) throws {
        let plan = try readPlan(arguments.planPath)
        // Before any thread exists, so that all inherit the mask.
        let signals = clinux_termination_signalfd()
        guard signals >= 0 else { throw RuntimeError(errno: errno, action: "open a signalfd") }
        var configuration = try ReactorConfiguration(
            plan: plan, process: arguments.process, incarnation: arguments.incarnation,
            sockets: SocketDirectory(run: arguments.runID))
        configuration.shaping = arguments.shaping
        ProcessorClaim.make(for: configuration.process, of: plan)
        clinux_keep_memory()
        let logFile = BackgroundFile<[UInt8]>(
            descriptor: STDERR_FILENO, closesDescriptor: false, quiet: QuietTime(epoch: plan.network.epoch)
        ) { $1 += $0 }
        let log = Logger(label: arguments.process) { _ in
            JSONLinesLogHandler(process: arguments.process, file: logFile)
        }
        let hosts = try RoleRegistration.hosts(registrations, plan: plan, process: configuration.process) {
            log.info("\($0)")
        }
        let recorder = try HistoryRecorder(
            folder: arguments.runFolder, plan: plan, process: configuration.process, warmUp: arguments.warmUp)
        let keeper = ContextKeeper(
            plan: plan, process: configuration.process, folder: arguments.runFolder, environment: environment, log: log)
        var stops = [signals]
        if arguments.isSupervised { stops.append(STDIN_FILENO) }
        let notifier = SupervisorNotifier(path: arguments.notifySocket)
        notifier.versions([
            (TransportLibrary.name, TransportLibrary.version), (CodecLibrary.name, CodecLibrary.version),
        ])
        let reactor = try Reactor(
            configuration, hosts: hosts, log: log, recorder: recorder,
            tap: keeper.map { ContextTap($0, plan: plan) }, notifier: notifier, stopDescriptors: stops)
        log.info(
            "started",
            metadata: ["incarnation": "\(arguments.incarnation)", "nodes": "\(configuration.process.nodes.count)"])
        reactor.onStop = { limitShutdown() }
        reactor.run()
        log.info("stopped", metadata: ["counters": "\(reactor.counterText)"])
        keeper?.beginClosing()
        recorder.close()
        if recorder.dropped > 0 {
            log.warning("records are incomplete", metadata: ["dropped": "\(recorder.dropped)"])
            reactor.tellEnd()
        }
        keeper?.close()
        if let dropped = keeper?.dropped, dropped > 0 {
            log.warning("context is incomplete", metadata: ["dropped": "\(dropped)"])
        }
        logFile.close()
        configuration.sockets.remove()
    }

    private static func readPlan(_ path: String) throws -> WiringPlan {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw RuntimeError(.usage, "cannot read the plan \(path)")
        }
        do {
            return try WiringPlan(jsonData: data)
        } catch {
            throw RuntimeError(.usage, "\(path) is no wiring plan of this build: \(WiringPlan.reason(of: error))")
        }
    }

    /// Ends the process where libzmq hangs at its end: everything that matters is on its way to the disk by then.
    private static func limitShutdown() {
        signal(SIGALRM) { _ in _exit(1) }
        alarm(shutdownLimitSeconds)
    }
}
