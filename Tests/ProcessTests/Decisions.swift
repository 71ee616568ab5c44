import Foundation

/// What `decisions.jsonl` of a run says of directives.
struct Decisions {
    /// One answer of the radio network, for a cell and a control kind.
    struct Answer: Hashable {
        var cell: Int
        var kind: Int
        var epoch: Int
        var term: Int
        /// 1 is applied (`DirectiveOutcome`).
        var outcome: Int
        var isExpired: Bool
        /// Refused as of an epoch overtaken, or as expired (`DirectiveOutcome`).
        var isLate: Bool { outcome == 3 || outcome == 4 }
    }

    private struct Line: Decodable {
        var type: String
        var epoch: Int?
        var term: Int?
        var expiresEpoch: Int?
        var resultCell: [Int]?
        var resultKind: [Int]?
        var resultOutcome: [Int]?
        var atNs: Int?
    }

    private(set) var answers: [Answer] = []
    /// Whether a leader has heard answers to its offers.
    let hasResponses: Bool

    /// - Parameter epochNanoseconds: period of the run's epochs, which count from the origin of the clock.
    init(run: URL, epochNanoseconds: Int = 20_000_000) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let text = try String(contentsOf: run.appending(path: "decisions.jsonl"), encoding: .utf8)
        hasResponses = text.contains("\"response_gap\":")
        for line in text.split(separator: "\n") where line.contains("\"type\":\"directive\"") {
            // The last line of a killed process may be cut.
            guard let line = try? decoder.decode(Line.self, from: Data(line.utf8)) else { continue }
            let now = (line.atNs ?? 0) / epochNanoseconds
            for index in (line.resultCell ?? []).indices {
                answers.append(
                    Answer(
                        cell: line.resultCell?[index] ?? -1, kind: line.resultKind?[index] ?? -1,
                        epoch: line.epoch ?? -1, term: line.term ?? -1, outcome: line.resultOutcome?[index] ?? -1,
                        isExpired: now >= line.expiresEpoch ?? .max))
            }
        }
    }

    var applied: [Answer] { answers.filter { $0.outcome == 1 } }
    var refused: [Answer] { answers.filter { $0.outcome != 1 } }
    var cells: Set<Int> { Set(applied.map(\.cell)) }

    /// What breaks the rule that of each cell and kind every applied directive is newer than the one before, of no
    /// overtaken term, and not expired.
    var violations: [Answer] {
        var last: [[Int]: (epoch: Int, term: Int)] = [:]
        var wrong: [Answer] = []
        for answer in applied {
            let key = [answer.cell, answer.kind]
            if let before = last[key], answer.epoch <= before.epoch || answer.term < before.term {
                wrong.append(answer)
            }
            if answer.isExpired { wrong.append(answer) }
            last[key] = (answer.epoch, answer.term)
        }
        return wrong
    }
}
