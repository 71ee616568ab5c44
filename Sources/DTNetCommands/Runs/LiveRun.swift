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
            throw ToolFailure(.usage, "\(folder.manifestPath): cannot be read")
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
            let processes = folder.manifest?.processes ?? manifest.processes
            if !manifest.supervisor.isAlive, !processes.contains(where: \.identity.isAlive) { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
