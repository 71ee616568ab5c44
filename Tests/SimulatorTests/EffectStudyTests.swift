import Foundation
import NetworkModel
import Simulator
import Testing
import Topology

/// What adopted actions do, against forks.
@Suite struct EffectStudyTests {
    private static func study() throws -> EffectStudy {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "topologies/plaza.yaml").path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let overrides = TopologyOverrides(hierarchy: .semiCentralised)
        let plan = try TopologyFile.load(text: text, path: path).resolve(overrides).plan
        return EffectStudy(plan: plan, proposer: .menu, patienceSeconds: 8, watchSeconds: 3)
    }

    @Test func seedsSideBySideSayWhatTheySayAlone() async throws {
        let study = try Self.study()
        let seeds: Range<UInt64> = 1..<5
        let together = await study.effects(seeds)
        #expect(!together.isEmpty)
        #expect(together.map(\.seed) == together.map(\.seed).sorted())
        for effect in together {
            let alone = try #require(study.effect(seed: effect.seed))
            #expect(alone.action == effect.action && alone.effect == effect.effect)
            // Adopted means that the twins expected a gain at 95 %; the fork differs by the action.
            #expect(effect.predictedLow > 0 && effect.predicted > effect.predictedLow && effect.effect != 0)
        }
    }
}
