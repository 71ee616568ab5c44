import Foundation
import Testing

/// `dtnet rrm admit` and `blank`: the example files, the answers in words, mistakes named.
@Suite struct AdmissionCommandTests {
    private static func run(
        _ arguments: [String], in place: Workplace
    ) throws -> (status: Int32, output: String, errors: [String]) {
        try ToolRun.run(["rrm"] + arguments, in: place.folder)
    }

    private static func example(_ name: String) -> String {
        ToolRun.root.appending(path: "topologies/\(name)").path
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    @Test func theExampleAdmitsTheBestSlicesThatFit() throws {
        let place = try Workplace()
        let words = try Self.run(["admit", Self.example("slices.json")], in: place)
        #expect(words.status == 0 && words.output.contains("admitted: robots, video, sensors"), "\(words)")
        #expect(words.output.contains("value of the admitted: 20; no more is possible"), "\(words.output)")
        let json = try Self.object(try Self.run(["admit", Self.example("slices.json"), "--json"], in: place).output)
        #expect(json["admitted"] as? [String] == ["robots", "video", "sensors"])
        #expect(json["value"] as? Double == 20 && json["bound"] as? Double == 20)
        let quick = try Self.run(["admit", Self.example("slices.json"), "--deadline", "0ms"], in: place)
        #expect(quick.status == 0 && quick.output.contains("at most"), "\(quick)")
    }

    private static let slices =
        #"{"format":"dtnet slice admission 1","name":"n","cells":[{"name":"a","capacity_prbs":50},"#
        + #"{"name":"b","capacity_prbs":50}],"slices":[{"name":"x","guaranteed_prbs":[30],"in_force":true},"#
        + #"{"name":"y","guaranteed_prbs":[40,10],"value":0.5,"in_force":true}]}"#

    @Test func slicesThatDoNotFitAreExplained() throws {
        let place = try Workplace()
        let path = try place.write(Self.slices, as: "s.json")
        let run = try Self.run(["admit", path], in: place)
        #expect(run.status == 0, "\(run)")
        #expect(run.output.contains("a: 70 PRBs are guaranteed and 50 are there; they contend: x, y"), "\(run.output)")
        #expect(run.output.contains("smallest relaxation of guarantees: y keeps 50.0 %"), "\(run.output)")
    }

    @Test(arguments: [
        ("{", "not JSON"), ("[]", "file: an object is needed"), ("{}", "format: missing"),
        (slices.replacing("\"value\":0.5", with: "\"valeu\":1"), "slices[1].valeu: unknown key; did you mean 'value'?"),
        (slices.replacing("\"capacity_prbs\":50", with: "\"capacity_prbs\":-1"), "cells[0].capacity_prbs: -1.0 is not"),
        (slices.replacing("[40,10]", with: "[40,10,1]"), "slices[1].guaranteed_prbs: 3 values, 1 or 2 are needed"),
        (slices.replacing("\"y\"", with: "\"x\""), "slices[1].name: 'x' is there twice"),
        (slices.replacing("[30]", with: "[]"), "slices[0].guaranteed_prbs: 0 entries, 1 or more"),
        (slices.replacing("true", with: "1"), "slices[0].in_force: true or false is needed"),
    ])
    func aFileThatIsNoAdmissionIsRefusedInOneLine(text: String, words: String) throws {
        let place = try Workplace()
        let path = try place.write(text, as: "s.json")
        let run = try Self.run(["admit", path], in: place)
        #expect(run.status == 2 && run.output.isEmpty, "\(run)")
        #expect(run.errors.count == 1 && run.errors[0].contains(words), "\(run.errors)")
    }

    @Test func theExampleVacatesTheRadarsSubbands() throws {
        let place = try Workplace()
        let words = try Self.run(["blank", Self.example("radar.json")], in: place)
        #expect(words.status == 0 && words.output.contains("caps in force from 25.98 s to 78.92 s"), "\(words)")
        #expect(words.output.contains("protection: the limit is kept with probability 0.9250"), "\(words.output)")
        let json = try Self.object(try Self.run(["blank", Self.example("radar.json"), "--json"], in: place).output)
        let heard = json["interference"] as? [[String: Any]] ?? []
        let limit = try #require(json["limit_dbm"] as? Double)
        #expect(heard.compactMap { $0["subband"] as? Int } == [1, 2])
        for entry in heard {
            #expect((entry["raised_dbm"] as? Double ?? 0) <= limit + 1e-6)
            #expect((entry["uncapped_dbm"] as? Double ?? -200) > limit)
        }
        let (loss, closing) = (json["loss"] as? Double ?? 0, json["loss_of_closing"] as? Double ?? 0)
        #expect(loss > 0 && loss < 0.6 * closing)
        #expect((json["caps"] as? [Any])?.count == 10)
    }

    private static let radar =
        #"{"format":"dtnet blanking problem 1","name":"n","subbands":2,"radar":{"name":"r","arrival_seconds":1,"#
        + #""departure_seconds":2,"subbands":[1],"limit_dbm":-90},"cells":[{"name":"c","power_watts":[5],"#
        + #""worth_per_bps_per_hz":[1],"snr_db":[10],"gain_to_radar_db":-100}]}"#

    @Test func theLeastFileIsEnough() throws {
        let place = try Workplace()
        let path = try place.write(Self.radar, as: "r.json")
        let run = try Self.run(["blank", path], in: place)
        #expect(run.status == 0 && run.output.contains("probability 1.0000 or more"), "\(run)")
    }

    @Test(arguments: [
        ("{", "not JSON"), ("{}", "format: missing"),
        (radar.replacing("\"snr_db\"", with: "\"snr_dbm\""), "cells[0].snr_dbm: unknown key; did you mean 'snr_db'?"),
        (radar.replacing("\"subbands\":[1]", with: "\"subbands\":[2]"), "radar.subbands[0]: 2 is none of 2 subbands"),
        (radar.replacing("\"subbands\":[1]", with: "\"subbands\":[1,1]"), "radar.subbands[1]: 1 is there twice"),
        (
            radar.replacing("\"departure_seconds\":2", with: "\"departure_seconds\":0"),
            "radar.departure_seconds: before"
        ),
        (radar.replacing("[5]", with: "[5,5,5]"), "cells[0].power_watts: 3 values, 1 or 2 are needed"),
        (radar.replacing("-90", with: "-900"), "radar.limit_dbm: -900.0 is not from"),
    ])
    func aFileThatIsNoBlankingProblemIsRefusedInOneLine(text: String, words: String) throws {
        let place = try Workplace()
        let path = try place.write(text, as: "r.json")
        let run = try Self.run(["blank", path], in: place)
        #expect(run.status == 2 && run.output.isEmpty, "\(run)")
        #expect(run.errors.count == 1 && run.errors[0].contains(words), "\(run.errors)")
    }

    @Test(arguments: [("admission", "slices.json"), ("blanking", "radar.json")])
    func theSchemasKnowEveryKeyOfTheExamples(kind: String, file: String) throws {
        let place = try Workplace()
        let schema = try Self.object(try Self.run(["schema", kind], in: place).output)
        let known = (schema["properties"] as? [String: Any] ?? [:]).keys
        let text = try String(contentsOfFile: Self.example(file), encoding: .utf8)
        let keys = try Self.object(text).keys
        #expect(!keys.isEmpty && keys.allSatisfy(known.contains))
    }
}
