import ContextStore
import Foundation
import Testing

@Suite(.serialized) struct DocumentIndexTests {
    private static let corpus = [
        ContextDocument(
            id: "corpus/rain", title: "Rain at 28 GHz", topic: "propagation", terms: ["rain fade", "FR2"],
            source: "ITU-R P.838-3", body: "Heavy rain attenuates millimetre waves by several decibels per kilometre."),
        ContextDocument(
            id: "corpus/urllc", title: "Delay of URLLC", topic: "qos", terms: ["5QI 82", "URLLC"],
            source: "TS 23.501", body: "Packets of a delay-critical flow must arrive within ten milliseconds."),
        ContextDocument(
            id: "corpus/load", title: "High load", topic: "traffic", terms: ["RRU.PrbTotDl"], source: "TS 28.552",
            body: "When nearly all resource blocks are used, rain or shine, move users to a neighbour."),
    ]

    @Test(arguments: StoreKind.available) func theBestPassageComesFirst(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let summary = try store.repository.index(Self.corpus, as: "corpus")
        #expect(summary == IndexingSummary(added: 3))
        let found = try store.repository.search(PassageQuery(["rain", "fading at 28 GHz"]))
        #expect(found.map(\.document) == ["corpus/rain", "corpus/load"])
        #expect(found[0].id == "corpus/rain#0" && found[0].source == "ITU-R P.838-3")
        #expect(found[0].score > found[1].score && found[1].score > 0)
        // Other forms of a word are found; a phrase is a phrase.
        #expect(try store.repository.search(PassageQuery(["packet"])).map(\.document) == ["corpus/urllc"])
        #expect(try store.repository.search(PassageQuery(["kilometre per"])).isEmpty)
        #expect(try store.repository.search(PassageQuery(["rain"], limit: 1)).count == 1)
        #expect(
            try store.repository.search(PassageQuery(["rain"], topic: "traffic")).map(\.document) == ["corpus/load"])
        #expect(try store.repository.search(PassageQuery(["rain"], collection: "mine")).isEmpty)
    }

    @Test(arguments: StoreKind.available) func anyTextIsATermAndNoneAnOperator(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        try store.repository.index(Self.corpus, as: "corpus")
        let hostile = [
            "\"", "a\" OR \"rain", "rain*", "NOT", "(", "title:rain", "'; DROP TABLE passage; --", "&|!", "",
        ]
        for term in hostile { _ = try store.repository.search(PassageQuery([term])) }
        #expect(try store.repository.search(PassageQuery(["*", "\"", "--"])).isEmpty)
        #expect(try store.repository.search(PassageQuery([])).isEmpty)
        #expect(try store.repository.search(PassageQuery(["RRU.PrbTotDl"])).map(\.document) == ["corpus/load"])
    }

    @Test(arguments: StoreKind.available) func indexingAgainChangesWhatHasChanged(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        try store.repository.index(Self.corpus, as: "corpus")
        #expect(try store.repository.index(Self.corpus, as: "corpus") == IndexingSummary(unchanged: 3))
        var later = Array(Self.corpus[..<2])
        later[0].body = "Snow is another matter."
        let summary = try store.repository.index(later, as: "corpus")
        #expect(summary == IndexingSummary(changed: 1, unchanged: 1, removed: 1))
        #expect(try store.repository.search(PassageQuery(["snow"])).map(\.document) == ["corpus/rain"])
        #expect(try store.repository.search(PassageQuery(["decibel", "neighbour"])).isEmpty)
        // Other collections are left alone, and may not take what belongs to this one.
        #expect(
            try store.repository.index([], as: "mine") == IndexingSummary()
                && store.repository.search(PassageQuery(["snow"])).count == 1)
        #expect(try ContextStoreError.code { try store.repository.index(later, as: "mine") } == .input)
        #expect(
            try ContextStoreError.code { try store.repository.index([later[0], later[0]], as: "corpus") } == .input)
    }

    @Test func aFolderIsReadWithItsFrontMatter() throws {
        let folder = try StoreFixture.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appending(path: "deep"), withIntermediateDirectories: true)
        let text = """
            ---
            title: "Rain: how much"
            topic: propagation
            terms: [rain, '28 GHz', ]
            source: ITU-R P.838-3
            ---
            # Rain

            First.
            """
        try text.write(to: folder.appending(path: "a.md"), atomically: true, encoding: .utf8)
        try "# Snow\n\nWhite.".write(to: folder.appending(path: "deep/b.txt"), atomically: true, encoding: .utf8)
        try "No heading.".write(to: folder.appending(path: "deep/c.md"), atomically: true, encoding: .utf8)
        try "{}".write(to: folder.appending(path: "d.json"), atomically: true, encoding: .utf8)
        let documents = try DocumentFolder.documents(at: folder.path, as: "mine")
        #expect(documents.map(\.id) == ["mine/a", "mine/deep/b", "mine/deep/c"])
        #expect(documents.map(\.title) == ["Rain: how much", "Snow", "deep/c.md"])
        #expect(documents[0].terms == ["rain", "28 GHz"] && documents[0].topic == "propagation")
        #expect(documents[0].source == "ITU-R P.838-3" && documents[1].source == "deep/b.txt")
        #expect(documents[0].body == "# Rain\n\nFirst." && documents[1].body == "White.")
        let listed = DocumentFile.document(id: "x", name: "x", text: "---\nterms:\n- one\n- two words\n---\nBody")
        #expect(listed.terms == ["one", "two words"] && listed.title == "x" && listed.body == "Body")
    }

    @Test func whatCannotBeReadIsNamed() throws {
        let folder = try StoreFixture.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let absent = folder.appending(path: "nowhere").path
        #expect(throws: ContextStoreError.self) { try DocumentFolder.documents(at: absent, as: "mine") }
        do {
            _ = try DocumentFolder.documents(at: absent, as: "mine")
        } catch {
            #expect(error.code == .unreadable && error.message.contains(absent))
        }
        try Data([0x66, 0xFF, 0xFE]).write(to: folder.appending(path: "bad.md"))
        #expect(
            try ContextStoreError.code { _ = try DocumentFolder.documents(at: folder.path, as: "mine") } == .input)
        try "Good.".write(to: folder.appending(path: "good.md"), atomically: true, encoding: .utf8)
        let reading = try DocumentFolder.reading(at: folder.path, as: "mine")
        #expect(reading.documents.map(\.id) == ["mine/good"] && reading.flaws.map(\.code) == [.input])
        #expect(reading.flaws.first?.message.hasPrefix(folder.appending(path: "bad.md").path) == true)
    }

    @Test func passagesFitAndLoseNothing() {
        let sentence = "The quick brown fox jumps over the lazy dog. "
        let text = String(repeating: sentence, count: 60) + "\n\n" + String(repeating: "x", count: 2_500) + "\n\nend"
        let passages = PassageSplitter.passages(text, mostBytes: 500)
        #expect(passages.allSatisfy { $0.utf8.count <= 500 && !$0.isEmpty })
        func letters(_ text: String) -> [Character] { text.filter { !$0.isWhitespace } }
        #expect(letters(passages.joined()) == letters(text))
        #expect(passages[0].hasSuffix("dog."))
        #expect(PassageSplitter.passages(" \n\n\t") == [])
        #expect(PassageSplitter.passages("One.\n\nTwo.") == ["One.\n\nTwo."])
        #expect(PassageSplitter.passages("日本語の文", mostBytes: 6) == ["日本", "語の", "文"])
    }

    /// Words of operators are words, whatever they hold.
    @Test(arguments: StoreKind.available, ["rain\u{0}", "\u{0}rain\u{0}", "\"rain\" *", "rain\" NEAR \"x", "-rain"])
    func termsAreNoQueries(kind: StoreKind, term: String) throws {
        let store = try StoreFixture(kind)
        let document = ContextDocument(id: "a", title: "", topic: "", terms: [], source: "", body: "Rain near x.")
        try store.repository.index([document], as: "mine")
        #expect(try store.repository.search(PassageQuery([term])).map(\.document) == ["a"])
    }
}
