import Foundation
import Testing
import Topology

/// The README's tables and the schema are what the table of keys says. Set `DTNET_UPDATE_GENERATED` to rewrite them.
@Suite struct GeneratedFilesTests {
    private let isUpdating = ProcessInfo.processInfo.environment["DTNET_UPDATE_GENERATED"] != nil

    @Test func readmeIsCurrent() throws {
        let text = try Fixtures.text("README.md")
        var current = text
        for (name, table) in [
            ("media", KeyReference.mediaMarkdown()), ("units", KeyReference.unitsMarkdown()),
            ("keys", KeyReference.markdown()),
        ] {
            let start = try #require(current.range(of: "<!-- generated: \(name) -->\n"))
            let end = try #require(current.range(of: "<!-- end -->", range: start.upperBound..<current.endIndex))
            current.replaceSubrange(start.upperBound..<end.lowerBound, with: table)
        }
        if isUpdating { try current.write(toFile: Fixtures.path("README.md"), atomically: true, encoding: .utf8) }
        #expect(isUpdating || current == text, "run with DTNET_UPDATE_GENERATED=1")
    }

    @Test func schemaIsCurrent() throws {
        let json = TopologySchema.json()
        let path = Fixtures.path("topology.schema.json")
        if isUpdating { try json.write(toFile: path, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == json, "run with DTNET_UPDATE_GENERATED=1")
    }

    @Test func schemaKnowsTheKeysOfTheReader() throws {
        let data = Data(TopologySchema.json().utf8)
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(root["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        #expect(root["required"] as? [String] == ["name"])
        #expect(root["additionalProperties"] as? Bool == false)
        let properties = try #require(root["properties"] as? [String: Any])
        let hierarchy = try #require(properties["hierarchy"] as? [String: Any])
        #expect(hierarchy["enum"] as? [String] == ["fch", "sch", "dch"])
        let links = try #require(properties["links"] as? [String: Any])
        let item = try #require(links["items"] as? [String: Any])
        #expect(Set(item["required"] as? [String] ?? []) == ["from", "to", "medium"])
    }
}
