extension SQLRepository {
    /// Buckets of measurements that one statement names; more take several statements.
    private static var bucketsPerStatement: Int64 { 64 }

    func select(
        _ queries: [ContextQuery], _ body: (ContextTable, [ContextValue]) throws -> Bool
    ) throws(ContextStoreError) {
        try session.read { transaction in
            for query in queries { try self.select(query, transaction) { try body(query.table, $0) } }
        }
    }

    private func select(
        _ query: ContextQuery, _ transaction: any SQLTransaction, _ body: ([ContextValue]) throws -> Bool
    ) throws {
        guard let filter = try filter(query, transaction) else { return }
        var left = query.limit ?? .max
        func take(_ row: [ContextValue]) throws -> Bool {
            left -= 1
            return try body(row) && left > 0
        }
        guard left > 0 else { return }
        if query.table == .measurement, query.cell != nil {
            try selectByBucket(query, filter, transaction, take)
        } else {
            let sql = statement(query, filter.sql, order: order(query))
            try read(sql, filter.values, query, transaction, take)
        }
    }

    /// Conditions of a query; nil where a label is asked for that no row has used.
    private func filter(
        _ query: ContextQuery, _ transaction: any SQLTransaction
    ) throws -> (sql: [String], values: [ContextValue])? {
        let table = query.table
        var sql: [String] = []
        var values: [ContextValue] = []
        func require(_ column: String, _ what: String) throws {
            guard table.has(column) else {
                throw ContextStoreError(.input, "rows of \(table.name) have no \(what)")
            }
        }
        func whole(_ column: String, _ value: Int?) throws {
            guard let value else { return }
            try require(column, column)
            sql.append("\"\(column)\" = ?")
            values.append(.integer(Int64(value)))
        }
        try whole("cell", query.cell)
        try whole("ue", query.ue)
        try whole("tier_s", query.tierSeconds)
        let metric = table.has("engine") ? "engine" : "metric"
        for (column, value, what) in [(metric, query.metric, "KPI"), ("source", query.source, "source")] {
            guard let value else { continue }
            try require(column, what)
            guard table.columns.contains(where: { $0.name == column && $0.kind == .label }) else {
                sql.append("\"\(column)\" = ?")
                values.append(.text(value))
                continue
            }
            guard let number = try number(of: value, transaction) else { return nil }
            sql.append("\"\(column)\" = ?")
            values.append(.integer(number))
        }
        if let prefix = query.sourcePrefix {
            let isKept = table.columns.contains { $0.name == "source" && $0.kind == .label }
            if !isKept { try require("id", "source") }
            let begin = "substr(\"\(isKept ? "text" : "id")\", 1, \(prefix.unicodeScalars.count)) = ?"
            sql.append(isKept ? "\"source\" IN (SELECT \"id\" FROM \"label\" WHERE \(begin))" : begin)
            values.append(.text(prefix))
        }
        for (bound, comparison) in [(query.from, ">="), (query.to, "<=")] {
            guard let bound else { continue }
            guard let time = table.time else {
                throw ContextStoreError(.input, "rows of \(table.name) have no time")
            }
            sql.append("\"\(time)\" \(comparison) ?")
            values.append(.integer(bound))
        }
        if let text = query.text {
            let columns = table.columns.filter { $0.kind == .text || $0.kind == .object }
            guard !columns.isEmpty else { throw ContextStoreError(.input, "rows of \(table.name) have no text") }
            let like = Session.dialect.like
            sql.append(
                "(" + columns.map { "\"\($0.name)\" \(like) ? ESCAPE '~'" }.joined(separator: " OR ") + ")")
            values += columns.map { _ in .text("%\(SQLRepository.literal(text))%") }
        }
        try tileBounds(query, &sql, &values)
        if table == .measurement, query.cell == nil { bucketBounds(query, &sql, &values) }
        return (sql, values)
    }

    /// The text as a pattern that matches itself.
    private static func literal(_ text: String) -> String {
        text.reduce(into: "") { pattern, character in
            if "%_~".contains(character) { pattern += "~" }
            pattern.append(character)
        }
    }

    private func bucketBounds(_ query: ContextQuery, _ sql: inout [String], _ values: inout [ContextValue]) {
        for (bound, comparison) in [(query.from, ">="), (query.to, "<=")] {
            guard let bound else { continue }
            sql.append("\"bucket\" \(comparison) ?")
            values.append(.integer(KPISample.bucket(of: bound)))
        }
    }

