internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import ResourceAllocation

/// `dtnet rrm admit`: which slices may reserve PRBs.
struct RRMAdmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admit",
        abstract: "Admit slices with guaranteed PRBs, or say which guarantees contend.",
        discussion: """
            Reads a file (its schema: 'dtnet rrm schema admission'). Slices in force are kept; of the others, those of \
            the highest total value that fit are admitted, each in all its cells or not at all, by CBC. Where those in \
            force do not fit, the cells that lack PRBs are printed with the smallest relaxation: the least weighted \
            sum of parts of guarantees given up. That, too, is an answer: the exit status is 0.
            """)

    @Argument(help: "Problem as JSON.", completion: .file(extensions: ["json"]))
    var problem: String

    @Option(
        help: "Time that CBC has, e.g. 5ms; 0ms admits by value per PRB alone.", transform: SolverOption.time)
    var deadline: Instant.Span?

    @Option(help: "Search nodes of CBC, at most; 0 for no limit.")
    var nodes = 10_000

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func validate() throws {
        guard nodes >= 0 else { throw ValidationError("--nodes is 0 or more") }
    }

    /// What the command prints as JSON.
    private struct Answer: Encodable {
        struct Shortage: Encodable {
            var cell: String
            var guaranteedPrbs: Double
            var capacityPrbs: Double
            var slices: [String]
        }

        struct Relaxation: Encodable {
            var slice: String
            var keptPart: Double
        }

        var isFeasible: Bool
        var admitted: [String] = []
        var refused: [String] = []
        var inForce: [String]
        var value: Double?
        var bound: Double?
        var shortages: [Shortage] = []
        var relaxations: [Relaxation] = []
    }

    func run() async throws {
        let file = try AdmissionFile.read(at: problem)
        var limits: LinearProgram.Limits? = LinearProgram.Limits(nodes: nodes, seconds: deadline?.seconds ?? 0)
        if let deadline, deadline == .zero { limits = nil }
        let decision = try file.admission().decide(limits)
        let answer = answer(file, decision)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            Terminal.result(String(decoding: try encoder.encode(answer), as: UTF8.self))
            return
        }
        Terminal.result(
            "\(file.name): \(file.cells.count) cells, \(file.slices.count) slices, \(answer.inForce.count) in force")
        if case .admitted(let slices, _, _) = decision {
            show(file, answer, slices)
        } else {
            explain(file, answer)
        }
    }

    private func answer(_ file: AdmissionFile, _ decision: SliceAdmission.Decision) -> Answer {
        var answer = Answer(isFeasible: false, inForce: file.slices.filter(\.inForce).map(\.name))
        switch decision {
        case .admitted(let slices, let value, let bound):
            answer.isFeasible = true
            for (index, slice) in file.slices.enumerated() where !slice.inForce {
                if slices.contains(index) {
                    answer.admitted.append(slice.name)
                } else {
                    answer.refused.append(slice.name)
                }
            }
            (answer.value, answer.bound) = (value, bound)
        case .infeasible(let shortages, let relaxations):
            answer.shortages = shortages.map { shortage in
                .init(
                    cell: file.cells[shortage.cell].name, guaranteedPrbs: shortage.guaranteedPRBs,
                    capacityPrbs: shortage.capacityPRBs, slices: shortage.slices.map { file.slices[$0].name })
            }
            answer.relaxations = relaxations.map { .init(slice: file.slices[$0.slice].name, keptPart: $0.keptPart) }
        }
        return answer
    }

    private static func text(_ number: Double) -> String { String(format: "%.6g", number) }

    private func show(_ file: AdmissionFile, _ answer: Answer, _ slices: [Int]) {
        func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
        let part = answer.value == answer.bound ? "no more is possible" : "at most \(Self.text(answer.bound ?? 0)) is"
        Terminal.result("admitted: \(list(answer.admitted))")
        Terminal.result("refused: \(list(answer.refused))")
        Terminal.result("in force: \(list(answer.inForce))")
        Terminal.result("value of the admitted: \(Self.text(answer.value ?? 0)); \(part)")
        var table = TextTable(["cell", "reserved PRBs", "of"], numeric: [1, 2])
        for (index, cell) in file.cells.enumerated() {
            let held = slices.reduce(0) { $0 + file.slices[$1].guaranteedPrbs[index] }
            table.add([cell.name, Self.text(held), Self.text(cell.capacityPrbs)])
        }
        for line in table.lines { Terminal.result(line) }
    }

    private func explain(_ file: AdmissionFile, _ answer: Answer) {
        Terminal.result("nothing can be admitted: the slices in force do not fit")
        for shortage in answer.shortages {
            Terminal.result(
                "\(shortage.cell): \(Self.text(shortage.guaranteedPrbs)) PRBs are guaranteed and "
                    + "\(Self.text(shortage.capacityPrbs)) are there; they contend: "
                    + shortage.slices.joined(separator: ", "))
        }
        let words = answer.relaxations.map { "\($0.slice) keeps \(String(format: "%.1f", 100 * $0.keptPart)) %" }
        Terminal.result("smallest relaxation of guarantees: \(words.joined(separator: ", "))")
    }
}
