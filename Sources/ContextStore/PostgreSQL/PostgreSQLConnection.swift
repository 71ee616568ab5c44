internal import CPostgreSQL

/// One connection of libpq. Not to be used by two threads at once.
final class PostgreSQLConnection {
    private let raw: OpaquePointer

    /// A server that neither takes nor sends anything for so long is given up, seconds: longer than it gives a
    /// statement itself, so that a slow one is told from a silent one.
    static let usualPatience = 35
    var patienceSeconds = PostgreSQLConnection.usualPatience
    /// The same of a server that is connected to.
    private static let connectSeconds = "3"

    /// Connects. Throws `missing` where there is no libpq, `unreachable` where the server does not answer or refuses.
    init(_ address: String) throws(ContextStoreError) {
        var reason: UnsafePointer<CChar>?
        guard cpostgresql_load(&reason) == 0 else {
            throw ContextStoreError(.missing, reason.map { String(cString: $0) } ?? "libpq cannot be loaded")
        }
        guard let raw = cpostgresql_connect(address, PostgreSQLConnection.connectSeconds) else {
            throw ContextStoreError(.unreachable, "out of memory")
        }
        self.raw = raw
        guard isConnected else {
            // Before `deinit` may run, which closes it.
            throw ContextStoreError(.unreachable, "the server does not let us in: \(words)")
        }
    }

    deinit { cpostgresql_close(raw) }

    var isConnected: Bool { cpostgresql_is_connected(raw) == 1 }

    /// Connects anew; whether that worked, `isConnected` says.
    func reset() { cpostgresql_reset(raw) }

    /// Runs statements without values.
    func script(_ sql: String) throws(ContextStoreError) {
        var isSilent: Int32 = 0
        let result = cpostgresql_script(raw, sql, Int32(1_000 * patienceSeconds), &isSilent)
        _ = try Answer(result, isSilent == 0 ? words : silence)
    }

    /// Runs one statement, whose values stand as `$1`, `$2` and so on.
    func run(_ sql: String, _ values: [ContextValue]) throws(ContextStoreError) -> Answer {
        var parameters = PostgreSQLParameters(count: values.count)
        for value in values { parameters.add(value) }
        var isSilent: Int32 = 0
        let patience = Int32(1_000 * patienceSeconds)
        let result = parameters.withPointers { texts, bytes, binary in
            cpostgresql_run(raw, sql, Int32(values.count), texts, bytes, binary, patience, &isSilent)
        }
        return try Answer(result, isSilent == 0 ? words : silence)
    }

    private var silence: String { "the server has said nothing for \(patienceSeconds) s" }

    /// What went wrong last, on one line.
    private var words: String {
        String(cString: cpostgresql_error(raw)).split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// What a statement has given.
    final class Answer {
        private let raw: OpaquePointer

        fileprivate init(_ raw: OpaquePointer?, _ words: String) throws(ContextStoreError) {
            guard let raw else { throw ContextStoreError(.unreachable, "the connection is lost: \(words)") }
            guard cpostgresql_result_status(raw) != CPOSTGRESQL_FAILED else {
                let state = String(cString: cpostgresql_result_state(raw))
                cpostgresql_free(raw)
                throw ContextStoreError(PostgreSQLConnection.code(of: state), words)
            }
            self.raw = raw
        }

        deinit { cpostgresql_free(raw) }

        var rows: Int32 { cpostgresql_row_count(raw) }
        var changed: Int { Int(cpostgresql_changed_rows(raw)) }

        /// A field of the kind that its column has.
        func field(_ row: Int32, _ column: Int32, as kind: ContextTable.Kind) -> ContextValue {
            var count: Int32 = 0
            guard let bytes = cpostgresql_field(raw, row, column, &count) else { return .null }
            let field = UnsafeRawBufferPointer(start: bytes, count: Int(count))
            switch kind {
            case .blob: return .blob(PostgreSQLParameters.bytes(ofHex: field))
            case .text, .object: return .text(String(decoding: field, as: UTF8.self))
            case .integer, .label: return .integer(Int64(String(decoding: field, as: UTF8.self)))
            case .real: return .real(Double(String(decoding: field, as: UTF8.self)))
            }
        }
    }

    /// By class of SQLSTATE, PostgreSQL documentation appendix A.
    private static func code(of state: String) -> ContextStoreError.Code {
        switch state {
        case "53100": .full
        case "25006", "42501": .readOnly
        case "55P03", "40001", "40P01", "57014": .busy
        case "", "57P01", "57P02", "57P03": .unreachable
        default: state.hasPrefix("08") || state.hasPrefix("53") ? .unreachable : .failed
        }
    }
}

/// Values of a statement as libpq takes them.
struct PostgreSQLParameters {
    /// Text, or bytes of a binary value, each ended by 0.
    private var storage: [UInt8] = []
    /// Where each value begins; nil for null.
    private var starts: [Int?] = []
    private var lengths: [Int32] = []
    private var binary: [Int32] = []

    init(count: Int) {
        starts.reserveCapacity(count)
        lengths.reserveCapacity(count)
        binary.reserveCapacity(count)
    }

    mutating func add(_ value: ContextValue) {
        guard value != .null else {
            starts.append(nil)
            lengths.append(0)
            binary.append(0)
            return
        }
        let start = storage.count
        var isBinary = false
        switch value {
        case .null: break
        case .integer(let number): storage.append(contentsOf: "\(number)".utf8)
        case .real(let number): storage.append(contentsOf: "\(number)".utf8)
        // The server's texts hold no 0.
        case .text(let text): storage.append(contentsOf: text.utf8.lazy.filter { $0 != 0 })
        case .blob(let bytes):
            storage.append(contentsOf: bytes)
            isBinary = true
        }
        starts.append(start)
        lengths.append(Int32(clamping: storage.count - start))
        binary.append(isBinary ? 1 : 0)
        storage.append(0)
    }

    func withPointers<T>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> T
    ) -> T {
        storage.withUnsafeBytes { bytes in
            let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers = starts.map { start in start.flatMap { offset in base.map { $0 + offset } } }
            return pointers.withUnsafeBufferPointer { texts in
                lengths.withUnsafeBufferPointer { lengths in
                    binary.withUnsafeBufferPointer { binary in
                        body(texts.baseAddress, lengths.baseAddress, binary.baseAddress)
                    }
                }
            }
        }
    }

    /// Bytes written as `\x00ff`.
    static func bytes(ofHex text: UnsafeRawBufferPointer) -> [UInt8] {
        func digit(_ byte: UInt8) -> UInt8 { byte <= 0x39 ? byte &- 0x30 : (byte | 0x20) &- 0x57 }
        guard text.count >= 2 else { return [] }
        return stride(from: 2, to: text.count - 1, by: 2).map { digit(text[$0]) << 4 | digit(text[$0 + 1]) }
    }
}
