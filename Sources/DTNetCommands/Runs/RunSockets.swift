internal import Glibc

/// The short folder of a run's sockets, the one that its nodes use too: `$XDG_RUNTIME_DIR/dtnet/<id>`, else
/// `<temporary folder>/dtnet-<uid>/<id>`, every level of mode 0700 and owned by this user.
struct RunSockets: Hashable, Sendable {
    /// Eight hexadecimal digits.
    let id: String
    let path: String

    var controlPath: String { "\(path)/control" }
    /// One socket per process, so that the socket tells who speaks.
    func notificationPath(of process: Int) -> String { "\(path)/n\(process)" }

    /// Makes the folder of a new run with an id that no other run has.
    init() throws {
        let base =
            RunSockets.environment("XDG_RUNTIME_DIR").map { "\($0)/dtnet" }
            ?? "\(RunSockets.environment("TMPDIR") ?? "/tmp")/dtnet-\(geteuid())"
        try RunSockets.ensurePrivate(base)
        RunSockets.removeDead(in: base)
        var made: (id: String, path: String)?
        for _ in 0..<16 where made == nil {
            let digits = String(UInt32.random(in: .min ... .max), radix: 16)
            let id = String(repeating: "0", count: 8 - digits.count) + digits
            if mkdir("\(base)/\(id)", 0o700) == 0 { made = (id, "\(base)/\(id)") }
        }
        guard let made else { throw ToolFailure(.failed, "cannot make a folder for sockets in \(base)") }
        (id, path) = made
    }

    private init(existing id: String, in base: String) {
        self.id = id
        path = "\(base)/\(id)"
    }

    /// Removes what is in the folder, and the folder.
    func remove() {
        for name in RunSockets.names(in: path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// Removes folders of runs whose supervisor was killed: their control socket is there, and nobody listens on it.
    private static func removeDead(in base: String) {
        for name in names(in: base) where name.count == 8 {
            let run = RunSockets(existing: name, in: base)
            if UnixSocket.isAbandoned(run.controlPath) { run.remove() }
        }
    }

    private static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    private static func ensurePrivate(_ path: String) throws {
        if mkdir(path, 0o700) != 0 && errno != EEXIST {
            throw ToolFailure(
                .failed, "cannot make the folder for sockets \(path): \(String(cString: strerror(errno)))")
        }
        var status = stat()
        let isOurs =
            lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
            && status.st_mode & 0o077 == 0
        guard isOurs else {
            throw ToolFailure(
                .failed,
                "\(path) must be a folder of yours with mode 0700: remove it, or set XDG_RUNTIME_DIR to one that is")
        }
    }
}
