internal import Benchmarking
package import NetworkModel
package import RadioAccessNetwork
internal import ResourceAllocation
internal import TwinProtocol

/// The radio network by itself in the world of a plan: under its safe default, or ruled by a genie that knows the true
/// gains and acts on them without delay.
package struct PlainRun: Sendable {
    /// Who decides.
    package enum Control: Hashable, Sendable {
        /// Nobody: equal power, proportional fair, A3.
        case none
        /// The pricing kernel on the true gains at the start of every period, applied at once.
        case genie(period: Instant.Span)
    }

    /// Rounds of the genie's kernel: as many as it needs to converge.
    static let genieRounds = 200

    /// Network value M, Mbit/s; nil where no full second lay behind the warm-up.
    package let valueMbps: Double?
    /// Throughput that 5 % of the users stay below, Mbit/s.
    package let fifthPercentileMbps: Double?

    /// Runs `duration` from time 0; seconds that begin in `warmUp` are not counted.
    package init(
        network: NetworkConfiguration, control: Control, duration: Instant.Span, warmUp: Instant.Span = .zero,
        traces: [ParsedTrace] = []
    ) throws(TraceError) {
        var physical = try PhysicalNetwork(configuration: network, traces: traces)
        var value = ValueIntegral(alpha: network.game.alpha)
        var genie = Genie(network: network)
        let slot = network.slot.nanoseconds
        let slots = duration.nanoseconds / slot
        var period = Int64.max
        if case .genie(let span) = control { period = max(1, span.nanoseconds / slot) }
        for number in 0..<slots {
            if period != .max, number % period == 0 { genie.act(on: &physical) }
            physical.step()
            for window in physical.takeCompletedWindows() where window.firstSlot * slot >= warmUp.nanoseconds {
                value.add(
                    TwinProtocol.ThroughputWindow(
                        end: Instant(nanoseconds: (number + 1) * slot), throughputKbps: window.throughputKbps,
                        weight: window.isBacklogged.map { $0 ? 1 : 0 }))
            }
        }
        valueMbps = value.meanMbps
        fifthPercentileMbps = value.fifthPercentileMbps
    }
}

/// Perfect knowledge, no delay.
struct Genie: Sendable {
    private let builder: TrueProblem
    private let isAveraged: Bool
    private var kernel = PricingKernel()

    init(network: NetworkConfiguration) {
        builder = TrueProblem(network: network)
        isAveraged = network.reportedSubbands == 1
    }

    mutating func act(on physical: inout PhysicalNetwork) {
        guard let problem = builder.problem(physical.trueGains(averaged: isAveraged)) else { return }
        var budget = Budget(rounds: PlainRun.genieRounds)
        _ = kernel.solve(problem, budget: &budget)
        let powers = kernel.powerWatts(problem)
        for cell in 0..<problem.cells {
            let row = powers[(cell * problem.subbands)..<((cell + 1) * problem.subbands)]
            // A refusal leaves what was in force.
            try? physical.applyPower(cell: CellID(UInt32(cell)), wattsPerSubband: row.map(Float.init))
        }
    }
}
