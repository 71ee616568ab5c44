internal import Glibc

/// The folder that holds the unix sockets of one run, outside the run folder because paths must stay short.
///
/// `$XDG_RUNTIME_DIR/dtnet/<run>` where that variable is set, else `<temporary folder>/dtnet-<uid>/<run>`; every
/// level is of mode 0700 and owned by this user, or the directory is refused.
package struct SocketDirectory: Sendable {
    /// Absolute path of the run's folder.
    package let path: String

    /// Opens, and creates where needed, the folder of the run.
    ///
    /// - Parameters:
    ///   - run: short id of the run: 1 to 24 letters, digits, `-`, `_`.
    ///   - runtimeDirectory: `$XDG_RUNTIME_DIR`, or nil.
    ///   - temporaryDirectory: used where `runtimeDirectory` is nil.
    package init(
        run: String, runtimeDirectory: String? = SocketDirectory.environment("XDG_RUNTIME_DIR"),
        temporaryDirectory: String = SocketDirectory.environment("TMPDIR") ?? "/tmp"
    ) throws(TransportError) {
        guard (1...24).contains(run.utf8.count), run.utf8.allSatisfy(SocketDirectory.isSafe) else {
            throw TransportError(
                code: .invalidEndpoint, endpoint: String(run.prefix(40)), cause: "not an id of a run",
                remedy: "use 1 to 24 letters, digits, '-' or '_'")
        }
        let base = runtimeDirectory.map { "\($0)/dtnet" } ?? "\(temporaryDirectory)/dtnet-\(geteuid())"
        try SocketDirectory.ensurePrivate(base)
        try SocketDirectory.ensurePrivate("\(base)/\(run)")
        path = "\(base)/\(run)"
    }

    /// A variable of the process's environment, nil where unset or empty.
    package static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// The endpoint of the process `name` of this run. Throws where the path would be too long.
    package func endpoint(of name: String) throws(TransportError) -> String {
        let socket = socketPath(of: name)
        try Endpoint.checkPath(socket, endpoint: "ipc://\(socket)")
        return "ipc://\(socket)"
    }

    /// Takes the right to bind the socket of `name`: a lock beside it that ends with the process.
    ///
    /// Throws `socketInUse` where another living process, or another claim in this one, holds it.
    package func claim(_ name: String) throws(TransportError) -> SocketClaim {
        try SocketClaim(socketPath: socketPath(of: name), endpoint: endpoint(of: name))
    }

    /// Removes the folder with all that is in it, unless a living process still holds a claim. Returns whether it is
    /// gone.
    @discardableResult
    package func remove() -> Bool {
        let names = entries()
        // Held until all is gone: a claim that comes meanwhile finds its lock file gone, and makes another.
        var locks: [Int32] = []
        defer { for lock in locks { close(lock) } }
        for name in names where name.hasSuffix(SocketClaim.lockSuffix) {
            guard let lock = SocketClaim.seize("\(path)/\(name)") else { return false }
            locks.append(lock)
        }
        for name in names { unlink("\(path)/\(name)") }
        return rmdir(path) == 0 || errno == ENOENT
    }

    private func socketPath(of name: String) -> String { "\(path)/\(name)" }

    private func entries() -> [String] {
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

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func ensurePrivate(_ path: String) throws(TransportError) {
        if mkdir(path, 0o700) != 0 && errno != EEXIST {
            throw TransportError(errno: errno, endpoint: path, action: "create the folder for sockets")
        }
        var status = stat()
        guard lstat(path, &status) == 0 else {
            throw TransportError(errno: errno, endpoint: path, action: "inspect the folder for sockets")
        }
        let isDirectory = status.st_mode & S_IFMT == S_IFDIR
        guard isDirectory && status.st_uid == geteuid() && status.st_mode & 0o077 == 0 else {
            throw TransportError(
                code: .unsafeDirectory, endpoint: path,
                cause: isDirectory ? "other users own it or may enter it" : "it is not a folder",
                remedy: "remove it, or set XDG_RUNTIME_DIR to a folder of your own with mode 0700")
        }
    }
}
