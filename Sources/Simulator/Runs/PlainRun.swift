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
        /// The pricing kernel at the start of every period on the mean of the gains that the period will have, applied
        /// at once.
        case genie(period: Instant.Span)
    }

    /// Rounds of the genie's kernel: as many as it needs to converge.
    static let genieRounds = 200

    /// Network value M, Mbit/s; nil where no full second lay behind the warm-up.
    package let valueMbps: Double?
    /// Throughput that 5 % of the users stay below, Mbit/s.
    package let fifthPercentileMbps: Double?
    /// Part of the blocks that was lost; nil where none can be.
    package let blockErrorRate: Double?

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
            if period != .max, number % period == 0 { genie.act(on: &physical, slots: period) }
            physical.step()
            for window in physical.takeCompletedWindows() where (window.firstSlot - 1) * slot >= warmUp.nanoseconds {
                value.add(
                    TwinProtocol.ThroughputWindow(
                        end: Instant(nanoseconds: (number + 1) * slot), throughputKbps: window.throughputKbps,
                        weight: window.isBacklogged.map { $0 ? 1 : 0 }))
            }
        }
        valueMbps = value.meanMbps
        fifthPercentileMbps = value.fifthPercentileMbps
        blockErrorRate = physical.emulated?.blockErrorRate()
    }
}

/// Perfect knowledge, no delay: it looks at the period to come in a fork of the network.
struct Genie: Sendable {
    /// Looks into the period, at most.
    private static let looks: Int64 = 4

    private let builder: TrueProblem
    private var kernel = PricingKernel()

    init(network: NetworkConfiguration) { builder = TrueProblem(network: network) }

    /// Decides for the next `slots` slots.
    mutating func act(on physical: inout PhysicalNetwork, slots: Int64) {
        var fork = physical
        var mean = MeanChannel(fork.trueGains())
        let looks = min(Genie.looks, slots)
        for look in 1..<max(looks, 1) {
            fork.advance(toSlot: physical.slot + slots * look / looks)
            mean.add(fork.trueGains())
        }
        guard let problem = builder.problem(mean.channel) else { return }
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

/// Mean of a channel over several looks, for the users and links of the first.
struct MeanChannel: Sendable {
    private let first: TrueChannel
    private var gains: [Float]
    private var count: [Float]

    init(_ first: TrueChannel) {
        self.first = first
        gains = first.gains
        count = Array(repeating: 1, count: first.linkCell.count)
    }

    /// Adds a look; a link that is no longer among the user's strongest is left out of it.
    mutating func add(_ later: TrueChannel) {
        let (links, width) = (first.linksPerUE, first.subbands)
        guard later.linkCell.count == first.linkCell.count else { return }
        for ue in first.ues.indices {
            for link in (ue * links)..<((ue + 1) * links) {
                let cell = first.linkCell[link]
                let same = (ue * links)..<((ue + 1) * links)
                guard let other = same.first(where: { later.linkCell[$0] == cell }) else { continue }
                count[link] += 1
                for k in 0..<width { gains[link * width + k] += later.gains[other * width + k] }
            }
        }
    }

    /// The first look with the mean gains.
    var channel: TrueChannel {
        var channel = first
        let width = first.subbands
        for link in count.indices {
            for k in 0..<width { channel.gains[link * width + k] = gains[link * width + k] / count[link] }
        }
        return channel
    }
}
