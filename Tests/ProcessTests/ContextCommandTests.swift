import Foundation
import Testing

/// What a run keeps, and the commands that look at it.
@Suite(.serialized) struct ContextCommandTests {
    private static func run(_ place: Workplace, _ arguments: [String]) throws -> (
        status: Int32, output: String, errors: [String]
    ) { try ToolRun.run(["context"] + arguments, in: place.folder) }

    /// Rows of a query as objects.
    private static func rows(_ place: Workplace, _ arguments: [String]) throws -> [[String: Any]] {
        let (status, output, errors) = try run(place, ["query"] + arguments + ["--json", "--limit", "100000"])
        #expect(status == 0, "\(errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
    }

    private static func up(_ place: Workplace, _ text: String, hierarchy: String, duration: String) throws {
        let file = try place.write(text)
        let (status, _, errors) = try ToolRun.run(
            ["up", file, "--hierarchy", hierarchy, "--duration", duration, "--warm-up", "100ms"], in: place.folder)
        #expect(status == 0, "\(errors)")
    }

    @Test(arguments: ["fch", "sch", "dch"]) func aRunKeepsWhatItsTwinsHearAndDecide(hierarchy: String) throws {
        let place = try Workplace()
        try Self.up(place, Workplace.smallText, hierarchy: hierarchy, duration: "2500ms")

        let samples = try Self.rows(place, ["measurement", "--kpi", "RRU.PrbTotDl", "--cell", "1"])
        // Ten a second, from the one edge of the cell, or as many as there were epochs for on a busy machine.
        let controlled = try Decisions(run: try #require(place.runs.first)).applied.count { $0.cell == 0 }
        #expect(samples.count <= 40 && 10 * samples.count >= controlled, "\(samples.count) of \(controlled)")
        #expect(Set(samples.compactMap { $0["source"] as? String }) == ["edge-b"])
        #expect(samples.allSatisfy { (0...100).contains($0["value"] as? Double ?? -1) })
        let users = try Self.rows(place, ["measurement", "--kpi", "L1M.SINR"])
        #expect(Set(users.compactMap { $0["ue"] as? Int }).count == 8)

        let errors = try Self.rows(place, ["twin_error"])
        #expect(Set(errors.compactMap { $0["engine"] as? String }) == ["channel", "load forecast"])
        #expect(Set(errors.compactMap { $0["source"] as? String }).contains("orchestrator"))

        let directives = try Self.rows(place, ["directive", "--cell", "0"])
        #expect(controlled > 0 && 10 * directives.count >= 9 * controlled, "\(directives.count) of \(controlled)")
        let writer = hierarchy == "fch" ? "rrm" : "edge-a"
        #expect(directives.allSatisfy { $0["source"] as? String == writer && $0["controls"] as? String == "power" })
        let answered = directives.filter { $0["outcome"] as? String == "applied" }
        #expect(answered.count * 10 >= controlled * 8, "\(answered.count) of \(controlled)")
        #expect(answered.allSatisfy { $0["power_w"] as? Double ?? -1 >= 0 })

        let policies = try Self.rows(place, ["policy"])
        #expect(
            Set(policies.compactMap { $0["source"] as? String }).isSuperset(of: ["orchestrator", "edge-a", "edge-b"]))
        #expect(try Self.rows(place, ["measurement", "--kpi", "RRM.Value", "--cell", "-1"]).isEmpty == false)
        let devices = try Self.rows(place, ["device"])
        #expect(Set(devices.compactMap { $0["ue"] as? Int }).count == 8)
        #expect(devices.allSatisfy { ($0["bands"] as? String)?.hasSuffix(" GHz") == true })
        #expect(devices.allSatisfy { $0["profile"] as? String == "5QI 9" && $0["mcs"] as? Int == 27 })
        let profiles = try Self.rows(place, ["qos_profile"])
        let usual = profiles.first { $0["name"] as? String == "5QI 9" }
        #expect(usual?["five_qi"] as? Int == 9 && usual?["priority"] as? Int == 90, "\(profiles)")
        #expect(usual?["delay_ms"] as? Double == 300 && usual?["loss"] as? Double == 1e-6)
        let cells = try Self.rows(place, ["cell", "--cell", "1"])
        #expect(Set(cells.compactMap { $0["name"] as? String }).count == 1)
    }

