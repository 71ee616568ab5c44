internal import Foundation
internal import Glibc
internal import NetworkModel
internal import Synchronization

/// What reaches the supervisor from outside.
enum SupervisorInput: Sendable {
    case supervision(SupervisionEvent)
    /// A datagram of the sd_notify protocol from a process.
    case notification(process: Int, text: String)
    /// A request over the control socket, to be answered with `SupervisorInbox.answer`.
    case request(line: String, descriptor: Int32)
    case signal(Int32)
}

/// One thread that waits on the sockets of a run and on signals, and passes on what comes; also the run's clock: a tick
/// every 100 ms.
///
/// Neither a process that floods its socket nor clients that say or read nothing hold up the others: what waits for the
/// supervisor is bounded for each process, and clients are read from and written to on threads of their own.
final class SupervisorInbox: Sendable {
    static let tickPeriod = Instant.Span.milliseconds(100)
    /// Notifications of one process that may wait; further ones are dropped, as each replaces the one before.
    private static let mostWaiting = 64
    /// Clients of the control socket at one time; further ones are closed.
    private static let mostClients = 8

    let inputs: AsyncStream<SupervisorInput>
    private let continuation: AsyncStream<SupervisorInput>.Continuation
    private let notifications: [Int32]
    private let control: Int32
    private let signals: Int32
    private let isClosed = Mutex(false)
    /// By process.
    private let waiting: Mutex<[Int]>
    private let clients = Mutex(0)

    /// Binds the sockets.
    /// - Parameter signals: reading end of `Interruption`.
    init(sockets: RunSockets, processes: Int, signals: Int32) throws {
        notifications = try (0..<processes).map { try UnixSocket.boundDatagram(sockets.notificationPath(of: $0)) }
        control = try UnixSocket.listening(sockets.controlPath)
        self.signals = signals
        waiting = Mutex(Array(repeating: 0, count: processes))
        (inputs, continuation) = AsyncStream.makeStream(of: SupervisorInput.self)
    }

    /// Starts the thread; it ends after `finish`.
    func start() { SupervisorInbox.run("dtnet-inbox") { self.loop() } }

    func post(_ event: SupervisionEvent) { continuation.yield(.supervision(event)) }

    /// A notification of a process has been dealt with.
    func noteTaken(of process: Int) { waiting.withLock { $0[process] -= 1 } }

    /// Answers a request, without waiting for its client.
    func answer(_ text: String, to descriptor: Int32) {
        SupervisorInbox.run("dtnet-answer") {
            UnixSocket.answer(text, to: descriptor)
            self.clients.withLock { $0 -= 1 }
        }
    }

    /// Ends the stream and the thread. A signal that has come by then is in the stream, later ones are left to the
    /// next reader.
    func finish() {
        isClosed.withLock { $0 = true }
        continuation.finish()
    }

    private static func run(_ name: String, _ work: @escaping @Sendable () -> Void) {
        let thread = Thread(block: work)
        thread.name = name
        thread.start()
    }

    private func loop() {
        let descriptors = notifications + [control, signals]
        var items = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var nextTick = MonotonicClock.now + SupervisorInbox.tickPeriod
        while !isClosed.withLock({ $0 }) {
            let left = max(.zero, nextTick - MonotonicClock.now)
            if poll(&items, nfds_t(items.count), Int32(left.nanoseconds / 1_000_000) + 1) > 0 {
                for index in items.indices where items[index].revents != 0 { take(index) }
            }
            guard MonotonicClock.now >= nextTick else { continue }
            post(.tick)
            nextTick = MonotonicClock.now + SupervisorInbox.tickPeriod
        }
        for descriptor in notifications + [control] { close(descriptor) }
    }

    private func take(_ index: Int) {
        if index < notifications.count {
            takeNotifications(of: index)
        } else if index == notifications.count {
            takeClient()
        } else {
            isClosed.withLock { isClosed in
                if !isClosed, let number = Interruption.next(signals) { continuation.yield(.signal(number)) }
            }
        }
    }

    /// What waits at the socket of a process, up to a bound: the other sockets come to their turn.
    private func takeNotifications(of process: Int) {
        for _ in 0..<SupervisorInbox.mostWaiting {
            guard let text = UnixSocket.receiveDatagram(notifications[process]) else { return }
            let hasRoom = waiting.withLock { waiting in
                guard waiting[process] < SupervisorInbox.mostWaiting else { return false }
                waiting[process] += 1
                return true
            }
            if hasRoom { continuation.yield(.notification(process: process, text: text)) }
        }
    }

    private func takeClient() {
        guard let descriptor = UnixSocket.accept(control) else { return }
        let hasRoom = clients.withLock { clients in
            guard clients < SupervisorInbox.mostClients else { return false }
            clients += 1
            return true
        }
        guard hasRoom else {
            close(descriptor)
            return
        }
        SupervisorInbox.run("dtnet-client") { [self] in
            guard let line = UnixSocket.request(descriptor) else {
                close(descriptor)
                clients.withLock { $0 -= 1 }
                return
            }
            continuation.yield(.request(line: line, descriptor: descriptor))
        }
    }
}
