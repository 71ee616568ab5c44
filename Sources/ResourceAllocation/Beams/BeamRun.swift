/// One controller's way through an episode.
package struct BeamRun: Sendable {
    /// Mean rate after what probes take, bit/s/Hz.
    package private(set) var rate = 0.0
    /// Mean rate of an oracle: the best beam of every step, without a probe.
    package private(set) var oracleRate = 0.0
    /// Share of the steps in which the serving beam is lost: more than `BeamEpisode.lossDb` below the best one.
    package private(set) var lossShare = 0.0
    /// Probes per step, mean.
    package private(set) var probes = 0.0

    /// - Parameters:
    ///   - probeCost: part of a step that a probe takes from the data, 0 to 1.
    ///   - choose: the manoeuvre for what is known. The first step is a sweep for everyone.
    package init(_ episode: BeamEpisode, probeCost: Double, choose: (BeamMemory) -> BeamManoeuvre) {
        precondition(probeCost >= 0 && probeCost <= 1)
        var memory = BeamMemory(beams: episode.beams)
        for step in 0..<episode.steps {
            let count = memory.act(step == 0 ? .sweep : choose(memory)) { episode.measuredDb($0, step) }
            rate += Double(episode.rate(of: memory.serving, at: step, probes: count, cost: probeCost))
            oracleRate += Double(episode.bestRate(at: step))
            if episode.isLost(memory.serving, at: step) { lossShare += 1 }
            probes += Double(count)
        }
        let steps = Double(episode.steps)
        rate /= steps
        oracleRate /= steps
        lossShare /= steps
        probes /= steps
    }
}
