/// Rows as text for people: a table of figures, and one of where the time goes.
package struct BenchTable: Sendable {
    private let report: BenchReport
    private let usesColour: Bool

    /// - Parameter usesColour: the caller's decision, from `NO_COLOR` and the terminal.
    package init(_ report: BenchReport, usesColour: Bool) {
        self.report = report
        self.usesColour = usesColour
    }

    /// The text, ending in a newline.
    package var text: String {
        var blocks = [render(figures), render(breakdown)]
        let floors = report.results.filter { $0.floor.value != nil }
        if !floors.isEmpty { blocks.append(render(floorTable(floors))) }
        let closed = report.results.filter { $0.closedLoop.value != nil }
        if !closed.isEmpty { blocks.append(render(closedTable(closed))) }
        let notes = notes
        if !notes.isEmpty { blocks.append(notes) }
        return blocks.joined(separator: "\n")
    }

    /// A header and rows of cells; the first column is aligned left.
    private typealias Table = [[String]]

    private var figures: Table {
        let header = [
            "us", "solver", "epochs", "missed", "fast p50", "p99", "coord p50", "p99", "age ms", "value Mb/s",
            "vs equal", "efficiency", "follower res", "leader res", "rounds", "offer ms", "late", "bytes/epoch",
        ]
        let rows: Table = report.results.map { row in
            [
                row.hierarchy, row.solver, "\(row.epochs)", row.missed.value.map { "\($0)" } ?? "-",
                number(row.fast.value?.p50), number(row.fast.value?.p99), number(row.coordination.value?.p50),
                number(row.coordination.value?.p99), number(row.age.value?.mean), number(row.valueMbps.value),
                gain(row), percent(row.efficiency.value), percent(row.followerResidual.value, digits: 2),
                percent(row.leaderResidual.value, digits: 2), number(row.roundsMean.value),
                number(row.offerAgeMs.value),
                row.lateOffers.value.map { "\($0)" } ?? "-", number(row.bytesPerEpoch.value),
            ]
        }
        return [header] + rows
    }

    private var breakdown: Table {
        let header = ["mean us", "solver", "total", "queue", "l1", "l2", "l3", "rrm", "barrier", "link"]
        let rows: Table = report.results.compactMap { row in
            guard let part = row.breakdown.value else { return nil }
            let parts = [part.queue, part.l1, part.l2, part.l3, part.rrm, part.barrier, part.link]
            return [row.hierarchy, row.solver, number(parts.reduce(0, +))] + parts.map { number($0) }
        }
        return [header] + rows
    }

    private func floorTable(_ rows: [BenchRow]) -> Table {
        let header = ["loopback us", "ours p50", "p99", "floor p50", "p99", "ratio p50", "p99", "no solver p50", "p99"]
        return [header]
            + rows.map { row in
                [
                    row.hierarchy, number(row.loopback.value?.p50), number(row.loopback.value?.p99),
                    number(row.floor.value?.p50), number(row.floor.value?.p99), number(row.ratioToFloor.value?.p50),
                    number(row.ratioToFloor.value?.p99), number(row.ratioToFloorWithoutSolver.value?.p50),
                    number(row.ratioToFloorWithoutSolver.value?.p99),
                ]
            }
    }

    private func closedTable(_ rows: [BenchRow]) -> Table {
        let header = [
            "closed loop us", "ours p50", "p90", "p99", "floor p50", "p90", "p99", "ratio p50", "p99", "no solver p50",
            "p99", "decisions/s", "epochs/s", "floor's",
        ]
        return [header]
            + rows.compactMap { row in
                guard let closed = row.closedLoop.value else { return nil }
                let (own, floor) = (closed.loop, closed.floor)
                let (ratio, withoutSolver) = (closed.ratioToFloor.value, closed.ratioToFloorWithoutSolver.value)
                return [
                    row.hierarchy, number(own.p50), number(own.p90), number(own.p99), number(floor.p50),
                    number(floor.p90), number(floor.p99), number(ratio?.p50), number(ratio?.p99),
                    number(withoutSolver?.p50), number(withoutSolver?.p99), number(closed.decisionsPerSecond),
                    number(closed.epochsPerSecond), number(closed.floorEpochsPerSecond),
                ]
            }
    }

    private var notes: String {
        var lines = report.results.filter { !$0.rejected.entries.isEmpty }.map { row in
            "\(row.hierarchy) \(row.solver) refused: "
                + row.rejected.entries.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        }
        // Where powers are all that is decided, the decisions say it.
        lines += report.results.filter { $0.applied.entries.count > 1 }.map { row in
            "\(row.hierarchy) \(row.solver) applied: "
                + row.applied.entries.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        }
        lines += report.results.flatMap(unjudged)
        if report.results.contains(where: { $0.closedLoop.value != nil }) { lines.append(ClosedLoopRow.published) }
        if let witness = report.witness.value {
            lines.append("witness (AF_UNIX round trip) p50 \(number(witness.p50)) us, p99 \(number(witness.p99)) us")
        }
        if let distance = report.processors.value {
            let (before, after) = (Int(distance.before.rounded()), Int(distance.after.rounded()))
            lines.append("between processors and back: \(before) ns before, \(after) ns after")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Why a row that was judged lacks efficiency or residuals, those of one reason in one line.
    private func unjudged(_ row: BenchRow) -> [String] {
        guard row.details["judged_epochs"] != nil else { return [] }
        var lines: [(names: [String], reason: String)] = []
        let figures = [
            ("efficiency", row.efficiency), ("follower residual", row.followerResidual),
            ("leader residual", row.leaderResidual),
        ]
        for (name, figure) in figures {
            guard let reason = figure.reason else { continue }
            if let index = lines.firstIndex(where: { $0.reason == reason }) {
                lines[index].names.append(name)
            } else {
                lines.append(([name], reason))
            }
        }
        return lines.map { "\(row.hierarchy) \(row.solver) has no \($0.names.joined(separator: ", ")): \($0.reason)" }
    }

    // MARK: Cells

    private func gain(_ row: BenchRow) -> String {
        guard let value = row.valueMbps.value, let equal = row.valueEqualPowerMbps.value, equal > 0 else { return "-" }
        let percent = (value / equal - 1) * 100
        return (percent < 0 ? "-" : "+") + BenchTable.fixed(percent.magnitude, digits: 2) + " %"
    }

    private func percent(_ value: Double?, digits: Int = 1) -> String {
        value.map { ($0 < 0 ? "-" : "") + BenchTable.fixed(($0 * 100).magnitude, digits: digits) + " %" } ?? "-"
    }

    /// Three or four significant digits, no exponent.
    private func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "-" }
        let size = value.magnitude
        let digits = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
        return (value < 0 ? "-" : "") + BenchTable.fixed(size, digits: digits)
    }

    /// A number of at least 0 with this many digits behind the point.
    static func fixed(_ value: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (value * scale).rounded()
        guard scaled < 9e18 else { return "\(value)" }
        let whole = String(UInt64(scaled))
        guard digits > 0 else { return whole }
        let padded = String(repeating: "0", count: max(0, digits + 1 - whole.count)) + whole
        return padded.dropLast(digits) + "." + padded.suffix(digits)
    }

    private func render(_ table: Table) -> String {
        guard let header = table.first, table.count > 1 else { return "" }
        let widths = header.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        return table.enumerated().map { index, row in
            let line = row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column < 2 && !(column == 1 && header[1] != "solver")
                    ? row[column] + padding : padding + row[column]
            }.joined(separator: "  ")
            return (index == 0 && usesColour ? "\u{1B}[1m\(line)\u{1B}[0m" : line) + "\n"
        }.joined()
    }
}
