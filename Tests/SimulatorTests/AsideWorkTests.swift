import Benchmarking
import Dispatch
import NetworkModel
import Numerics
import Simulator
import Synchronization
import Testing
import TwinProtocol

/// Takes every second work, on a thread of its own, as a lane that is full now and then.
private final class HalfLane: AsideLane {
    let takesShortWork = true
    private let queue = DispatchQueue(label: "half")
    private let offered = Atomic(0)
    private let taken = Atomic(0)

    var counts: (offered: Int, taken: Int) { (offered.load(ordering: .relaxed), taken.load(ordering: .relaxed)) }

    func offer(_ work: AsideWork) {
        let (number, _) = offered.add(1, ordering: .relaxed)
        guard number % 2 == 0 else { return }
        taken.add(1, ordering: .relaxed)
        queue.async { work.run() }
    }
}

/// Does all work as soon as it is offered.
private struct EagerLane: AsideLane {
    var takesShortWork = true

    func offer(_ work: AsideWork) { work.run() }
}

/// What the simulator does beside what it does next.
struct AsideWorkTests {
    private func run(_ hierarchy: Hierarchy, _ lane: (any AsideLane)?) throws -> SimulationResult {
        var options = SimulationOptions()
        options.lane = lane
        if lane != nil {
            options.judging = WorkSpreading { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
        }
        options.judgedEpochs = 3
        return try Simulation.run(plan: Campus.plan(hierarchy), epochs: 60, options: options)
    }

    @Test(arguments: Hierarchy.allCases)
    func whatIsDoneAsideChangesNothing(hierarchy: Hierarchy) throws {
        let alone = try run(hierarchy, nil)
        let half = HalfLane()
        #expect(alone.judged == 3)
        for lane in [half, EagerLane(), EagerLane(takesShortWork: false)] as [any AsideLane] {
            let beside = try run(hierarchy, lane)
            #expect(beside.historyHash == alone.historyHash)
            #expect(beside.row == alone.row)
            #expect(beside.summary.decisions == alone.summary.decisions)
            #expect(beside.judgement == alone.judgement)
        }
        // Slots, learning, preparation, books and jobs were offered, and half of it was taken.
        #expect(half.counts.offered > 60 * 4)
        #expect(half.counts.taken >= half.counts.offered / 2)
    }

    @Test func workIsDoneOnce() {
        let count = Mutex(0)
        let work = AsideWork { count.withLock { $0 += 1 } }
        DispatchQueue.concurrentPerform(iterations: 8) { _ in work.run() }
        work.run()
        #expect(count.withLock { $0 } == 1)
    }

    /// A run that is looked at after every epoch has kept the same books as one that is not.
    @Test func partsKeepTheSameBooks() throws {
        let plan = try Campus.plan(.semiCentralised)
        var options = SimulationOptions()
        options.runsEqualPower = false
        options.judgedEpochs = 0
        let alone = try Simulation(plan: plan, options: options)
        options.lane = EagerLane()
        let parts = try Simulation(plan: plan, options: options)
        for _ in 0..<30 {
            alone.run(epochs: 1)
            parts.run(epochs: 1)
            #expect(parts.historyHash == alone.historyHash)
            #expect(parts.mirroredBytes == alone.mirroredBytes)
        }
    }
}
