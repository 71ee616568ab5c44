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
        return EffectStudy(plan: plan, proposer: .menu, patienceSeconds: 12, watchSeconds: 6)
    }

    @Test func seedsSideBySideSayWhatTheySayAloneAndHarmIsTakenBack() async throws {
        let study = try Self.study()
        let together = await study.effects(372..<378)
        #expect(together.count >= 3)
        #expect(together.map(\.seed) == together.map(\.seed).sorted())
        for effect in together {
            // Adopted means that the twins expected a gain at 95 %; the fork differs by the action.
            #expect(effect.predictedLow > 0 && effect.predicted > effect.predictedLow && effect.effect != 0)
            #expect(effect.missed != nil && effect.missedWithout != nil)
        }
        for effect in together.prefix(2) {
            let alone = try #require(study.effect(seed: effect.seed))
            #expect(alone.action == effect.action && alone.effect == effect.effect)
            #expect(alone.harm?.epochs == effect.harm?.epochs && alone.missed == effect.missed)
        }
        // Where the fork establishes harm, every cell is controlled without the action ten epochs later.
        let harms = together.compactMap(\.harm)
        print("harm established in \(harms.count) of \(together.count) actions: \(harms)")
        #expect(!harms.isEmpty)
        #expect(harms.allSatisfy { (0...10).contains($0.epochs ?? .max) }, "\(harms)")
    }
}
