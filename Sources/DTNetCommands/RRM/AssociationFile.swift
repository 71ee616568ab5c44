internal import Foundation
internal import ResourceAllocation

/// An association problem as JSON: flat arrays, pairs UE by UE.
struct AssociationFile: Codable {
    /// PRBs of each cell.
    var capacityPrbs: [Int32]
    /// First pair of each UE, and the number of pairs at the end.
    var firstPair: [Int32]
    /// Cell of each pair, from 0.
    var cell: [Int32]
    /// PRBs that the UE needs there.
    var needPrbs: [Int32]
    /// What serving it there is worth.
    var value: [Double]

    init(_ problem: AssociationProblem) {
        capacityPrbs = problem.capacity
        firstPair = problem.start
        cell = problem.cell
        needPrbs = problem.need
        value = problem.value
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try OutputFile.write(encoder.encode(self), to: path)
    }

    /// Reads and checks; the error names the file and what is wrong with it.
    static func problem(at path: String) throws -> AssociationProblem {
        let data = try InputFile.data(at: path, mostMiB: 64)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file: AssociationFile
        do {
            file = try decoder.decode(AssociationFile.self, from: data)
        } catch {
            throw ToolFailure(.usage, "\(path): \(reason(error))")
        }
        do {
            return try AssociationProblem(
                capacity: file.capacityPrbs, start: file.firstPair, cell: file.cell, need: file.needPrbs,
                value: file.value)
        } catch {
            throw ToolFailure(.usage, "\(path): \(words(error))")
        }
    }

    private static func words(_ fault: AssociationProblem.Fault) -> String {
        switch fault {
        case .shape:
            "first_pair must ascend from 0 to the number of pairs; cell, need_prbs and value have one entry per pair"
        case .capacity(let cell):
            "capacity_prbs[\(cell)]: must be 0 to \(AssociationProblem.largestCapacity)"
        case .cell(let ue): "UE \(ue): a cell that is not there, or twice"
        case .need(let ue): "UE \(ue): need_prbs must be 1 or more"
        case .value(let ue): "UE \(ue): value must be finite and 0 or more"
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "key '\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")): not of the right type"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
        default: "not the JSON of an association problem"
        }
    }
}
