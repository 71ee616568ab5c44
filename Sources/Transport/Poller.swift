internal import CZeroMQ
internal import Glibc

/// Waits for any of a fixed set of sockets and file descriptors to become readable (`zmq_poll`).
///
/// A wait costs about 0.8 us per socket, so that a process has one socket per peer process, not one per wire. Deadlines
/// come as a timer's descriptor: `zmq_poll` itself counts whole milliseconds.
package struct Poller {
    private var items: [zmq_pollitem_t] = []

    package init() {}

    /// Adds a socket; returns its index.
    package mutating func add(_ socket: RouterSocket) -> Int { add(socket.socket) }
    /// Adds a socket; returns its index.
    package mutating func add(_ socket: DealerSocket) -> Int { add(socket.socket) }

    /// Adds a file descriptor; returns its index.
    package mutating func add(fileDescriptor: Int32) -> Int {
        items.append(zmq_pollitem_t(socket: nil, fd: fileDescriptor, events: Int16(ZMQ_POLLIN), revents: 0))
        return items.count - 1
    }

    /// Stops waiting for one index; the others keep theirs.
    package mutating func disable(_ index: Int) { items[index].events = 0 }

    /// Waits until something is readable or the time is up; `nil` waits for ever. Returns how many are ready; a signal
    /// that interrupts the wait counts as none ready, and so does a closed context.
    package mutating func wait(timeoutMilliseconds: Int? = nil) -> Int {
        let ready = zmq_poll(&items, Int32(items.count), timeoutMilliseconds ?? -1)
        if ready < 0 {
            for index in items.indices { items[index].revents = 0 }
        }
        return max(0, Int(ready))
    }

    /// Whether `index` was readable, or had failed, at the last wait.
    package func isReadable(_ index: Int) -> Bool {
        items[index].revents & Int16(ZMQ_POLLIN | ZMQ_POLLERR) != 0
    }

    private mutating func add(_ socket: SocketHandle) -> Int {
        items.append(zmq_pollitem_t(socket: socket.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
        return items.count - 1
    }
}
