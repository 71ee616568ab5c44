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

    /// A plan of an older run lacks what was added since, or says it in another way.
    @Test(
        arguments: [
            (["network"], "weather", nil, "network.weather is missing"),
            (["network", "game"], "mcs", nil, "network.game.mcs is missing"),
            (["network", "game"], "solver", "simplex", "network.game.solver has another form"),
            (["network"], "seed", "one", "network.seed has another form"),
        ] as [([String], String, String?, String)])
    func whatAPlanLacksIsNamed(place: [String], key: String, value: String?, expected: String) throws {
        let data = try Fixtures.shipped("campus.yaml").resolve().plan.jsonData()
        let plan = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        func changed(_ object: [String: Any], _ place: ArraySlice<String>) -> [String: Any] {
            var object = object
            if let first = place.first {
                object[first] = changed(object[first] as? [String: Any] ?? [:], place.dropFirst())
            } else {
                #expect(object[key] != nil, "\(key)")
                object[key] = value
            }
            return object
        }
        let other = try JSONSerialization.data(withJSONObject: changed(plan, place[...]))
        let error = try #require(throws: DecodingError.self) { try WiringPlan(jsonData: other) }
        #expect(WiringPlan.reason(of: error) == expected)
    }

    @Test func garbageIsNoPlan() throws {
        let error = try #require(throws: DecodingError.self) { try WiringPlan(jsonData: Data("nonsense".utf8)) }
        #expect(WiringPlan.reason(of: error) == "no JSON of a plan")

        #expect(throws: DecodingError.self) { try WiringPlan(jsonData: Data("{}".utf8)) }
    }
}
