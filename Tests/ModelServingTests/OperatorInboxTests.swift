import Foundation
import Glibc
import LanguageEngine
import ModelServing
import NetworkModel
import Testing

/// The folder through which operators speak to a run.
@Suite struct OperatorInboxTests {
    /// A run folder of its own, removed with it.
    private final class Place {
        let path = FileManager.default.temporaryDirectory.appending(path: "dtnet-inbox-\(UUID().uuidString.prefix(8))")
            .path
        var inbox: OperatorInbox { OperatorInbox(runFolder: path) }

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String, as name: String) throws {
            try FileManager.default.createDirectory(atPath: inbox.folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(inbox.folder)/\(name).json"))
        }

        func read(after name: String? = nil) -> OperatorInbox.Reading { inbox.read(after: name, slices: 2, cells: 5) }
    }

    private static let intent = Intent(
        scope: .sliceInCells(1, [CellID(0), CellID(4)]), targets: [.delay(seconds: 0.005), .mcs(index: 9)],
        savesElsewhere: true, fromSeconds: 10, untilSeconds: 20.5)

    @Test func whatIsPostedIsReadInOrder() throws {
        let place = try Place()
        #expect(place.read() == OperatorInbox.Reading())
        let posts: [OperatorInbox.Post] = [
            .intent(text: "keep video under 5 ms", Self.intent), .approve(number: .max), .alarm(text: "link down"),
            .cancel(name: "000001"), .withdraw(number: 3), .trial(text: "and if", Self.intent),
        ]
        let names = try posts.map { try place.inbox.post($0) }
        #expect(names == ["000001", "000002", "000003", "000004", "000005", "000006"])
        let reading = place.read()
        #expect(reading.malformed.isEmpty)
        #expect(
            reading.items == [
                .init(
                    name: "000001", text: "keep video under 5 ms", entry: .intent(name: "000001", Self.intent)),
                .init(name: "000002", text: "", entry: .approve(number: .max)),
                .init(name: "000003", text: "link down", entry: .alarm(text: "link down")),
                .init(name: "000004", text: "", entry: .cancel(name: "000001")),
                .init(name: "000005", text: "", entry: .withdraw(number: 3)),
                .init(name: "000006", text: "and if", entry: .trial(name: "000006", Self.intent)),
            ])
        #expect(place.read(after: "000003").items.map(\.name) == ["000004", "000005", "000006"])
        let files = try FileManager.default.contentsOfDirectory(atPath: place.inbox.folder)
        #expect(files.count == 6, "no draft stays: \(files)")
    }

    /// Names that nobody is ever given would stand behind all that come, which would never be read.
    @Test func aNameThatIsNoneHidesNothing() throws {
        let place = try Place()
        for name in ["999999", "9", "\u{669}", "0000001"] {
            try place.write(#"{"kind":"approve","number":5}"#, as: name)
        }
        #expect(try place.inbox.post(.approve(number: 7)) == "000001")
        #expect(place.read().items.map(\.entry) == [.approve(number: 7)])
        #expect(try place.inbox.post(.approve(number: 8)) == "000002")
        #expect(place.read(after: "000001").items.map(\.entry) == [.approve(number: 8)])
    }

    @Test(arguments: [
        ("{", "not the JSON"), (#"{"kind":"reboot"}"#, "not the JSON"), (#"{"kind":"intent","text":"x"}"#, "targets"),
        (#"{"kind":"trial","text":"x"}"#, "targets"),
        (#"{"kind":"approve"}"#, "no decision"), (#"{"kind":"withdraw"}"#, "no decision"),
        (#"{"kind":"cancel","name":"000009"}"#, "takes back nothing"),
        (#"{"kind":"cancel","name":"../../x"}"#, "takes back nothing"), (#"{"kind":"alarm"}"#, "without words"),
        (String(repeating: " ", count: 5_000) + #"{"kind":"approve","number":1}"#, "at most 4096 bytes"),
    ])
    func whatIsNoEntryIsMovedAsideAndNamed(text: String, words: String) throws {
        let place = try Place()
        try place.write(text, as: "000001")
        _ = try place.inbox.post(.approve(number: 7))
        let reading = place.read()
        #expect(reading.items.map(\.entry) == [.approve(number: 7)])
        #expect(reading.malformed.count == 1 && reading.malformed.first?.name == "000001")
        #expect(reading.malformed.first?.reason.contains(words) ?? false, "\(reading.malformed)")
        #expect(FileManager.default.fileExists(atPath: "\(place.inbox.folder)/rejected/000001.json"))
        #expect(place.read().malformed.isEmpty)
        #expect(try place.inbox.post(.approve(number: 8)) == "000003")
    }

    /// One who only looks leaves what is no entry to whoever reports it, who then does so once.
    @Test func whoOnlyLooksMovesNothing() throws {
        let place = try Place()
        try place.write("{", as: "000002")
        for _ in 0..<2 {
            let look = place.inbox.read(slices: 2, cells: 5, movesAside: false)
            #expect(look.items.isEmpty && look.malformed.map(\.name) == ["000002"] && look.last == "000002")
        }
        let worker = LanguageWorker(arguments: ["node", "--run", place.path], environment: [:])
        let network = SampleNetwork.make(cells: 5, server: nil)
        // Where it cannot be moved it is behind the next look all the same.
        #expect(worker.collect(network, after: nil).last == "000002")
        #expect(FileManager.default.fileExists(atPath: "\(place.inbox.folder)/rejected/000002.json"))
        #expect(worker.collect(network, after: nil).last == nil)
    }

    @Test(arguments: [
        Intent(scope: .slice(2), targets: [.energy]), Intent(scope: .slice(-1), targets: [.energy]),
        Intent(scope: .cells([CellID(5)]), targets: [.energy]), Intent(scope: .cells([]), targets: [.energy]),
        Intent(scope: .network, targets: []), Intent(scope: .network, targets: [.priority(1_000)]),
        Intent(scope: .network, targets: [.rate(bps: -1)]), Intent(scope: .network, targets: [.delay(seconds: 0)]),
        Intent(scope: .network, targets: [.power(dbm: 200)]), Intent(scope: .network, targets: [.mcs(index: 28)]),
        Intent(scope: .network, targets: [.energy], fromSeconds: 9, untilSeconds: 9),
    ])
    func anIntentOfAnotherNetworkIsMovedAside(intent: Intent) throws {
        let place = try Place()
        _ = try place.inbox.post(.intent(text: "x", intent))
        let reading = place.read()
        #expect(reading.items.isEmpty && reading.malformed.count == 1, "\(reading)")
    }

    @Test func linksPipesAndFoldersAreNoEntries() throws {
        let place = try Place()
        try place.write("", as: "000009")
        try FileManager.default.createSymbolicLink(
            atPath: "\(place.inbox.folder)/000001.json", withDestinationPath: "/etc/passwd")
        #expect(mkfifo("\(place.inbox.folder)/000002.json", 0o600) == 0)
        try FileManager.default.createDirectory(
            atPath: "\(place.inbox.folder)/000003.json", withIntermediateDirectories: false)
        let reading = place.read()
        #expect(reading.items.isEmpty)
        #expect(reading.malformed.map(\.name) == ["000001", "000002", "000003", "000009"])
    }

    /// A file of another name stands behind no entry that is still to come.
    @Test func onlyNamesThatAreGivenOutAreRead() throws {
        let place = try Place()
        for name in ["999999", "7", "0000001", "\u{0660}\u{0660}\u{0660}\u{0660}\u{0660}\u{0661}", "+00002"] {
            try place.write(#"{"kind":"approve","number":1}"#, as: name)
        }
        #expect(try place.inbox.post(.approve(number: 7)) == "000001")
        let reading = place.read()
        #expect(reading.items.map(\.name) == ["000001"] && reading.malformed.isEmpty, "\(reading)")
    }

    @Test func aRunFolderThatIsNotThereIsNamed() {
        #expect(throws: OperatorInbox.Fault.self) {
            try OperatorInbox(runFolder: "/nonexistent/run").post(.approve(number: 1))
        }
    }
}
