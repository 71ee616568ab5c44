internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import ResourceAllocation
internal import Simulator
internal import Topology

/// `dtnet rrm generate`: instances of the standard families.
struct RRMGenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write a seeded resource problem of a standard family as JSON.",
        discussion: """
            interference-channel: links with gains exponential of mean 1. multiple-access: hexagonal cells with \
            senders around them (IMAC). cellular: the radio network of a topology after its first epoch, on its true \
            gains.
            """)

    enum Family: String, CaseIterable, ExpressibleByArgument {
        case interferenceChannel = "interference-channel"
        case multipleAccess = "multiple-access"
        case cellular
    }

    @Argument(help: "Family: \(Family.allCases.map(\.rawValue).joined(separator: ", ")).")
    var family: Family

    @Argument(help: "Topology file, for cellular.", completion: .file(extensions: ["yaml", "yml"]))
    var topology: String?

    @Option(help: "Links of an interference channel, senders per cell of multiple access.")
    var users = 10

    @Option(help: "Cells of multiple access.")
    var cells = 3

    @Option(help: "Seed.")
    var seed: UInt64 = 1

    @Flag(help: "Leave the association open: solvers may move UEs.")
    var mayReassociate = false

    @Option(help: "File to write; without it, standard output.", completion: .file(extensions: ["json"]))
    var output: String?

    func validate() throws {
        guard (1...256).contains(users), (1...64).contains(cells) else {
            throw ValidationError("--users is 1 to 256, --cells 1 to 64")
        }
        guard family != .multipleAccess || users * cells <= 512 else {
            throw ValidationError("--users times --cells is at most 512")
        }
        guard (family == .cellular) == (topology != nil) else {
            throw ValidationError("cellular takes a topology file, the other families take none")
        }
    }

    func run() async throws {
        if let output { try OutputFile.check(output) }
        var problem: ResourceProblem
        switch family {
        case .interferenceChannel:
            problem = ResourceProblem(
                .gaussian(users: users, seed: seed), name: "interference channel of \(users), seed \(seed)")
        case .multipleAccess:
            problem = ResourceProblem(
                .multipleAccess(cells: cells, perCell: users, seed: seed),
                name: "multiple access, \(cells) cells of \(users), seed \(seed)")
        case .cellular: problem = try drop()
        }
        problem.mayReassociate = mayReassociate
        let data = try ResourceProblemFile.data(problem)
        if let output {
            try OutputFile.write(data, to: output)
        } else {
            Terminal.result(String(decoding: data, as: UTF8.self))
        }
    }

    private func drop() throws -> ResourceProblem {
        let file = topology ?? ""
        let network = try TopologySource(file: file).resolve().topology.plan.network
        if case .replay = network.scenario {
            throw ToolFailure(.usage, "\(file): a replay has no drops: cross gains are not known")
        }
        guard let frozen = try NetworkDrop.problem(network, seed: seed) else {
            throw ToolFailure(.failed, "\(file): nobody has anything to receive with seed \(seed)")
        }
        var problem = ResourceProblem(
            frozen, name: "\(network.name), seed \(seed)", frequencyHz: network.carrier.frequencyHz)
        for c in problem.cells.indices {
            // Auer et al., IEEE Wireless Communications 2011, Table 2: a macro site's antenna, and a micro cell.
            let isMacro = problem.cells[c].powerBudgetWatts > 10
            problem.cells[c].circuitWatts = isMacro ? 130 : 56
            problem.cells[c].amplifierEfficiency = 1 / (isMacro ? 4.7 : 2.6)
        }
        // A gNB's receiver has a noise figure of 5 dB (TR 38.802 Table A.2.1-1).
        problem.uplink = .init(noiseDbm: -174 + 5 + 10 * log10(network.carrier.subbandBandwidthHz))
        return problem
    }
}
