internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import ResourceAllocation

/// `dtnet rrm compare`: solvers side by side.
struct RRMCompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Solve problems with several solvers and compare the answers.",
        discussion: """
            Prints, per problem, a row for every solver that can take it: what its answer is worth, of the best of all \
            and of the bound, its least rate, power taken, distance from an equilibrium, broken conditions and time. \
            With --records the quality is added to a file from which 'solve' chooses.
            """)

    @Argument(help: "Problems as JSON.", completion: .file(extensions: ["json"]))
    var problems: [String]

    @Option(help: "Solver, may be repeated; without it, all.", completion: .list(SolverName.allCases.map(\.rawValue)))
    var solver: [SolverOption] = []

    @Option(help: "Time that each solver has, e.g. 5ms.", transform: SolverOption.time)
    var deadline: Instant.Span?

    @Option(help: "Seed of everything random.")
    var seed: UInt64 = 1

    @Option(help: "Add the quality of each solver to this file.", completion: .file())
    var records: String?

    @Flag(help: "Print the rows as JSON.")
    var json = false

    /// The rows of one problem.
    private struct Comparison: Encodable {
        var problem: String
        var name: String
        var boundMbps: Double?
        var rows: [ResourceSolving]
        /// Solvers that cannot take the problem; `solve` says why.
        var refused: [String]
    }

    func run() async throws {
        if let records { try OutputFile.check(records) }
        var selector = try SolverRecords.selector(at: records, isNewAllowed: true)
        var comparisons: [Comparison] = []
        for path in problems {
            let problem = try ResourceProblemFile.problem(at: path)
            let comparison = try compare(path, problem)
            note(comparison, problem, &selector)
            if !json { show(comparison, problem) }
            comparisons.append(comparison)
        }
        if let records { try SolverRecords.write(selector, to: records) }
        if json { Terminal.result(String(decoding: try SolverRecords.encoder.encode(comparisons), as: UTF8.self)) }
    }

    private func compare(_ path: String, _ problem: ResourceProblem) throws -> Comparison {
        let bound = ValueBound.networkValueMbps(problem, PowerChoice(problem))
        var comparison = Comparison(problem: path, name: problem.name, boundMbps: bound, rows: [], refused: [])
        for name in solver.isEmpty ? SolverName.allCases : solver.map(\.name) {
            if let refusal = name.refusal(problem) {
                if !solver.isEmpty { throw ToolFailure(.usage, "\(path): \(refusal)") }
                comparison.refused.append(name.rawValue)
            } else {
                let solver = ResourceSolver(name, seed: seed)
                comparison.rows.append(ResourceSolving(solver, problem, deadline: deadline, bound: bound))
            }
        }
        return comparison
    }

    /// Best value among answers that meet every condition, among all where none does.
    private func best(_ rows: [ResourceSolving]) -> Double {
        let sound = rows.filter(\.violations.isEmpty)
        return (sound.isEmpty ? rows : sound).map(\.valueMbps).max() ?? 0
    }

    private func note(_ comparison: Comparison, _ problem: ResourceProblem, _ selector: inout SolverSelector) {
        let fewest = comparison.rows.map(\.violations.count).min() ?? 0
        let best = best(comparison.rows)
        guard records != nil, best > 0 else { return }
        for row in comparison.rows {
            guard let name = SolverName(rawValue: row.solver), name.aim == .utility else { continue }
            let isLate = deadline.map { row.milliseconds > 1.5 * $0.seconds * 1e3 + 1 } ?? false
            let quality = row.violations.count > fewest || isLate ? 0 : row.valueMbps / best
            selector.note(name, problem, deadlineMs: deadline.map { $0.seconds * 1e3 } ?? .infinity, quality: quality)
        }
    }

    private func show(_ comparison: Comparison, _ problem: ResourceProblem) {
        let bound = comparison.boundMbps.map { String(format: ", no allocation above %.4f Mb/s", $0) } ?? ""
        Terminal.result(
            "\(comparison.problem): \(problem.name), \(problem.cells.count) cells, \(problem.ues.count) UEs, "
                + "\(problem.subbands) subbands\(bound)")
        for line in ResourceSolving.table(comparison.rows, best: best(comparison.rows)) { Terminal.result(line) }
        for row in comparison.rows {
            for line in row.complaints.prefix(4) { Terminal.result("\(row.solver): \(line)") }
        }
        if !comparison.refused.isEmpty {
            Terminal.result("left out: \(comparison.refused.joined(separator: "; "))")
        }
    }
}
