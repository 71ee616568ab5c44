/// Rows out of a store as lines of JSON, and back into one.
package enum ContextTransfer {
    /// Bytes that are handed on at a time, about.
    private static let chunkBytes = 1 << 18
    /// Rows that are put in at a time.
    private static let batchRows = 5_000

    /// Writes every row that the tables have at one moment, whatever comes and goes meanwhile; answers how many there
    /// were. `write` takes whole lines.
    package static func export(
        _ tables: [ContextTable], of repository: any ContextRepository, _ write: ([UInt8]) throws -> Void
    ) throws -> Int {
        var bytes: [UInt8] = []
        var rows = 0
        try repository.select(tables.map { ContextQuery($0) }) { table, values in
            JSONLine.append(table, values, to: &bytes)
            rows += 1
            if bytes.count >= chunkBytes {
                try write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
            return true
        }
        if !bytes.isEmpty { try write(bytes) }
        return rows
    }

    /// What an import has done.
    package struct Summary: Hashable, Sendable, Codable {
        /// Rows that were read.
        package var rows = 0
        /// Rows that were new, or changed one that was there.
        package var changed = 0
    }

    /// Puts the rows of lines in; blank lines are passed over. Throws `input` with the number of the line that cannot
    /// be used; rows of earlier lines may be in by then, and putting them in again changes nothing.
    ///
    /// - Parameter next: the next line, nil at the end.
    package static func importLines(
        into repository: any ContextRepository, _ next: () throws -> String?
    ) throws -> Summary {
        var summary = Summary()
        var batch: [ContextRow] = []
        var number = 0
        func put() throws {
            summary.changed += try repository.insert(batch)
            summary.rows += batch.count
            batch.removeAll(keepingCapacity: true)
        }
        while let line = try next() {
            number += 1
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            do {
                batch.append(try JSONLine.row(line))
            } catch {
                throw ContextStoreError(error.code, "line \(number): \(error.message)")
            }
            if batch.count == batchRows { try put() }
        }
        try put()
        return summary
    }
}
