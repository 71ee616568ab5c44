/// A policy as a node sent or heard it.
package struct PolicyRow: ContextRecord {
    package static let table = ContextTable.policy

    package var source: String
    /// Microseconds since 1970.
    package var at: Int64
    package var revision: Int
    /// First epoch in which it is no longer valid.
    package var expiresEpoch: Int64
    package var reason: String
    /// The policy itself, as JSON.
    package var content: String

    package init(source: String, at: Int64, revision: Int, expiresEpoch: Int64, reason: String, content: String) {
        self.source = source
        self.at = at
        self.revision = revision
        self.expiresEpoch = expiresEpoch
        self.reason = reason
        self.content = content
    }

    package init(_ fields: inout RowFields) {
        source = fields.required()
        at = fields.required()
        revision = fields.required()
        expiresEpoch = fields.required()
        reason = fields.required()
        content = fields.required()
    }

    package var values: [ContextValue] {
        [
            .text(source), .integer(at), .integer(Int64(revision)), .integer(expiresEpoch), .text(reason),
            .text(content),
        ]
    }
}

/// Error of one engine of a twin.
package struct TwinErrorRow: ContextRecord {
    package static let table = ContextTable.twinError

    package var source: String
    /// Such as `channel` or `load forecast`.
    package var engine: String
    /// Dense index, or `KPISample.none`.
    package var cell: Int
    /// Microseconds since 1970.
    package var at: Int64
    /// Error of what the engine starts from, and of what it says: in `unit`.
    package var before: Double?
    package var after: Double?
    package var unit: String
    /// What the error was seen under: band, mobility, weather.
    package var condition: String?

    package init(
        source: String, engine: String, cell: Int, at: Int64, before: Double?, after: Double?, unit: String,
        condition: String? = nil
    ) {
        self.source = source
        self.engine = engine
        self.cell = cell
        self.at = at
        self.before = before
        self.after = after
        self.unit = unit
        self.condition = condition
    }

    package init(_ fields: inout RowFields) {
        source = fields.required()
        engine = fields.required()
        cell = fields.required()
        at = fields.required()
        before = fields.real()
        after = fields.real()
        unit = fields.required()
        condition = fields.text()
    }

    package var values: [ContextValue] {
        [
            .text(source), .text(engine), .integer(Int64(cell)), .integer(at), .real(before), .real(after),
            .text(unit), .text(condition),
        ]
    }
}

/// What a directive said of one cell, and what became of it. The outcome may be put in later, by a row of the same
/// source, epoch and cell.
package struct DirectiveRow: ContextRecord {
    package static let table = ContextTable.directive

    package var source: String
    package var epoch: Int64
    package var cell: Int
    /// Microseconds since 1970.
    package var at: Int64
    package var term: Int64
    package var group: Int64?
    package var offerEpoch: Int64?
    package var oldestEpoch: Int64?
    package var expiresEpoch: Int64?
    /// Kinds of control in it, such as `power, beam`.
    package var controls: String?
    /// Sum over the subbands.
    package var powerWatts: Double?
    /// `applied`, or the control and why it was refused.
    package var outcome: String?
    package var effectKbps: Double?

    package init(source: String, epoch: Int64, cell: Int, at: Int64, term: Int64) {
        self.source = source
        self.epoch = epoch
        self.cell = cell
        self.at = at
        self.term = term
    }

    package init(_ fields: inout RowFields) {
        source = fields.required()
        epoch = fields.required()
        cell = fields.required()
        at = fields.required()
        term = fields.required()
        group = fields.integer()
        offerEpoch = fields.integer()
        oldestEpoch = fields.integer()
        expiresEpoch = fields.integer()
        controls = fields.text()
        powerWatts = fields.real()
        outcome = fields.text()
        effectKbps = fields.real()
    }

    package var values: [ContextValue] {
        [
            .text(source), .integer(epoch), .integer(Int64(cell)), .integer(at), .integer(term), .integer(group),
            .integer(offerEpoch), .integer(oldestEpoch), .integer(expiresEpoch), .text(controls), .real(powerWatts),
            .text(outcome), .real(effectKbps),
        ]
    }
}

/// Something that an operator should know.
package struct IncidentRow: ContextRecord {
    package static let table = ContextTable.incident

    package var id: String
    package var source: String
    /// Microseconds since 1970; when it was over last, nil where it never was.
    package var at: Int64
    package var ended: Int64?
    package var cell: Int?
    /// `info`, `warning` or `critical`.
    package var severity: String
    package var kind: String
    package var text: String
    package var resolution: String?
    /// Alarms in it that stand, and all of them; nil where it is of no alarms of nodes.
    package var standing: Int?
    package var count: Int?
    /// Epoch in which the first of them was raised, and that of the last that was heard of any.
    package var firstEpoch: Int64?
    package var lastEpoch: Int64?
    /// Who raised them, where and when: an array as JSON.
    package var members: String?

    /// Whether it is over: one that came back is not.
    package var isOver: Bool { standing.map { $0 == 0 } ?? (ended != nil) }

    package init(
        id: String, source: String, at: Int64, cell: Int? = nil, severity: String, kind: String, text: String
    ) {
        self.id = id
        self.source = source
        self.at = at
        self.cell = cell
        self.severity = severity
        self.kind = kind
        self.text = text
    }

    package init(_ fields: inout RowFields) {
        id = fields.required()
        source = fields.required()
        at = fields.required()
        ended = fields.integer()
        cell = fields.optional()
        severity = fields.required()
        kind = fields.required()
        text = fields.required()
        resolution = fields.text()
        standing = fields.optional()
        count = fields.optional()
        firstEpoch = fields.integer()
        lastEpoch = fields.integer()
        members = fields.text()
    }

    package var values: [ContextValue] {
        [
            .text(id), .text(source), .integer(at), .integer(ended), .integer(cell.map { Int64($0) }),
            .text(severity), .text(kind), .text(text), .text(resolution), .integer(standing.map { Int64($0) }),
            .integer(count.map { Int64($0) }), .integer(firstEpoch), .integer(lastEpoch), .text(members),
        ]
    }
}

/// Something that a writer has counted.
package struct CounterRow: ContextRecord {
    package static let table = ContextTable.counter
    /// Rows that a writer could not write.
    package static let droppedRows = "dropped rows"

    package var source: String
    package var name: String
    /// Microseconds since 1970.
    package var at: Int64
    package var value: Int64

    package init(source: String, name: String, at: Int64, value: Int64) {
        self.source = source
        self.name = name
        self.at = at
        self.value = value
    }

    package init(_ fields: inout RowFields) {
        source = fields.required()
        name = fields.required()
        at = fields.required()
        value = fields.required()
    }

    package var values: [ContextValue] { [.text(source), .text(name), .integer(at), .integer(value)] }
}