    /// Where a station is named, errors are kept under what it said when they were seen.
    @Test func errorsOfTwinsAreKeptByTheWeather() throws {
        let place = try Workplace()
        let rain = "\nweather:\n  - {from: 1s, rain: 50mm/h}\n"
        try Self.up(place, Workplace.smallText + rain, hierarchy: "sch", duration: "2500ms")
        let errors = try Self.rows(place, ["twin_error", "--kpi", "channel"])
        let conditions = Set(errors.compactMap { $0["condition"] as? String })
        #expect(conditions.contains { $0.contains(" GHz, heavy_rain") }, "\(conditions)")
        #expect(conditions.contains { $0.contains(" GHz, dry") }, "\(conditions)")
    }

    /// A recording goes in twice and is there once; what cannot be read is named.
    @Test func aRecordedSignalBecomesTiles() throws {
        let place = try Workplace()
        let meta = """
            {"global":{"core:datatype":"ci8","core:sample_rate":16384,"core:version":"1.2.0"},
            "captures":[{"core:sample_start":0,"core:frequency":3.5e9}],
            "annotations":[{"core:sample_start":0,"core:label":"radar","dtnet:cell":3}]}
            """
        try Data(meta.utf8).write(to: place.folder.appending(path: "lab.sigmf-meta"))
        let bytes: [UInt8] = (0..<65_536).map { index in UInt8(truncatingIfNeeded: (index &* 37 + index / 256) % 64) }
        try Data(bytes).write(to: place.folder.appending(path: "lab.sigmf-data"))
        let arguments = ["import", "lab.sigmf-meta", "--database", "lab.sqlite"]
        let nameless = try Self.run(place, arguments)
        #expect(nameless.status == 2)
        #expect(nameless.errors.last?.contains("lab.sigmf-meta: captures[0].core:datetime") == true)
        for (turn, words) in ["4 new rows", "0 new rows"].enumerated() {
            let put = try Self.run(place, arguments + ["--begin", "2026-11-29T10:00:00Z"])
            #expect(put.status == 0 && put.output.contains("2 tiles") && put.output.contains(words), "turn \(turn)")
        }
        let ofRun = [
            "import", "lab.sigmf-meta", "--database", "shared.sqlite", "--begin", "2026-11-29T10:00:00Z", "--of",
        ]
        #expect(try Self.run(place, ofRun + ["night"]).status == 0)
        let ids = try Self.rows(place, ["tile", "--database", "shared.sqlite"]).compactMap { $0["id"] as? String }
        #expect(ids.count == 4 && ids.allSatisfy { $0.hasPrefix("night/lab@") }, "\(ids)")
        let slash = try Self.run(place, ofRun + ["runs/night"])
        #expect(slash.status == 2 && slash.errors.contains { $0.contains("--of takes the name of a run's folder") })
        let named = ["tile", "--database", "lab.sqlite"]
        let found = try Self.rows(
            place, named + ["--cell", "3", "--band", "3.4999e9..3.5e9", "--descriptor", "peak_dbfs>=-20"])
        #expect(Set(found.compactMap { $0["kind"] as? String }) == ["spectrogram", "iq"] && found.count == 4)
        #expect(found.allSatisfy { ($0["descriptor"] as? String)?.contains("\"labels\":[\"radar\"]") == true })
        #expect(try Self.rows(place, named + ["--from", "2026-11-29T10:00:01Z"]).count == 2)
        #expect(try Self.rows(place, named + ["--band", "1e9..2e9"]).isEmpty)
        let wrong = try Self.run(place, ["query", "tile", "--database", "lab.sqlite", "--band", "5"])
        #expect(wrong.status == 2 && wrong.errors.contains { $0.contains("'5' is no band") })
    }

