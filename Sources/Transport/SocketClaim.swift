internal import Glibc

/// The right to bind one unix socket: an `flock` on a file beside it, released by the kernel when the process ends.
///
/// libzmq unlinks whatever lies at the path before it binds, so that without the lock a second process would take over
/// a living socket in silence.
package final class SocketClaim {
    static let lockSuffix = ".lock"

    /// What to give to `RouterSocket`.
    package let endpoint: String
    private let socketPath: String
    private var descriptor: Int32

    init(socketPath: String, endpoint: String) throws(TransportError) {
        self.socketPath = socketPath
        self.endpoint = endpoint
        let lock = socketPath + SocketClaim.lockSuffix
        var attempts = 0
        repeat {
            attempts += 1
            descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else {
                throw TransportError(errno: errno, endpoint: endpoint, action: "open the lock \(lock)")
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let owner = SocketClaim.owner(descriptor)
                close(descriptor)
                // Who looks whether the lock is held, or takes the folder away, holds it for a moment.
                if attempts < SocketClaim.maxAttempts {
                    usleep(SocketClaim.pauseMicroseconds)
                    continue
                }
                throw TransportError(
                    code: .socketInUse, endpoint: endpoint, cause: "a living process owns the socket\(owner)",
                    remedy: "stop that run (dtnet down) or start this one under another id")
            }
            // A run that ends may have removed the file between the two calls: a lock on no file protects nothing.
            if SocketClaim.isFile(descriptor, at: lock) { break }
            close(descriptor)
            guard attempts < SocketClaim.maxAttempts else {
                throw TransportError(errno: ENOENT, endpoint: endpoint, action: "keep the lock \(lock)")
            }
        } while true
        let text = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = text.utf8.withContiguousStorageIfAvailable { write(descriptor, $0.baseAddress, $0.count) }
    }

    deinit { release() }

    /// Removes the socket and gives the claim back; the lock file stays, so that two takers never lock two files.
    package func release() {
        guard descriptor >= 0 else { return }
        unlink(socketPath)
        close(descriptor)
        descriptor = -1
    }

    /// Takes the lock file at `path` from all others until the descriptor is closed; nil where a living process holds
    /// it. -1 where there is none.
    static func seize(_ path: String) -> Int32? {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return -1 }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    /// Tries to get the lock, and the pause between two.
    private static let maxAttempts = 5
    private static let pauseMicroseconds: UInt32 = 2_000

    private static func isFile(_ descriptor: Int32, at path: String) -> Bool {
        var opened = stat()
        var named = stat()
        return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino
    }

    private static func owner(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let text = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        return text.split(separator: "\n").first.flatMap { Int32($0) }.map { " (process \($0))" } ?? ""
    }
}
