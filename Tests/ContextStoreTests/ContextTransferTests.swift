import ContextStore
import Foundation
import Testing

/// Rows as lines of JSON, out of one store and into another.
@Suite(.serialized) struct ContextTransferTests {
    private static func export(_ store: any ContextRepository) throws -> [String] {
        var text = ""
        let rows = try ContextTransfer.export(ContextTable.all, of: store) {
            text += String(decoding: $0, as: UTF8.self)
        }
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == rows && text.hasSuffix("\n"))
        return lines
    }

    private static func importLines(
        _ lines: [String], into store: any ContextRepository
    ) throws -> ContextTransfer.Summary {
        var rest = lines[...]
        return try ContextTransfer.importLines(into: store) { rest.popFirst() }
    }

    @Test(arguments: StoreKind.available, StoreKind.available)
    func whatGoesOutComesBack(from: StoreKind, to: StoreKind) throws {
        let (old, new) = (try StoreFixture(from), try StoreFixture(to))
        for rows in SampleRows.all { try old.repository.insert(rows) }
        let lines = try Self.export(old.repository)
        let count = SampleRows.all.reduce(0) { $0 + $1.count }
        let summary = try Self.importLines(lines + ["", "  "], into: new.repository)
        #expect(summary.rows == count && summary.changed == count)
        for rows in SampleRows.all {
            #expect(try new.repository.rows(ContextQuery(rows[0].table)) == rows, "\(rows[0].table.name)")
        }
        #expect(try Self.export(new.repository) == lines)
        #expect(try new.repository.search(PassageQuery(["attenuates"])).count == 1)
    }

    /// What comes while an export runs is in none of its tables.
    @Test func anExportIsOfOneMoment() throws {
        let store = try StoreFixture(.sqlite)
        let other = try SQLiteOpening.open(store.folder.appending(path: "context.sqlite").path)
        defer { other.close() }
        try store.repository.insert(records: [DeviceRow(ue: 1)])
        let late = IncidentRow(id: "late", source: "s", at: 1, severity: "warning", kind: "alarm", text: "late")
        var seen: [String] = []
        try store.repository.select([ContextQuery(.device), ContextQuery(.incident)]) { table, _ in
            seen.append(table.name)
            let done = DispatchSemaphore(value: 0)
            DispatchQueue(label: "other").async {
                _ = try? other.insert(records: [late])
                done.signal()
            }
            done.wait()
            return true
        }
        #expect(seen == ["device"])
        #expect(try store.repository.records(IncidentRow.self).map(\.id) == ["late"])
    }

    @Test(arguments: [
        ("nonsense", "line 2: no JSON object"), ("{\"cell\":1}", "line 2: the object has no 'table'"),
        (#"{"table":"counters"}"#, "line 2: there is no table 'counters'; there are cell"),
        (#"{"table":"counter","source":"s","name":"n","at_us":1}"#, "line 2: 'value' is missing"),
        (
            #"{"table":"tile","id":"a","at_us":1,"kind":"iq","centre_hz":1,"span_hz":1,"duration_s":1,"rows":1,"#
                + #""columns":1,"format":"i8","descriptor":"[1","data":""}"#,
            "line 2: 'descriptor' is no JSON object"
        ),
        (
            #"{"table":"counter","source":"s","name":"n","at_us":1,"value":1.5}"#,
            "line 2: 'value' must be a whole number"
        ),
        (#"{"table":"counter","source":"s","name":5,"at_us":1,"value":1}"#, "line 2: 'name' must be a text"),
        (
            #"{"table":"counter","source":"s","name":"n","at_us":1,"value":1,"x":1}"#,
            "line 2: counter has no column 'x'"
        ),
        (
            #"{"table":"measurement","bucket":9223372036854775807,"cell":1,"at_us":1700000400000000,"metric":"m","#
                + #""ue":-1,"source":"s","value":1}"#,
            "line 2: 'bucket' must be 170000040, the bucket of its 'at_us'"
        ),
        (
            #"{"table":"counter","source":"s","name":"n","at_us":-1,"value":1}"#,
            "line 2: 'at_us' is no time of this age"
        ),
        (
            #"{"table":"counter","source":"s","name":"n","at_us":9223372036854775807,"value":1}"#,
            "line 2: 'at_us' is no time of this age"
        ),
        (#"{"table":"device","ue":[1]}"#, "line 2: no JSON object of numbers and texts"),
    ])
    func aLineThatCannotBeUsedIsNamed(line: String, why: String) throws {
        let store = try StoreFixture(.sqlite)
        let good = #"{"table":"device","ue":1,"class":"car"}"#
        do {
            _ = try Self.importLines([good, line], into: store.repository)
            Issue.record("it was taken")
        } catch let error as ContextStoreError {
            #expect(error.code == .input && error.message.hasPrefix(why), "\(error.message)")
        }
    }
}
