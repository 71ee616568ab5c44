package import NetworkModel

/// A wiring plan with where it came from.
package struct ResolvedTopology: Sendable {
    package let plan: WiringPlan
    package let file: TopologyFile
    package let overrides: TopologyOverrides
    /// How each link of the plan runs; as many as `plan.links`.
    package let routes: [LinkRoute]
    /// Each used direction of a link between hosts with the processes that divide it; empty without shaping.
    package let shares: [LinkShare]
    /// For each node why it is where it is, in words.
    package let placements: [String]
    private let traces: TraceSources

    init(
        plan: WiringPlan, file: TopologyFile, overrides: TopologyOverrides, traces: TraceSources,
        routes: [LinkRoute], shares: [LinkShare], placements: [String]
    ) {
        var plan = plan
        // A replay's path is stored as it was found, so that every process finds it too.
        if let replay = file.replay(overrides) { plan.network.scenario = .replay(replay) }
        self.plan = plan
        self.file = file
        self.overrides = overrides
        self.traces = traces
        self.routes = routes
        self.shares = shares
        self.placements = placements
    }

    /// The same file resolved again with other settings; what is nil stays as this topology has it.
    package func overriding(
        hierarchy: Hierarchy? = nil, epoch: Instant.Span? = nil, seed: UInt64? = nil, solver: SolverKind? = nil,
        timing: GameTiming? = nil, prices: Bool? = nil, averagedGains: Bool? = nil, shaping: Bool? = nil,
        expiryEpochs: Int? = nil
    ) throws(TopologyError) -> ResolvedTopology {
        var merged = overrides
        merged.hierarchy = hierarchy ?? merged.hierarchy
        merged.epoch = epoch ?? merged.epoch
        merged.seed = seed ?? merged.seed
        merged.solver = solver ?? merged.solver
        merged.timing = timing ?? merged.timing
        merged.prices = prices ?? merged.prices
        merged.averagedGains = averagedGains ?? merged.averagedGains
        merged.shaping = shaping ?? merged.shaping
        merged.expiryEpochs = expiryEpochs ?? merged.expiryEpochs
        return try file.resolve(merged, traces: traces)
    }
}