    @Test func whatWasKeptIsQueriedCountedExportedAndImported() throws {
        let place = try Workplace()
        try Self.up(place, Workplace.smallText, hierarchy: "sch", duration: "1500ms")
        let folder = try #require(place.runs.first).path

        let shown = try Self.run(
            place, ["query", "measurement", "--kpi", "DRB.UEThpDl", "--cell", "0", "--last", "1s"])
        #expect(shown.status == 0)
        let lines = shown.output.split(separator: "\n")
        #expect(lines.first?.contains("metric") == true && lines.first?.contains("bucket") == false)
        #expect(lines.count > 5 && lines.dropFirst().allSatisfy { $0.contains("DRB.UEThpDl") })
        let newest = try Self.rows(place, ["directive", "--newest"])
        let times = newest.compactMap { $0["at_us"] as? Int }
        #expect(times == times.sorted(by: >) && times.count > 20)

        let stats = try Self.run(place, ["stats", "--run", folder])
        #expect(stats.status == 0 && stats.output.hasSuffix("rows dropped: none"))
        for name in ["edge-local", "region-local", "orchestrator", "rrm"] {
            #expect(stats.output.contains("\n\(name) "), "\(name) keeps nothing:\n\(stats.output)")
        }
        let database = "\(folder)/context-edge-local.sqlite"
        let export = try Self.run(place, ["export", "--database", database, "--output", "edge.jsonl"])
        #expect(export.status == 0, "\(export.errors)")
        let text = try String(contentsOf: place.folder.appending(path: "edge.jsonl"), encoding: .utf8)
        let count = text.split(separator: "\n").count
        let arguments = ["import", "edge.jsonl", "--database", "copy.sqlite"]
        #expect(try Self.run(place, arguments).output == "\(count) rows read, \(count) new or changed")
        let again = try Self.run(place, ["export", "--database", "copy.sqlite"])
        #expect(again.status == 0 && again.output + "\n" == text)
    }

    @Test func aFolderOfTextsIsFound() throws {
        let place = try Workplace()
        let texts = place.folder.appending(path: "notes")
        try FileManager.default.createDirectory(at: texts, withIntermediateDirectories: true)
        try "# Feeder\n\nThe hall's feeder takes water when it rains.".write(
            to: texts.appending(path: "feeder.md"), atomically: true, encoding: .utf8)
        let index = ["index", "notes", "--database", "lab.sqlite"]
        #expect(try Self.run(place, index).output == "notes: 1 added, 0 changed, 0 unchanged, 0 removed")
        #expect(try Self.run(place, index).output == "notes: 0 added, 0 changed, 1 unchanged, 0 removed")
        let found = try Self.run(place, ["query", "--search", "water feeders", "--database", "lab.sqlite"])
        #expect(found.output.contains("notes/feeder#0") && found.output.contains("takes water"))
        let none = try Self.run(place, ["query", "--search", "snow", "--database", "lab.sqlite", "--json"])
        #expect(none.status == 0 && !none.output.contains("feeder"))
    }

    @Test func nothingIsKeptWhereTheFileSaysSo() throws {
        let place = try Workplace()
        try Self.up(
            place, Workplace.smallText + "\ncontext: {store: off}\n", hierarchy: "dch", duration: "200ms")
        let run = try #require(place.runs.first)
        let names = try FileManager.default.contentsOfDirectory(atPath: run.path)
        #expect(!names.contains { $0.hasSuffix(".sqlite") })
        let query = try Self.run(place, ["query", "--run", run.path])
        #expect(query.status == 2 && query.errors.last?.contains("context.store: off") == true, "\(query.errors)")
        let newest = try Self.run(place, ["stats"])
        #expect(newest.status == 2 && newest.errors.count == 1)
    }

    @Test func aServerWithoutItsVariableStartsNothing() throws {
        let place = try Workplace()
        let file = try place.write(
            Workplace.smallText + "\ncontext: {store: postgresql, connection_env: DTNET_NO_SUCH_VARIABLE}\n")
        let (status, _, errors) = try ToolRun.run(["up", file, "--duration", "1s"], in: place.folder)
        #expect(status == 2 && errors.last?.contains("DTNET_NO_SUCH_VARIABLE is not set") == true, "\(errors)")
    }

