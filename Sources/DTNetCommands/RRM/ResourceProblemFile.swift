internal import Foundation
internal import ResourceAllocation

/// Resource problems as JSON files.
enum ResourceProblemFile {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }()

    /// The file as it is written: the problem's keys and `format`.
    private struct Document: Encodable {
        var problem: ResourceProblem

        private enum Key: String, CodingKey { case format }

        func encode(to encoder: any Encoder) throws {
            try problem.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(ResourceProblemShape.format, forKey: .format)
        }
    }

    static func data(_ problem: ResourceProblem) throws -> Data { try encoder.encode(Document(problem: problem)) }

    /// Reads and checks; an error names the file, the place in it and what is wrong.
    static func problem(at path: String) throws -> ResourceProblem {
        try problem(InputFile.data(at: path, mostMiB: JSONShape.mostMiB), name: path)
    }

    /// The problem that `data` holds; `name` stands in errors.
    static func problem(_ data: Data, name: String) throws -> ResourceProblem {
        let problem = try ResourceProblemShape.whole.read(
            ResourceProblem.self, from: data, name: name, what: "a resource problem")
        if let flaw = problem.flaw { throw ToolFailure(.usage, "\(name): \(flaw)") }
        return problem
    }
}
