import Foundation
import NetworkModel
import Testing
import Topology

@Suite struct WrittenBackTests {
    @Test(arguments: Hierarchy.allCases) func planSurvivesJson(hierarchy: Hierarchy) throws {
        let plan = try Fixtures.shipped("campus.yaml").resolve(.init(hierarchy: hierarchy)).plan
        let data = plan.jsonData()
        let back = try WiringPlan(jsonData: data)
        #expect(back == plan && back.jsonData() == data && back.digest == plan.digest)
        #expect(back.links[0].bandwidthBitsPerSecond == .infinity)
    }

    @Test func digestTellsPlansApart() throws {
        let topology = try Fixtures.shipped("campus.yaml").resolve()
        let digests = [
            topology.plan.digest, try topology.overriding(hierarchy: .decentralised).plan.digest,
            try topology.overriding(epoch: .milliseconds(10)).plan.digest,
            try topology.overriding(seed: 2).plan.digest, try topology.overriding(solver: .random).plan.digest,
            try topology.overriding(shaping: false).plan.digest, try topology.overriding(prices: false).plan.digest,
        ]
        #expect(Set(digests).count == digests.count)
        #expect(try Fixtures.shipped("campus.yaml").resolve().plan.digest == topology.plan.digest)
    }

    @Test func overridesAddUp() throws {
        let topology = try Fixtures.shipped("campus.yaml").resolve(.init(seed: 9))
            .overriding(epoch: .milliseconds(100)).overriding(hierarchy: .fullyCentralised, solver: .wmmse)
        let network = topology.plan.network
        #expect(network.seed == 9 && network.epoch == .milliseconds(100))
        #expect(network.hierarchy == .fullyCentralised && network.game.solver == .wmmse)
    }

    @Test func garbageIsNoPlan() {
        #expect(throws: DecodingError.self) { try WiringPlan(jsonData: Data("{}".utf8)) }
        #expect(throws: DecodingError.self) { try WiringPlan(jsonData: Data("nonsense".utf8)) }
    }
}
