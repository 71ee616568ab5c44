internal import Foundation
internal import Glibc
internal import Synchronization

/// What reaches the supervisor from outside.
enum SupervisorInput: Sendable {
    case supervision(SupervisionEvent)
    /// A datagram of the sd_notify protocol from a process.
    case notification(process: Int, text: String)
    /// A request over the control socket, to be answered on its descriptor.
    case request(line: String, descriptor: Int32)
    case signal(Int32)
}

/// One thread that waits on the sockets of a run and on signals, and passes on what comes; also the run's clock: a tick
/// at least every 100 ms.
final class SupervisorInbox: Sendable {
    static let tickMilliseconds: Int32 = 100

    let inputs: AsyncStream<SupervisorInput>
    private let continuation: AsyncStream<SupervisorInput>.Continuation
    private let notifications: [Int32]
    private let control: Int32
    private let signals: Int32
    private let isClosed = Mutex(false)

    /// Binds the sockets.
    /// - Parameter signals: reading end of `Interruption`.
    init(sockets: RunSockets, processes: Int, signals: Int32) throws {
        notifications = try (0..<processes).map { try UnixSocket.boundDatagram(sockets.notificationPath(of: $0)) }
        control = try UnixSocket.listening(sockets.controlPath)
        self.signals = signals
        (inputs, continuation) = AsyncStream.makeStream(of: SupervisorInput.self)
    }

    /// Starts the thread; it ends after `finish`.
    func start() {
        let thread = Thread { self.loop() }
        thread.name = "dtnet-inbox"
        thread.start()
    }

    func post(_ event: SupervisionEvent) { continuation.yield(.supervision(event)) }

    /// Ends the stream and the thread. A signal that has come by then is in the stream, later ones are left to the
    /// next reader.
    func finish() {
        isClosed.withLock { $0 = true }
        continuation.finish()
    }

    private func loop() {
        let descriptors = notifications + [control, signals]
        var items = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while !isClosed.withLock({ $0 }) {
            let count = poll(&items, nfds_t(items.count), SupervisorInbox.tickMilliseconds)
            if count > 0 {
                for index in items.indices where items[index].revents != 0 { take(index) }
            }
            post(.tick)
        }
        for descriptor in notifications + [control] { close(descriptor) }
    }

    private func take(_ index: Int) {
        if index < notifications.count {
            while let text = UnixSocket.receiveDatagram(notifications[index]) {
                continuation.yield(.notification(process: index, text: text))
            }
        } else if index == notifications.count {
            guard let request = UnixSocket.acceptRequest(control) else { return }
            continuation.yield(.request(line: request.line, descriptor: request.descriptor))
        } else {
            isClosed.withLock { isClosed in
                if !isClosed, let number = Interruption.next(signals) { continuation.yield(.signal(number)) }
            }
        }
    }
}
