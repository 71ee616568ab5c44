import ContextStore
import DTNetMessages
import NetworkModel
import Synchronization
import Testing
import TwinProtocol

/// What is kept of what passes through a loop, and the rows that become of it.
@Suite struct ContextRowsTests {
    private static func plan(weather: [RainPeriod] = []) -> WiringPlan {
        let cells = (0..<2).map { index in
            CellConfiguration(
                id: CellID(UInt32(index)), name: "hall-\(index)", region: RegionID(0), xMetres: Double(index) * 100,
                yMetres: 0)
        }
        var network = NetworkConfiguration(
            name: "kept", seed: 1, hierarchy: .decentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: cells, regionNames: ["west"], slices: [SliceConfiguration(name: "video", fraction: 1)])
        network.weather = weather
        let all = cells.map(\.id)
        let roles: [(String, RoleKind)] = [
            ("ran", .ran), ("edge", .edge), ("region", .region), ("rrm", .rrm), ("l3", .orchestrator),
        ]
        return WiringPlan(
            network: network,
            nodes: roles.enumerated().map { index, role in
                NodePlan(id: NodeID(UInt32(index)), name: role.0, role: role.1, process: role.0, cells: all)
            }, processes: [], links: [], wires: [])
    }

    private static func report(links: Int = 0, condition: [UInt32] = []) -> ChannelReport {
        var report = ChannelReport()
        report.links = links
        report.cell = [0, 1]
        report.load = [0.5, 0.25]
        report.errorBeforeDb = [7, 8]
        report.errorAfterDb = [2, 3]
        report.condition = condition
        return report
    }

    private static func envelope(_ report: ChannelReport, to node: UInt32) -> Envelope {
        Envelope(sender: NodeID(1), recipient: NodeID(node), epoch: 7, body: .channelReport(report))
    }

    private static func errors(_ rows: [ContextRow]) -> [TwinErrorRow] {
        rows.filter { $0.table == .twinError }.map { TwinErrorRow($0.values) }
    }

    /// The error of a channel twin is kept under the band, the weather of the cell and how its users move.
    @Test func errorsOfChannelTwinsAreKeptByMobility() {
        let (walking, driving) = (TwinCondition(.walking), TwinCondition(.driving, .heavyRain))
        let known = Self.report(condition: [UInt32(driving.index), TwinCondition.unknown])
        let item = ContextItem(at: .zero, content: .sent(Self.envelope(known, to: 2)))
        let rain = [RainPeriod(fromSeconds: 0, untilSeconds: 9, millimetresPerHour: 20)]
        let wet = Self.errors(ContextRows(plan: Self.plan(weather: rain), run: nil).rows([item], offset: 5))
        #expect(wet.map(\.engine) == ["channel", "channel"] && wet.map(\.after) == [2, 3])
        #expect(wet[0].condition?.hasSuffix(" GHz, heavy_rain, driving") == true, "\(wet)")
        #expect(wet[1].condition?.hasSuffix(" GHz") == true && wet.map(\.at) == [5, 5])
        let dry = Self.report(condition: [UInt32(walking.index), UInt32(walking.index)])
        let plain = Self.errors(
            ContextRows(plan: Self.plan(), run: "r").rows(
                [ContextItem(at: .zero, content: .sent(Self.envelope(dry, to: 2)))], offset: 0))
        #expect(plain.allSatisfy { $0.condition?.hasSuffix(" GHz, walking") == true && $0.source == "r/edge" })
    }

    private final class Kept: ContextKeeping {
        let items = Mutex<[ContextItem]>([])
        func append(_ items: [ContextItem]) { self.items.withLock { $0 += items } }
    }

    /// Of the reports of an edge those to L2 are kept, which say under which condition its twins err, and every text
    /// of the language engine.
    @Test func whatIsPickedSaysTheConditionAndTheTexts() {
        let kept = Kept()
        let tap = ContextTap(kept, plan: Self.plan())
        for (step, recipient) in [3, 4, 2, 2].enumerated() {
            tap.noteSent(
                Self.envelope(Self.report(links: step == 2 ? 4 : 0), to: UInt32(recipient)),
                at: Instant(nanoseconds: Int64(step) * 10_000_000))
        }
        let text = LanguageText(node: NodeID(4), text: "You manage a network.")
        tap.note(.languageText(text), at: .zero)
        var decision = LanguageDecision(node: NodeID(4), number: 3, epoch: 9)
        decision.instructions = text.digest
        tap.note(.language(decision), at: Instant(nanoseconds: 1_000_000))
        tap.flush()
        let items = kept.items.withLock { $0 }
        #expect(items.count == 3)
        let rows = ContextRows(plan: Self.plan(), run: nil).rows(items, offset: 0)
        #expect(Self.errors(rows).count == 2)
        let texts = rows.filter { $0.table == .languageText }.map { LanguageTextRow($0.values) }
        #expect(texts.map(\.digest) == [text.digest, text.digest] && texts.map(\.text) == [text.text, nil])
        #expect(texts.map(\.at) == [0, 1_000])
        let decisions = rows.filter { $0.table == .languageDecision }.map { LanguageDecisionRow($0.values) }
        #expect(decisions.map(\.id) == ["l3/3"] && decisions[0].decision(of: NodeID(4)) == decision)
    }

    @Test func aPolicyKeepsTheWeightsOfItsSlices() throws {
        var policy = Policy()
        (policy.revision, policy.cell, policy.weight) = (2, [0, 1], [1, 1])
        (policy.slices, policy.sliceWeight) = (1, [1, 2.5])
        let envelope = Envelope(sender: NodeID(4), recipient: NodeID(1), epoch: 7, body: .policy(policy))
        let rows = ContextRows(plan: Self.plan(), run: nil).rows(
            [ContextItem(at: .zero, content: .sent(envelope))], offset: 0)
        let row = PolicyRow(try #require(rows.first).values)
        #expect(row.content.contains(#""slice_weight":[1.0,2.5],"slice_weight_width":1"#), "\(row.content)")
    }
}
