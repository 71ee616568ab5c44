internal import ArgumentParser
internal import ContextStore
internal import Foundation

/// `dtnet context export`: rows as lines of JSON.
struct ContextExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write rows as JSON lines, which 'dtnet context import' takes.",
        discussion: "Each line is an object: its table, then its columns; times in microseconds since 1970.")

    @OptionGroup var places: ContextPlaces

    @Option(name: .customLong("table"), help: "Table to write; may be repeated; without it all.")
    var names: [String] = []

    @Option(help: "File to write; without it standard output.", completion: .file(extensions: ["jsonl"]))
    var output: String?

    func run() async throws {
        let tables = try names.map { name in
            guard let table = ContextTable.named(name) else {
                let known = ContextTable.all.map(\.name).joined(separator: ", ")
                throw ToolFailure(.usage, "there is no table '\(name)'; there are \(known)")
            }
            return table
        }
        if let output { try OutputFile.check(output) }
        try ToolFailure.fromStore {
            let places = try places.open()
            defer { for place in places { place.repository.close() } }
            let file = try handle()
            var rows = 0
            for place in places {
                rows += try ContextTransfer.export(tables.isEmpty ? ContextTable.all : tables, of: place.repository) {
                    do {
                        try file.write(contentsOf: Data($0))
                    } catch {
                        throw ToolFailure(.failed, "cannot write \(output ?? "standard output"): \(error)")
                    }
                }
            }
            Terminal.progress("\(rows) rows")
        }
    }

    private func handle() throws -> FileHandle {
        guard let output else { return .standardOutput }
        guard FileManager.default.createFile(atPath: output, contents: nil),
            let file = FileHandle(forWritingAtPath: output)
        else { throw ToolFailure(.usage, "cannot write \(output)") }
        return file
    }
}
