internal import Foundation
package import LanguageEngine
internal import NetworkModel

/// Cases as lines of JSON: one case a line, its keys in order.
package enum CaseFile {
    /// Files larger than this are refused before they are read.
    private static let largestBytes = 256 << 20

    /// A case as one line, without its end.
    package static func line(_ example: EvaluationCase) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(example), as: UTF8.self)
    }

    /// The cases of a text.
    ///
    /// - Throws: `ToolFailure` that names the line that is none.
    package static func cases(in text: String, of path: String) throws -> [EvaluationCase] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        var cases: [EvaluationCase] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where !line.isEmpty {
            do {
                let example = try decoder.decode(EvaluationCase.self, from: Data(line.utf8))
                if let flaw = flaw(example) { throw ToolFailure(.usage, "\(path):\(index + 1): \(flaw)") }
                cases.append(example)
            } catch let error as DecodingError {
                throw ToolFailure(.usage, "\(path):\(index + 1): \(words(error))")
            }
        }
        guard !cases.isEmpty else { throw ToolFailure(.usage, "\(path): no cases") }
        return cases
    }

    /// What is wrong with a case that could be read, and what to do; nil where nothing is.
    private static func flaw(_ example: EvaluationCase) -> String? {
        guard (1...EvaluationCase.newestVersion).contains(example.version ?? 1) else {
            return "a case of version \(example.version ?? 1), this build reads 1 to \(EvaluationCase.newestVersion): "
                + "make it again by 'dtnet llm cases'"
        }
        guard isSound(example) else { return "names what its network has not, or figures that none has" }
        let rows = example.rows ?? []
        guard rows.count <= CellRows.mostCells, Set(rows.map(\.cell)).count == rows.count else {
            return "rows: of \(rows.count) cells, at most \(CellRows.mostCells) different ones are taken"
        }
        for (place, row) in rows.enumerated() {
            if let flaw = row.flaw(cells: example.bounds.cells) { return "rows[\(place)].\(flaw)" }
        }
        return nil
    }

    /// Names a row that cannot be read.
    private static func words(_ error: DecodingError) -> String {
        let (keys, what): ([any CodingKey], String) =
            switch error {
            case .keyNotFound(let key, let context): (context.codingPath + [key], "missing")
            case .typeMismatch(_, let context), .valueNotFound(_, let context):
                (context.codingPath, "of another type")
            case .dataCorrupted(let context): (context.codingPath, "cannot be read")
            @unknown default: ([], "")
            }
        guard keys.first?.stringValue == "rows" else {
            return "no case of an evaluation: make them by 'dtnet llm cases'"
        }
        let place = keys.dropFirst().map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
        return "rows\(place.joined()): \(what): make the case again by 'dtnet llm cases'"
    }

    /// The cases of a file.
    package static func read(_ path: String) throws -> [EvaluationCase] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            throw ToolFailure(
                .usage, "\(path): \(isFolder.boolValue ? "a folder, not a file of cases" : "no such file")")
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? nil
        guard let size, size <= largestBytes, let data = FileManager.default.contents(atPath: path) else {
            throw ToolFailure(.usage, "\(path): cannot be read, or larger than any file of cases")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ToolFailure(.usage, "\(path): not UTF-8 text")
        }
        return try cases(in: text, of: path)
    }

    /// Whether everything that a case names is there, so that nothing reads beyond an array.
    private static func isSound(_ example: EvaluationCase) -> Bool {
        let bounds = example.bounds
        let slices = bounds.slices.indices
        let isCell = { (cell: CellIndex) in cell >= 0 && cell < bounds.cells }
        guard bounds.cells > 0, bounds.cells <= 100_000, bounds.cells == bounds.maxPowerDbm.count,
            (1...mostSubbands).contains(bounds.subbands), example.cells.count == bounds.cells,
            bounds.maxPowerDbm.allSatisfy({ powersDbm.contains($0) }),
            example.cells.allSatisfy({ (0...mostUsers).contains($0.users) && $0.neighbour.map(isCell) ?? true }),
            bounds.platforms.allSatisfy({ isCell($0.index) })
        else { return false }
        return example.findings.allSatisfy { finding in
            switch finding {
            case .starved(let cell, _, _), .surge(let cell, _, _), .idle(let cell), .drift(let cell, _, _),
                .forecastDrift(let cell, _, _), .clarification(_, let cell, _):
                isCell(cell.index)
            case .sliceAtRisk(let slice, _, _): slices.contains(slice)
            case .harm(_, let cell, _): cell.map { isCell($0.index) } ?? true
            case .intent(let intent): intent.flaw(slices: slices.count, cells: bounds.cells) == nil
            case .alarm(_, let origin): origin?.cells.allSatisfy { isCell($0.index) } ?? true
            case .conflict(let conflict): isSound(conflict, bounds)
            case .leadersOpposed(let conflict): conflict.cells.allSatisfy { isCell($0.index) }
            case .incumbent: true
            }
        }
    }

    private static func isSound(_ conflict: LayerConflict, _ bounds: ActionBounds) -> Bool {
        let isKnown = { (form: ActionForm) in (try? bounds.check(form)) != nil }
        guard isKnown(conflict.action), conflict.cell.map({ $0.index < bounds.cells }) ?? true else { return false }
        return switch conflict.opponent {
        case .load: true
        case .slice(let slice): bounds.slices.indices.contains(slice)
        case .wish(let wish): isKnown(wish)
        }
    }

    private typealias CellIndex = Int

    /// What no network exceeds; sums and whole numbers are formed of these.
    private static let mostSubbands = 65_536
    private static let mostUsers = 1_000_000_000
    private static let powersDbm = -200.0...200
}
