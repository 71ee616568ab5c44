package import NetworkModel
internal import RadioAccessNetwork

/// What a shell that reads files needs to know of measured drives.
package enum ReplayTraces {
    /// One file of a trace.
    package struct File: Sendable {
        /// For messages, and as name of the drive.
        package var name: String
        package var bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// The cells that serve in the drives, sorted by name, all in region 0, their places being guesses; and a line for
    /// each file of which rows were refused or which has pauses.
    ///
    /// - Throws: an error whose description names file, line and column, where a file cannot be used.
    package static func survey(
        of files: [File], format: ReplayConfiguration.Format
    ) throws -> (cells: [CellConfiguration], remarks: [String]) {
        let traces = try parse(files, format: format)
        return (ReplayNetwork.cells(in: traces), traces.compactMap(remark))
    }

    private static func remark(on trace: ParsedTrace) -> String? {
        var parts = zip(ParsedTrace.Reason.allCases, trace.refused).compactMap { reason, count in
            count > 0 ? "\(count) \(reason.rawValue)" : nil
        }
        if let first = trace.firstRefusals.first {
            let all = trace.rows.count + trace.refusedRows
            let refused = "\(trace.refusedRows) of \(all) rows refused, the first in line \(first.line): "
            parts = [refused + parts.joined(separator: ", ")]
        }
        if trace.gaps > 0 { parts.append("\(trace.gaps) pauses of more than 5 s") }
        return parts.isEmpty ? nil : "\(trace.name): " + parts.joined(separator: "; ")
    }

    static func parse(_ files: [File], format: ReplayConfiguration.Format) throws -> [ParsedTrace] {
        try files.map { try TraceParser.parse(bytes: $0.bytes, name: $0.name, format: format) }
    }
}
