/// How a store in a PostgreSQL server is opened.
package enum PostgreSQLOpening {
    /// Any number that two of us agree on and others do not use: the schema is made by one process at a time.
    private static let lock = 0x4454_4E43

    /// Connects and takes the schema to its present version; tables lie in the first schema of the search path. Throws
    /// `missing`, `unreachable`, `newer`, `foreign` or `failed`.
    ///
    /// - Parameter address: connection string or `postgresql://` address.
    package static func open(_ address: String) throws(ContextStoreError) -> any ContextRepository {
        let session = try PostgreSQLSession(address: address)
        do {
            try session.migrate { transaction in
                try transaction.query("SELECT pg_advisory_xact_lock(\(lock))", [], [.text]) { _ in false }
                try SchemaMigration.migrate(transaction, PostgreSQLSession.dialect)
            }
        } catch {
            session.close()
            throw error
        }
        return SQLRepository(session)
    }
}
