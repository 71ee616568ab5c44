/// Columns of plain text.
enum TextTable {
    /// Header and rows with two blanks between columns, each line indented by two, no trailing blanks.
    static func of(_ header: [String], _ rows: [[String]]) -> String {
        let lines = [header] + rows
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            let cells = zip(line, widths).map { text, width in
                text + String(repeating: " ", count: width - text.count)
            }
            var joined = "  " + cells.joined(separator: "  ")
            while joined.last == " " { joined.removeLast() }
            return joined + "\n"
        }.joined()
    }

    /// A Markdown table with padded columns.
    static func markdown(_ header: [String], _ rows: [[String]]) -> String {
        ([header, header.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }
}
