import ContextStore
import DTNetMessages
import NetworkModel
import Testing
import TwinProtocol

/// Policies and incidents are found by full text, in either kind of store.
@Suite(.serialized) struct RecordDocumentTests {
    private static let hour: Int64 = 3_600_000_000
    /// 2023-11-14T22:20:00Z.
    private static let begin: Int64 = 1_700_000_400_000_000

    private static let plan: WiringPlan = {
        let cells = [CellConfiguration(id: CellID(0), name: "hall", region: RegionID(0), xMetres: 0, yMetres: 0)]
        let network = NetworkConfiguration(
            name: "kept", seed: 1, hierarchy: .decentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: cells, regionNames: ["west"])
        let roles: [(String, RoleKind)] = [("edge", .edge), ("l3", .orchestrator)]
        return WiringPlan(
            network: network,
            nodes: roles.enumerated().map { index, role in
                NodePlan(id: NodeID(UInt32(index)), name: role.0, role: role.1, process: role.0, cells: [CellID(0)])
            }, processes: [], links: [], wires: [])
    }()

    private static func item(_ alarm: Alarm, seconds: Int64) -> ContextItem {
        let envelope = Envelope(sender: NodeID(0), recipient: NodeID(1), epoch: 50, body: .alarm(alarm))
        return ContextItem(at: Instant(nanoseconds: seconds * 1_000_000_000), content: .heard(envelope))
    }

    private static func item(_ reason: String, revision: UInt64, isSent: Bool = true) -> ContextItem {
        var policy = Policy()
        (policy.revision, policy.reason, policy.cell, policy.weight) = (revision, reason, [0], [2])
        let envelope = Envelope(sender: NodeID(1), recipient: NodeID(0), epoch: 7, body: .policy(policy))
        return ContextItem(
            at: Instant(nanoseconds: Int64(revision) * 1_000_000_000),
            content: isSent ? .sent(envelope) : .heard(envelope))
    }

    private static func found(
        _ store: StoreFixture, _ terms: [String], _ kind: RecordDocument? = nil, topic: String? = nil,
        prefix: String? = nil
    ) throws -> [Passage] {
        try store.repository.search(
            PassageQuery(terms, topic: topic, collection: kind?.collection, sourcePrefix: prefix))
    }

    @Test(arguments: StoreKind.available) func anIncidentIsFoundAndRenewed(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let rows = ContextRows(plan: Self.plan, run: "night")
        let text = "no reply from the mast at the harbour"
        var alarm = Alarm(
            code: .leaderLost, severity: AlarmCode.leaderLost.severity, cell: [0], raisedEpoch: 40, text: text)
        try store.repository.insert(rows.rows([Self.item(alarm, seconds: 1)], offset: Self.begin))
        let standing = try Self.found(store, ["harbour"])
        #expect(standing.map(\.title) == ["Incident: leader lost"] && standing[0].topic == "incident")
        #expect(standing[0].body.contains(text) && standing[0].body.contains("cells 0"), "\(standing[0].body)")
        #expect(try Self.found(store, ["harbour"], topic: RecordDocument.pastIncident).isEmpty)

        alarm.severity = .cleared
        try store.repository.insert(rows.rows([Self.item(alarm, seconds: 5)], offset: Self.begin))
        // The same document, another text: what it said before is not found any more.
        let over = try Self.found(store, ["harbours", "leader lost"], .incident, topic: RecordDocument.pastIncident)
        #expect(over.map(\.document) == standing.map(\.document) && over[0].body.hasSuffix("over after 4 s"))
        #expect(try Self.found(store, ["harbour"]).count == 1)
        #expect(try Self.found(store, ["harbour"], .policy).isEmpty)
        // Of a server that runs share, one of them.
        #expect(try Self.found(store, ["harbour"], prefix: "night/").count == 1)
        #expect(try Self.found(store, ["harbour"], prefix: "day/").isEmpty)
    }

    @Test(arguments: StoreKind.available) func policiesAreFoundByWhatTheySay(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let rows = ContextRows(plan: Self.plan, run: nil)
        let said = "slice video keeps 80 % of its guarantees"
        // One that says the same again, and one that is only heard, are no new documents; a row each they have.
        let items = [
            Self.item("services", revision: 1), Self.item(said, revision: 2), Self.item(said, revision: 3),
            Self.item("mask for radar", revision: 4, isSent: false), Self.item("services", revision: 5),
        ]
        try store.repository.insert(rows.rows(items, offset: Self.begin))
        #expect(try store.repository.rows(ContextQuery(.policy)).count == 5)
        let found = try Self.found(store, ["guarantee"], .policy)
        #expect(found.map(\.title) == ["Policy of l3"] && found.map(\.body) == [said + ". It sets weights."])
        #expect(try Self.found(store, ["services"]).count == 2)
        #expect(try Self.found(store, ["radar"]).isEmpty)
    }

    /// A document goes with its row.
    @Test(arguments: StoreKind.available) func whatIsOldIsNotFound(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let rows = ContextRows(plan: Self.plan, run: nil)
        let mine = ContextDocument(
            id: "mine/old", title: "Old", topic: "", terms: [], source: "", body: "An alarm of the harbour.")
        try store.repository.index([mine], as: "mine")
        let alarm = Alarm(
            code: .leaderLost, severity: AlarmCode.leaderLost.severity, cell: [], raisedEpoch: 1, text: "at the harbour"
        )
        try store.repository.insert(
            rows.rows([Self.item(alarm, seconds: 1), Self.item("harbour", revision: 1)], offset: Self.begin))
        #expect(try Self.found(store, ["harbour"]).count == 3)
        let retention = Retention(raw: Self.hour, fine: Self.hour, full: Self.hour)
        try store.repository.maintain(["l3"], retention, at: Self.begin + Self.hour)
        #expect(try Self.found(store, ["harbour"]).count == 3)
        try store.repository.maintain(["l3"], retention, at: Self.begin + Self.hour + 2_000_000)
        #expect(try Self.found(store, ["harbour"]).map(\.document) == ["mine/old"])
        #expect(try store.repository.rows(ContextQuery(.incident)).isEmpty)
    }

    @Test(arguments: StoreKind.available, RecordDocument.allCases)
    func textsOfOthersHaveOtherNames(kind: StoreKind, record: RecordDocument) throws {
        let store = try StoreFixture(kind)
        let refusal = #expect(throws: ContextStoreError.self) {
            try store.repository.index([], as: record.collection)
        }
        #expect(refusal?.code == .input && refusal?.message.contains("'\(record.collection)'") == true)
    }
}
