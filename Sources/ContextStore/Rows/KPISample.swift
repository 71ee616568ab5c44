/// A KPI or a measurement at one moment. Names and units are those of TS 28.552 where it has them, such as
/// `DRB.UEThpDl` in kbit/s.
package struct KPISample: ContextRecord {
    package static let table = ContextTable.measurement
    /// Measurements of one bucket lie together, microseconds.
    package static let bucketMicroseconds: Int64 = 10_000_000
    /// Stands for `cell` or `ue` where the value belongs to none.
    package static let none = -1

    /// Microseconds since 1970.
    package var at: Int64
    /// Dense index of the cell, or `none` for the network.
    package var cell: Int
    package var metric: String
    /// Id of the user, or `none` for the cell as a whole.
    package var ue: Int
    /// Node that kept it.
    package var source: String
    package var value: Double

    package init(at: Int64, cell: Int, metric: String, ue: Int = KPISample.none, source: String, value: Double) {
        self.at = at
        self.cell = cell
        self.metric = metric
        self.ue = ue
        self.source = source
        self.value = value
    }

    package init(_ fields: inout RowFields) {
        _ = fields.integer()
        cell = fields.required()
        at = fields.required()
        metric = fields.required()
        ue = fields.required()
        source = fields.required()
        value = fields.required()
    }

    package var values: [ContextValue] {
        [
            .integer(KPISample.bucket(of: at)), .integer(Int64(cell)), .integer(at), .text(metric),
            .integer(Int64(ue)), .text(source), .real(value),
        ]
    }

    /// Bucket of a time.
    package static func bucket(of at: Int64) -> Int64 {
        let (quotient, remainder) = at.quotientAndRemainder(dividingBy: bucketMicroseconds)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// What is left of measurements in the long run.
package struct Aggregate: ContextRecord {
    package static let table = ContextTable.aggregate
    /// Seconds that the tiers cover; the first is a bucket of measurements.
    package static let fineSeconds = 10
    package static let coarseSeconds = 600

    package var tierSeconds: Int
    package var cell: Int
    package var metric: String
    package var ue: Int
    package var source: String
    /// Begin of the time covered, microseconds since 1970.
    package var at: Int64
    package var count: Int
    package var mean: Double
    package var minimum: Double
    package var maximum: Double

    package init(_ fields: inout RowFields) {
        tierSeconds = fields.required()
        cell = fields.required()
        metric = fields.required()
        ue = fields.required()
        source = fields.required()
        at = fields.required()
        count = fields.required()
        mean = fields.required()
        minimum = fields.required()
        maximum = fields.required()
    }

    package var values: [ContextValue] {
        [
            .integer(Int64(tierSeconds)), .integer(Int64(cell)), .text(metric), .integer(Int64(ue)), .text(source),
            .integer(at), .integer(Int64(count)), .real(mean), .real(minimum), .real(maximum),
        ]
    }
}
