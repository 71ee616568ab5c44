internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import Topology

/// `dtnet validate`: the resolved wiring of a topology file, or what is wrong with it.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Print the resolved wiring of a topology file, or what is wrong with it.",
        discussion: "Faults are lines 'file:line:column: key: what is wrong', with the nearest allowed key.")

    @Argument(help: "Topology file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    @Option(
        help: "Wire the file as fch, sch or dch.", completion: ToolArguments.hierarchyNames,
        transform: ToolArguments.hierarchy)
    var hierarchy: Hierarchy?

    @Option(help: "Folder or file of the measured trace, in place of the file's.", completion: .directory)
    var trace: String?

    @Flag(help: "Print the resolved plan as JSON.")
    var json = false

    @Flag(help: "Print the JSON Schema of topology files for editors; needs no file.")
    var schema = false

    func validate() throws {
        if file == nil && !schema { throw ValidationError("a topology file is missing") }
    }

    func run() async throws {
        if schema {
            Terminal.result(ValidateCommand.trimmed(TopologySchema.json()))
            return
        }
        guard let file else { return }
        let source = TopologySource(file: file, trace: trace)
        let topology = try source.resolve(hierarchy: hierarchy, requiresTrace: trace != nil).topology
        if json {
            Terminal.result(String(decoding: topology.plan.jsonData(), as: UTF8.self))
        } else {
            Terminal.result(ValidateCommand.trimmed(ValidationReport.describe(topology)))
        }
    }

    /// Without the newline at the end, which `Terminal` adds.
    private static func trimmed(_ text: String) -> String { text.hasSuffix("\n") ? String(text.dropLast()) : text }
}
