internal import CLinux

/// Tells the supervisor how the process does, by the sd_notify protocol: datagrams to the socket in `NOTIFY_SOCKET`,
/// the same under `dtnet up` and under systemd. Without a supervisor it says nothing.
package struct SupervisorNotifier: Sendable {
    /// Status texts are cut here, bytes.
    package static let maxStatusBytes = 16_384

    private let path: String?

    /// - Parameter path: value of `NOTIFY_SOCKET`, nil where nobody listens.
    package init(path: String?) { self.path = path }

    package var hasListener: Bool { path != nil }

    /// What the process runs with, by name: a line of its own, which systemd passes over.
    package func versions(_ versions: [(name: String, version: String)]) {
        send("X_DTNET_VERSIONS=" + versions.map { "\($0.name) \($0.version)" }.joined(separator: ","))
    }

    /// Every wire of the process has carried a round trip.
    package func ready() { send("READY=1") }
    /// The loop turns; `status` is one line of JSON.
    package func alive(status: String) {
        let line = String(decoding: status.utf8.prefix(SupervisorNotifier.maxStatusBytes), as: UTF8.self)
        send("STATUS=\(line)\nWATCHDOG=1")
    }
    package func stopping() { send("STOPPING=1") }

    private func send(_ text: String) {
        guard let path else { return }
        var text = text
        text.withUTF8 { _ = clinux_unix_datagram(path, $0.baseAddress, $0.count) }
    }
}
