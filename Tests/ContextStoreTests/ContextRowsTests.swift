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
        let trouble = Mutex<String?>(nil)
        func append(_ items: [ContextItem]) { self.items.withLock { $0 += items } }
        var failure: String? { trouble.withLock { $0 } }
    }

    /// A failure of the store is told once, and once that it takes rows again.
    @Test func aStoreThatFailsIsToldOnce() {
        let kept = Kept()
        let tap = ContextTap(kept, plan: Self.plan())
        #expect(tap.storeChange() == nil)
        kept.trouble.withLock { $0 = "the disk is full" }
        #expect(tap.storeChange() == .failed(reason: "the disk is full") && tap.storeChange() == nil)
        kept.trouble.withLock { $0 = "no such file" }
        #expect(tap.storeChange() == nil)
        kept.trouble.withLock { $0 = nil }
        #expect(tap.storeChange() == .recovered && tap.storeChange() == nil)
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

    /// Hears an alarm at L3; the incident that it belongs to, nil for none.
    private static func incident(
        _ rows: ContextRows, _ code: AlarmCode, _ cells: [UInt32], from node: UInt32, raised epoch: UInt64,
        atSeconds seconds: Int64, isOver: Bool = false
    ) -> IncidentRow? {
        let alarm = Alarm(
            code: code, severity: isOver ? .cleared : code.severity, cell: cells, raisedEpoch: epoch, text: "no reply")
        let envelope = Envelope(
            sender: NodeID(node), recipient: NodeID(4), epoch: 50 * UInt64(seconds), body: .alarm(alarm))
        let item = ContextItem(at: Instant(nanoseconds: seconds * 1_000_000_000), content: .heard(envelope))
        let made = rows.rows([item], offset: 0).filter { $0.table == .incident }
        #expect(made.count <= 1)
        return made.first.map { IncidentRow($0.values) }
    }

    /// Alarms of one cause, place and time are one incident, whoever raises them, which is over with the last.
    @Test func alarmsOfOneCauseAreOneIncident() throws {
        let rows = ContextRows(plan: Self.plan(), run: nil)
        let edge = try #require(Self.incident(rows, .directivesRefused, [0], from: 1, raised: 40, atSeconds: 1))
        #expect(edge.id == "edge alarm 4 0 40" && edge.source == "edge" && edge.cell == 0 && edge.count == 1)
        #expect(edge.standing == 1 && edge.firstEpoch == 40 && edge.lastEpoch == 50 && !edge.isOver)
        // Another place is another incident, another node is not.
        let other = try #require(Self.incident(rows, .directivesRefused, [1], from: 1, raised: 60, atSeconds: 2))
        #expect(other.id == "edge alarm 4 1 60" && other.count == 1)
        let leader = try #require(Self.incident(rows, .directivesRefused, [0], from: 3, raised: 99, atSeconds: 3))
        #expect(leader.id == edge.id && leader.at == 1_000_000 && leader.count == 2 && leader.standing == 2)
        #expect(leader.firstEpoch == 40 && leader.lastEpoch == 150)
        let members = try #require(leader.members)
        #expect(members.hasPrefix(#"[{"node":"edge","cells":[0],"first_epoch":40,"raised_epoch":40,"count":1,"#))
        #expect(members.contains(#""node":"rrm","cells":[0],"first_epoch":99"#))
        // Told again to an L3 that came back, it is no second time.
        #expect(Self.incident(rows, .directivesRefused, [0], from: 3, raised: 99, atSeconds: 4)?.count == 2)
        let half = Self.incident(rows, .directivesRefused, [0], from: 1, raised: 40, atSeconds: 5, isOver: true)
        #expect(half?.standing == 1 && half?.ended == nil && half?.isOver == false)
        let over = Self.incident(rows, .directivesRefused, [0], from: 3, raised: 99, atSeconds: 6, isOver: true)
        #expect(over?.id == edge.id && over?.isOver == true && over?.ended == 6_000_000)
        // Soon again it is the same, later another; the end of what nobody knows is none.
        let again = Self.incident(rows, .directivesRefused, [0], from: 1, raised: 800, atSeconds: 16)
        #expect(again?.id == edge.id && again?.count == 3 && again?.isOver == false)
        _ = Self.incident(rows, .directivesRefused, [0], from: 1, raised: 800, atSeconds: 17, isOver: true)
        let later = Self.incident(rows, .directivesRefused, [0], from: 1, raised: 1_400, atSeconds: 28)
        #expect(later?.id == "edge alarm 4 0 1400" && later?.count == 1)
        #expect(Self.incident(rows, .leaderLost, [0], from: 1, raised: 0, atSeconds: 29, isOver: true) == nil)
    }

    /// The radio network is everybody's: edges of other cells, and a leader that names none, tell of the same loss.
    @Test func whatAllMeetAlikeIsOneIncidentEverywhere() throws {
        let rows = ContextRows(plan: Self.plan(), run: "r")
        let first = try #require(Self.incident(rows, .radioNetworkLost, [0], from: 1, raised: 40, atSeconds: 1))
        #expect(Self.incident(rows, .leaderLost, [0], from: 1, raised: 41, atSeconds: 1)?.id != first.id)
        #expect(Self.incident(rows, .radioNetworkLost, [1], from: 2, raised: 39, atSeconds: 1)?.id == first.id)
        let last = try #require(Self.incident(rows, .radioNetworkLost, [], from: 3, raised: 45, atSeconds: 2))
        #expect(last.id == first.id && last.source == "r/edge" && last.severity == "critical")
        #expect(last.count == 3 && last.standing == 3 && last.firstEpoch == 39)
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

    /// Cells, users and schemes are whole numbers, also where they are large; who is moved is kept.
    @Test func aPolicyKeepsItsCellsUsersAndSchemes() throws {
        var policy = Policy()
        (policy.revision, policy.cell, policy.weight) = (2, [0, 1], [1, 0.5])
        (policy.platformCell, policy.platformX) = ([1], [250])
        (policy.moveUE, policy.moveCell) = ([7, .max], [1, 0])
        policy.highestMCS = [MCSTable.uncapped, 12]
        let envelope = Envelope(sender: NodeID(4), recipient: NodeID(1), epoch: 7, body: .policy(policy))
        let rows = ContextRows(plan: Self.plan(), run: nil).rows(
            [ContextItem(at: .zero, content: .sent(envelope))], offset: 0)
        let row = PolicyRow(try #require(rows.first).values)
        #expect(
            row.content == #"{"cell":[0,1],"weight":[1.0,0.5],"platform_cell":[1],"platform_x":[250.0],"#
                + #""move_ue":[7,4294967295],"move_cell":[1,0],"highest_mcs":[-1,12]}"#)
    }
}
