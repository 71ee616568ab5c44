internal import Synchronization

/// A request to stop that any thread may make.
final class StopRequest: Sendable {
    private let requested = Atomic(false)

    func request() { requested.store(true, ordering: .releasing) }
    var isRequested: Bool { requested.load(ordering: .acquiring) }
}
