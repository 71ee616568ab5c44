internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import Numerics
internal import ResourceAllocation

/// `dtnet rrm precode`: precoders of cells with several antennas.
struct RRMPrecodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "precode",
        abstract: "Precode seeded multi-antenna drops: WMMSE beside zero forcing and maximum ratio.",
        discussion: """
            Hexagonal cells 200 m apart, users at 10 to 100 m, Rayleigh fading between all antennas. Prints the mean \
            sum rate over the drops, its share of the best, iterations, and the median time of a drop.
            """)

    @Option(help: "Cells.")
    var cells = 3

    @Option(help: "Users per cell.")
    var users = 2

    @Option(help: "Antennas of a cell.")
    var sending = 4

    @Option(help: "Antennas of a user.")
    var receiving = 2

    @Option(help: "Streams per user.")
    var streams = 1

    @Option(parsing: .unconditional, help: "SNR in dB of the full power at 200 m.")
    var snr = 0.0

    @Option(help: "Drops.")
    var drops = 10

    @Option(help: "Growth of the sum rate, relative, below which WMMSE ends.")
    var tolerance = 1e-4

    @Option(help: "Iterations of WMMSE, at most.")
    var iterations = 200

    @Option(help: "Most wall time of WMMSE per drop, e.g. 5ms.", transform: SolverOption.time)
    var deadline: Instant.Span?

    @Option(help: "Seed of the first drop.")
    var seed: UInt64 = 1

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard (1...64).contains(cells), (1...64).contains(users), cells * users <= 256 else {
            throw ValidationError("--cells and --users are 1 to 64, 256 users in all at most")
        }
        guard (1...64).contains(sending), (1...16).contains(receiving) else {
            throw ValidationError("--sending is 1 to 64, --receiving 1 to 16 antennas")
        }
        guard streams >= 1, streams <= min(sending, receiving) else {
            throw ValidationError("--streams is 1 to the antennas on either side, here \(min(sending, receiving))")
        }
        guard (-100...100).contains(snr) else { throw ValidationError("--snr is -100 to 100 dB") }
        guard (1...1_000).contains(drops) else { throw ValidationError("--drops is 1 to 1000") }
        guard tolerance >= 0, tolerance <= 1 else { throw ValidationError("--tolerance is 0 to 1") }
        guard (0...100_000).contains(iterations) else { throw ValidationError("--iterations is 0 to 100000") }
    }

    /// What one way of precoding came to, means over the drops; nil where it has no answer.
    private struct Row: Encodable {
        var precoders: String
        var sumRate: Double?
        var iterations: Double?
        var milliseconds: Double?
    }

    func run() async throws {
        var kernel = PrecoderWMMSE()
        (kernel.tolerance, kernel.maxIterations) = (tolerance, iterations)
        var iterated: [Double] = []
        var runs: [[(rate: Double, milliseconds: Double)?]] = [[], [], []]
        for drop in 0..<drops {
            let problem = try problem(seed &+ UInt64(drop))
            let wmmse = time { began -> Double in
                var budget = Budget(rounds: .max)
                if let deadline { budget = Budget(rounds: .max) { MonotonicClock.now - began >= deadline } }
                let outcome = kernel.solve(problem, budget: &budget)
                iterated.append(Double(outcome.iterations))
                return outcome.sumRate
            }
            runs[0].append(wmmse)
            runs[1].append(time { _ in LinearPrecoders.zeroForcing(problem).map(problem.sumRate) })
            runs[2].append(time { _ in problem.sumRate(LinearPrecoders.maximumRatio(problem)) })
        }
        let names = ["WMMSE", "zero forcing", "maximum ratio"]
        var rows = zip(names, runs).map(row)
        rows[0].iterations = iterated.reduce(0, +) / Double(drops)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            Terminal.result(String(decoding: try encoder.encode(rows), as: UTF8.self))
        } else {
            show(rows)
        }
    }

    private func problem(_ seed: UInt64) throws -> PrecodingProblem {
        do {
            return try PrecodingProblem.drop(
                cells: cells, perCell: users, sending: sending, receiving: receiving, streams: streams, snrDb: snr,
                seed: seed)
        } catch {
            throw ToolFailure(.usage, "\(error)")
        }
    }

    private func time(_ work: (Instant) -> Double?) -> (rate: Double, milliseconds: Double)? {
        let began = MonotonicClock.now
        return work(began).map { ($0, (MonotonicClock.now - began).seconds * 1e3) }
    }

    private func row(_ name: String, _ runs: [(rate: Double, milliseconds: Double)?]) -> Row {
        let answers = runs.compactMap { $0 }
        guard answers.count == runs.count else { return Row(precoders: name) }
        let times = answers.map(\.milliseconds).sorted()
        return Row(
            precoders: name, sumRate: answers.map(\.rate).reduce(0, +) / Double(answers.count),
            milliseconds: times[times.count / 2])
    }

    private func show(_ rows: [Row]) {
        let best = rows.compactMap(\.sumRate).max() ?? 0
        var table = TextTable(
            ["precoders", "sum rate, bit/s/Hz", "of best %", "iterations", "ms"], numeric: [1, 2, 3, 4])
        for row in rows {
            table.add([
                row.precoders, row.sumRate.map { String(format: "%.3f", $0) } ?? "-",
                row.sumRate.map { String(format: "%.1f", best > 0 ? 100 * $0 / best : 100) } ?? "-",
                row.iterations.map { String(format: "%.1f", $0) } ?? "-",
                row.milliseconds.map { String(format: "%.3f", $0) } ?? "-",
            ])
        }
        Terminal.result(
            "\(drops) drops of \(cells) cells with \(sending) antennas, \(users) users each with \(receiving), "
                + "\(streams) streams per user")
        for line in table.lines { Terminal.result(line) }
        if rows.contains(where: { $0.sumRate == nil }) {
            Terminal.result("zero forcing needs as many antennas as a cell has streams: left out")
        }
    }
}
