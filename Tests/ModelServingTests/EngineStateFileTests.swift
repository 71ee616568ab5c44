import Foundation
import LanguageEngine
import ModelServing
import NetworkModel
import Testing

/// What L3 leaves in the run folder for its next life.
@Suite struct EngineStateFileTests {
    /// A run folder of its own, removed with it.
    private final class Place {
        let path = FileManager.default.temporaryDirectory.appending(path: "dtnet-state-\(UUID().uuidString.prefix(8))")
            .path
        var file: EngineStateFile { EngineStateFile(runFolder: path) }

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: file.path)) }
        var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
    }

    private static var state: KeptEngineState {
        var state = KeptEngineState()
        (state.decision, state.question, state.revision, state.entry) = (12, 3, 400, "000009")
        (state.epoch, state.seconds) = (5_000, 99.5)
        state.intents = [
            KeptEngineState.Named(name: "000002", intent: Intent(scope: .network, targets: [.energy]))
        ]
        state.alarms = ["fan noise \u{22}at\u{22} the mast"]
        return state
    }

    @Test func whatIsWrittenIsReadWithItsAge() throws {
        let place = try Place()
        guard case .none = place.file.read() else {
            Issue.record("nothing was written")
            return
        }
        #expect(place.file.write(KeptEngineState(), at: 900) == nil)
        #expect(place.file.write(Self.state, at: 1_000) == nil)
        guard case .kept(let state, let away) = place.file.read(at: 1_007.5) else {
            Issue.record("it was written")
            return
        }
        #expect(state == Self.state && away == 7.5)
        // A clock that was set back makes nobody young.
        guard case .kept(_, let none) = place.file.read(at: 10) else {
            Issue.record("it is still there")
            return
        }
        #expect(none == 0 && place.names == ["language-engine.json"])
    }

    /// A broken file is named and left aside, and the next life begins from nothing.
    @Test(arguments: [
        ("", "not the JSON"), ("{", "not the JSON"), ("[]", "not the JSON"), ("\u{0}\u{0}", "not the JSON"),
        (#"{"writtenSeconds":1,"state":{"version":1}}"#, "not the JSON"),
    ])
    func whatIsNoStateIsSetAside(text: String, words: String) throws {
        let place = try Place()
        try place.write(text)
        guard case .setAside(let reason, let path) = place.file.read() else {
            Issue.record("it was read")
            return
        }
        #expect(reason.contains(words) && path.hasSuffix("language-engine.json.broken"), "\(reason)")
        #expect(place.names == ["language-engine.json.broken"])
    }

    /// Figures that no L3 has written, and those of another version.
    @Test(arguments: [
        (#""version":1"#, #""version":2"#, "version 2"), (#""epoch":5000"#, #""epoch":18446744073709551615"#, "epoch"),
        (#""decision":12"#, #""decision":18446744073709551615"#, "number"),
        (#""seconds":99.5"#, #""seconds":-1"#, "time"),
    ])
    func whatNoL3HasWrittenIsSetAside(part: String, other: String, words: String) throws {
        let place = try Place()
        #expect(place.file.write(Self.state) == nil)
        let text = try String(contentsOfFile: place.file.path, encoding: .utf8)
        #expect(text.contains(part), "\(text)")
        try place.write(text.replacingOccurrences(of: part, with: other))
        guard case .setAside(let reason, _) = place.file.read() else {
            Issue.record("it was read")
            return
        }
        #expect(reason.contains(words), "\(reason)")
    }

    @Test func aFolderThatIsNotThereIsSaid() throws {
        let fault = EngineStateFile(runFolder: "/nowhere/at/all").write(Self.state)
        #expect(fault?.contains("/nowhere/at/all/language-engine.json") == true, "\(fault ?? "")")
    }

    /// The worker reads on behind the entry that a life before has taken, and says what it sets aside.
    @Test func aWorkerKeepsAndReadsOn() throws {
        let place = try Place()
        let worker = LanguageWorker(arguments: ["--run", place.path], environment: [:])
        let inbox = OperatorInbox(runFolder: place.path)
        for number in 1...3 { _ = try inbox.post(.approve(number: UInt64(number))) }
        let network = SampleNetwork.make(cells: 2, server: nil)
        let mail = worker.collect(network, after: nil)
        #expect(mail == OperatorMail([.approve(number: 1), .approve(number: 2), .approve(number: 3)], last: "000003"))
        #expect(worker.collect(network, after: "000002") == OperatorMail([.approve(number: 3)], last: "000003"))
        #expect(worker.collect(network, after: "000003") == OperatorMail())
        #expect(worker.kept().state == KeptEngineState())
        #expect(worker.keep(Self.state) == nil && worker.kept().state == Self.state)
    }
}
