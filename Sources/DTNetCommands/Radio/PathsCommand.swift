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
            this depth) has no row; how many there are is said on standard error. Where --deadline passes, the rows \
            of the receivers that are done are written, the others are named and the status is 1.
            """)

    @OptionGroup var options: RadioOptions

    @Option(
        parsing: .unconditional, help: "Position of the transmitter in metres: x,y,z.",
        transform: RadioArguments.position)
    var tx: SIMD3<Double>

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
        let run = try RadioRun(options, transmitters: [tx])
        var table = PathTable(
            scene: run.scene, transmitterAntenna: options.transmitterAntenna,
            receiverAntenna: (options.receiver ?? .vertical).antenna)
        var summary = PathsSummary(run: run, options: options)
        while summary.receivers < receivers.count {
            let next = receivers[summary.receivers..<min(summary.receivers + run.batch, receivers.count)]
            let set = try run.paths(
                from: tx, to: Array(next),
                motion: Motion(
                    transmitter: txVelocity, receivers: [SIMD3<Double>](repeating: rxVelocity, count: next.count))
            ) { RadioRun.share(summary.receivers + $0, of: receivers.count, "receivers") }
            guard let set else { break }
            table.append(set)
            summary.add(set)
        }
        let missing = receivers.count - summary.receivers
        let isWritten = missing == 0 || summary.receivers > 0
        if isWritten { try write(table) }
        summary.close(run: run, missing: missing, isWritten: isWritten)
        try report(summary)
        if missing > 0 {
            let first = RadioRun.text(receivers[summary.receivers])
            throw ToolFailure(
                .failed,
                "\(run.clock.deadlineText) after \(summary.receivers) of \(receivers.count) receivers: "
                    + (isWritten
                        ? "those from number \(summary.receivers + 1), \(first), on are missing" : "nothing is written")
                    + "; give more time with --deadline, fewer receivers or a lower --depth")
        }
    }

    private func write(_ table: PathTable) throws {
        if let out = options.out {
            try OutputFile.write(Data(table.text), to: out)
        } else if !options.json {
            Terminal.result(String(decoding: table.text.dropLast(), as: UTF8.self))
        }
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
    /// Those that are done.
    var receivers = 0
    var paths = 0
    var receiversWithoutPath = 0
    /// Receivers that the deadline left, the last ones of those asked for.
    var receiversMissing = 0
    /// False where a bound of the search was met or the deadline passed, so that paths may be missing.
    var complete = false
    var loadSeconds = 0.0
    var pathSeconds = 0.0
    var fieldSeconds = 0.0
    var out: String?

    init(run: RadioRun, options: RadioOptions) {
        scene = run.scene.name
        frequencyHz = options.frequency
        depth = options.depth
        interactions = RadioArguments.text(of: options.interactions)
        out = options.out
    }

    mutating func add(_ set: PathSet) {
        receivers += set.receiverCount
        paths += set.count
        receiversWithoutPath += (0..<set.receiverCount).count { set.paths(of: $0).isEmpty }
    }

    mutating func close(run: RadioRun, missing: Int, isWritten: Bool) {
        receiversMissing = missing
        complete = run.isComplete && missing == 0
        loadSeconds = run.loadSeconds
        pathSeconds = run.pathSeconds
        fieldSeconds = run.fieldSeconds
        if !isWritten { out = nil }
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
        if !complete && receiversMissing == 0 {
            lines.append("paths may be missing: the search met its bound on candidate surfaces")
        }
        return lines
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
