import Foundation
import Testing

/// The documents say what is true: their commands run, their links lead somewhere.
///
/// A command is a line that starts with `$ ` in a block marked `console`; the lines below it are what it prints, and
/// are not compared.
@Suite(.serialized) struct DocumentTests {
    /// Commands that are not run here, because they run these tests, or everything the other documents show. README.md
    /// holds exactly these two.
    private static let entryPoints = ["scripts/demo.sh", "scripts/test.sh"]
    private static let builtTool = SourceTree.root.appending(path: ".build/release/dtnet")
    private static let secondsPerCommand = 600

    static let documents =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
        + SourceTree.paths(below: "docs", extension: "md")
        + SourceTree.paths(below: "topologies", extension: "md")

    @Test func theReadmeShowsTheTwoEntryPoints() {
        let shown = Self.commands(in: "README.md")
        #expect(Self.entryPoints.allSatisfy(shown.contains))
        #expect(shown.prefix(2) == Self.entryPoints[...])
    }

    @Test(arguments: documents) func everyCommandIsMarkedForTheTest(document: String) {
        for (number, line) in SourceTree.text(of: document).split(separator: "\n").enumerated() {
            let isShell = ["```sh", "```bash", "```shell", "```zsh"].contains(line.trimmingCharacters(in: .whitespaces))
            #expect(!isShell, "\(document), fence \(number + 1): mark shell commands `console`, so that they are run")
        }
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: builtTool.path), "no .build/release/dtnet to run"),
        arguments: documents)
    func theCommandsRun(document: String) throws {
        for command in Self.commands(in: document) where !Self.entryPoints.contains(command) {
            if let absent = Self.absentInput(of: command) {
                print("\(document): skipped, no \(absent): \(command)")
                continue
            }
            let (status, output) = try Self.run(command)
            #expect(status == 0, "\(document): `\(command)` ended with \(status):\n\(output.suffix(2_000))")
        }
    }

    @Test(arguments: documents) func theLinksLeadSomewhere(document: String) {
        let folder = SourceTree.root.appending(path: document).deletingLastPathComponent()
        for link in SourceTree.text(of: document).matches(of: /\]\((?<target>[^)#\s]+)(?:#[^)]*)?\)/) {
            let target = String(link.output.target)
            if target.contains("://") || target.hasPrefix("mailto:") { continue }
            let exists = FileManager.default.fileExists(atPath: folder.appending(path: target).path)
            #expect(exists, "\(document): \(target) is not there")
        }
    }

    // MARK: - Commands

    /// Commands of a document in order; a line that ends with `\` goes on.
    static func commands(in document: String) -> [String] {
        var commands: [String] = []
        var inside = false
        var open = false
        for line in SourceTree.text(of: document).split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }
        ) {
            if line.hasPrefix("```") {
                inside = line == "```console"
                open = false
            } else if inside, open || line.hasPrefix("$ ") {
                let text = open ? line : String(line.dropFirst(2))
                let part = text.hasSuffix("\\") ? String(text.dropLast()) : text
                if open { commands[commands.count - 1] += part } else { commands.append(part) }
                open = text.hasSuffix("\\")
            }
        }
        return commands
    }

    /// A file or folder beside the project that the command names and that is not there.
    private static func absentInput(of command: String) -> String? {
        command.split(separator: " ").map(String.init).first { word in
            word.hasPrefix("../") && !FileManager.default.fileExists(atPath: SourceTree.root.appending(path: word).path)
        }
    }

    private static func run(_ command: String) throws -> (status: Int32, output: String) {
        let log = FileManager.default.temporaryDirectory.appending(path: "dtnet-documents-\(UUID().uuidString).log")
        try Data().write(to: log)
        defer { try? FileManager.default.removeItem(at: log) }
        let handle = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["--kill-after=10", "\(secondsPerCommand)", "bash", "-c", command]
        process.currentDirectoryURL = SourceTree.root
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        try handle.close()
        return (process.terminationStatus, String(decoding: try Data(contentsOf: log), as: UTF8.self))
    }
}
