internal import CZeroMQ
internal import Glibc

/// Waits for any of a fixed set of sockets and file descriptors to become readable.
///
/// It polls the descriptors that libzmq gives its sockets (`ZMQ_FD`), and asks a socket itself (`ZMQ_EVENTS`) only when
/// its descriptor is readable, or when a send or an unfinished receive may have taken the descriptor's news along:
/// it tells changes, not states. `zmq_poll` asks every socket twice per wait, two system calls each.
package struct Poller {
    private struct Item {
        /// nil for a file descriptor.
        var socket: SocketHandle?
        var isReadable = false
    }

    private var items: [Item] = []
    /// Parallel to `items`.
    private var descriptors: [pollfd] = []

    package init() {}

    /// Adds a socket; returns its index.
    package mutating func add(_ socket: RouterSocket) -> Int { add(socket.socket) }
    /// Adds a socket; returns its index.
    package mutating func add(_ socket: DealerSocket) -> Int { add(socket.socket) }

    /// Adds a file descriptor; returns its index.
    package mutating func add(fileDescriptor: Int32) -> Int {
        items.append(Item(socket: nil))
        descriptors.append(pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0))
        return items.count - 1
    }

    /// Stops waiting for one index; the others keep theirs.
    package mutating func disable(_ index: Int) {
        items[index].socket = nil
        descriptors[index].fd = -1
    }

    /// Waits until something is readable or the time is up; `nil` waits for ever. Returns how many are ready; a signal
    /// that interrupts the wait counts as none ready, and so does a closed context.
    package mutating func wait(timeoutNanoseconds: Int64? = nil) -> Int {
        var ready = 0
        for index in items.indices {
            items[index].isReadable = false
            guard let socket = items[index].socket, socket.needsLook, socket.hasInput() else { continue }
            items[index].isReadable = true
            ready += 1
        }
        guard poll(for: ready > 0 ? 0 : timeoutNanoseconds) > 0 else { return ready }
        for index in items.indices where descriptors[index].revents != 0 && !items[index].isReadable {
            if let socket = items[index].socket, !socket.hasInput() { continue }
            items[index].isReadable = true
            ready += 1
        }
        return ready
    }

    /// Whether `index` was readable, or had failed, at the last wait.
    package func isReadable(_ index: Int) -> Bool { items[index].isReadable }

    private mutating func add(_ socket: SocketHandle) -> Int {
        items.append(Item(socket: socket))
        descriptors.append(pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0))
        return items.count - 1
    }

    private mutating func poll(for nanoseconds: Int64?) -> Int32 {
        czeromq_wait(&descriptors, UInt(descriptors.count), nanoseconds.map { max(0, $0) } ?? -1)
    }
}
