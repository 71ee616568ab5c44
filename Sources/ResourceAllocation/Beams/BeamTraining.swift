internal import Numerics

/// Learning of a `BeamPolicy`: Q-learning (Watkins, Dayan, "Q-learning", Machine Learning 1992) with values that are
/// linear in the cells of overlapping tables (Sutton, Barto, "Reinforcement learning", 2nd edition, section 9.5), and
/// the average of the weights over the last episodes as the result (Polyak, Juditsky 1992).
///
/// The reward of a step is the rate after probes less the oracle's, bit/s/Hz, at most 0: what no manoeuvre changes is
/// left out of it. Only the seed and the episodes done before enter beside an episode, so that training which is
/// interrupted and continued ends where one without a break does.
package struct BeamTraining: Sendable {
    /// Step of the values at first, shared by the tables.
    private static let rate: Float = 0.2
    /// Episodes after which steps are half as large.
    private static let halfEpisodes: Float = 2_000
    /// Worth of a reward one step later.
    private static let discount: Float = 0.92
    /// Share of the manoeuvres that are drawn at first, and at least.
    private static let exploration: Float = 0.1, leastExploration: Float = 0.01
    /// Episodes over which weights are averaged.
    private static let averagedEpisodes = 1_000

    /// Weights that learning goes on from, and their average.
    package private(set) var weights: [Float]
    package private(set) var averaged: [Float]
    /// Episodes done, at least 0.
    package private(set) var episodes: Int
    /// Seed of what is drawn.
    package let seed: UInt64

    /// The policy learnt so far.
    package var policy: BeamPolicy { BeamPolicy(weights: averaged) }

    /// Training from the start.
    package init(seed: UInt64) {
        self.init(seed: seed, episodes: 0, weights: BeamPolicy.start.weights, averaged: BeamPolicy.start.weights)
    }

    /// Training that goes on.
    ///
    /// - Parameters:
    ///   - weights: `BeamPolicy.count` finite numbers, as `weights` was.
    ///   - averaged: the same, as `averaged` was.
    package init(seed: UInt64, episodes: Int, weights: [Float], averaged: [Float]) {
        precondition(episodes >= 0 && weights.count == BeamPolicy.count && averaged.count == BeamPolicy.count)
        self.seed = seed
        self.episodes = episodes
        self.weights = weights
        self.averaged = averaged
    }

    /// Learns from one episode.
    ///
    /// - Parameter probeCost: part of a step that a probe takes from the data, 0 to 1.
    package mutating func learn(_ episode: BeamEpisode, probeCost: Double) {
        let draw = CounterGenerator(seed: seed, purpose: 0x4245_5452)
        let decay = 1 / (1 + Float(episodes) / BeamTraining.halfEpisodes)
        let rate = BeamTraining.rate * decay / Float(BeamMemory.tables.count)
        let exploration = max(BeamTraining.leastExploration, BeamTraining.exploration * decay)
        var memory = BeamMemory(beams: episode.beams)
        _ = memory.act(.sweep) { episode.measuredDb($0, 0) }
        var cells = [Int](repeating: 0, count: BeamMemory.tables.count)
        var values = [Float](repeating: 0, count: BeamPolicy.manoeuvres)
        memory.locate(into: &cells)
        BeamPolicy.values(of: cells, weights, into: &values)
        for step in 1..<episode.steps {
            let bits = draw.bits(UInt64(episodes), UInt64(step))
            let isDrawn = Float(bits >> 40) * 0x1p-24 < exploration
            let preferred = isDrawn ? Int(bits & 0xFFFF) % BeamPolicy.manoeuvres : BeamPolicy.best(values)
            let taken = memory.overdue?.rawValue ?? preferred
            let expected = values[taken]
            let probes = memory.act(BeamManoeuvre.allCases[taken]) { episode.measuredDb($0, step) }
            let reward =
                episode.rate(of: memory.serving, at: step, probes: probes, cost: probeCost)
                - episode.bestRate(at: step)
            let left = cells
            memory.locate(into: &cells)
            BeamPolicy.values(of: cells, weights, into: &values)
            let next = values[memory.overdue?.rawValue ?? BeamPolicy.best(values)]
            let error = reward + BeamTraining.discount * next - expected
            for cell in left { weights[cell * BeamPolicy.manoeuvres + taken] += rate * error }
        }
        episodes += 1
        let share = 1 / Float(min(episodes, BeamTraining.averagedEpisodes))
        for index in averaged.indices { averaged[index] += share * (weights[index] - averaged[index]) }
    }
}
