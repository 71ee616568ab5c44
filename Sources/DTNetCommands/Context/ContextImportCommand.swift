internal import ArgumentParser
internal import ContextStore
internal import Foundation

/// `dtnet context import`: rows from lines of JSON.
struct ContextImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put the rows of JSON lines into a database, which is made where it is not there.",
        discussion: "A row that is there is not put in twice. An older database is taken to the present schema.")

    @OptionGroup var places: ContextPlaces

    @Argument(help: "File that 'dtnet context export' wrote; - is standard input.", completion: .file())
    var file: String

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func run() async throws {
        let input = try handle()
        let summary = try ToolFailure.fromStore {
            let repository = try places.openForWriting()
            defer { repository.close() }
            var lines = LineSource(input)
            do {
                return try ContextTransfer.importLines(into: repository) { try lines.next() }
            } catch let error as ContextStoreError where error.code == .input {
                throw ToolFailure(.usage, "\(file): \(error.message)")
            }
        }
        guard json else {
            Terminal.result("\(summary.rows) rows read, \(summary.changed) new or changed")
            return
        }
        Terminal.result(String(decoding: try JSONEncoder().encode(summary), as: UTF8.self))
    }

    private func handle() throws -> FileHandle {
        guard file != "-" else { return .standardInput }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue,
            let handle = FileHandle(forReadingAtPath: file)
        else { throw ToolFailure(.usage, "\(file): no file that can be read") }
        return handle
    }
}

/// Lines of a file, read in parts.
private struct LineSource {
    private static let chunkBytes = 1 << 18

    private let handle: FileHandle
    private var bytes = Data()
    /// Bytes of `bytes` that have no line end.
    private var searched = 0

    init(_ handle: FileHandle) { self.handle = handle }

    /// The next line, nil at the end; throws where one is longer than any row.
    mutating func next() throws -> String? {
        while true {
            let start = bytes.startIndex
            if let end = bytes[(start + searched)...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: bytes[start..<end], as: UTF8.self)
                bytes = bytes[(end + 1)...]
                searched = 0
                return line
            }
            searched = bytes.count
            guard bytes.count <= JSONLine.mostBytes else {
                throw ContextStoreError(.input, "a line has more than \(JSONLine.mostBytes) bytes")
            }
            guard let more = try handle.read(upToCount: LineSource.chunkBytes), !more.isEmpty else {
                defer { bytes = Data() }
                searched = 0
                return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            }
            bytes = Data(bytes) + more
        }
    }
}
