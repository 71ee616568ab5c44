internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import Topology

/// `dtnet rrm game`: games played off line.
struct RRMGameCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "game",
        abstract: "Play a game off line and check its equilibrium.",
        discussion: """
            `--study hierarchies` plays the games of FCH, SCH and DCH on drops of a topology; `--study \
            spectrum-sharing` plays price-based spectrum sharing (Kang, Zhang, Motani 2012) on seeded networks and \
            checks both pricings.
            """)

    /// Games by name.
    enum Study: String, CaseIterable, ExpressibleByArgument {
        case hierarchies
        case spectrumSharing = "spectrum-sharing"
    }

    @Argument(help: "Topology file, for the hierarchies.", completion: .file(extensions: ["yaml", "yml"]))
    var topology: String?

    @Option(help: "Game: \(Study.allCases.map(\.rawValue).joined(separator: ", ")).")
    var study: Study = .hierarchies

    @Option(help: "Drops of the topology.")
    var drops = 1

    @Option(
        help: "Random directions in which the leader's residual is searched beside single prices, 0 to leave it out.")
    var directions = 16

    @Option(help: "Networks of spectrum sharing.")
    var networks = 100

    @Option(help: "Points of the grid that uniform prices are held against.")
    var gridPoints = 2_000

    @Option(help: "Random price vectors per network.")
    var vectors = 100

    @Option(help: "First seed.")
    var seed: UInt64 = 1

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard (1...1_000).contains(drops) else { throw ValidationError("--drops is 1 to 1000") }
        guard (0...10_000).contains(directions) else { throw ValidationError("--directions is 0 to 10000") }
        guard (1...100_000).contains(networks) else { throw ValidationError("--networks is 1 to 100000") }
        guard (10...1_000_000).contains(gridPoints), (0...100_000).contains(vectors) else {
            throw ValidationError("--grid-points is 10 to 1000000, --vectors 0 to 100000")
        }
        if study == .hierarchies, topology == nil {
            throw ValidationError("--study hierarchies needs a topology file")
        }
    }

    func run() async throws {
        switch study {
        case .hierarchies:
            let network = try TopologySource(file: topology ?? "").resolve().topology.plan.network
            if case .replay = network.scenario {
                throw ToolFailure(.usage, "\(topology ?? ""): a replay has no drops: cross gains are not known")
            }
            let study = try HierarchyStudy(network: network, firstSeed: seed, drops: drops, directions: directions)
            if json { try print(study) } else { study.show() }
        case .spectrumSharing:
            let studies = [false, true].map {
                SpectrumStudy(
                    networks: networks, firstSeed: seed, hasLimits: $0, gridPoints: gridPoints, randomVectors: vectors)
            }
            if json { try print(studies) } else { for study in studies { study.show() } }
        }
    }

    private func print(_ result: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        Terminal.result(String(decoding: try encoder.encode(result), as: UTF8.self))
    }
}
