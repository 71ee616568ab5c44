import DTNetMessages
import LanguageEngine
import NetworkModel
import Orchestrator
import Testing
import TwinProtocol

/// A wish for a rate of a slice sizes its share: from the twins' figures, by what they say of each size, where it is
/// asked for.
@Suite struct ShareSizingTests {
    private static func network() throws -> NetworkConfiguration {
        try CampusScene(.semiCentralised) {
            $0.network.slices = [
                SliceConfiguration(name: "video", fraction: 0.5), SliceConfiguration(name: "rest", fraction: 0.5),
            ]
        }.plan.network
    }

    /// Seven cells that carry 20 Mbit/s at a load of 0.5, and 14 users of each slice.
    private static var state: NetworkState {
        var cell = CellState()
        (cell.load, cell.forecastLoad, cell.throughputKbps, cell.ueCount) = (0.5, 0.5, 20_000, 4)
        return NetworkState(
            epoch: 100, seconds: 2, cells: Array(repeating: cell, count: 7), sliceNeed: [0, 0], sliceUEs: [14, 14])
    }

    private static func proposed(_ intent: Intent, _ state: NetworkState) throws -> [Action] {
        RuleBase(ActionBounds(network: try network())).proposals(for: [.intent(intent)], state: state)
    }

    /// Two users of a cell that carries 40 Mbit/s: 8 Mbit/s for each take 0.4 of it.
    @Test func theRulesProposeWhatTheRateTakes() throws {
        let cell = CellID(4)
        let actions = try Self.proposed(Intent(scope: .sliceInCells(0, [cell]), targets: [.rate(bps: 8e6)]), Self.state)
        #expect(actions.first == .raiseSlicePriority(slice: 0, cells: [cell], factor: 2))
        let shares = actions.compactMap { action -> Double? in
            guard case .sliceShare(0, [cell], let share) = action else { return nil }
            return share
        }
        try #require(shares.count == 3 && actions.count == 4)
        for (share, wanted) in zip(shares, [0.3, 0.4, 0.6]) { #expect(abs(share - wanted) <= 0.0501, "\(shares)") }
        #expect(shares == shares.sorted())
        // Everywhere; more than there is; and nothing known.
        let all = try Self.proposed(Intent(scope: .slice(0), targets: [.rate(bps: 40e6)]), Self.state)
        #expect(all.contains(.sliceShare(slice: 0, share: 0.9)))
        let unknown = NetworkState(epoch: 1, seconds: 0, cells: Array(repeating: CellState(), count: 7))
        let blind = try Self.proposed(Intent(scope: .slice(0), targets: [.rate(bps: 8e6)]), unknown)
        #expect(blind.contains(.sliceShare(slice: 0, share: 0.2)) && blind.count == 4)
    }

    /// 1500 bytes in 20 ms, one packet in 1,000 late, take 12 kbit ln(1000) / 20 ms = 4.14 Mbit/s of each user beside
    /// the rate of the slice, which is none here: of two users 0.207 of 40 Mbit/s.
    @Test func theRulesProposeWhatTheDelayTakes() throws {
        let cell = CellID(4)
        let wish = { (seconds: Double) in
            Intent(scope: .sliceInCells(0, [cell]), targets: [.delay(seconds: seconds)])
        }
        func shares(_ seconds: Double) throws -> [Double] {
            try Self.proposed(wish(seconds), Self.state).compactMap { action in
                guard case .sliceShare(0, [cell], let share) = action else { return nil }
                return share
            }
        }
        let actions = try Self.proposed(wish(0.02), Self.state)
        #expect(actions.first == .raiseSlicePriority(slice: 0, cells: [cell], factor: 2) && actions.count == 4)
        #expect(try shares(0.02) == [0.2, 0.25, 0.35])
        // Half the time takes twice as much; a second nearly nothing, of which the smallest share is tried.
        #expect(try shares(0.01) == [0.35, 0.45, 0.65])
        #expect(try shares(1) == [0.05])
        // A slice's own rate comes on top: 4 Mbit/s more of each user are 0.2 of the cell.
        var network = try Self.network()
        network.slices[0].rateBps = 4e6
        let rules = RuleBase(ActionBounds(network: network))
        #expect(
            rules.proposals(for: [.intent(wish(0.02))], state: Self.state).contains(
                .sliceShare(slice: 0, cells: [cell], share: 0.45)))
        // Of a wish for all slices of a cell none gets a share.
        let all = Intent(scope: .cells([cell]), targets: [.delay(seconds: 0.02)])
        #expect(try Self.proposed(all, Self.state) == [.raiseCellPriority(cell: cell, factor: 2)])
    }

    /// What the twins judge a wish for a delay by is the rate that its share is sized for.
    @Test func aDelayIsJudgedByTheRateThatItIsSizedFor() throws {
        let intent = Intent(scope: .slice(0), targets: [.delay(seconds: 0.02)])
        let wishes = OperatorWishes([intent], network: try Self.network(), seconds: 0)
        #expect(abs(wishes.guaranteedMbps[0] - 4.1447) < 1e-3)
    }

    @Test func aShareHoldsWhereItIsAskedFor() throws {
        let network = try Self.network()
        var policy = Policy()
        policy.cell = network.cells.map(\.id.rawValue)
        policy.slices = 2
        policy.sliceShare = policy.cell.flatMap { _ in [Float(0.25), 0.75] }
        let mirror = TwinMirror(epoch: 1, reports: [], loadTrend: [], driftDb: 0)
        PolicyDraft(network: network).apply(
            .sliceShare(slice: 0, cells: [CellID(4)], share: 0.5), to: &policy, mirror: mirror)
        #expect(policy.sliceShare[8] == 0.5 && abs(policy.sliceShare[9] - 0.5) < 1e-6)
        #expect(policy.sliceShare[0] == 0.25 && policy.sliceShare[12] == 0.25)
    }

    /// Of three shares the smallest keeps too little, the middle one enough at 95 % confidence, and the largest has the
    /// greatest score: the middle one is taken.
    @Test func theSmallestShareThatHoldsIsTaken() throws {
        let judge = CandidateJudge(try Self.network())
        let actions = [0.2, 0.4, 0.6].map { Action.sliceShare(slice: 0, cells: [CellID(4)], share: $0) }
        func decide(_ held: [Double]) -> (chosen: Action?, decision: LanguageDecision) {
            var decision = LanguageDecision(node: NodeID(0), number: 1, epoch: 1)
            decision.guaranteed = [false, false, true]
            decision.candidates = zip(actions, held).map { action, held in
                var candidate = LanguageDecision.Candidate(
                    action: judge.text(of: action), source: "rules", gain: 0.01, gainLow: 0.01, powerChange: 0)
                candidate.trial = LanguageDecision.Trial(
                    valueMbps: 2, gainDeviation: 0, held: [1, 1, held], heldDeviation: [0, 0, 0.005],
                    heldChange: [0, 0, held - 0.5], heldChangeDeviation: [0, 0, 0])
                return candidate
            }
            let chosen = judge.decide(&decision, actions: actions)
            return (chosen, decision)
        }
        let (chosen, decision) = decide([0.9, 0.97, 0.99])
        #expect(chosen == actions[1] && decision.chosen == 1 && decision.outcome == .adopted)
        #expect(decision.reason.hasPrefix("the smallest share of the PRBs"), "\(decision.reason)")
        // None keeps it: the most that can be had.
        let (most, other) = decide([0.7, 0.8, 0.9])
        #expect(most == actions[2] && other.reason.hasPrefix("greatest gain"))
    }
}
