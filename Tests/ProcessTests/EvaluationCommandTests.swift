import Foundation
import Testing

/// `dtnet llm cases` and `dtnet llm eval` as processes: what they write, and how they refuse.
@Suite(.serialized) struct EvaluationCommandTests {
    @Test func casesAreTheSameWhicheverRunEndsFirst() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        func made(_ workers: String) throws -> Data {
            let (status, output, errors) = try ToolRun.run(
                [
                    "llm", "cases", file, "--hierarchies", "sch,dch", "--seeds", "5", "--workers", workers, "--out",
                    "cases-\(workers).jsonl",
                ], in: place.folder)
            #expect(status == 0 && output.contains("cases"), "\(errors)")
            return try Data(contentsOf: place.folder.appending(path: "cases-\(workers).jsonl"))
        }
        let one = try made("1")
        #expect(try made("2") == one && !one.isEmpty)
        let lines = one.split(separator: UInt8(ascii: "\n"))
        let heldOut = try lines.count { line in
            let example = try JSONSerialization.jsonObject(with: line) as? [String: Any]
            return try #require(example?["held_out"] as? Bool)
        }
        #expect(lines.count > heldOut)
        for (arguments, count) in [([], lines.count - heldOut), (["--held-out"], heldOut)] {
            let (status, output, errors) = try ToolRun.run(
                ["llm", "eval", "cases-1.jsonl", "--json", "report.json"] + arguments, in: place.folder)
            // Of so few cases none may be set apart.
            guard count > 0 else {
                #expect(status == 2 && errors.last?.contains("no cases that are held out") == true, "\(errors)")
                continue
            }
            #expect(status == 0, "\(errors)")
            #expect(output.contains("\(count) cases, ") && output.contains("left out: model"), "\(output)")
            #expect(output.contains("against a guarantee: 0"), "\(output)")
        }
    }

    /// An adapter is one of a topology's, and of a server that was started with it.
    @Test func anAdapterThatCannotBeServedIsNamed() throws {
        let place = try Workplace()
        let none = try place.write(Workplace.smallText)
        try Data().write(to: place.folder.appending(path: "wet.gguf"))
        let wet = try place.write(
            Workplace.smallText + "\nlanguage: {server: local, adapters: {wet: {file: wet.gguf, when: rain}}}\n",
            as: "wet.yaml")
        let sample = ToolRun.root.appending(path: "Benchmarks/llm-eval/sample.jsonl").path
        let nowhere = "http://127.0.0.1:9/v1"
        let bad: [(arguments: [String], status: Int32, words: String)] = [
            (["eval", sample, "--server", "local", "--adapter", "wet"], 2, "--topology FILE need each other"),
            (["eval", sample, "--adapter", "wet", "--topology", wet], 2, "--adapter needs --server"),
            (["eval", sample, "--server", nowhere, "--adapter", "wet", "--topology", none], 2, "no language.adapters"),
            (
                ["eval", sample, "--server", nowhere, "--adapter", "wett", "--topology", wet], 2,
                "language.adapters has no 'wett'; did you mean 'wet'? allowed: wet"
            ),
            (["ping", "--topology", wet], 2, "need each other"),
            (["ping", "--adapter", "dry", "--topology", wet], 2, "language.adapters has no 'dry'; allowed: wet"),
            (["ping", "--server", nowhere, "--model", "m", "--adapter", "wet", "--topology", wet], 1, "127.0.0.1:9"),
        ]
        for (arguments, expected, words) in bad {
            let (status, output, errors) = try ToolRun.run(["llm"] + arguments, in: place.folder)
            #expect(status == expected && output.isEmpty, "\(arguments): \(status) \(errors)")
            #expect(errors.last?.contains(words) == true, "\(errors)")
        }
    }

    @Test func whatCannotBeEvaluatedIsNamed() throws {
        let place = try Workplace()
        let garbage = try place.write("{\"id\": 3}\n", as: "garbage.jsonl")
        let sample = ToolRun.root.appending(path: "Benchmarks/llm-eval/sample.jsonl").path
        let bad: [(arguments: [String], status: Int32, words: String)] = [
            (["missing.jsonl"], 2, "missing.jsonl: no such file"), ([garbage], 2, "garbage.jsonl:1:"),
            ([sample, "--arms", "oracle"], 2, "'oracle' is no arm"), ([sample, "--draws", "0"], 2, "--draws"),
            ([sample, "--server", "http://127.0.0.1:9/v1"], 1, "127.0.0.1:9"),
        ]
        for (arguments, expected, words) in bad {
            let (status, output, errors) = try ToolRun.run(["llm", "eval"] + arguments, in: place.folder)
            #expect(status == expected && output.isEmpty, "\(arguments): \(status) \(errors)")
            #expect(errors.last?.contains(words) == true, "\(errors)")
        }
        let replay = ToolRun.root.appending(path: "topologies/drive-replay.yaml").path
        let (status, _, errors) = try ToolRun.run(
            ["llm", "cases", replay, "--out", "x.jsonl"], in: place.folder)
        #expect(status == 2 && !errors.isEmpty, "\(errors)")
    }
}
