internal import ArgumentParser
internal import Foundation

/// `dtnet rrm schema`: the JSON Schemas of the files that the commands beside it read.
struct RRMSchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of a problem's file.")

    /// Kinds of problem, each with a file of its own.
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case resource, admission, blanking
    }

    @Argument(help: "What 'solve' reads (resource), 'admit' (admission), or 'blank' (blanking).")
    var kind = Kind.resource

    func run() async throws {
        let schema =
            switch kind {
            case .resource: try ResourceProblemShape.whole.schemaText(title: "Resource problem of LLM-DTNet")
            case .admission: try AdmissionFile.shape.schemaText(title: "Slice admission of LLM-DTNet")
            case .blanking: try BlankingFile.shape.schemaText(title: "Blanking problem of LLM-DTNet")
            }
        Terminal.result(String(decoding: schema, as: UTF8.self))
    }
}
