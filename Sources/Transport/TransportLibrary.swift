internal import CZeroMQ

/// The messaging library that this process runs with.
package enum TransportLibrary {
    package static let name = "libzmq"

    /// As the library itself says, e.g. `4.3.4`; what it was built against may be older.
    package static var version: String {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        zmq_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }
}
