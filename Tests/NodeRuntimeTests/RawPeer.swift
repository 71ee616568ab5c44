import DTNetMessages
import Foundation
import Glibc
import NetworkModel
import Transport

/// A peer made of a bare socket: says what no process of ours would say.
final class RawPeer {
    private let context: Context
    private let dealer: DealerSocket
    private var poller = Poller()
    private let encoder = EnvelopeEncoder()
    private let decoder = EnvelopeDecoder()
    private var sequence: UInt64 = 0

    init(_ endpoint: String) throws {
        context = try Context()
        dealer = try DealerSocket(context, connect: endpoint)
        _ = poller.add(dealer)
    }

    deinit { context.close() }

    /// Sends bytes as they are, once the connection stands.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        let frame = Frame(byteCount: bytes.count)
        frame.bytes.copyBytes(from: bytes)
        for _ in 0..<5_000 {
            if dealer.send(frame) == .sent { return true }
            _ = poller.wait(timeoutNanoseconds: 1_000_000)
        }
        return false
    }

    func send(_ envelope: Envelope) { send(encoder.encode(envelope)) }

    /// The next envelope for which `matches` holds.
    func receive(_ matches: (Envelope) -> Bool) -> Envelope? {
        for _ in 0..<5_000 {
            _ = poller.wait(timeoutNanoseconds: 1_000_000)
            var found: Envelope?
            while dealer.receive({ found = try? decoder.decode($0) }) == .received {
                if let found, matches(found) { return found }
            }
        }
        return nil
    }

    /// Says Hello as the process `edge`.
    func hello(
        digest: UInt64, incarnation: UInt64 = 1, process: String = "edge", nodes: [NodeID]? = nil,
        capabilities: [String] = []
    ) {
        var hello = Hello()
        hello.process = process
        hello.planDigest = digest
        hello.nodes = nodes ?? [TwoProcessFixture.edge]
        hello.minVersion = Envelope.version
        hello.maxVersion = Envelope.version
        hello.capabilities = capabilities
        var envelope = Envelope(sender: Envelope.process, recipient: Envelope.process, body: .hello(hello))
        envelope.incarnation = incarnation
        envelope.sequence = 1
        send(envelope)
    }

    func refusal(ofDigest digest: UInt64) -> RejectCause? { reject(ofDigest: digest)?.cause }

    /// Says Hello and waits for the Reject.
    func reject(ofDigest digest: UInt64, capabilities: [String] = []) -> Reject? {
        hello(digest: digest, capabilities: capabilities)
        let answer = receive { if case .reject = $0.body { true } else { false } }
        guard case .reject(let reject) = answer?.body else { return nil }
        return reject
    }

    /// Says Hello and waits for the Welcome.
    func join(digest: UInt64, incarnation: UInt64 = 1) -> Bool {
        hello(digest: digest, incarnation: incarnation)
        return receive { if case .welcome = $0.body { true } else { false } } != nil
    }

    /// A directive of the edge to the radio network.
    func directive(
        sequence: UInt64, epoch: UInt64 = 1, sender: NodeID = TwoProcessFixture.edge, incarnation: UInt64 = 1
    ) -> Envelope {
        var envelope = Envelope(
            sender: sender, recipient: TwoProcessFixture.radio, epoch: epoch,
            body: .directive(TwoProcessFixture.directive()))
        envelope.incarnation = incarnation
        envelope.sequence = sequence
        return envelope
    }
}

/// The supervisor's end of the sd_notify protocol.
final class DatagramListener {
    let path: String
    private let descriptor: Int32

    struct NoSocket: Error {}

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        guard bound == 0 else { throw NoSocket() }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Reads until a datagram matches, a hundred at most.
    func hears(_ matches: (String) -> Bool) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        for _ in 0..<100 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            if matches(String(decoding: buffer[..<count], as: UTF8.self)) { return true }
        }
        return false
    }
}
