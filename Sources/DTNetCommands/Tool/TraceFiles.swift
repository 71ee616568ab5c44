internal import Foundation
internal import NetworkModel
internal import Simulator

/// Files of measured traces on disk.
enum TraceFiles {
    /// Files of one folder, at most.
    private static let most = 1_000

    /// The trace files of a folder by name, or the one file that the path names.
    static func paths(at path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ToolFailure(.usage, "\(path): no such trace; name a folder of measured drives with --trace")
        }
        guard isFolder.boolValue else { return [path] }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw ToolFailure(.usage, "\(path): the folder cannot be read")
        }
        let files = names.filter { $0.hasSuffix(".csv") || $0.hasSuffix(".txt") }.sorted()
        guard !files.isEmpty else { throw ToolFailure(.usage, "\(path): a folder without .csv or .txt files") }
        guard files.count <= most else { throw ToolFailure(.usage, "\(path): more than \(most) files") }
        return files.map { "\(path)/\($0)" }
    }

    static func bytes(at path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ToolFailure(.usage, "\(path): cannot be read")
        }
        return [UInt8](data)
    }

    /// Text of the first file at a path.
    static func firstText(at path: String) throws -> String {
        let first = try paths(at: path)[0]
        return String(decoding: try bytes(at: first), as: UTF8.self)
    }

    /// The files of a replay by name, read.
    static func files(of replay: ReplayConfiguration) throws -> [ReplayTraces.File] {
        try paths(at: replay.path).map { ReplayTraces.File(name: $0, bytes: try bytes(at: $0)) }
    }

    /// The cells that a replay's trace names; says what of the trace is not used.
    static func cells(of replay: ReplayConfiguration) throws -> [CellConfiguration] {
        do {
            let survey = try ReplayTraces.survey(of: files(of: replay), format: replay.format)
            for remark in survey.remarks { Terminal.progress(remark) }
            return survey.cells
        } catch let failure as ToolFailure {
            throw failure
        } catch {
            throw ToolFailure(.usage, "\(error)")
        }
    }
}
