internal import Foundation

extension JSONShape {
    /// Most size of a file of a problem.
    static let mostMiB = 256

    /// The value that JSON `data` describes, checked key by key and with defaults filled in. Keys in snake case become
    /// properties in camel case. Throws `usage` with `name`, the place and what is wrong there; `what` names the kind
    /// of problem.
    func read<Value: Decodable>(_ type: Value.Type, from data: Data, name: String, what: String) throws -> Value {
        let value: Any
        do {
            value = try JSONSerialization.jsonObject(with: data)
        } catch {
            let words = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
            throw ToolFailure(.usage, "\(name): not JSON: \(words ?? "it cannot be parsed")")
        }
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(type, from: JSONSerialization.data(withJSONObject: checked(value)))
        } catch let error as JSONShape.Mismatch {
            throw ToolFailure(.usage, "\(name): \(error.path): \(error.words)")
        } catch {
            throw ToolFailure(.usage, "\(name): not \(what): \(error)")
        }
    }

    /// The JSON Schema for editors.
    func schemaText(title: String) throws -> Data {
        var schema = schema
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = title
        return try JSONSerialization.data(
            withJSONObject: schema, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    }
}
