internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import ResourceAllocation

/// `dtnet rrm associate`: which cell serves which UE.
struct RRMAssociateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "associate",
        abstract: "Associate UEs with cells that have so many PRBs each.",
        discussion: """
            Solves a file, or a seeded cellular drop, with every solver named, and prints what each association is \
            worth, the solver's own bound on what any could be, and the time it took.
            """)

    /// Solvers by name.
    enum Solver: String, CaseIterable, ExpressibleByArgument {
        case greedy, priced, cbc
    }

    @Argument(help: "Problem as JSON; without it, a drop.", completion: .file(extensions: ["json"]))
    var problem: String?

    @Option(help: "Hexagonal sites of the drop, 1 to 127.")
    var sites = 19

    @Option(help: "Sectors per site, 1 to 6.")
    var sectors = 1

    @Option(help: "UEs of the drop.")
    var ues = 500

    @Option(help: "PRBs that the UEs demand over PRBs there are.")
    var overload = 1.5

    @Option(help: "Seed of the drop.")
    var seed: UInt64 = 1

    @Option(help: "Solver, may be repeated: \(Solver.allCases.map(\.rawValue).joined(separator: ", ")).")
    var solver: [Solver] = [.greedy, .priced]

    @Option(help: "Most wall time of one solver, e.g. 5ms.", transform: ToolArguments.duration)
    var deadline: Instant.Span?

    @Option(help: "Times that each solver is run; the median time is printed.")
    var repeats = 1

    @Option(help: "Write the problem as JSON to this file.", completion: .file(extensions: ["json"]))
    var export: String?

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard (1...127).contains(sites), (1...6).contains(sectors) else {
            throw ValidationError("--sites is 1 to 127, --sectors 1 to 6")
        }
        guard (1...100_000).contains(ues) else { throw ValidationError("--ues is 1 to 100000") }
        guard overload > 0, overload <= 100 else { throw ValidationError("--overload is more than 0 and at most 100") }
        guard (1...1_000).contains(repeats) else { throw ValidationError("--repeats is 1 to 1000") }
        guard !solver.isEmpty else { throw ValidationError("--solver names none") }
    }

    func run() async throws {
        if let export { try OutputFile.check(export) }
        let instance = try problem.map { try AssociationFile.problem(at: $0) } ?? drop
        if let export { try AssociationFile(instance).write(to: export) }
        let rows = solver.map { run($0, instance) }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            Terminal.result(String(decoding: try encoder.encode(rows), as: UTF8.self))
        } else {
            show(rows, instance)
        }
    }

    private var drop: AssociationProblem {
        var drop = AssociationDrop(seed: seed)
        drop.sites = sites
        drop.sectors = sectors
        drop.ues = ues
        drop.overload = overload
        return drop.problem()
    }

    /// What one solver came to.
    private struct Row: Encodable {
        var solver: String
        var value: Double
        var bound: Double
        var served: Int
        var milliseconds: Double
    }

    private func run(_ solver: Solver, _ instance: AssociationProblem) -> Row {
        var times: [Double] = []
        var outcome: AssociationOutcome?
        for _ in 0..<repeats {
            let began = MonotonicClock.now
            outcome = solve(solver, instance, began: began)
            times.append((MonotonicClock.now - began).seconds * 1e3)
        }
        times.sort()
        return Row(
            solver: solver.rawValue, value: outcome?.value ?? 0, bound: outcome?.bound ?? 0,
            served: outcome?.cellOfUE.count { $0 >= 0 } ?? 0, milliseconds: times[times.count / 2])
    }

    private func solve(_ solver: Solver, _ instance: AssociationProblem, began: Instant) -> AssociationOutcome {
        var budget = Budget(rounds: .max)
        if let deadline { budget = Budget(rounds: .max) { MonotonicClock.now - began >= deadline } }
        switch solver {
        case .greedy:
            var solver = DensityGreedy()
            return solver.solve(instance, budget: &budget)
        case .priced:
            var solver = PricedAssociation(seed: seed)
            return solver.solve(instance, budget: &budget)
        case .cbc:
            var solver = IntegerAssociation(gap: 1e-3, seconds: deadline?.seconds ?? 0)
            return solver.solve(instance, budget: &budget)
        }
    }

    private func show(_ rows: [Row], _ instance: AssociationProblem) {
        let best = rows.map(\.bound).min() ?? 0
        var table = TextTable(
            ["solver", "value", "own bound", "of best bound %", "served", "ms"], numeric: [1, 2, 3, 4, 5])
        for row in rows {
            table.add([
                row.solver, String(format: "%.3f", row.value), String(format: "%.3f", row.bound),
                String(format: "%.3f", best > 0 ? 100 * row.value / best : 100), "\(row.served)",
                String(format: "%.3f", row.milliseconds),
            ])
        }
        Terminal.result("\(instance.cells) cells, \(instance.ues) UEs, \(instance.cell.count) pairs")
        for line in table.lines { Terminal.result(line) }
    }
}
