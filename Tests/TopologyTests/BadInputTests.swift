import NetworkModel
import Testing
import Topology

/// Files that are refused before any key is looked at.
@Suite struct BadInputTests {
    @Test func aliasBombIsRefusedAtItsFirstAlias() {
        var bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        var last = "a"
        for level in 0..<9 {
            bomb += "b\(level): &b\(level) [\(Array(repeating: "*\(last)", count: 9).joined(separator: ", "))]\n"
            last = "b\(level)"
        }
        let found = Fixtures.diagnostics(bomb)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("t.yaml:2:10: aliases") == true)
    }

    @Test(
        arguments: [
            "a: &a x\nb: *a\n", "a: &a x\n*a : b\n", "a: &a x\nb: [1,*a]\n", "- &-a x\n- *-a\n", "a: &a x\n\"b\":*a\n",
            "? &a [x]\n: &b {? *a : *a}\n",
        ])
    func everyAliasIsRefused(text: String) {
        let found = Fixtures.diagnostics(text)
        #expect(found.count == 1 && found.first?.contains("aliases") == true, "\(found)")
    }

    @Test func starsAndAmpersandsInWordsAreNoAliases() {
        let text = Fixtures.small() + "# 2*x & y, a&b *emphasis*\n"
        #expect(Fixtures.diagnostics(text) == [])
    }

    @Test func megabyteIsRefusedBeforeParsing() {
        let text = Fixtures.small() + String(repeating: "# padding\n", count: 100_000)
        #expect(
            Fixtures.diagnostics(text) == [
                "t.yaml: the file has \(text.utf8.count) bytes; a topology has at most 262144"
            ])
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "[{a: "]) func deepNestingIsRefused(opener: String) {
        let text = "name: deep\nhosts:\n  " + String(repeating: opener, count: 200_000 / opener.utf8.count)
        #expect(Fixtures.diagnostics(text).count == 1)
    }

    @Test(
        arguments: [
            ("", "t.yaml: the file is empty"),
            ("- a\n", "t.yaml:1:1: must be a mapping of keys, not a list"),
            ("just words\n", "t.yaml:1:1: must be a mapping of keys, not 'just words'"),
            ("name: x\nname: y\n", "t.yaml:1:1: key 'name' stands twice in one mapping"),
            ("name: x\n\ty: 1\n", "t.yaml:2:1: not YAML: found a tab character that violates indentation"),
            ("hosts: {a: *b}\n", "t.yaml:1:12: not YAML: found undefined alias"),
            ("name: a\u{1}b\n", "t.yaml:1:8: not YAML: control characters are not allowed"),
        ])
    func notYaml(text: String, expected: String) { #expect(Fixtures.diagnostics(text) == [expected]) }

    @Test func twoDocumentsAreRefused() {
        #expect(Fixtures.diagnostics("name: a\n---\nname: b\n").first?.contains("another document") == true)
    }

    @Test func diagnosticsAreCountedBeyondTheLimit() throws {
        let text = (0..<20_000).map { "k\($0): 1\n" }.joined()
        do {
            _ = try TopologyFile.load(text: text, path: "t.yaml")
            Issue.record("loaded")
        } catch {
            #expect(error.diagnostics.count == TopologyError.limit)
            // One for each key and one for the missing name.
            #expect(error.omitted == 20_001 - TopologyError.limit)
            #expect(error.description.hasSuffix("and 19981 more"))
        }
    }
}
