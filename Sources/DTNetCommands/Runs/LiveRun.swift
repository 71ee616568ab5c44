internal import NetworkModel

/// A run whose supervisor still runs.
struct LiveRun: Sendable {
    let folder: RunFolder
    let manifest: RunManifest

    var controlPath: String { "\(manifest.sockets)/control" }

    /// The run in this folder, or the newest live one below the working folder; throws where there is none.
    init(folder path: String?) throws {
        if let path {
            folder = try RunFolder(existing: path)
        } else if let newest = RunFolder.newestLive() {
            folder = newest
        } else {
            throw ToolFailure(.failed, "no run is live below \(RunFolder.absolute(RunFolder.parent))")
        }
        guard let manifest = folder.manifest else {
            throw ToolFailure(
                .usage,
                "\(folder.manifestPath): no run.json of this dtnet, but of \(folder.maker): use the dtnet that started "
                    + "the run")
        }
        guard manifest.supervisor.isAlive || manifest.processes.contains(where: \.identity.isAlive) else {
            throw ToolFailure(.failed, "\(folder.path): this run is over (\(manifest.outcome ?? "killed"))")
        }
        self.manifest = manifest
    }

    /// Waits until nothing of the run lives; false where something still does after `patience`.
    func waitForEnd(_ patience: Instant.Span) async -> Bool {
        let start = MonotonicClock.now
        while MonotonicClock.now - start < patience {
            if !manifest.supervisor.isAlive, !processes.contains(where: \.isAlive) { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// The newest start of each process of the plan.
    var processes: [ProcessIdentity] { (folder.manifest ?? manifest).processes.map(\.identity) }

    /// Longest time that a supervisor is waited for.
    private static let longestWait = Instant.Span.milliseconds(600_000)

    /// Waits for a supervisor as long as it works, as on the history of a long run, whose result it writes; false where
    /// it has used no processor time for as long as `patience`.
    func waitForSupervisor(_ patience: Instant.Span) async -> Bool {
        let start = MonotonicClock.now
        var (used, since) = (manifest.supervisor.processorSeconds, start)
        while manifest.supervisor.isAlive {
            try? await Task.sleep(for: .milliseconds(20))
            let now = MonotonicClock.now
            let newest = manifest.supervisor.processorSeconds
            if newest != used { (used, since) = (newest, now) }
            if now - since >= patience || now - start >= LiveRun.longestWait { return false }
        }
        return true
    }
}