    @Test(arguments: [
        (["query", "nonsense", "--database", "a.sqlite"], "there is no table 'nonsense'"),
        (["query", "--database", "absent.sqlite"], "absent.sqlite: no such file"),
        (["query", "--database", "text.sqlite"], "text.sqlite is no SQLite database"),
        (["import", "absent.jsonl", "--database", "a.sqlite"], "absent.jsonl: no file that can be read"),
        (["import", "text.sqlite", "--database", "a.sqlite"], "text.sqlite: line 1: no JSON object"),
        (["import", "text.sqlite"], "name the one store to write"),
        (["index", "absent", "--database", "a.sqlite"], "absent is no folder that can be read"),
        (["query", "--server", "DTNET_NO_SUCH_VARIABLE"], "DTNET_NO_SUCH_VARIABLE is not set"),
        (["query", "--last", "1s", "--from", "0", "--database", "a.sqlite"], "--last goes with neither"),
        (["query", "--from", "5", "--to", "1", "--database", "a.sqlite"], "--from is later than --to"),
        (["query", "aggregate", "--tier", "60", "--database", "a.sqlite"], "--tier is 10 or 600 seconds, not 60"),
        (["query", "--from", "yesterday", "--database", "a.sqlite"], "'yesterday' is no time"),
    ])
    func whatCannotBeUsedIsNamed(arguments: [String], why: String) throws {
        let place = try Workplace()
        _ = try place.write(String(repeating: "no database\n", count: 100), as: "text.sqlite")
        let (status, output, errors) = try Self.run(place, arguments)
        #expect(status == 2 && output.isEmpty && errors.last?.contains(why) == true, "\(errors)")
    }

    /// The lines of a run's processes about what they keep.
    private static func logs(of place: Workplace) -> [String] {
        place.runs.flatMap { run in
            let folder = run.appending(path: "logs")
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.sorted().flatMap { name -> [String] in
                let text = (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
                return text.split(separator: "\n").filter { $0.contains("context") }.map { "\(name): \($0)" }
            }
        }
    }

    @Test(.enabled(if: LabServer.isExpected, "no PostgreSQL server: scripts/bootstrap.sh --with-tests installs one"))
    func processesShareAServer() throws {
        let server = try LabServer()
        let address = try #require(server.address, "\(server.refusal)")
        let place = try Workplace()
        let file = try place.write(Workplace.smallText + "\ncontext: {store: postgresql, connection_env: LAB}\n")
        let up = try ToolRun(
            ["up", file, "--duration", "2s", "--warm-up", "100ms"], in: place.folder, environment: ["LAB": address])
        let (status, _) = try up.finish()
        #expect(status == 0, "\(up.progress)")
        let run = try #require(place.runs.first).lastPathComponent
        let query = try ToolRun(
            ["context", "query", "directive", "--server", "LAB", "--json"], in: place.folder,
            environment: ["LAB": address])
        let (_, output) = try query.finish()
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
        #expect(rows.count == 50, "\(up.progress) \(Self.logs(of: place))")
        #expect(Set(rows.compactMap { $0["source"] as? String }).isSubset(of: ["\(run)/edge-a", "\(run)/edge-b"]))
    }
}

/// A PostgreSQL server for one test, gone with it.
private final class LabServer {
    /// Whether its test runs: where it must, as in `scripts/test.sh`, it fails without a server.
    static var isExpected: Bool {
        if ProcessInfo.processInfo.environment["DTNET_TEST_POSTGRESQL"] == "required" { return true }
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        return versions.contains { FileManager.default.fileExists(atPath: "/usr/lib/postgresql/\($0)/bin/postgres") }
    }

    /// nil where the server did not start, for the reason given.
    let address: String?
    private(set) var refusal = ""
    private let process = Process()
    private let input = Pipe()

    init() throws {
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = ToolRun.root.appending(path: "scripts/postgresql.sh")
        process.arguments = ["/tmp/dtnet-lab-\(UUID().uuidString.prefix(8))"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        address = said.split(separator: "\n").first.map(String.init)
        if address == nil {
            refusal = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
