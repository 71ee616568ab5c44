internal import ArgumentParser
internal import RadioPropagation

/// `dtnet radio inspect`: what a scene holds and what was ignored of it.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Print size, triangles, faces, edges and materials of a scene, and what was ignored of it.",
        discussion: "Faults are lines 'file:line:column: what is wrong'; for a mesh 'file: vertex 12: what is wrong'.")

    @OptionGroup var options: SceneOptions

    @Option(
        help: "Frequency at which materials are shown, e.g. 3.5GHz or 700MHz.", transform: ToolArguments.frequency)
    var frequency = 3.5e9

    @Flag(help: "Print the same as JSON.")
    var json = false

    func run() async throws {
        let scene = try options.load()
        let inspection: SceneInspection
        do {
            inspection = try SceneInspection(scene, frequencyHz: frequency)
        } catch {
            throw ToolFailure(.usage, "\(options.scene): \(error)")
        }
        Terminal.result(json ? try inspection.jsonText() : inspection.lines.joined(separator: "\n"))
    }
}
