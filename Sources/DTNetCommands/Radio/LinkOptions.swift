internal import ArgumentParser
internal import Foundation
internal import RadioPropagation

/// A transmitter and the receivers that its paths are traced to.
struct LinkOptions: ParsableArguments {
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
        transform: RadioArguments.velocity)
    var txVelocity: SIMD3<Double> = .zero

    @Option(
        parsing: .unconditional, help: "Velocity of all receivers in metres per second: x,y,z.",
        transform: RadioArguments.velocity)
    var rxVelocity: SIMD3<Double> = .zero

    @Argument(parsing: .allUnrecognized, help: "Further receivers.")
    var more: [String] = []

    /// The positions of `--rx`, files read, in the order given.
    ///
    /// - Parameter command: name of the one that asks, for errors.
    func receivers(of command: String) throws -> [SIMD3<Double>] {
        var all: [SIMD3<Double>] = []
        for text in rx + more {
            if text.hasPrefix("--") {
                let name = "dtnet radio \(command)"
                throw ToolFailure(.usage, "\(name): unknown option '\(text)' (see \(name) --help)")
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

    /// Traces the paths to some receivers, block after block, as far as the deadline lets it.
    ///
    /// - Parameter take: gets the paths of each block that is done, in the order of the receivers.
    func trace(
        _ receivers: [SIMD3<Double>], run: RadioRun, options: RadioOptions, take: (PathSet) -> Void
    ) throws -> PathsSummary {
        var summary = PathsSummary(run: run, options: options)
        while summary.receivers < receivers.count {
            let next = receivers[summary.receivers..<min(summary.receivers + run.batch, receivers.count)]
            let done = summary.receivers
            let set = try run.paths(
                from: tx, to: Array(next),
                motion: Motion(
                    transmitter: txVelocity, receivers: [SIMD3<Double>](repeating: rxVelocity, count: next.count))
            ) { RadioRun.share(done + $0, of: receivers.count, "receivers") }
            guard let set else { break }
            take(set)
            summary.add(set, in: run.solver.index)
        }
        summary.close(run: run, missing: receivers.count - summary.receivers)
        return summary
    }
}
