import Foundation
import Synchronization
import Testing

/// A PostgreSQL server of this test process: started when the first test asks for it, ended with the process, because
/// its script runs until its standard input ends.
final class PostgreSQLServer: Sendable {
    /// The server, or why none can be started.
    private static let start: Result<PostgreSQLServer, any Error> = Result { try PostgreSQLServer() }

    /// nil where no server can be started.
    static var shared: PostgreSQLServer? { try? start.get() }

    /// Whether tests of the store run: where they must, as in `scripts/test.sh`, they fail without a server; by hand
    /// they are passed over, and why is said.
    static let isExpected: Bool = {
        if ProcessInfo.processInfo.environment["DTNET_TEST_POSTGRESQL"] == "required" { return true }
        guard case .failure(let error) = start else { return true }
        print("tests of the PostgreSQL store are skipped: \(error)")
        return false
    }()

    let address: String
    private let process: Process
    private let input: Pipe
    private let schemas = Mutex(0)

    private struct Unavailable: Error, CustomStringConvertible {
        var description: String
    }

    private init() throws {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = "/tmp/dtnet-postgresql-\(ProcessInfo.processInfo.processIdentifier)"
        process = Process()
        input = Pipe()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = root.appending(path: "scripts/postgresql.sh")
        process.arguments = [folder]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let said = output.fileHandleForReading.availableData
        address = String(decoding: said, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        guard !address.isEmpty else {
            process.waitUntilExit()
            let why = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            throw Unavailable(description: why.split(separator: "\n").last.map(String.init) ?? "no reason given")
        }
    }

    /// Connection string of a schema of its own, empty.
    static func makeSchema() throws -> String {
        let server = try start.get()
        let number = server.schemas.withLock { count in
            count += 1
            return count
        }
        try server.run("CREATE SCHEMA test_\(number)")
        return "\(server.address) options='-c search_path=test_\(number)'"
    }

    /// Runs a statement as another program would.
    func run(_ sql: String) throws {
        let psql = Process()
        psql.executableURL = URL(filePath: "/usr/bin/env")
        psql.arguments = ["psql", "--quiet", "--no-psqlrc", "--dbname=\(address)", "--command=\(sql)"]
        psql.standardInput = FileHandle.nullDevice
        psql.standardOutput = FileHandle.nullDevice
        try psql.run()
        psql.waitUntilExit()
        #expect(psql.terminationStatus == 0, "psql: \(sql)")
    }
}
