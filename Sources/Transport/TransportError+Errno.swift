internal import CZeroMQ
internal import Glibc

extension TransportError {
    /// The error behind libzmq's last failed call.
    ///
    /// - Parameters:
    ///   - number: the value of `zmq_errno()`.
    ///   - endpoint: what the call was about.
    ///   - action: verb of the call, "bind", "connect", "open".
    init(errno number: Int32, endpoint: String, action: String) {
        let text = String(cString: zmq_strerror(number))
        let (code, remedy) = TransportError.meaning(of: number)
        self.init(code: code, endpoint: endpoint, cause: "cannot \(action): \(text)", remedy: remedy)
    }

    private static func meaning(of number: Int32) -> (Code, String) {
        switch number {
        case EADDRINUSE:
            (.portTaken, "choose another port or stop the program that listens there (ss -ltnp shows it)")
        case EACCES, EPERM:
            (.permissionDenied, "choose a port above 1023, or a folder that this user may write")
        case ENAMETOOLONG:
            (.pathTooLong, "set XDG_RUNTIME_DIR to a shorter folder or give the run a shorter name")
        case EADDRNOTAVAIL, ENODEV, EHOSTUNREACH:
            (.addressUnavailable, "use an address of this host, or * for all of them")
        case EINVAL, EPROTONOSUPPORT, ENOCOMPATPROTO:
            (.invalidEndpoint, "write tcp://HOST:PORT or ipc://NAME")
        case EMFILE, ENFILE, ENOMEM:
            (.resourcesExhausted, "raise the limit of open files (ulimit -n) or run fewer processes")
        case ENOENT, ENOTDIR, EROFS:
            (.system, "check that the folder of the socket exists and can be written")
        default:
            (.system, "see errno \(number)")
        }
    }
}
