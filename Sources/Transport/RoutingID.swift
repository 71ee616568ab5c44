/// Name that a ROUTER gave to one connection: it changes at every reconnect and is never chosen by the peer.
package struct RoutingID: Hashable, Sendable {
    /// Longest id taken; libzmq's own have 5 bytes.
    package static let maxByteCount = 16

    private let low: UInt64
    private let high: UInt64
    let byteCount: UInt8

    /// nil where the id is empty or longer than `maxByteCount`: such a peer set an id of its own.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty && bytes.count <= RoutingID.maxByteCount else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
        (low, high) = words
        byteCount = UInt8(bytes.count)
    }

    func withBytes<Result>(_ body: (UnsafeRawPointer, Int) -> Result) -> Result {
        var words = (low, high)
        return withUnsafeBytes(of: &words) { body($0.baseAddress!, Int(byteCount)) }
    }
}
