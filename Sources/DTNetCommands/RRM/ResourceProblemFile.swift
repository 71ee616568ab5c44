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
        try problem(InputFile.data(at: path, mostMiB: 256), name: path)
    }

    /// The problem that `data` holds; `name` stands in errors.
    static func problem(_ data: Data, name: String) throws -> ResourceProblem {
        let value: Any
        do {
            value = try JSONSerialization.jsonObject(with: data)
        } catch {
            let words = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
            throw ToolFailure(.usage, "\(name): not JSON: \(words ?? "it cannot be parsed")")
        }
        let problem: ResourceProblem
        do {
            let filled = try ResourceProblemShape.whole.checked(value)
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            problem = try decoder.decode(
                ResourceProblem.self, from: JSONSerialization.data(withJSONObject: filled))
        } catch let error as JSONShape.Mismatch {
            throw ToolFailure(.usage, "\(name): \(error.path): \(error.words)")
        } catch {
            throw ToolFailure(.usage, "\(name): not a resource problem: \(error)")
        }
        if let flaw = problem.flaw { throw ToolFailure(.usage, "\(name): \(flaw)") }
        return problem
    }

    /// The JSON Schema for editors.
    static func schema() throws -> Data {
        var schema = ResourceProblemShape.whole.schema
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = "Resource problem of LLM-DTNet"
        return try JSONSerialization.data(
            withJSONObject: schema, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    }
}
