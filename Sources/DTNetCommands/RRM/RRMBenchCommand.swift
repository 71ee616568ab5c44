internal import ArgumentParser
internal import Benchmarking
internal import Foundation
internal import NetworkModel
internal import ResourceAllocation

/// `dtnet rrm bench`: how long decisions take, and what the haste costs.
struct RRMBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time whole decisions over the epochs of a drop that moves.",
        discussion: """
            A decision is association, warm from the last epoch's, then powers, then shares. One controller decides \
            for all cells, and beside it a leader per region as in DCH. Prints medians and 99th percentiles on one \
            thread, the latter of its processor time as well ("own"), M beside a decision made anew without a \
            deadline, and the association's value beside a cold auction's, with the machine's witness: times compare \
            only where that is alike.
            """)

    @Option(help: "Hexagonal sites, 1 to 37.")
    var sites = 19

    @Option(help: "Sectors per site, 1 to 6.")
    var sectors = 3

    @Option(help: "UEs.")
    var ues = 570

    @Option(help: "Subbands, 1 to 64.")
    var subbands = 8

    @Option(help: "Regions of sites, at most as many as sites.")
    var regions = 4

    @Option(help: "Epochs that count.")
    var epochs = 200

    @Option(name: .customLong("warm-up"), help: "Epochs before them.")
    var warmUp = 5

    @Option(help: "Length of an epoch, e.g. 20ms.", transform: ToolArguments.duration)
    var epoch: Instant.Span = .milliseconds(20)

    @Option(help: "Speed of the UEs in km/h.")
    var speed = 3.0

    @Option(help: "Part of the UEs that begin another session in an epoch.")
    var renewals = 0.01

    @Option(help: "PRBs that the UEs demand over PRBs there are.")
    var overload = 1.0

    @Option(help: "Deadline of a decision for all cells; 0ms keeps what is.", transform: SolverOption.time)
    var deadline: Instant.Span = .milliseconds(10)

    @Option(help: "Deadline of a region's decision.", transform: SolverOption.time)
    var regionDeadline: Instant.Span = .milliseconds(2)

    @Option(help: "Rounds of the powers that a decision may take.")
    var rounds = 48

    @Option(help: "Seed of the drop.")
    var seed: UInt64 = 1

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard (1...37).contains(sites), (1...6).contains(sectors), (1...64).contains(subbands) else {
            throw ValidationError("--sites is 1 to 37, --sectors 1 to 6, --subbands 1 to 64")
        }
        guard (1...10_000).contains(ues), (1...sites).contains(regions) else {
            throw ValidationError("--ues is 1 to 10000, --regions 1 to --sites")
        }
        guard (1...100_000).contains(epochs), (0...10_000).contains(warmUp) else {
            throw ValidationError("--epochs is 1 to 100000, --warm-up 0 to 10000")
        }
        guard (0...1_000).contains(speed), (0...1).contains(renewals), overload > 0, overload <= 100 else {
            throw ValidationError("--speed is 0 to 1000, --renewals 0 to 1, --overload more than 0 and at most 100")
        }
    }

    /// What is printed as JSON.
    private struct Report: Encodable {
        var study: DecisionStudy
        var witnessP50Us: Double?
        var witnessP99Us: Double?
    }

    func run() async throws {
        var drop = MovingDrop(seed: seed)
        drop.sites = sites
        drop.sectors = sectors
        drop.ues = ues
        drop.subbands = subbands
        drop.overload = overload
        drop.speedMetresPerSecond = speed / 3.6
        drop.epochSeconds = epoch.seconds
        drop.renewals = renewals
        let study = DecisionStudy(
            drop, regions: regions, epochs: epochs, warmUp: warmUp, rounds: rounds,
            deadlines: (deadline, regionDeadline))
        let witness = try await Witness.measure(signals: try Interruption.catchSignals()).value
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            let report = Report(study: study, witnessP50Us: witness?.p50, witnessP99Us: witness?.p99)
            Terminal.result(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            study.show()
            func text(_ value: Double?) -> String { value.map { String(format: "%.0f us", $0) } ?? "-" }
            Terminal.result("witness p50 \(text(witness?.p50)), p99 \(text(witness?.p99))")
        }
    }
}
