internal import ArgumentParser
internal import Foundation
internal import ResourceAllocation

/// `dtnet rrm beams`: which beams to probe and which one serves, by rules and learned.
struct RRMBeamsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "beams",
        abstract: "Follow moving users with beams: a learned policy beside a sweep, tracking and an oracle.",
        discussion: """
            Users drive past a base station between walls; the direct path is blocked at times, and a reflection is \
            better then. Only the serving beam and those probed are measured. Prints the mean rate after probes as a \
            share of an oracle's, the share of steps with a lost beam (6 dB below the best), and probes per step.

            --train learns from so many drives more, from nothing or from --policy, and --out keeps the result; speeds \
            of these are 3 to 120 km/h, the SNR lies within 10 dB of --snr. Seeds of training and of the table are \
            never the same.
            """)

    @Option(help: "Policy to use, or to train on; without it, the one that ships.", completion: .file())
    var policy: String?

    @Option(help: "Drives to learn from, before the table.")
    var train: Int?

    @Option(help: "Write the trained policy as JSON to this file.", completion: .file(extensions: ["json"]))
    var out: String?

    @Option(help: "Write the trained policy as Swift source to this file.", completion: .file(extensions: ["swift"]))
    var source: String?

    @Option(parsing: .upToNextOption, help: "Mean speeds in km/h.")
    var speeds: [Double] = [3, 30, 60, 120]

    @Option(help: "Drives per speed.")
    var drives = 40

    @Option(help: "Steps of 10 ms per drive.")
    var steps = 1_000

    @Option(help: "Beams of the codebook.")
    var beams = 32

    @Option(parsing: .unconditional, help: "SNR in dB of a beam that points at a user 50 m away.")
    var snr = 20.0

    @Option(help: "Part of a step that a probe takes from the data.")
    var probeCost = 0.01

    @Option(help: "Seed of the drives, and of a training that begins.")
    var seed: UInt64 = 1

    @Flag(help: "Print the rows as JSON.")
    var json = false

    func validate() throws {
        guard (1...1_000_000).contains(train ?? 1) else { throw ValidationError("--train is 1 to 1000000") }
        if train == nil, out != nil || source != nil {
            throw ValidationError("--out and --source keep what --train has learned: give --train too")
        }
        guard !speeds.isEmpty, speeds.count <= 20, speeds.allSatisfy({ (0...300).contains($0) }) else {
            throw ValidationError("--speeds are one to twenty of 0 to 300 km/h")
        }
        guard Set(speeds).count == speeds.count else { throw ValidationError("--speeds names a speed twice") }
        guard (1...1_000).contains(drives), (10...100_000).contains(steps), drives * steps <= 1_000_000 else {
            throw ValidationError("--drives is 1 to 1000, --steps 10 to 100000, their product at most 1000000")
        }
        guard (8...256).contains(beams) else { throw ValidationError("--beams is 8 to 256") }
        guard (-20...60).contains(snr) else { throw ValidationError("--snr is -20 to 60 dB") }
        guard (0...1).contains(probeCost) else { throw ValidationError("--probe-cost is 0 to 1") }
    }

    func run() async throws {
        if let out { try OutputFile.check(out) }
        if let source { try OutputFile.check(source) }
        let study = study
        let file = try policy.map { try BeamPolicyFile.read($0) }
        let learned: BeamPolicy
        if let train {
            if let file, let policy { try check(file, policy) }
            var training = file?.training ?? BeamTraining(seed: seed)
            study.train(&training, episodes: train) { Terminal.progress("learned from \($0) of \(train) drives") }
            learned = training.policy
            let result = BeamPolicyFile(training, study)
            try out.map { try result.write(to: $0) }
            try source.map { try OutputFile.write(result.source(), to: $0) }
        } else {
            learned = file?.training.policy ?? .shipped
        }
        let rows = study.rows(["learned": learned])
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            Terminal.result(String(decoding: try encoder.encode(rows), as: UTF8.self))
        } else {
            show(rows)
        }
    }

    private var study: BeamStudy {
        var study = BeamStudy()
        study.beams = beams
        study.snrDb = snr
        study.probeCost = probeCost
        study.speedsKmh = speeds
        study.drives = drives
        study.steps = steps
        study.seed = seed
        return study
    }

    /// Training goes on under the conditions it began with.
    private func check(_ file: BeamPolicyFile, _ path: String) throws {
        guard file.beams == beams, file.snrDb == snr, file.probeCost == probeCost else {
            throw ToolFailure(
                .usage,
                "\(path): trained with --beams \(file.beams) --snr \(file.snrDb) --probe-cost \(file.probeCost); "
                    + "give the same to continue")
        }
    }

    private func show(_ rows: [BeamStudy.Row]) {
        var table = TextTable(
            ["km/h", "controller", "rate, % of oracle", "+-", "beam lost %", "probes/step"], numeric: [0, 2, 3, 4, 5])
        let speeds = speeds.map(Optional.some) + [nil]
        for speed in speeds {
            for row in rows where row.speedKmh == speed {
                table.add([
                    speed.map { String(format: "%g", $0) } ?? "mean", row.controller,
                    String(format: "%.2f", 100 * row.rateShare), String(format: "%.2f", 100 * row.rateError),
                    String(format: "%.2f", 100 * row.lossShare), String(format: "%.2f", row.probesPerStep),
                ])
            }
        }
        Terminal.result("\(drives) drives of \(steps) steps per speed, \(beams) beams, a probe takes \(probeCost)")
        for line in table.lines { Terminal.result(line) }
    }
}
