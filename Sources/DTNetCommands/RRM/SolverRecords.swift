internal import Foundation
internal import ResourceAllocation

/// Files of recorded quality, from which solvers are chosen.
enum SolverRecords {
    static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return encoder
    }()

    /// The selector over a file's records; over those that ship where there is no path.
    static func selector(at path: String?, isNewAllowed: Bool = false) throws -> SolverSelector {
        guard let path else { return SolverSelector() }
        if isNewAllowed, !FileManager.default.fileExists(atPath: path) { return SolverSelector(records: []) }
        let data = try InputFile.data(at: path, mostMiB: 16)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let records = try? decoder.decode([SolverRecord].self, from: data),
            records.allSatisfy({ $0.quality.isFinite && $0.quality >= 0 && $0.runs > 0 && $0.runs <= 1_000_000 }),
            records.allSatisfy({ abs($0.sizeLog2) < 64 && abs($0.deadlineLog2Ms) < 64 })
        else { throw ToolFailure(.usage, "\(path): not a file of records as 'dtnet rrm compare --records' writes it") }
        return SolverSelector(records: records)
    }

    static func write(_ selector: SolverSelector, to path: String) throws {
        try OutputFile.write(encoder.encode(selector.records), to: path)
    }
}
