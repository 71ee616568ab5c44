internal import ArgumentParser
internal import ContextStore
internal import Foundation
internal import Measurements
internal import NetworkModel

/// `dtnet context import`: rows from lines of JSON.
struct ContextImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put rows of JSON lines, or a recorded signal, into a database, which is made where it is not there.",
        discussion: """
            A row that is there is not put in twice. An older database is taken to the present schema. A recording in \
            SigMF (FILE.sigmf-meta beside its samples; one channel of \(SampleFormat.allCases.map(\.rawValue).joined(
                separator: ", "))) becomes tiles: a spectrogram with a descriptor (mean and peak power, noise floor, \
            occupied band), and I/Q samples of its strongest moment. The key dtnet:cell of the recording, a capture or \
            an annotation names the cell. In a server that runs share, a language engine reads the recordings of its \
            own run: --of RUN says whose one is.
            """)

    @OptionGroup var places: ContextPlaces

    @Argument(
        help: "File that 'dtnet context export' wrote, or FILE.sigmf-meta; - is standard input.", completion: .file())
    var file: String

    @Option(
        parsing: .unconditional, help: "Length of a recording's tiles, about.", transform: ToolArguments.duration)
    var tile: Instant.Span?

    @Option(parsing: .unconditional, help: "Index of the cell of a recording that names none.")
    var cell: Int?

    @Option(help: "Begin of a recording that names none, e.g. 2026-11-28T17:48:14Z.", transform: ContextTime.parse)
    var begin: Int64?

    @Option(help: "Run that a recording belongs to, for a server that runs share: the name of its folder.")
    var of: String?

    @Flag(help: "Print what was done as JSON.")
    var json = false

    private var isRecording: Bool { file.hasSuffix(SignalRecording.suffix) }

    func validate() throws {
        if !isRecording, tile != nil || cell != nil || begin != nil || of != nil {
            throw ValidationError("--tile, --cell, --begin and --of go with a recording, FILE\(SignalRecording.suffix)")
        }
        if let of, of.isEmpty || of.contains("/") {
            throw ValidationError("--of takes the name of a run's folder, without a slash")
        }
        if let cell, !(0...1_000_000).contains(cell) {
            throw ValidationError("--cell is the index of a cell, 0 or more")
        }
    }

    func run() async throws {
        guard !isRecording else { return try importRecording() }
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

    private func importRecording() throws {
        let summary: SignalImport.Summary
        do {
            let recording = try SignalRecording(path: file, begin: begin) { try? ContextTime.parse($0) }
            summary = try ToolFailure.fromStore {
                let repository = try places.openForWriting()
                defer { repository.close() }
                return try SignalImport(cell: cell, tileSeconds: tile?.seconds ?? 1, run: of)
                    .run(recording, into: repository)
            }
        } catch let error as MeasurementError {
            throw ToolFailure(.usage, error.description)
        }
        guard json else {
            let rest = summary.leftOut > 0 ? "; \(summary.leftOut) samples are too few for a spectrum" : ""
            Terminal.result("\(summary.tiles) tiles of \(file), \(summary.changed) new rows\(rest)")
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
