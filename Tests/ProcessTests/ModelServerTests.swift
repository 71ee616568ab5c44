import Foundation
import Glibc
import Testing

/// The language model's server beside a run, and where it is not.
@Suite(.serialized) struct ModelServerTests {
    private static let isInstalled = FileManager.default.isExecutableFile(
        atPath: ToolRun.root.appending(path: ".venv-llm/bin/python").path)

    private static let local = Workplace.smallText + "\nlanguage: {server: local}\n"

    private func status(_ place: Workplace, _ folder: URL) throws -> [String: Any] {
        let shown = try ToolRun.run(["status", "--run", folder.path, "--json"], in: place.folder)
        let object = try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any]
        return try #require(object?["model_server"] as? [String: Any])
    }

    private func niceValue(of pid: Int) throws -> Int? {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        // Fields are counted from 1, the name in brackets is the second (proc(5)).
        let fields = try #require(text.split(separator: ") ").last).split(separator: " ")
        return Int(fields[19 - 3])
    }

    /// The server's status once it is ready after so many restarts.
    private func awaitServer(_ place: Workplace, _ folder: URL, restarts: Int) throws -> [String: Any] {
        let deadline = Date().addingTimeInterval(2 * ToolRun.patienceSeconds)
        while true {
            let server = try status(place, folder)
            if server["state"] as? String == "ready", server["restarts"] as? Int == restarts { return server }
            guard Date() < deadline else { throw ToolRun.GaveUp(description: "the model server is \(server)") }
            sched_yield()
        }
    }

    @Test(.enabled(if: isInstalled, "no .venv-llm: scripts/llm-server.sh --install"))
    func aRunStartsItAndStartsItAgain() throws {
        let place = try Workplace()
        let run = try ToolRun(["up", try place.write(Self.local)], in: place.folder)
        _ = try run.awaitProgress("readiness") { $0.contains("processes ready") }
        let folder = try #require(place.runs.first)
        let first = try awaitServer(place, folder, restarts: 0)
        let base = try #require(first["text"] as? String)
        #expect(base.hasPrefix("http://127.0.0.1:"))
        let pid = try #require(first["pid"] as? Int)
        #expect(try niceValue(of: pid) == 19)
        let orchestrator = try Manifest(run: folder).start(of: "orchestrator")
        let variables = FileManager.default.contents(
            atPath: "/proc/\(try #require(orchestrator).identity.pid)/environ")
        #expect(String(decoding: try #require(variables), as: UTF8.self).contains("DTNET_MODEL_SERVER=\(base)\0"))

        kill(pid_t(pid), SIGKILL)
        let second = try awaitServer(place, folder, restarts: 1)
        #expect(second["text"] as? String == base && second["pid"] as? Int != pid)
        let table = try ToolRun.run(["status", "--run", folder.path], in: place.folder).output
        #expect(table.contains("llm-server") && table.contains(base))
        run.signal(SIGTERM)
        #expect(try run.finish().status == 130)
        #expect(kill(pid_t(try #require(second["pid"] as? Int)), 0) != 0, "the model server is left over")
        let log = try String(contentsOf: folder.appending(path: "logs/llm-server.log"), encoding: .utf8)
        #expect(log.contains("READY \(base)"))
    }

    @Test(.enabled(if: isInstalled, "no .venv-llm: scripts/llm-server.sh --install"))
    func aPingShowsWhatAnswersCost() throws {
        let place = try Workplace()
        let (status, output, errors) = try ToolRun.run(
            ["llm", "ping", "--questions", "2", "--deadline", "60s", "--json"], in: place.folder)
        #expect(status == 0, "\(errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        #expect(report["models"] as? [String] == ["SmolLM2-135M-Instruct"])
        let kinds = try #require(report["kinds"] as? [[String: Any]])
        #expect(kinds.count == 2 && kinds.allSatisfy { $0["asked"] as? Int == 2 && $0["valid"] as? Int == 2 })
    }

    /// A copy of the tool in a folder of its own, where nothing is installed.
    private func stray(_ place: Workplace, hasScript: Bool) throws -> URL {
        let files = FileManager.default
        let tool = place.folder.appending(path: "bin/dtnet")
        try files.createDirectory(at: tool.deletingLastPathComponent(), withIntermediateDirectories: true)
        try files.copyItem(at: ToolRun.tool.resolvingSymlinksInPath(), to: tool)
        if hasScript {
            let script = place.folder.appending(path: "scripts/llm-server.sh")
            try files.createDirectory(at: script.deletingLastPathComponent(), withIntermediateDirectories: true)
            try files.copyItem(at: ToolRun.root.appending(path: "scripts/llm-server.sh"), to: script)
        }
        return tool
    }

    @Test(arguments: [(true, "run scripts/llm-server.sh --install"), (false, "no scripts/llm-server.sh above")])
    func whatIsNotInstalledIsNamed(hasScript: Bool, words: String) throws {
        let place = try Workplace()
        let run = try ToolRun(
            ["llm", "ping"], in: place.folder, executable: try stray(place, hasScript: hasScript))
        let (status, output) = try run.finish()
        #expect(status == 3 && output.isEmpty && run.progress.count == 1)
        #expect(run.progress.last?.contains(words) == true, "\(run.progress)")
    }

    @Test func aServerThatIsNotThereIsNamed() throws {
        let place = try Workplace()
        let (status, output, errors) = try ToolRun.run(
            ["llm", "ping", "--server", "http://127.0.0.1:9", "--model", "x"], in: place.folder)
        #expect(status == 1 && output.isEmpty)
        #expect(errors.last == "http://127.0.0.1:9/v1: http://127.0.0.1:9/v1/models: nobody listens there")
    }

    @Test(
        arguments: [
            ["--server", "http://a"], ["--api-key-env", "A"], ["--questions", "0"], ["--deadline", "soon"],
        ])
    func wrongUsageIsOneLine(arguments: [String]) throws {
        let place = try Workplace()
        let (status, _, errors) = try ToolRun.run(["llm", "ping"] + arguments, in: place.folder)
        #expect(status == 2 && errors.count == 1, "\(errors)")
    }

    @Test(
        arguments: [
            ("server: 'http://a', model: m, api_key_env: DTNET_NO_SUCH_KEY", Int32(3), "variable DTNET_NO_SUCH_KEY"),
            ("documents: nowhere", 2, "language.documents: "), ("server: local, model: no.gguf", 2, "language.model: "),
            (
                "server: local, adapters: {wet: {file: no.gguf, when: rain}}", 2,
                "language.adapters.wet.file: "
            ),
        ])
    func aRunThatCouldNotAskIsNotStarted(keys: String, expected: Int32, words: String) throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText + "\nlanguage: {\(keys)}\n")
        let (status, _, errors) = try ToolRun.run(["up", file, "--duration", "1s"], in: place.folder)
        #expect(status == expected && errors.last?.contains(words) == true, "\(errors)")
    }
}
