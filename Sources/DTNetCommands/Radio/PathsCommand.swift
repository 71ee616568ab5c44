internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import RadioPropagation

/// `dtnet radio paths`: every path from a transmitter to some receivers, one row each.
struct PathsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paths",
        abstract: "Trace the paths from a transmitter to receivers.",
        discussion: """
            One row per path, ordered by receiver, then by its number of interactions: position of the receiver, \
            interactions, delay, gain between the antennas, phase, directions of departure and arrival, Doppler \
            shift, and the surfaces it met. A receiver that no path reaches (inside a building, or out of reach at \
            this depth) has no row; how many there are is said on standard error.
            """)

    @OptionGroup var options: RadioOptions

    @Option(
        parsing: .unconditionalSingleValue,
        help: "Receivers: positions x,y,z in metres, or a CSV file with columns rx_x,rx_y,rx_z (or x,y,z).")
    var rx: [String]

    @Option(
        parsing: .unconditional, help: "Velocity of the transmitter in metres per second: x,y,z.",
        transform: RadioArguments.position)
    var txVelocity: SIMD3<Double> = .zero

    @Option(
        parsing: .unconditional, help: "Velocity of all receivers in metres per second: x,y,z.",
        transform: RadioArguments.position)
    var rxVelocity: SIMD3<Double> = .zero

    @Argument(parsing: .allUnrecognized, help: "Further receivers.")
    var more: [String] = []

    func run() async throws {
        if let out = options.out { try OutputFile.check(out) }
        let receivers = try receivers()
        let run = try RadioRun(options)
        let set = try run.paths(
            to: receivers, done: 0, total: receivers.count,
            motion: Motion(
                transmitter: txVelocity, receivers: [SIMD3<Double>](repeating: rxVelocity, count: receivers.count)))
        let table = PathTable(
            set, scene: run.scene, transmitterAntenna: options.transmitterAntenna,
            receiverAntenna: (options.receiver ?? .vertical).antenna)
        if let out = options.out {
            try OutputFile.write(Data(table.text), to: out)
        } else {
            Terminal.result(String(decoding: table.text.dropLast(), as: UTF8.self))
        }
        try report(PathsSummary(set: set, run: run, options: options))
    }

    private func report(_ summary: PathsSummary) throws {
        if options.json {
            Terminal.result(try summary.json())
            return
        }
        for line in summary.lines { Terminal.progress(line) }
    }

    /// The positions of `--rx`, files read, in the order given.
    private func receivers() throws -> [SIMD3<Double>] {
        var all: [SIMD3<Double>] = []
        for text in rx + more {
            if text.hasPrefix("--") {
                throw ToolFailure(.usage, "dtnet radio paths: unknown option '\(text)' (see dtnet radio paths --help)")
            }
            if text.split(separator: ",", omittingEmptySubsequences: false).count == 3,
                !FileManager.default.fileExists(atPath: text)
            {
                do {
                    all.append(try RadioArguments.position(text))
                } catch {
                    throw ToolFailure(.usage, "--rx: \(error)")
                }
            } else {
                guard FileManager.default.fileExists(atPath: text) else {
                    throw ToolFailure(.usage, "--rx \(text): neither a position x,y,z nor a CSV file that is there")
                }
                all += try PointFile.read(text, height: nil).points
            }
        }
        return all
    }
}

/// What a run of `dtnet radio paths` found.
struct PathsSummary: Encodable {
    var scene: String
    var frequencyHz: Double
    var depth: Int
    var interactions: String
    var receivers: Int
    var paths: Int
    var receiversWithoutPath: Int
    /// False where a bound of the search was met, so that paths may be missing.
    var complete: Bool
    var loadSeconds: Double
    var pathSeconds: Double
    var fieldSeconds: Double
    var out: String?

    init(set: PathSet, run: RadioRun, options: RadioOptions) {
        scene = run.scene.name
        frequencyHz = options.frequency
        depth = options.depth
        interactions = RadioArguments.text(of: options.interactions)
        receivers = set.receiverCount
        paths = set.count
        receiversWithoutPath = (0..<set.receiverCount).count { set.paths(of: $0).isEmpty }
        complete = run.isComplete
        loadSeconds = run.loadSeconds
        pathSeconds = run.pathSeconds
        fieldSeconds = run.fieldSeconds
        out = options.out
    }

    var lines: [String] {
        let milliseconds = { (seconds: Double) in "\((seconds * 1e5).rounded() / 100) ms" }
        var lines = [
            "\(paths) paths to \(receivers) receivers: scene \(milliseconds(loadSeconds)), "
                + "paths \(milliseconds(pathSeconds)), fields \(milliseconds(fieldSeconds))"
        ]
        if receiversWithoutPath > 0 {
            lines.append("\(receiversWithoutPath) receivers have no path: inside a building, or out of reach")
        }
        if !complete { lines.append("paths may be missing: the search met its bound on candidate surfaces") }
        return lines
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
