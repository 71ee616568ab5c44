import Foundation
import Numerics
import ResourceAllocation
import Testing

/// Controllers of beams on small worlds that the tests make up; the measured world is tested with the command.
@Suite struct BeamTests {
    /// A best beam of 20 dB that moves by one every `period` steps, 6 dB less per beam next to it, 0 dB elsewhere.
    private func moving(beams: Int = 16, steps: Int = 400, period: Int, seed: UInt64 = 1) -> BeamEpisode {
        var snrDb: [Float] = []
        for step in 0..<steps {
            let best = (step / period) % beams
            for beam in 0..<beams {
                let distance = min(abs(beam - best), beams - abs(beam - best))
                snrDb.append(max(0, 20 - 6 * Float(distance)))
            }
        }
        return BeamEpisode(beams: beams, snrDb: snrDb, seed: seed)
    }

    /// Beam 3 with 20 dB is blocked for 40 of every 100 steps, beam 11 has 14 dB throughout, others nothing.
    private func blocked(seed: UInt64) -> BeamEpisode {
        var snrDb: [Float] = []
        for step in 0..<500 {
            let isBlocked = (step + Int(seed % 100)) % 100 >= 60
            for beam in 0..<16 { snrDb.append(beam == 3 ? (isBlocked ? -5 : 20) : beam == 11 ? 14 : -10) }
        }
        return BeamEpisode(beams: 16, snrDb: snrDb, seed: seed)
    }

    private func share(_ episodes: [BeamEpisode], _ choose: (BeamMemory) -> BeamManoeuvre) -> Double {
        episodes.reduce(0) {
            let run = BeamRun($1, probeCost: 0.01, choose: choose)
            return $0 + run.rate / run.oracleRate / Double(episodes.count)
        }
    }

    @Test func ratesFollowShannonUpToTheFastestScheme() {
        #expect(abs(BeamEpisode.rate(0) - 1) < 1e-5)
        #expect(abs(BeamEpisode.rate(10) - log2(11)) < 1e-4)
        #expect(BeamEpisode.rate(60) == BeamEpisode.highestRate && BeamEpisode.rate(-60) < 1e-5)
    }

    @Test func probesAreCountedAndTakeTheirShare() {
        let episode = moving(period: 1_000)
        let sweep = BeamRun(episode, probeCost: 0.01) { _ in .sweep }
        #expect(sweep.probes == 15 && sweep.lossShare < 0.01)
        #expect(abs(sweep.rate - 0.85 * sweep.oracleRate) < 0.01 * sweep.oracleRate)
        let free = BeamRun(episode, probeCost: 0) { _ in .hold }
        #expect(abs(free.probes - 15.0 / 400) < 1e-9 && free.rate <= free.oracleRate)
        let neighbours = BeamRun(episode, probeCost: 0.01) { _ in .neighbours }
        #expect(abs(neighbours.probes - (2 * 399 + 15.0) / 400) < 1e-9)
        // What no time is left for earns nothing, and never less.
        #expect(BeamRun(episode, probeCost: 1) { _ in .sweep }.rate == 0)
    }

    @Test func trackingFollowsASlowBeamAndASweepAFastOne() {
        let slow = BeamRun(moving(period: 8), probeCost: 0.01, choose: BeamBaseline.tracking(period: 2).choose)
        #expect(slow.rate > 0.9 * slow.oracleRate && slow.lossShare < 0.05)
        let still = BeamRun(moving(period: 8), probeCost: 0.01) { _ in .hold }
        #expect(still.lossShare > 0.7)
        let swept = BeamRun(moving(period: 8), probeCost: 0.01, choose: BeamBaseline.sweep(period: 4).choose)
        #expect(swept.lossShare < 0.05)
    }

    @Test func onlyRecoveryLeavesABlockedBeam() {
        let rule = BeamBaseline.recovery(period: 3, fallDb: 8, leastDb: 0, pause: 5)
        for seed in 1...5 as ClosedRange<UInt64> {
            let recovered = BeamRun(blocked(seed: seed), probeCost: 0.01, choose: rule.choose)
            let tracked = BeamRun(blocked(seed: seed), probeCost: 0.01, choose: BeamBaseline.tracking(period: 3).choose)
            #expect(recovered.lossShare < 0.1 + 0.6 * tracked.lossShare, "seed \(seed)")
            #expect(recovered.rate > tracked.rate, "seed \(seed)")
        }
    }

    @Test func trainingLearnsToComeBack() {
        var training = BeamTraining(seed: TestSeed.value)
        for episode in 0..<400 as Range<UInt64> { training.learn(blocked(seed: 1_000 + episode), probeCost: 0.01) }
        let held = (1...40).map { blocked(seed: UInt64($0)) }
        let learned = share(held, training.policy.choose)
        let start = share(held, BeamPolicy.start.choose)
        let tracking = share(held, BeamBaseline.tracking(period: 2).choose)
        print("seed \(TestSeed.value): start \(start), tracking \(tracking), learned \(learned)")
        #expect(learned > start + 0.1 && learned > tracking + 0.1 && learned > 0.93)
    }

    @Test func trainingThatIsContinuedEndsWhereOneWithoutABreakDoes() {
        var whole = BeamTraining(seed: 7)
        for episode in 0..<20 as Range<UInt64> { whole.learn(blocked(seed: episode), probeCost: 0.01) }
        var first = BeamTraining(seed: 7)
        for episode in 0..<8 as Range<UInt64> { first.learn(blocked(seed: episode), probeCost: 0.01) }
        var second = BeamTraining(
            seed: first.seed, episodes: first.episodes, weights: first.weights, averaged: first.averaged)
        for episode in 8..<20 as Range<UInt64> { second.learn(blocked(seed: episode), probeCost: 0.01) }
        #expect(second.weights == whole.weights && second.policy == whole.policy && second.episodes == 20)
        var other = BeamTraining(seed: 8)
        for episode in 0..<20 as Range<UInt64> { other.learn(blocked(seed: episode), probeCost: 0.01) }
        #expect(other.policy != whole.policy)
    }

    @Test func bytesKeepWhatIsChosen() throws {
        #expect(BeamPolicy(bytes: []) == nil && BeamPolicy(bytes: [1, 2, 3]) == nil)
        let shipped = BeamPolicy.shipped
        #expect(shipped.weights.contains { $0 != 0 } && shipped.weights.allSatisfy { abs($0) <= 127 })
        let again = try #require(BeamPolicy(bytes: shipped.bytes))
        let episodes = (1...10).map { blocked(seed: UInt64($0)) }
        // Weights that are integers already change by the mean of their cell at most.
        #expect(abs(share(episodes, shipped.choose) - share(episodes, again.choose)) < 0.01)
    }

    @Test(arguments: [8, 16, 33, 64])
    func anyNumberOfBeamsIsSteered(beams: Int) {
        let episode = moving(beams: beams, period: 10)
        let run = BeamRun(episode, probeCost: 0.01, choose: BeamPolicy.shipped.choose)
        #expect(run.rate > 0.8 * run.oracleRate && run.rate <= run.oracleRate, "\(beams) beams")
        #expect(run.rate == BeamRun(episode, probeCost: 0.01, choose: BeamPolicy.shipped.choose).rate)
    }
}
