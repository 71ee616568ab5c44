/// A place in a topology file; both counts start at 1, columns count Unicode scalars.
package struct SourcePosition: Hashable, Comparable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// One thing wrong with a topology: where, under which key, and what to write instead.
package struct TopologyDiagnostic: Hashable, Sendable, CustomStringConvertible {
    package var file: String
    /// nil where the value came from the command line.
    package var position: SourcePosition?
    /// Dotted path of the key, e.g. `links[2].medium`; empty for the file as a whole.
    package var keyPath: String
    package var message: String

    /// `file:line:column: key.path: message`.
    package var description: String {
        let place = position.map { "\(file):\($0.line):\($0.column)" } ?? file
        return keyPath.isEmpty ? "\(place): \(message)" : "\(place): \(keyPath): \(message)"
    }
}

/// Everything found wrong with one topology, at most `limit` entries, in file order; never empty.
package struct TopologyError: Error, Sendable, CustomStringConvertible {
    /// Diagnostics kept per file.
    package static let limit = 20

    package var diagnostics: [TopologyDiagnostic]
    /// Found beyond the limit and not kept.
    package var omitted: Int

    /// One diagnostic a line.
    package var description: String {
        var lines = diagnostics.map(\.description)
        if omitted > 0 { lines.append("and \(omitted) more") }
        return lines.joined(separator: "\n")
    }
}

/// A value of the file with the place that it came from.
struct Located<Value: Sendable>: Sendable {
    var value: Value
    var position: SourcePosition?
    var path: String

    func map<Other>(_ transform: (Value) -> Other) -> Located<Other> {
        Located<Other>(value: transform(value), position: position, path: path)
    }
}

/// Collects diagnostics of one file, each once; beyond `capacity` they are only counted, and their messages are never
/// made.
struct DiagnosticCollector {
    private static let capacity = 10 * TopologyError.limit

    let file: String
    private var diagnostics: [TopologyDiagnostic] = []
    private var count = 0

    init(file: String) { self.file = file }

    mutating func add(_ message: @autoclosure () -> String, at position: SourcePosition?, key path: String) {
        count += 1
        guard diagnostics.count < DiagnosticCollector.capacity else { return }
        let diagnostic = TopologyDiagnostic(file: file, position: position, keyPath: path, message: message())
        if diagnostics.contains(diagnostic) { count -= 1 } else { diagnostics.append(diagnostic) }
    }

    mutating func add<Value>(_ message: @autoclosure () -> String, at located: Located<Value>) {
        add(message(), at: located.position, key: located.path)
    }

    /// Throws what was collected, in file order; does nothing when there is nothing.
    func throwIfAny() throws(TopologyError) {
        guard !diagnostics.isEmpty else { return }
        let start = SourcePosition(line: 0, column: 0)
        let ordered = diagnostics.enumerated().sorted { left, right in
            let (a, b) = (left.element.position ?? start, right.element.position ?? start)
            return a == b ? left.offset < right.offset : a < b
        }
        let kept = ordered.prefix(TopologyError.limit).map(\.element)
        throw TopologyError(diagnostics: kept, omitted: count - kept.count)
    }
}
