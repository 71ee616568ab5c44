import NetworkModel
import Testing
import TwinProtocol

/// What processes of a plan need of each other's announcements.
struct CapabilityNeedsTests {
    private func needs(_ plan: WiringPlan, _ own: String, _ other: String) throws -> CapabilityNeeds {
        let own = try #require(plan.processes.first { $0.name == own })
        let other = try #require(plan.processes.first { $0.name == other })
        return CapabilityNeeds(between: own, and: other, in: plan)
    }

    @Test func whoDirectsAndTheRadioNetworkNeedTheKindsInUse() throws {
        var plan = try Campus.plan(.semiCentralised)
        plan.network.language.isEnabled = false
        let plain = try needs(plan, "ran", "edge-a")
        #expect(plain.required == ["control:power"] && plain.wished.isEmpty)
        #expect(try needs(plan, "edge-a", "ran") == plain)
        plan.network.language.isEnabled = true
        plan.network.game.association = .leader
        plan.network.game.scheduling = .shares
        #expect(
            try needs(plan, "edge-a", "ran").wished == [
                "control:scheduling_share", "control:association", "control:mask", "control:highest_mcs",
            ])
        plan.network.game.solver = .none
        #expect(try needs(plan, "edge-a", "ran").required.isEmpty)
    }

    @Test func othersNeedNothing() throws {
        let plan = try Campus.plan(.semiCentralised)
        #expect(try needs(plan, "edge-a", "rrm") == CapabilityNeeds())
        #expect(try needs(plan, "rrm", "ran") == CapabilityNeeds(), "edges direct there")
        let central = try Campus.plan(.fullyCentralised)
        #expect(try needs(central, "rrm", "ran").required == ["control:power"])
    }
}
