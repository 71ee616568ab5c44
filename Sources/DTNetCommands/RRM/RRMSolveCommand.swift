internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import ResourceAllocation

/// `dtnet rrm solve`: one resource problem, one solver.
struct RRMSolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve",
        abstract: "Solve a resource problem: association, states, powers, shares.",
        discussion: """
            Reads a problem (its schema: 'dtnet rrm schema'), and prints what the answer is worth, a bound on what any \
            could be, and every condition that it does not meet. Without --solver the choice is made by size, deadline \
            and recorded quality, and its reason is printed. Solvers:

            \(SolverOption.list)
            """)

    @Argument(help: "Problem as JSON.", completion: .file(extensions: ["json"]))
    var problem: String

    @Option(help: "Solver; without it one is chosen.", completion: .list(SolverName.allCases.map(\.rawValue)))
    var solver: SolverOption?

    @Option(help: "Time that the solver has, e.g. 5ms; 0ms gives the feasible fallback.", transform: SolverOption.time)
    var deadline: Instant.Span?

    @Option(help: "Seed of everything random.")
    var seed: UInt64 = 1

    @Option(help: "Recorded quality to choose by, as 'compare --records' leaves it.", completion: .file())
    var records: String?

    @Option(help: "Write the answer as JSON to this file.", completion: .file(extensions: ["json"]))
    var output: String?

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func run() async throws {
        if let output { try OutputFile.check(output) }
        let problem = try ResourceProblemFile.problem(at: problem)
        var chosen: ResourceSolver
        if let name = solver?.name {
            if let refusal = name.refusal(problem) { throw ToolFailure(.usage, "\(self.problem): \(refusal)") }
            chosen = ResourceSolver(name, seed: seed)
        } else {
            let selector = try SolverRecords.selector(at: records)
            let choice = selector.choose(problem, deadlineMs: deadline.map { $0.seconds * 1e3 } ?? .infinity)
            chosen = ResourceSolver(choice.solver, seed: seed)
            chosen.reason = choice.reason
        }
        let bound = ValueBound.networkValueMbps(problem, PowerChoice(problem))
        let answer = ResourceSolving(chosen, problem, deadline: deadline, bound: bound)
        let data = try SolverRecords.encoder.encode(answer)
        if let output { try OutputFile.write(data, to: output) }
        if json {
            Terminal.result(String(decoding: data, as: UTF8.self))
            return
        }
        Terminal.result(
            "\(problem.name): \(problem.cells.count) cells, \(problem.ues.count) UEs, \(problem.subbands) subbands")
        if let reason = answer.reason { Terminal.result("\(answer.solver): \(reason)") }
        for line in ResourceSolving.table([answer], best: answer.valueMbps) { Terminal.result(line) }
        if let uplink = answer.uplink { Terminal.result(uplink.line) }
        for line in answer.complaints { Terminal.result(line) }
    }
}

/// A solver on the command line.
struct SolverOption: ExpressibleByArgument, Hashable {
    let name: SolverName

    init?(argument: String) {
        guard let name = SolverName(rawValue: argument) else { return nil }
        self.name = name
    }

    static let allValueStrings = SolverName.allCases.map(\.rawValue)

    /// A line per solver.
    static let list = SolverName.allCases.map { name in
        "  \(name.rawValue)\(String(repeating: " ", count: 18 - name.rawValue.count))\(name.summary)"
    }.joined(separator: "\n")

    /// A length of time, 0 allowed.
    static func time(_ text: String) throws -> Instant.Span {
        ["0", "0us", "0ms", "0s"].contains(text) ? .zero : try ToolArguments.duration(text)
    }
}
