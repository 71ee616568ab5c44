internal import ModelServing
internal import NetworkModel

/// Command line and environment with which a node's process is started.
struct NodeLaunch: Hashable, Sendable {
    let arguments: [String]
    let environment: [String: String]

    /// - Parameters:
    ///   - notificationPath: unix datagram socket on which the supervisor hears READY, STATUS and WATCHDOG.
    ///   - incarnation: starts of this process before this one.
    ///   - warmUp: time after the first epoch that no figure counts.
    ///   - isClosedLoop: whether an epoch begins as soon as the one before is decided.
    ///   - modelServer: address of the run's own model server, where the process asks one.
    init(
        process: ProcessPlan, folder: RunFolder, sockets: RunSockets, notificationPath: String, incarnation: Int,
        warmUp: Instant.Span, isClosedLoop: Bool, modelServer: String?
    ) {
        arguments = ["--plan", folder.planPath, "--process", process.name, "--run", folder.path]
        var environment = [
            "NOTIFY_SOCKET": notificationPath,
            "DTNET_SUPERVISED": "1",
            "DTNET_RUN_ID": sockets.id,
            "DTNET_INCARNATION": "\(incarnation)",
            "DTNET_WARM_UP_MS": "\(warmUp.nanoseconds / 1_000_000)",
        ]
        if isClosedLoop { environment["DTNET_CLOSED_LOOP"] = "1" }
        if let modelServer { environment[ChatClient.localBaseVariable] = modelServer }
        self.environment = environment
    }
}
