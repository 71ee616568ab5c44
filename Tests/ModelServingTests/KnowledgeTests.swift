import ContextStore
import Foundation
import LanguageEngine
import ModelServing
import NetworkModel
import Synchronization
import Testing

/// What retrieval finds in the corpus and in a user's own texts, and what it says of texts that it cannot use.
@Suite struct KnowledgeTests {
    /// A corpus of one article and a folder of own texts, gone with the test.
    private final class Shelf {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dtnet-shelf-\(UUID().uuidString)")
        var corpus: String { folder.appending(path: "corpus").path }
        var own: String { folder.appending(path: "own").path }

        init() throws {
            for path in ["corpus", "own/deep"] {
                try FileManager.default.createDirectory(
                    at: folder.appending(path: path), withIntermediateDirectories: true)
            }
            try write("# Rain\n\nRain weakens the quillwort band.", "corpus/rain.md")
            try write("# Mast\n\nThe zibeline mast stands in the yard.", "own/mast.md")
            try write("# Fence\n\nThe zibeline fence is of steel.", "own/deep/fence.txt")
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func write(_ text: String, _ path: String) throws { try write(Data(text.utf8), path) }
        func write(_ data: Data, _ path: String) throws { try data.write(to: folder.appending(path: path)) }

        func knowledge(_ documents: String?) throws -> Knowledge {
            try Knowledge(path: nil, folder: corpus, documents: documents)
        }
    }

    private static func documents(_ knowledge: Knowledge, _ query: String) -> [String] {
        knowledge.passages(for: query, limit: 8).map { $0.id.components(separatedBy: "#")[0] }.sorted()
    }

    @Test func ownTextsAreFoundBesideTheCorpus() throws {
        let shelf = try Shelf()
        let knowledge = try shelf.knowledge(shelf.own)
        #expect(Self.documents(knowledge, "zibeline") == ["own/deep/fence", "own/mast"])
        #expect(Self.documents(knowledge, "quillwort") == ["corpus/rain"] && knowledge.flaws.isEmpty)
        let without = try shelf.knowledge(nil)
        #expect(Self.documents(without, "zibeline").isEmpty && without.flaws.isEmpty)
    }

    /// What the index holds stands in the texts: a damaged one is made anew beside what is left of it.
    @Test func aDamagedIndexIsMadeAnew() throws {
        let shelf = try Shelf()
        let place = shelf.folder.appending(path: "knowledge.sqlite").path
        try shelf.write(String(repeating: "no database at all ", count: 100), "knowledge.sqlite")
        let knowledge = try Knowledge(path: place, folder: shelf.corpus, documents: shelf.own)
        #expect(knowledge.setAside == place + ".damaged-1" && knowledge.flaws.isEmpty)
        #expect(Self.documents(knowledge, "zibeline") == ["own/deep/fence", "own/mast"])
        let again = try Knowledge(path: place, folder: shelf.corpus, documents: shelf.own)
        #expect(again.setAside == nil && Self.documents(again, "quillwort") == ["corpus/rain"])
    }

    @Test func textsThatCannotBeUsedAreNamedAndTheRestIsFound() throws {
        let shelf = try Shelf()
        try shelf.write(Data([0x7A, 0xFF, 0xFE]), "own/deep/latin.md")
        try FileManager.default.createSymbolicLink(
            atPath: shelf.own + "/gone.md", withDestinationPath: shelf.own + "/nowhere")
        try shelf.write(String(repeating: "zibeline ", count: 120_000), "own/large.txt")
        try shelf.write("The zibeline twin.", "own/mast.txt")
        let knowledge = try shelf.knowledge(shelf.own)
        #expect(
            knowledge.flaws == [
                "\(shelf.own)/deep/latin.md is no UTF-8 text: save it as UTF-8",
                "\(shelf.own)/gone.md cannot be read: check its rights, of a link also where it leads",
                "\(shelf.own)/large.txt has 1080000 bytes, 1048576 at most: split it",
                "\(shelf.own)/mast.txt differs from mast.md in its suffix alone: rename it",
            ])
        #expect(Self.documents(knowledge, "zibeline") == ["own/deep/fence", "own/mast"])
        #expect(Self.documents(knowledge, "quillwort") == ["corpus/rain"])
    }

    @Test func aFolderThatIsGoneLeavesTheCorpus() throws {
        let shelf = try Shelf()
        let knowledge = try shelf.knowledge(shelf.own + "/absent")
        #expect(knowledge.flaws.count == 1 && knowledge.flaws.first?.contains(shelf.own + "/absent") == true)
        #expect(Self.documents(knowledge, "quillwort") == ["corpus/rain"])
    }

    private final class Reports: Sendable {
        let texts = Mutex<[String]>([])
    }

    /// The worker says so once, and shows what is left.
    @Test func theWorkerReportsThem() throws {
        let shelf = try Shelf()
        try shelf.write(Data([0xFF]), "own/bad.md")
        var network = NetworkConfiguration(
            name: "sample", seed: 1, hierarchy: .semiCentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: [
                CellConfiguration(
                    id: CellID(0), name: "c0", region: RegionID(0), xMetres: 0, yMetres: 0, transmitPowerDbm: 40)
            ], regionNames: ["all"])
        network.language.documents = shelf.own
        let reports = Reports()
        let worker = LanguageWorker(arguments: [], environment: [:]) { text in
            reports.texts.withLock { $0.append(text) }
        }
        let findings: [Finding] = [.idle(cell: CellID(0))]
        let state = NetworkState(epoch: 1, seconds: 1, cells: [CellState()])
        let menu = ActionMenu(
            for: findings, state: state, bounds: ActionBounds(network: network), allowed: ActionKind.allCases)
        for number in UInt64(1)...2 {
            let job = ThinkJob(
                number: number, findings: findings, menu: menu, query: "zibeline", passages: 2, proposals: 1,
                deadlineSeconds: 20, meaning: findings.meaning, seed: 5)
            #expect(worker.think(job, network).passages.sorted() == ["own/deep/fence#0", "own/mast#0"])
        }
        #expect(
            reports.texts.withLock { $0 } == [
                "language.documents: \(shelf.own)/bad.md is no UTF-8 text: save it as UTF-8"
            ])
    }
}
