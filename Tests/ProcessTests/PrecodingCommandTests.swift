import Foundation
import Testing

/// `dtnet rrm precode` and `beams`: tables on one side, one line per mistake on the other.
@Suite struct PrecodingCommandTests {
    private static func run(
        _ arguments: [String], in place: Workplace
    ) throws -> (status: Int32, output: String, errors: [String]) {
        try ToolRun.run(["rrm"] + arguments, in: place.folder)
    }

    private static func rows(_ text: String) throws -> [[String: Any]] {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
    }

    @Test func precodersAreComparedOnDrops() throws {
        let place = try Workplace()
        let run = try Self.run(["precode", "--drops", "3", "--json"], in: place)
        #expect(run.status == 0, "\(run.errors)")
        let rates = try Self.rows(run.output).map { ($0["sum_rate"] as? NSNumber)?.doubleValue ?? -1 }
        #expect(rates.count == 3 && rates[0] > rates[1] && rates[0] > rates[2] && rates[2] > 0, "\(rates)")
        let table = try Self.run(["precode", "--drops", "1", "--users", "5", "--deadline", "0ms"], in: place)
        #expect(table.status == 0 && table.output.contains("maximum ratio"), "\(table)")
        #expect(table.output.contains("zero forcing needs as many antennas"), "\(table.output)")
    }

    @Test func ratesFallWithANegativeSNR() throws {
        let place = try Workplace()
        func rate(_ snr: String) throws -> Double {
            let run = try Self.run(["precode", "--drops", "1", "--snr", snr, "--json"], in: place)
            #expect(run.status == 0, "\(run.errors)")
            return (try Self.rows(run.output).first?["sum_rate"] as? NSNumber)?.doubleValue ?? -1
        }
        let (weak, strong) = (try rate("-3"), try rate("3"))
        #expect(weak > 0 && weak < strong, "\(weak) \(strong)")
    }

    @Test func trainingIsKeptAndContinuedToTheSameEnd() throws {
        let place = try Workplace()
        let short = ["--drives", "1", "--steps", "50", "--json"]
        func train(_ arguments: [String]) throws {
            let run = try Self.run(["beams"] + arguments + short, in: place)
            #expect(run.status == 0 && run.output.contains("learned"), "\(run.errors)")
        }
        try train(["--train", "6", "--seed", "3", "--out", "whole.json"])
        try train(["--train", "4", "--seed", "3", "--out", "part.json"])
        try train(["--train", "2", "--policy", "part.json", "--out", "rest.json", "--source", "shipped.swift"])
        func text(_ name: String) throws -> String {
            try String(contentsOf: place.folder.appending(path: name), encoding: .utf8)
        }
        #expect(try text("whole.json") == text("rest.json"))
        #expect(try text("shipped.swift").contains("dtnet rrm beams --train 6 --seed 3"))
        let used = try Self.run(["beams", "--policy", "rest.json"] + short, in: place)
        #expect(used.status == 0, "\(used.errors)")
        #expect(try Self.rows(used.output).count == 5 * 5, "five controllers at four speeds and over all")
        let other = try Self.run(["beams", "--policy", "rest.json", "--train", "1", "--snr", "5"] + short, in: place)
        #expect(other.status == 2 && other.errors.count == 1, "\(other.errors)")
        #expect(other.errors[0].contains("give the same to continue"))
        let cut = try place.write(
            text("rest.json").replacing("\"episodes\":6", with: "\"episodes\":-6"), as: "cut.json")
        let refused = try Self.run(["beams", "--policy", cut] + short, in: place)
        #expect(refused.status == 2 && refused.errors[0].contains("episodes is -6"), "\(refused.errors)")
    }

    @Test(arguments: [
        (["precode", "--cells", "0"], "--cells"), (["precode", "--sending", "65"], "--sending"),
        (["precode", "--streams", "3"], "--streams is 1 to the antennas"), (["precode", "--drops", "0"], "--drops"),
        (["precode", "--snr", "nan"], "--snr"), (["precode", "--tolerance", "-1"], "--tolerance"),
        (["precode", "--deadline", "soon"], "deadline"), (["beams", "--train", "0"], "--train"),
        (["beams", "--out", "p.json"], "give --train too"), (["beams", "--speeds", "900"], "--speeds"),
        (["beams", "--speeds", "3", "3"], "twice"), (["beams", "--drives", "0"], "--drives"),
        (["beams", "--beams", "4"], "--beams"), (["beams", "--probe-cost", "2"], "--probe-cost"),
        (["beams", "--policy", "absent.json"], "absent.json"),
        (["beams", "--train", "1", "--out", "no/folder/p.json"], "no/folder/p.json"),
    ])
    func wrongUsageEndsWithOneLine(arguments: [String], words: String) throws {
        let run = try Self.run(arguments, in: try Workplace())
        #expect(run.status == 2 && run.output.isEmpty, "\(run)")
        #expect(run.errors.count == 1 && run.errors[0].contains(words), "\(run.errors)")
    }

    @Test(arguments: [
        ("{}", "not a policy"), ("nonsense", "not a policy"),
        (
            #"{"format":"dtnet-beam-policy-1","seed":1,"episodes":1,"beams":32,"snr_db":20,"probe_cost":0.01,"#
                + #""weights":[1],"averaged":[1]}"#, "1 numbers in weights"
        ),
    ])
    func aFileThatIsNoPolicyIsRefused(text: String, words: String) throws {
        let place = try Workplace()
        let path = try place.write(text, as: "policy.json")
        let run = try Self.run(["beams", "--policy", path], in: place)
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors.count == 1 && run.errors[0].contains(words), "\(run.errors)")
    }
}
