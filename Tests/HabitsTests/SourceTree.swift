import Foundation
import Testing

/// The working tree that these tests were compiled from.
enum SourceTree {
    /// Root of the package.
    static let root: URL = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Hand-written Swift files below `Sources/`, sorted by path.
    static let sources: [SourceFile] = swiftFiles(below: "Sources")

    /// Swift files below `Tests/`, sorted by path.
    static let tests: [SourceFile] = swiftFiles(below: "Tests")

    /// Names of the folders of `Sources/`: the targets.
    static let targetFolders: [String] = folders(in: "Sources")

    /// Swift files below `Benchmarks/`, sorted by path.
    static let benchmarks: [SourceFile] = swiftFiles(below: "Benchmarks")

    /// Hand-written Swift files of the targets named.
    static func sources(of targets: [String]) -> [SourceFile] {
        sources.filter { targets.contains($0.target) }
    }

    /// Paths of the files below a folder of the package, relative to its root, sorted.
    static func paths(below folder: String, extension name: String) -> [String] {
        let found = FileManager.default.enumerator(atPath: root.appending(path: folder).resolvingSymlinksInPath().path)
        return (found?.allObjects as? [String] ?? [])
            .filter { $0.hasSuffix("." + name) }
            .map { "\(folder)/\($0)" }
            .sorted()
    }

    /// Text of a file of the package.
    static func text(of path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    private static func swiftFiles(below folder: String) -> [SourceFile] {
        paths(below: folder, extension: "swift").map { SourceFile(path: $0, text: text(of: $0)) }
    }

    private static func folders(in folder: String) -> [String] {
        let url = root.appending(path: folder).resolvingSymlinksInPath()
        let found = try? FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
        return (found ?? []).filter(\.hasDirectoryPath).map(\.lastPathComponent).sorted()
    }
}

/// One Swift file, as written and with comments and strings blanked out.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// Relative to the root of the package.
    let path: String
    let lines: [Substring]
    /// Same lines and columns as the file; comments and contents of strings are spaces.
    let code: String

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = SourceBlanker.blank(text)
    }

    /// Folder below `Sources/` or `Tests/`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    var testDescription: String { path }

    /// Number of lines, an empty one after the last newline not counted.
    var length: Int { lines.last?.isEmpty == true ? lines.count - 1 : lines.count }

    /// Line numbers, from 1, at which the regular expression matches the code.
    func lines(matching pattern: String) -> [Int] {
        matches(of: pattern).map { match in
            let start = code.utf16.index(code.startIndex, offsetBy: match.range.location)
            return code[..<start].utf8.count(where: { $0 == UInt8(ascii: "\n") }) + 1
        }
    }

    /// First capture of each match of the regular expression in the code.
    func captures(of pattern: String) -> [String] {
        matches(of: pattern).compactMap { Range($0.range(at: 1), in: code).map { String(code[$0]) } }
    }

    private func matches(of pattern: String) -> [NSTextCheckingResult] {
        guard let expression = try? NSRegularExpression(pattern: pattern, options: .anchorsMatchLines) else {
            preconditionFailure("not a regular expression: \(pattern)")
        }
        return expression.matches(in: code, range: NSRange(code.startIndex..., in: code))
    }
}
