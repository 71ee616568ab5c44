internal import Foundation
internal import Numerics
internal import RadioPropagation
internal import ResourceAllocation

/// Controllers of beams on seeded drives: what each reaches of an oracle's rate, and learning on drives of its own.
package struct BeamStudy: Sendable {
    /// Beams of the codebook, 8 to 256.
    package var beams = 32
    /// SNR in dB of a beam that points at a user 50 m away.
    package var snrDb = 20.0
    /// Part of a step of 10 ms that a probe takes from the data.
    package var probeCost = 0.01
    /// Mean speeds of the users in km/h.
    package var speedsKmh: [Double] = [3, 30, 60, 120]
    /// Drives per speed, and steps of each.
    package var drives = 40
    package var steps = 1_000
    /// Seed of the drives.
    package var seed: UInt64 = 1

    /// Speeds of the drives in training, drawn evenly on a logarithmic scale, in km/h, and steps of each.
    private static let slowestKmh = 3.0, fastestKmh = 120.0
    private static let trainingSteps = 500
    /// How far the SNR of a drive in training lies from `snrDb` at most, in dB.
    private static let trainingSpreadDb = 10.0

    package init() {}

    /// What one controller reached at one speed; over all speeds where that is nil.
    package struct Row: Encodable, Sendable, Equatable {
        package var controller: String
        package var speedKmh: Double?
        /// Mean over drives of the rate after probes, as a share of the oracle's.
        package var rateShare = 0.0
        /// Half width of the 95 % interval of that mean.
        package var rateError = 0.0
        package var lossShare = 0.0
        package var probesPerStep = 0.0
    }

    /// The fixed rules. Their numbers are the best on average over the four speeds among periods 5 to 100 (sweep), 1 to
    /// 10 (tracking) and 144 settings (recovery), on drives of their own.
    static let baselines: KeyValuePairs<String, BeamBaseline> = [
        "sweep": .sweep(period: 7),
        "tracking": .tracking(period: 2),
        "recovery": .recovery(period: 3, fallDb: 8, leastDb: 7, pause: 5),
    ]

    /// One row per controller and speed, then one per controller over all speeds. The drives are never those of
    /// training: half of all seeds are for each.
    func rows(_ policies: KeyValuePairs<String, BeamPolicy>) -> [Row] {
        var controllers = BeamStudy.baselines.map { name, rule in (name: name, choose: rule.choose) }
        controllers += policies.map { name, policy in (name: name, choose: policy.choose) }
        var rows: [Row] = []
        for speed in speedsKmh {
            let episodes = (0..<drives).map { episode(speed, steps, evaluationSeed(speed, $0)) }
            for controller in controllers {
                let runs = episodes.map { BeamRun($0, probeCost: probeCost, choose: controller.choose) }
                rows.append(BeamStudy.row(controller.name, speed, runs))
            }
        }
        let oracle = speedsKmh.map { Row(controller: "oracle", speedKmh: $0, rateShare: 1) }
        rows = oracle + rows
        for name in ["oracle"] + controllers.map(\.name) {
            let own = rows.filter { $0.controller == name && $0.speedKmh != nil }
            let count = Double(own.count)
            rows.append(
                Row(
                    controller: name, speedKmh: nil, rateShare: own.map(\.rateShare).reduce(0, +) / count,
                    rateError: own.map { $0.rateError * $0.rateError }.reduce(0, +).squareRoot() / count,
                    lossShare: own.map(\.lossShare).reduce(0, +) / count,
                    probesPerStep: own.map(\.probesPerStep).reduce(0, +) / count))
        }
        return rows
    }

    private static func row(_ name: String, _ speed: Double, _ runs: [BeamRun]) -> Row {
        let count = Double(runs.count)
        let shares = runs.map { $0.rate / max(1e-9, $0.oracleRate) }
        let mean = shares.reduce(0, +) / count
        let square = shares.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
        return Row(
            controller: name, speedKmh: speed, rateShare: mean,
            rateError: 1.96 * (square / max(1, count - 1) / count).squareRoot(),
            lossShare: runs.map(\.lossShare).reduce(0, +) / count,
            probesPerStep: runs.map(\.probes).reduce(0, +) / count)
    }

    /// Learns from so many more drives.
    ///
    /// - Parameter note: told how many are done, now and then.
    func train(_ training: inout BeamTraining, episodes: Int, note: (Int) -> Void = { _ in }) {
        let draw = CounterGenerator(seed: training.seed, purpose: 0x4245_5345)
        let ratio = BeamStudy.fastestKmh / BeamStudy.slowestKmh
        for done in 1...max(1, episodes) where done <= episodes {
            let number = UInt64(training.episodes)
            let speed = BeamStudy.slowestKmh * pow(ratio, draw.uniform(number, 1))
            let seed = draw.bits(number, 2) | 1 << 63
            let spread = BeamStudy.trainingSpreadDb
            let offsetDb = draw.uniform(number, 3, in: -spread..<spread)
            training.learn(episode(speed, BeamStudy.trainingSteps, seed, offsetDb), probeCost: probeCost)
            if done % 1_000 == 0 { note(done) }
        }
    }

    private func evaluationSeed(_ speedKmh: Double, _ drive: Int) -> UInt64 {
        let draw = CounterGenerator(seed: seed, purpose: 0x4245_4556)
        return draw.bits(speedKmh.bitPattern, UInt64(drive)) & ~(1 << 63)
    }

    private func episode(
        _ speedKmh: Double, _ steps: Int, _ seed: UInt64, _ offsetDb: Double = 0
    ) -> BeamEpisode {
        var drive = BeamDrive()
        drive.beams = beams
        drive.snrDb = snrDb + offsetDb
        drive.steps = steps
        drive.speedMetresPerSecond = speedKmh / 3.6
        return BeamEpisode(beams: beams, snrDb: drive.snrDb(seed: seed), seed: seed)
    }
}

extension BeamStudy {
    /// What a learned policy reached beside the others, for tests: rows as the command prints them.
    ///
    /// - Parameter trainedEpisodes: drives to learn from, on `trainingSeed`; nil for the policy that ships.
    package func rows(trainedEpisodes: Int?, trainingSeed: UInt64 = 1) -> [Row] {
        guard let trainedEpisodes else { return rows(["learned": .shipped]) }
        var training = BeamTraining(seed: trainingSeed)
        train(&training, episodes: trainedEpisodes)
        return rows(["start": .start, "learned": training.policy])
    }
}
