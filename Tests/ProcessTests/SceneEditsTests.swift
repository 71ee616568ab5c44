import Foundation
import Glibc
import Testing

/// Edits of a scene reach edges while they run.
@Suite(.serialized) struct SceneEditsTests {
    /// Asks for the status until it fulfils the condition.
    private static func awaitStatus(
        in place: Workplace, _ what: String, where fulfils: ([String: Any]) -> Bool
    ) throws -> [String: Any] {
        let deadline = Date().addingTimeInterval(ToolRun.patienceSeconds)
        var last = ""
        while Date() < deadline {
            let status = try ToolRun.run(["status", "--json"], in: place.folder)
            last = status.output
            let json = try? JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
            if let json, fulfils(json) { return json }
        }
        throw ToolRun.GaveUp(description: "no \(what) in \(last.suffix(1_500))")
    }

    @Test func aRunningEdgeFollowsALorryAndNamesABadEdit() throws {
        let place = try Workplace()
        let scene = ToolRun.root.appending(path: "topologies/scenes/blocks/blocks.xml").path
        let twin =
            "\ntwin: {baseline: ray, scene: \(scene), scene_edits: edits.json, depth: 1, spacing: 10m, "
            + "interactions: [los, specular]}\n"
        let file = try place.write(Workplace.smallText.replacing("x: 300m", with: "x: 60m") + twin)
        let run = try ToolRun(["up", file], in: place.folder)
        _ = try run.awaitProgress("readiness") { $0.contains("processes ready") }
        let format = #"{"format": "dtnet scene edits 1", "edits": ["#
        _ = try place.write(
            format + #"{"add": "lorry", "material": "itu_metal", "centre": [0, 3], "size": [12, 3], "height": 4}]}"#,
            as: "edits.json")
        _ = try Self.awaitStatus(in: place, "followed edit") { $0["scene_edits"] as? Int == 1 }
        _ = try place.write(format + #"{"remove": "the-moon"}]}"#, as: "edits.json")
        let alarmed = try Self.awaitStatus(in: place, "alarm") { status in
            (status["last_alarm"] as? String)?.contains("there is no object 'the-moon' to remove") == true
        }
        #expect(alarmed["scene_edits"] as? Int == 1, "the lorry stays")
        _ = try place.write(format + "]}", as: "edits.json")
        _ = try Self.awaitStatus(in: place, "scene as it was") { $0["scene_edits"] as? Int == 0 }
        run.signal(SIGINT)
        #expect(try run.finish().status == 130)
    }
}
