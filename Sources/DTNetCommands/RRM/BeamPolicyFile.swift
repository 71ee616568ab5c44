internal import Foundation
internal import ResourceAllocation

/// Training of a beam policy as a JSON file, so that it can be continued, and the policy as Swift source.
struct BeamPolicyFile: Codable {
    /// Word by which such a file is known.
    static let format = "dtnet-beam-policy-1"

    var format = BeamPolicyFile.format
    /// Seed of the training, and drives done.
    var seed: UInt64
    var episodes: Int
    /// What it was trained on.
    var beams: Int
    var snrDb: Double
    var probeCost: Double
    /// Weights that training goes on from, and their average: the policy.
    var weights: [Float]
    var averaged: [Float]

    init(_ training: BeamTraining, _ study: BeamStudy) {
        seed = training.seed
        episodes = training.episodes
        beams = study.beams
        snrDb = study.snrDb
        probeCost = study.probeCost
        weights = training.weights
        averaged = training.averaged
    }

    var training: BeamTraining {
        BeamTraining(seed: seed, episodes: episodes, weights: weights, averaged: averaged)
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys]
        try OutputFile.write(encoder.encode(self), to: path)
    }

    /// Reads and checks; the error names the file and what is wrong with it.
    static func read(_ path: String) throws -> BeamPolicyFile {
        let data = try InputFile.data(at: path, mostMiB: 16)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let file = try? decoder.decode(BeamPolicyFile.self, from: data), file.format == format else {
            throw ToolFailure(.usage, "\(path): not a policy as 'dtnet rrm beams --train N --out FILE' writes it")
        }
        for (key, weights) in [("weights", file.weights), ("averaged", file.averaged)] {
            guard weights.count == BeamPolicy.count else {
                throw ToolFailure(.usage, "\(path): \(weights.count) numbers in \(key), not \(BeamPolicy.count)")
            }
            if let index = weights.firstIndex(where: { !(abs($0) <= 1e6) }) {
                throw ToolFailure(.usage, "\(path): \(key)[\(index)] is \(weights[index]), -1e6 to 1e6 is possible")
            }
        }
        guard (0...1_000_000_000).contains(file.episodes) else {
            throw ToolFailure(.usage, "\(path): episodes is \(file.episodes), 0 to 1000000000 is possible")
        }
        return file
    }

    /// The policy as the source that ships, with the command that made it.
    func source() -> Data {
        let text = Data(training.policy.bytes).base64EncodedString()
        var lines: [String] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            lines.append("        \(rest.prefix(110))")
            rest = rest.dropFirst(110)
        }
        let source = """
            // Written by 'dtnet rrm beams --source'; do not edit. The command that made it:
            //
            //     dtnet rrm beams --train \(episodes) --seed \(seed) --beams \(beams) --snr \(snrDb) \
            --probe-cost \(probeCost) \\
            //         --source Sources/ResourceAllocation/Beams/BeamPolicy+Shipped.swift

            extension BeamPolicy {
                /// Weights after \(episodes) drives, a signed byte each, in base64.
                static let shippedWeights = \"""
            \(lines.joined(separator: "\\\n"))
                    \"""
            }
            """
        return Data((source + "\n").utf8)
    }
}
