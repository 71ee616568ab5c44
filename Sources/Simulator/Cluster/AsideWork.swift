internal import Glibc
internal import Synchronization

/// Takes work that is done beside what a simulation does itself.
package protocol AsideLane: Sendable {
    /// Whether work of some microseconds pays there; jobs of a millisecond always do.
    var takesShortWork: Bool { get }
    /// Offers work, which may be done at once, later, or never: whoever offered it calls `finish`.
    func offer(_ work: AsideWork)
}

/// Work that is done once, by whoever comes first: a lane, or the simulation as soon as it needs what comes of it.
///
/// Whatever `body` reads and writes belongs to it from the offer until `finish` returns; so what a simulation
/// comes to does not depend on who did the work, or when.
package final class AsideWork: @unchecked Sendable {
    private static let (waiting, running, done): (UInt8, UInt8, UInt8) = (0, 1, 2)
    /// Looks at work in progress before its thread is given way to.
    private static let looks = 20_000

    private let state = Atomic(AsideWork.waiting)
    private let body: () -> Void

    package init(_ body: @escaping () -> Void) { self.body = body }

    var isDone: Bool { state.load(ordering: .acquiring) == AsideWork.done }

    /// Does the work unless somebody has begun it.
    package func run() {
        guard
            state.compareExchange(
                expected: AsideWork.waiting, desired: AsideWork.running, ordering: .acquiringAndReleasing
            ).exchanged
        else { return }
        body()
        state.store(AsideWork.done, ordering: .releasing)
    }

    /// Returns once the work is done, by this thread if nobody has begun it.
    func finish() {
        run()
        var looks = 0
        while !isDone {
            looks += 1
            if looks % AsideWork.looks == 0 { sched_yield() }
        }
    }
}
