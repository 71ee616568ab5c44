import Glibc
import Numerics
import ResourceAllocation

/// Seeded resource problems with conditions of every kind, over the test's own hexagonal radio world.
struct ResourceDrop {
    var cells = 4
    var subbands = 4
    var uesPerCell = 4
    var seed: UInt64 = 1
    var mayReassociate = false
    var hasFading = true

    func problem() -> ResourceProblem {
        var drop = HexagonalDrop()
        drop.cells = cells
        drop.subbands = subbands
        drop.uesPerCell = uesPerCell
        drop.links = cells
        drop.hasFading = hasFading
        drop.seed = seed
        var problem = ResourceProblem(drop.problem(), name: "drop \(seed)", frequencyHz: 3.5e9)
        problem.mayReassociate = mayReassociate
        return problem
    }

    /// The same with masks, a promise of rate and one of delay, an incumbent, a backhaul and a price of energy.
    func burdened() -> ResourceProblem {
        var problem = problem()
        let g = CounterGenerator(seed: seed, purpose: 77)
        problem.cells[0].maskedSubbands = [subbands - 1]
        problem.cells[1].powerCapWatts = Array(repeating: 8, count: subbands)
        problem.cells[2].backhaulMbps = 12
        problem.slices = [
            .init(name: "video", weight: 2, guaranteedMbps: 1),
            .init(
                name: "urllc", delay: .init(boundMs: 10, violation: 1e-3, packetBits: 1_000, meanMbps: 0.2)),
        ]
        for u in problem.ues.indices where u % 3 == 0 { problem.ues[u].slice = Int(g.bits(UInt64(u)) % 2) }
        problem.incumbents = [
            .init(name: "radar", subbands: [0], limitDbm: -80, gainDb: (0..<cells).map { -100 - Double($0) })
        ]
        problem.energyWeightPerWatt = 1e-3
        return problem
    }
}

extension Deadline {
    /// Counted work only.
    static var counted: Deadline { Deadline(rounds: 4_000) }
}
