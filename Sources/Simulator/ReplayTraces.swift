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

    /// The cells that serve in the drives, sorted by name, all in region 0; their places are guesses.
    ///
    /// - Throws: an error whose description names file, line and column, where a file cannot be used.
    package static func cells(
        of files: [File], format: ReplayConfiguration.Format
    ) throws -> [CellConfiguration] {
        ReplayNetwork.cells(in: try parse(files, format: format))
    }

    static func parse(_ files: [File], format: ReplayConfiguration.Format) throws -> [ParsedTrace] {
        try files.map { try TraceParser.parse(bytes: $0.bytes, name: $0.name, format: format) }
    }
}
