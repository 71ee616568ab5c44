import Benchmarking
import Foundation
import NetworkModel
import Simulator
import Synchronization
import Testing
import Topology
import TwinProtocol

/// The regional leaders of the shipped campus, whose powers change with every decision: none fights another.
struct LeaderConflictTests {
    @Test(arguments: [10, 20, 100] as [Int64], [1, 2] as [UInt64])
    func aNormalRunRaisesNoConflictOfLeaders(epochMs: Int64, seed: UInt64) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "topologies/campus.yaml").path
        let plan = try TopologyFile.load(text: String(contentsOfFile: path, encoding: .utf8), path: path).resolve(
            TopologyOverrides(hierarchy: .decentralised, epoch: .milliseconds(epochMs), seed: seed)
        ).plan
        let seen = Mutex<(alarms: [String], decisions: Int)>(([], 0))
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        options.onRecord = { record, _ in
            seen.withLock { seen in
                switch record {
                case .alarm(_, let text): seen.alarms.append(text)
                case .leaderDecision: seen.decisions += 1
                default: break
                }
            }
        }
        let result = try Simulation.run(plan: plan, epochs: 2_000, options: options)
        let (alarms, decisions) = seen.withLock { ($0.alarms, $0.decisions) }
        #expect(alarms.isEmpty, "seed \(seed), epochs of \(epochMs) ms: \(alarms.prefix(3))")
        // Both leaders have decided all along: there was something to look at.
        #expect(decisions > 3_900 && result.summary.epochs == 2_000, "\(decisions) decisions")
    }
}
