internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import TwinProtocol

/// `dtnet explain`: why something was decided.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show why the language engine decided something, or what stands behind a directive.",
        discussion: """
            A decision by its number: intent, findings, passages, candidates with the scores of the twins, choice, \
            reason, effect. A directive by epoch and cell, e.g. --directive 120:4: power, what the radio network said \
            of it, hops, the offer and the decisions behind it, each as by its number.
            """)

    @Argument(help: "Number of a decision of the language engine.")
    var number: UInt64?

    @Option(help: "Epoch and cell of a directive, e.g. 120:4.")
    var directive: String?

    @Option(
        name: .customLong("run"), help: "Run folder; without it the newest live run, else the newest.",
        completion: .directory)
    var folder: String?

    @Flag(help: "With the prompt and the model's answers.")
    var verbose = false

    @Flag(help: "Print the explanation as JSON.")
    var json = false

    func validate() throws {
        guard (number == nil) != (directive == nil) else {
            throw ValidationError("a decision's number or --directive EPOCH:CELL is needed, and not both")
        }
        if let directive, ExplainCommand.place(directive) == nil {
            throw ValidationError("--directive takes an epoch and a cell, e.g. 120:4")
        }
    }

    private static func place(_ text: String) -> (epoch: UInt64, cell: UInt32)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let epoch = UInt64(parts[0]), let cell = UInt32(parts[1]) else { return nil }
        return (epoch, cell)
    }

    func run() async throws {
        let record = try RunRecord(RunRecord.folder(folder))
        let explanation = LanguageExplanation(record)
        if let number {
            guard let lines = explanation.lines(decision: number, verbose: verbose),
                let object = explanation.json(decision: number)
            else { throw ToolFailure(.usage, "no decision \(number): \(known(record))") }
            return try show(lines, object)
        }
        guard let place = directive.flatMap(ExplainCommand.place) else { return }
        guard let lines = explanation.lines(directiveOf: place.epoch, cell: CellID(place.cell), verbose: verbose)
        else {
            throw ToolFailure(
                .usage, "no directive of epoch \(place.epoch) for cell \(place.cell): \(directives(record))")
        }
        try show(lines, ["epoch": place.epoch, "cell": place.cell, "explanation": lines])
    }

    private func known(_ record: RunRecord) -> String {
        let numbers = record.languageRows.map(\.decision.number)
        guard let first = numbers.min(), let last = numbers.max() else {
            return "the record holds none of the language engine"
        }
        return "the record holds \(first) to \(last)"
    }

    private func directives(_ record: RunRecord) -> String {
        let epochs = record.directiveRows.map(\.directive.epoch)
        guard let first = epochs.min(), let last = epochs.max() else { return "the record holds none" }
        return "the record holds epochs \(first) to \(last), cells 0 to \(record.network.cells.count - 1)"
    }

    private func show(_ lines: [String], _ object: [String: Any]) throws {
        guard json else {
            // Models and servers may have written into the record what a terminal obeys; prompts have lines.
            for line in lines.flatMap({ $0.split(separator: "\n", omittingEmptySubsequences: false) }) {
                Terminal.result(AskCommand.shown(String(line)))
            }
            return
        }
        let data = try JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
        Terminal.result(String(decoding: data, as: UTF8.self))
    }
}
