import Benchmarking
import DTNetCommands
import DTNetMessages
import Foundation
import NetworkModel
import Topology
import TwinProtocol

/// A run that was written, not run: five cells, 200 epochs of 20 ms, a surge at cell 4 whose power a decision caps.
///
/// Cell 4 gets 10 W up to epoch 100 and 5 W from then on, cell 2 a steady 10 W; decision 2 of epoch 99 caps cell 4,
/// decision 3 retrains the twin of cell 1, decision 4 is proposed.
struct WrittenRun {
    static let fallEpoch: UInt64 = 100
    static let capJSON = #"{"action":"cap_power","cell":4,"value":37}"#
    static let retrainJSON = #"{"action":"retrain","cell":1}"#

    let plan: WiringPlan
    let history: Data
    var record: RunRecord { RunRecord(plan: plan, history: history) }

    init() {
        let cells: [CellConfiguration] = (0..<5).map(WrittenRun.cell)
        let network = NetworkConfiguration(
            name: "written", seed: 1, hierarchy: .semiCentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: cells, regionNames: ["west", "east"],
            slices: [
                SliceConfiguration(name: "video", fraction: 0.8, rateBps: 1e6),
                SliceConfiguration(name: "urllc", fraction: 0.2, delaySeconds: 0.02),
            ])
        let all: [CellID] = cells.map { $0.id }
        let node = { (id: UInt32, name: String, role: RoleKind, cells: [CellID]) -> NodePlan in
            NodePlan(id: NodeID(id), name: name, role: role, process: name, cells: cells)
        }
        plan = WiringPlan(
            network: network,
            nodes: [
                node(0, "ran", .ran, all), node(1, "edge-west", .edge, Array(all[..<3])),
                node(2, "edge-east", .edge, Array(all[3...])), node(3, "region-west", .region, Array(all[..<3])),
                node(4, "rrm", .rrm, all), node(5, "orchestrator", .orchestrator, all),
            ], processes: [], links: [], wires: [])
        history = WrittenRun.write()
    }

    private static func cell(_ index: Int) -> CellConfiguration {
        let isWest = index < 3
        let name = isWest ? "hall-\(index + 1)" : "gym-\(index - 2)"
        return CellConfiguration(
            id: CellID(UInt32(index)), name: name, region: RegionID(isWest ? 0 : 1), xMetres: Double(index) * 100,
            yMetres: 0, transmitPowerDbm: 40)
    }

    private static func write() -> Data {
        var bytes: [UInt8] = []
        let add = { (record: Record) in RecordLine.append(record, process: "ran", to: &bytes) }
        for epoch in UInt64(90)...110 {
            let at = Instant(nanoseconds: Int64(epoch) * 20_000_000)
            add(.epochStarted(EpochStart(epoch: epoch, scheduled: at)))
            add(
                .leaderDecision(
                    LeaderDecision(
                        node: NodeID(4), epoch: epoch, rounds: 12, predictedCells: 0, twinValueMbps: 9.25,
                        solver: .pricing)))
            if epoch == 99 { add(.language(cap)) }
            add(.directive(directive(epoch, at: at)))
            if epoch == 104 { add(.language(retrain)) }
            if epoch == 105 { add(.alarm(node: NodeID(5), text: "cell 2 lost 3 packets")) }
            if epoch == 108 {
                add(
                    .languageEffect(
                        LanguageEffect(
                            node: NodeID(5), number: 2, epoch: 108, state: .rolledBack, effect: -0.012,
                            deviation: 0.004, samples: 9)))
            }
            if epoch == 109 { add(.language(proposed)) }
        }
        return Data(bytes)
    }

    private static func directive(_ epoch: UInt64, at: Instant) -> DirectiveRecord {
        var directive = Directive()
        directive.offerEpoch = epoch
        directive.oldestEpoch = epoch
        directive.expiresEpoch = epoch + 8
        directive.subbands = 2
        directive.cell = [2, 4]
        directive.powerWatts = [5, 5] + (epoch < fallEpoch ? [6, 4] : [3, 2])
        directive.capWatts = [5, 5] + (epoch < fallEpoch ? [5, 5] : [2.5, 2.5])
        directive.slices = 2
        directive.sliceShare = epoch < 95 ? [0.6, 0.3, 0.6, 0.3] : [0.5, 0.4, 0.5, 0.4]
        var result = DirectiveResult()
        result.cell = [2, 4]
        result.kind = [.power, .power]
        result.outcome = [.applied, .applied]
        let hop = Hop(
            node: NodeID(2), layer: .l1, arrived: at, started: at, barrier: .nanoseconds(0),
            sent: Instant(nanoseconds: at.nanoseconds + 1_000_000))
        return DirectiveRecord(
            at: Instant(nanoseconds: at.nanoseconds + 2_000_000), sender: NodeID(2), epoch: epoch, term: 1,
            directive: directive, hops: [hop], result: result)
    }

    private static var cap: LanguageDecision {
        var decision = LanguageDecision(node: NodeID(5), number: 2, epoch: 99)
        decision.outcome = .adopted
        decision.findings = ["operator wants at most 37 dBm for cell 4", "cell 4 load 97 % rising to 99 %"]
        decision.passages = ["playbooks/stadium-surge"]
        decision.model = "SmolLM2"
        decision.prompt = "the changing part ->"
        decision.answers = [capJSON]
        decision.candidates = [
            .init(action: #"{"action":"none"}"#, source: "model", verdict: "gains nothing"),
            .init(
                action: capJSON, source: "operator", gain: 0.0213, gainLow: 0.0041, powerChange: -0.08,
                verdict: "chosen"),
        ]
        decision.chosen = 1
        decision.reason = "best of 2 in the twins"
        decision.promptTokens = 48
        decision.outputTokens = 20
        decision.seconds = 0.42
        return decision
    }

    private static var retrain: LanguageDecision {
        var decision = LanguageDecision(node: NodeID(5), number: 3, epoch: 104)
        decision.outcome = .adopted
        decision.findings = ["channel twin of cell 1 errs 7.5 dB, usually 3.1"]
        decision.candidates = [.init(action: retrainJSON, source: "rules", verdict: "chosen")]
        decision.chosen = 0
        decision.reason = "called for by a finding"
        return decision
    }

    private static var proposed: LanguageDecision {
        var decision = LanguageDecision(node: NodeID(5), number: 4, epoch: 109)
        decision.outcome = .proposed
        decision.candidates = [.init(action: capJSON, source: "rules", gain: 0.01, verdict: "chosen")]
        decision.chosen = 0
        return decision
    }

    // MARK: - As a folder

    /// Writes a run folder whose supervisor is this process, or nobody.
    func writeFolder(isLive: Bool) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "dtnet-written-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let supervisor = isLive ? ProcessIdentity.own : ProcessIdentity(pid: 1, startTicks: .max)
        let manifest: [String: Any] = [
            "dtnetVersion": "0", "versions": [String: String](), "operatingSystem": "", "topology": "written",
            "file": "written.yaml", "hierarchy": "sch", "seed": 1, "epochMs": 20,
            "supervisor": ["pid": supervisor.pid, "startTicks": supervisor.startTicks], "sockets": folder.path,
            "processes": [Any](),
        ]
        try JSONSerialization.data(withJSONObject: manifest).write(to: folder.appending(path: "run.json"))
        try plan.jsonData().write(to: folder.appending(path: "plan.json"))
        try history.write(to: folder.appending(path: "decisions.jsonl"))
        return folder
    }
}