    /// What is asked of a tile: its band, and numbers of its descriptor.
    private func tileBounds(_ query: ContextQuery, _ sql: inout [String], _ values: inout [ContextValue]) throws {
        if let band = query.band {
            guard query.table.has("centre_hz"), query.table.has("span_hz") else {
                throw ContextStoreError(.input, "rows of \(query.table.name) have no band")
            }
            sql.append("\"centre_hz\" - \"span_hz\" / 2 <= ? AND \"centre_hz\" + \"span_hz\" / 2 >= ?")
            values += [.real(band.upperBound), .real(band.lowerBound)]
        }
        guard !query.descriptor.isEmpty else { return }
        guard query.table.has("descriptor") else {
            throw ContextStoreError(.input, "rows of \(query.table.name) have no descriptor")
        }
        for bound in query.descriptor {
            sql.append("\(Session.dialect.descriptorNumber) \(bound.isLeast ? ">=" : "<=") ?")
            values += [.text(bound.key), .real(bound.value)]
        }
    }

    private func order(_ query: ContextQuery) -> [String] {
        if query.table == .measurement { return ["bucket", "at_us", "cell", "metric", "ue", "source"] }
        let time = query.table.time.map { [$0] } ?? []
        return time + query.table.key.filter { !time.contains($0) }
    }

    private func statement(_ query: ContextQuery, _ conditions: [String], order: [String]) -> String {
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let direction = query.newestFirst ? " DESC" : ""
        let order = order.map { "\"\($0)\"\(direction)" }.joined(separator: ", ")
        let limit = query.limit.map { " LIMIT \($0)" } ?? ""
        return "SELECT \(InsertStatement.list(query.table.columns.map(\.name))) FROM \"\(query.table.name)\"\(filter)"
            + " ORDER BY \(order)\(limit)"
    }

    /// Rows of one cell lie together within each bucket: a statement names the buckets one by one, and goes over those
    /// that nobody has written, however many they are.
    private func selectByBucket(
        _ query: ContextQuery, _ filter: (sql: [String], values: [ContextValue]), _ transaction: any SQLTransaction,
        _ take: ([ContextValue]) throws -> Bool
    ) throws {
        let order = ["bucket", "cell", "at_us", "metric", "ue", "source"]
        let lowest = query.from.map(KPISample.bucket) ?? .min
        let highest = query.to.map(KPISample.bucket) ?? .max
        guard lowest <= highest else { return }
        let step = SQLRepository.bucketsPerStatement - 1
        // What is left to be looked at.
        var rest = lowest...highest
        while true {
            let ends: [ContextValue] = [.integer(rest.lowerBound), .integer(rest.upperBound)]
            let end = query.newestFirst ? "max" : "min"
            let nearest = "SELECT \(end)(\"bucket\") FROM \"measurement\" WHERE \"bucket\" >= ? AND \"bucket\" <= ?"
            guard let next = try transaction.number(nearest, ends) else { return }
            let buckets =
                query.newestFirst
                ? max(rest.lowerBound, next.subtractingSaturating(step))...next
                : next...min(rest.upperBound, next.addingSaturating(step))
            let names = buckets.map { _ in "?" }.joined(separator: ", ")
            let sql = statement(query, ["\"bucket\" IN (\(names))"] + filter.sql, order: order)
            var goesOn = true
            try read(sql, buckets.map { .integer($0) } + filter.values, query, transaction) { row in
                goesOn = try take(row)
                return goesOn
            }
            guard goesOn else { return }
            if query.newestFirst {
                guard buckets.lowerBound > rest.lowerBound else { return }
                rest = rest.lowerBound...buckets.lowerBound - 1
            } else {
                guard buckets.upperBound < rest.upperBound else { return }
                rest = buckets.upperBound + 1...rest.upperBound
            }
        }
    }

    private func read(
        _ sql: String, _ values: [ContextValue], _ query: ContextQuery, _ transaction: any SQLTransaction,
        _ take: ([ContextValue]) throws -> Bool
    ) throws {
        let kinds = query.table.columns.map(\.kind)
        let labels = kinds.contains(.label) ? try self.texts(transaction) : nil
        try transaction.query(sql, values, kinds, labels: labels, take)
    }
}

extension Int64 {
    fileprivate func addingSaturating(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }

    fileprivate func subtractingSaturating(_ other: Int64) -> Int64 {
        let (difference, overflows) = subtractingReportingOverflow(other)
        return overflows ? .min : difference
    }
}
