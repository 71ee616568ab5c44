/// A row of one table as a value with named fields.
package protocol ContextRecord: Hashable, Sendable {
    static var table: ContextTable { get }
    /// Fields in the order of the table's columns.
    var values: [ContextValue] { get }
    /// Takes the fields of a row that the store has given, in the same order.
    init(_ fields: inout RowFields)
}

extension ContextRecord {
    /// The record of a row that a query has given: a value per column of the table, in their order.
    package init(_ values: [ContextValue]) {
        var fields = RowFields(values)
        self.init(&fields)
    }

    package var row: ContextRow { ContextRow(Self.table, values) }
}

/// The fields of a row, taken one after the other. The store holds no row with a field of another kind than its column.
package struct RowFields {
    private var rest: ArraySlice<ContextValue>

    init(_ values: [ContextValue]) { rest = values[...] }

    private mutating func next() -> ContextValue { rest.popFirst() ?? .null }

    mutating func integer() -> Int64? { next().integer }
    mutating func real() -> Double? { next().real }
    mutating func text() -> String? { next().text }
    mutating func blob() -> [UInt8]? { next().blob }

    mutating func required() -> Int64 { integer() ?? 0 }
    mutating func required() -> Double { real() ?? 0 }
    mutating func required() -> String { text() ?? "" }
    mutating func required() -> Int { Int(integer() ?? 0) }
    mutating func optional() -> Int? { integer().map { Int($0) } }
}
