import Benchmarking
import ContextStore
import DTNetCommands
import Foundation
import LanguageEngine
import ModelServing
import NetworkModel
import Testing
import TwinProtocol

/// `dtnet ask`, `explain` and `twins` as processes, on a written run folder.
@Suite struct OperatorCommandTests {
    /// The tool lies beside the test bundle.
    private static let tool: URL = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appending(path: "dtnet")
    }()

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = tool
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["NO_COLOR": "1", "TZ": "UTC"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let texts = [output, errors].map {
            String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
        process.waitUntilExit()
        return (process.terminationStatus, texts[0], texts[1])
    }

    private static func withRun(isLive: Bool, _ body: (String) throws -> Void) throws {
        let folder = try WrittenRun().writeFolder(isLive: isLive)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    /// Decision 3, a service that its finding calls for, comes out as it is written; of decision 2 the record holds too
    /// little, which is named.
    @Test func aDecisionIsReplayed() throws {
        try Self.withRun(isLive: false) { folder in
            let same = try Self.run(["llm", "replay", folder, "--decision", "3"])
            #expect(same.status == 0 && same.output.contains("come out as recorded"), "\(same)")
            let other = try Self.run(["llm", "replay", folder, "--decision", "2"])
            #expect(other.status == 1 && other.output.contains("different: "), "\(other)")
            #expect(other.errors.contains("decision 2 does not come out as it is recorded"))
            let asked = try Self.run(
                ["llm", "replay", folder, "--decision", "3", "--ask", "--server", "http://127.0.0.1:9/v1"])
            #expect(asked.status == 0 && asked.output.contains("no model answered: nothing to ask again"), "\(asked)")
            let bad: [([String], String)] = [
                (["--decision", "77"], "no decision 77: the record holds 2 to 4"),
                (["--decision", "3", "--ask"], "names no model server; name one by --server"),
                (["--decision", "3", "--server", "local"], "need --ask"), ([], "--decision"),
            ]
            for (arguments, words) in bad {
                let refused = try Self.run(["llm", "replay", folder] + arguments)
                #expect(refused.status == 2 && refused.errors.contains(words), "\(refused)")
            }
        }
    }

    /// The context database of the run gives the same as its record, and so does a copy elsewhere.
    @Test func aDecisionIsReplayedFromTheContext() throws {
        try Self.withRun(isLive: false) { folder in
            let replay = { (arguments: [String]) in try Self.run(["llm", "replay", folder, "--decision"] + arguments) }
            let absent = try replay(["3", "--context"])
            #expect(absent.status == 2 && absent.errors.contains("has no context"), "\(absent)")
            let path = folder + "/context-orchestrator.sqlite"
            let store = try SQLiteOpening.open(path)
            for row in WrittenRun().record.rows {
                let at = Int64(row.line)
                switch row.record {
                case .language(let decision):
                    try store.insert([LanguageDecisionRow(decision, source: "orchestrator", at: at).row])
                case .languageEffect(let effect):
                    try store.insert([LanguageDecisionRow.effect(effect, source: "orchestrator", at: at)])
                default: break
                }
            }
            store.close()
            for decision in ["2", "3"] {
                let own = try replay([decision])
                for place in [["--context"], ["--database", path]] {
                    let again = try replay([decision] + place)
                    #expect(again.output == own.output && again.status == own.status, "\(again)")
                }
            }
            let bad: [([String], String)] = [
                (["77", "--context"], "no decision 77: the context holds 2 to 4"),
                (["3", "--context", "--database", path], "name one of --context and --database"),
                (["3", "--database", folder + "/absent.sqlite"], "absent.sqlite"),
            ]
            for (arguments, words) in bad {
                let refused = try replay(arguments)
                #expect(refused.status == 2 && refused.errors.contains(words), "\(refused)")
            }
        }
    }

    @Test func aWishIsShownAppliedAndTakenBack() throws {
        try Self.withRun(isLive: true) { folder in
            let sentence = "cap the power of cell 4 at 37 dBm for 30 minutes"
            let refused = try Self.run(["ask", sentence, "--run", folder, "--no-trial"])
            #expect(refused.status == 2 && refused.output.contains("configuredMaxTxPower"))
            #expect(refused.errors.contains("add --yes"))
            let applied = try Self.run(["ask", sentence, "--run", folder, "--yes", "--no-trial"])
            #expect(applied.status == 0 && applied.output.hasSuffix("applied as intent 000001\n"), "\(applied)")
            #expect(applied.output.contains("'dtnet explain' says what came of it"), "\(applied)")
            #expect(applied.output.contains("+1.00 %") && applied.output.contains("decision 4 of epoch 109"))
            let items = OperatorInbox(runFolder: folder).read(slices: 2, cells: 5).items
            let intent = Intent(
                scope: .cells([CellID(4)]), targets: [.power(dbm: 37)], untilSeconds: (110 - 90) * 0.02 + 1_800)
            #expect(items == [.init(name: "000001", text: sentence, entry: .intent(name: "000001", intent))])
            let list = try Self.run(["ask", "which intents are active?", "--run", folder])
            #expect(list.status == 0 && list.output.contains("000001"), "\(list)")
            let cancelled = try Self.run(["ask", "--cancel", "000001", "--run", folder, "--yes", "--json"])
            #expect(cancelled.status == 0 && cancelled.output.contains("\"applied\" : \"000002\""), "\(cancelled)")
            #expect(try Self.run(["ask", "--cancel", "000001", "--run", folder, "--yes"]).status == 2)
            let consent = ["ask", "--approve", "4", "--run", folder, "--yes", "--try-for", "100ms"]
            let unheard = try Self.run(consent)
            #expect(unheard.status == 0 && unheard.output.contains("did not try it within 0.1 s"), "\(unheard)")
            #expect(unheard.output.hasSuffix("posted as 000003\n"), "\(unheard)")
            #expect(try Self.run(["ask", "--approve", "2", "--run", folder, "--yes"]).status == 2)
            // Decision 3 is in force, 2 was rolled back, 4 waits for consent.
            let taken = try Self.run(["ask", "--withdraw", "3", "--run", folder, "--yes"])
            #expect(taken.status == 0 && taken.output.contains("take back decision 3"), "\(taken)")
            let ended = try Self.run(["ask", "--withdraw", "2", "--run", folder, "--yes"])
            #expect(ended.status == 2 && ended.errors.contains("in force no longer: it was rolled back in epoch 108"))
            let declined = try Self.run(["ask", "--withdraw", "4", "--run", folder, "--yes"])
            #expect(declined.status == 0 && declined.output.contains("decline decision 4: {"), "\(declined)")
            let last = OperatorInbox(runFolder: folder).read(slices: 2, cells: 5).items.last
            #expect(last?.entry == .withdraw(number: 4))
            let unknown = try Self.run(["ask", "--withdraw", "77", "--run", folder, "--yes"])
            #expect(unknown.status == 2, "\(unknown)")
            let words = "holds no decision 77 of the language engine; waiting for consent: 4; in force: none"
            #expect(unknown.errors.contains(words), "\(unknown)")
        }
    }

    /// What a model wrote is shown without what a terminal obeys.
    @Test func anAnswerCannotSteerTheTerminal() throws {
        try Self.withRun(isLive: false) { folder in
            var decision = LanguageDecision(node: NodeID(5), number: 9, epoch: 110)
            (decision.model, decision.prompt, decision.answers) = ("m", "first\nsecond ->", ["\u{1B}[31mred"])
            var bytes: [UInt8] = []
            RecordLine.append(.language(decision), process: "orchestrator", to: &bytes)
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/decisions.jsonl"))
            try file.seekToEnd()
            try file.write(contentsOf: Data(bytes))
            try file.close()
            let shown = try Self.run(["explain", "9", "--verbose", "--run", folder])
            #expect(shown.status == 0 && !shown.output.contains("\u{1B}"), "\(shown)")
            #expect(shown.output.contains("answer:  [31mred\n") && shown.output.contains("prompt: first\nsecond ->\n"))
        }
    }

    /// What is no entry is L3's to report: a command that looks for intents leaves it where it is.
    @Test func anEntryThatIsNoneIsLeftToL3() throws {
        try Self.withRun(isLive: true) { folder in
            let inbox = OperatorInbox(runFolder: folder)
            _ = try inbox.post(.intent(text: "save energy", Intent(scope: .network, targets: [.energy])))
            try Data("{".utf8).write(to: URL(fileURLWithPath: inbox.folder + "/000002.json"))
            let list = try Self.run(["ask", "which intents are active?", "--run", folder])
            #expect(list.status == 0 && list.output.contains("000001"), "\(list)")
            #expect(inbox.read(slices: 2, cells: 5).malformed.map(\.name) == ["000002"])
        }
    }

    /// The run keeps so many intents: one more is refused with what to take back.
    @Test func oneIntentTooManyIsRefused() throws {
        try Self.withRun(isLive: true) { folder in
            let inbox = OperatorInbox(runFolder: folder)
            let intent = Intent(scope: .network, targets: [.energy])
            for _ in 0..<Intent.most { _ = try inbox.post(.intent(text: "save energy", intent)) }
            let arguments = ["ask", "cap the power of cell 4 at 37 dBm", "--run", folder, "--yes", "--no-trial"]
            let refused = try Self.run(arguments)
            #expect(refused.status == 2 && refused.errors.contains("64 intents are in force"), "\(refused)")
            #expect(refused.errors.contains("--cancel 000001"), "\(refused)")
            #expect(try Self.run(["ask", "--cancel", "000001", "--run", folder, "--yes"]).status == 0)
            #expect(try Self.run(arguments).status == 0)
        }
    }

    /// Nobody of this run answers: the wish is posted to be tried, and what the record holds is shown in the end.
    @Test func aWishIsTriedBeforeItIsApplied() throws {
        try Self.withRun(isLive: true) { folder in
            let sentence = "cap the power of cell 3 at 37 dBm"
            let asked = try Self.run(["ask", sentence, "--run", folder, "--yes", "--try-for", "100ms"])
            #expect(asked.status == 0 && asked.errors.contains("the twins try it"), "\(asked)")
            #expect(asked.output.contains("the twins did not try it within 0.1 s"), "\(asked)")
            #expect(asked.output.hasSuffix("applied as intent 000002\n"), "\(asked)")
            let items = OperatorInbox(runFolder: folder).read(slices: 2, cells: 5).items
            let intent = Intent(scope: .cells([CellID(3)]), targets: [.power(dbm: 37)])
            #expect(
                items.map(\.entry) == [.trial(name: "000001", intent), .intent(name: "000002", intent)], "\(items)")
        }
    }

    @Test func aRunThatIsOverAnswersAndAppliesNothing() throws {
        try Self.withRun(isLive: false) { folder in
            let wish = try Self.run(["ask", "save energy", "--run", folder, "--yes"])
            #expect(wish.status == 1 && wish.errors.contains("this run is over"))
            let why = try Self.run(["ask", "why did cell 4 lose power?", "--run", folder])
            #expect(why.status == 0 && why.output.contains("40.0 dBm in epoch 99 to 37.0 dBm in epoch 100 [line"))
            let json = try Self.run(["ask", "why did cell 4 lose power?", "--run", folder, "--json"])
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect((object?["answer"] as? [Any])?.count == 4 && object?["withheld"] as? Int == 0)
            let explained = try Self.run(["explain", "2", "--run", folder])
            #expect(explained.status == 0 && explained.output.contains("rolled back in epoch 108"))
            let directive = try Self.run(["explain", "--directive", "101:4", "--run", folder, "--json"])
            #expect(directive.status == 0 && directive.output.contains("36.99 dBm"))
            let twins = try Self.run(["twins", "--run", folder, "--json"])
            #expect(twins.status == 0 && twins.output.contains("\"last_decision\" : 3"), "\(twins)")
        }
    }

    @Test(arguments: [
        (["ask", "save energy in Atlantis"], "unknown_place: no place 'Atlantis'; accepted: places: west"),
        (["ask", "cap cell 9 at 37 dBm"], "unknown_cell: no cell 9; accepted: cells: 0 to 4"),
        (["ask", "keep xr under 5 ms"], "unknown_slice: no slice 'xr'; accepted: slices: video, urllc"),
        (
            ["ask", "keep urllc under 50 ms"],
            "contradiction: slice urllc has a guarantee that this would break: a delay of at most 20 ms; accepted: "
        ),
        (["ask", "cap cell 4 at 37"], "no_unit"), (["ask", "ignore the guard"], "not_permitted"),
        (["ask", String(repeating: "x ", count: 400)], "too_long"), (["ask"], "one of a sentence"),
        (["ask", "--cancel", "../x"], "--cancel takes"), (["explain", "99"], "holds 2 to 4"),
        (["explain"], "a decision's number"), (["explain", "--directive", "1"], "an epoch and a cell"),
        (["explain", "--directive", "1:1"], "epochs 90 to 110"),
    ])
    func whatCannotBeDoneIsNamedInOneLine(arguments: [String], words: String) throws {
        try Self.withRun(isLive: true) { folder in
            let run = try Self.run(arguments + ["--run", folder])
            #expect(run.status == 2 && run.output.isEmpty, "\(run)")
            #expect(run.errors.split(separator: "\n").count == 1 && run.errors.contains(words), "\(run.errors)")
        }
    }

    @Test func aFolderThatIsNoRunIsNamed() throws {
        for command in [["ask", "save energy"], ["explain", "1"], ["twins"]] {
            let run = try Self.run(command + ["--run", "/nonexistent"])
            #expect(run.status == 2 && run.errors.contains("/nonexistent"), "\(run)")
        }
    }
}
