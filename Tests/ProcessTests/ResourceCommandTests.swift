import Foundation
import Testing

/// `dtnet rrm generate`, `solve`, `compare`, `schema`: files that are read back, answers that hold, mistakes named.
@Suite struct ResourceCommandTests {
    private static func run(
        _ arguments: [String], in place: Workplace
    ) throws -> (status: Int32, output: String, errors: [String]) {
        try ToolRun.run(["rrm"] + arguments, in: place.folder)
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    @Test func aGeneratedProblemIsSolvedAndItsAnswerWritten() throws {
        let place = try Workplace()
        let made = try Self.run(["generate", "multiple-access", "--users", "2", "--output", "p.json"], in: place)
        #expect(made.status == 0 && made.output.isEmpty, "\(made.errors)")
        let solved = try Self.run(["solve", "p.json", "--output", "answer.json", "--json"], in: place)
        #expect(solved.status == 0, "\(solved.errors)")
        let answer = try Self.object(solved.output)
        #expect(answer["solver"] as? String == "branch-and-bound")
        #expect((answer["reason"] as? String)?.contains("certified") == true)
        #expect(answer["is_certified"] as? Bool == true)
        #expect((answer["violations"] as? [Any])?.isEmpty == true)
        #expect((answer["power_watts"] as? [Double])?.count == 6)
        let written = try String(contentsOf: place.folder.appending(path: "answer.json"), encoding: .utf8)
        #expect(try Self.object(written).keys.sorted() == answer.keys.sorted())
    }

    @Test func comparisonsLeaveRecordsThatSolveChoosesBy() throws {
        let place = try Workplace()
        _ = try Self.run(["generate", "interference-channel", "--users", "12", "--output", "p.json"], in: place)
        let compared = try Self.run(
            [
                "compare", "p.json", "--solver", "equal", "--solver", "wmmse", "--records", "r.json", "--deadline",
                "5ms",
            ],
            in: place)
        #expect(compared.status == 0, "\(compared.errors)")
        #expect(compared.output.contains("of bound %") && compared.output.contains("wmmse"))
        let solved = try Self.run(
            ["solve", "p.json", "--records", "r.json", "--deadline", "5ms", "--json"], in: place)
        let answer = try Self.object(solved.output)
        #expect(answer["solver"] as? String == "wmmse")
        #expect((answer["reason"] as? String)?.contains("1 comparisons near") == true, "\(solved.output.prefix(300))")
        #expect(try Self.run(["solve", "p.json", "--deadline", "0ms"], in: place).status == 0)
    }

    @Test func theSchemaKnowsEveryKeyThatIsWritten() throws {
        let place = try Workplace()
        let made = try Self.run(["generate", "interference-channel", "--users", "2"], in: place)
        let keys = try Self.object(made.output).keys
        let schema = try Self.object(try Self.run(["schema"], in: place).output)
        let known = (schema["properties"] as? [String: Any] ?? [:]).keys
        #expect(!keys.isEmpty && keys.allSatisfy(known.contains))
        let required = schema["required"] as? [String] ?? []
        #expect(required.sorted() == ["carriers", "cells", "format", "name", "ues"])
    }

    private static let head = #"{"format":"dtnet resource problem 1","name":"n","#
    private static let carrier = #""carriers":[{"name":"b","frequency_hz":2e9,"bandwidth_hz":1e7,"subbands":2,"#
    private static let sound =
        head + carrier + #""duplex":"fdd"}],"cells":[{"name":"c","power_budget_watts":10}],"ues":[{"cell":0,"#
        + #""link_cell":[0],"gain_db":[[-100]],"background_dbm":[-95]}]}"#

    @Test func theLeastFileIsEnough() throws {
        let place = try Workplace()
        let path = try place.write(Self.sound, as: "p.json")
        let run = try Self.run(["solve", path, "--solver", "pricing"], in: place)
        #expect(run.status == 0 && run.output.contains("1 cells, 1 UEs, 2 subbands"), "\(run)")
    }

    @Test(arguments: [
        ("{", "not JSON"), ("[]", "file: an object is needed"), ("{}", "format: missing"),
        (#"{"format":"x"}"#, "format: one of dtnet resource problem 1 is needed"),
        (sound.replacing("\"cell\":0", with: "\"cel\":0"), "ues[0].cel: unknown key; did you mean 'cell'?"),
        (sound.replacing("-100", with: "\"loud\""), "ues[0].gain_db[0][0]: a number is needed"),
        (sound.replacing("-100", with: "-1e999"), "p.json"),
        (sound.replacing("-100", with: "true"), "ues[0].gain_db[0][0]: a number is needed"),
        (sound.replacing("[[-100]]", with: "[[-100,-100,-100]]"), "ues[0].gain_db[0]: 3 values"),
        (sound.replacing("\"cell\":0", with: "\"cell\":1"), "ues[0].cell: 1 is none of"),
        (sound.replacing("\"subbands\":2", with: "\"subbands\":0"), "carriers[0].subbands: 0 is not from 1"),
        (sound.replacing("\"subbands\":2", with: "\"subbands\":1.5"), "a whole number is needed"),
        (sound.replacing("\"fdd\"", with: "\"half\""), "carriers[0].duplex: one of fdd, tdd is needed"),
    ])
    func aFileThatIsNoProblemIsRefusedInOneLine(text: String, words: String) throws {
        let place = try Workplace()
        let path = try place.write(text, as: "p.json")
        let run = try Self.run(["solve", path], in: place)
        #expect(run.status == 2 && run.output.isEmpty, "\(run)")
        #expect(run.errors.count == 1 && run.errors[0].contains(words), "\(run.errors)")
    }

    @Test(arguments: [
        ["solve", "absent.json"], ["compare"], ["compare", "absent.json"], ["generate", "cellular"],
        ["generate", "interference-channel", "a.yaml"], ["generate", "multiple-access", "--users", "0"],
        ["generate", "chess"], ["solve", "p.json", "--solver", "magic"], ["solve", "p.json", "--deadline", "soon"],
    ])
    func wrongUsageEndsWithOneLine(arguments: [String]) throws {
        let run = try Self.run(arguments, in: try Workplace())
        #expect(run.status == 2 && run.output.isEmpty, "\(run)")
        #expect(run.errors.count == 1, "\(run.errors)")
    }

    @Test func aSolverThatCannotTakeAProblemSaysSo() throws {
        let place = try Workplace()
        let path = try place.write(Self.sound, as: "p.json")
        let run = try Self.run(["solve", path, "--solver", "on-off"], in: place)
        #expect(run.status == 2 && run.errors.last?.contains("takes interference channels only") == true)
    }
}
