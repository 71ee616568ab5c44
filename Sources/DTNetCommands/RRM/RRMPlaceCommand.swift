internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import Numerics
internal import ResourceAllocation

/// `dtnet rrm place`: aerial platforms over a crowd.
struct RRMPlaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "place",
        abstract: "Place aerial platforms over seeded users, exactly on a grid or by search off it.",
        discussion: """
            Channel of Al-Hourani (2014). Weighs the rate served against the energy of flying, hovering and sending, \
            within the PRBs and the backhaul of each platform. exact: CBC on the grid, then refined off it; annealing, \
            tabu: off the grid from the start. A bound is one on the grid only.
            """)

    /// Solvers by name.
    enum Solver: String, CaseIterable, ExpressibleByArgument {
        case exact, annealing, tabu
    }

    @Option(help: "Solver, may be repeated: \(Solver.allCases.map(\.rawValue).joined(separator: ", ")).")
    var solver: [Solver] = [.exact]

    @Option(
        help: "Time that each solver has, e.g. 50ms; 0ms gives a feasible answer.", transform: SolverOption.time)
    var deadline: Instant.Span?

    @Option(help: "Users on the ground.")
    var users = 40

    @Option(help: "Side of the area in metres; the gateway and the base lie in the middle of its western edge.")
    var area = 2_000.0

    @Option(help: "Environment: \(AirToGround.Environment.allCases.map(\.rawValue).joined(separator: ", ")).")
    var environment = AirToGround.Environment.urban.rawValue

    @Option(help: "Platforms, at most.")
    var platforms = 2

    @Option(help: "Candidates along each side of the area.")
    var grid = 4

    @Option(parsing: .upToNextOption, help: "Flight levels of the candidates in metres.")
    var heights: [Double] = [100, 200]

    @Option(help: "Most moves tried in refining the exact answer.")
    var moves = 100

    @Option(help: "Moves tried by annealing and tabu search, per platform.")
    var searchMoves = 2_000

    @Option(help: "Search nodes of CBC, at most; 0 for no limit.")
    var nodes = 100_000

    /// Most pairs of a user and a candidate: each is a column of the program.
    private static let mostPairs = 100_000

    @Option(help: "Seed of the users and of the searches.")
    var seed: UInt64 = 1

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard (1...2_000).contains(users), (1...50).contains(platforms) else {
            throw ValidationError("--users is 1 to 2000, --platforms 1 to 50")
        }
        guard (10...100_000).contains(area) else { throw ValidationError("--area is 10 to 100000 m") }
        guard (1...30).contains(grid), (1...10).contains(heights.count),
            heights.allSatisfy({ (30...1_000).contains($0) })
        else { throw ValidationError("--grid is 1 to 30, --heights one to ten of 30 to 1000 m") }
        guard users * grid * grid * heights.count <= RRMPlaceCommand.mostPairs else {
            throw ValidationError(
                "--users times candidates (--grid squared times --heights) is at most \(RRMPlaceCommand.mostPairs)")
        }
        guard (0...100_000).contains(moves), nodes >= 0 else {
            throw ValidationError("--moves is 0 to 100000, --nodes 0 or more")
        }
        guard (1...1_000_000).contains(searchMoves), !solver.isEmpty else {
            throw ValidationError("--search-moves is 1 to 1000000, --solver names at least one")
        }
        guard AirToGround.Environment(rawValue: environment) != nil else {
            let names = AirToGround.Environment.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--environment is one of \(names)")
        }
    }

    func run() async throws {
        let problem = problem
        let steps = solver.flatMap { run($0, problem) }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            Terminal.result(String(decoding: try encoder.encode(steps), as: UTF8.self))
        } else {
            show(steps)
        }
    }

    /// The stages of one solver.
    private func run(_ solver: Solver, _ problem: PlacementProblem) -> [Step] {
        let began = MonotonicClock.now
        func step(_ stage: String, _ placement: Placement) -> Step {
            Step(stage, placement, problem, milliseconds: (MonotonicClock.now - began).seconds * 1e3)
        }
        func budget(_ rounds: Int) -> Budget {
            guard let deadline else { return Budget(rounds: rounds) }
            return Budget(rounds: rounds) { MonotonicClock.now - began >= deadline }
        }
        switch solver {
        case .exact:
            var exact = PlacementSolver()
            exact.limits = LinearProgram.Limits(gap: 1e-3, nodes: nodes, seconds: deadline?.seconds ?? 0)
            let placed = exact.place(problem, on: deadline == .zero ? [] : candidates)
            let first = step("grid", placed)
            var budget = budget(moves)
            let refined = exact.refine(problem, placed, stepMetres: 0.5 * area / Double(grid), budget: &budget)
            return [first, step("refined", refined)]
        case .annealing, .tabu:
            var search = PlacementSearch(method: solver == .tabu ? .tabu : .annealing, seed: seed)
            search.movesPerPlatform = searchMoves
            var budget = budget(.max)
            return [step(solver.rawValue, search.solve(problem, budget: &budget))]
        }
    }

    private var problem: PlacementProblem {
        let generator = CounterGenerator(seed: seed, purpose: 0x504C_4143)
        let half = 0.5 * area
        let people = (0..<UInt64(users)).map { u in
            PlacementProblem.User(
                position: .init(
                    x: generator.uniform(u, 1, in: -half..<half), y: generator.uniform(u, 2, in: -half..<half), z: 1.5),
                demandMbps: 1 + 3 * generator.uniform(u, 3), weight: 1 + Double(generator.bits(u, 4) % 2))
        }
        return PlacementProblem(
            users: people, platform: .init(), channel: AirToGround(.init(rawValue: environment) ?? .urban),
            gateway: .init(x: -half, y: 0, z: 30), base: .init(x: -half, y: 0, z: 0), mostPlatforms: platforms)
    }

    private var candidates: [PlacementProblem.Position] {
        let step = area / Double(grid)
        let along = (0..<grid).map { (Double($0) + 0.5) * step - 0.5 * area }
        var positions: [PlacementProblem.Position] = []
        for z in heights {
            for y in along {
                for x in along { positions.append(.init(x: x, y: y, z: z)) }
            }
        }
        return positions
    }

    /// One stage of the search.
    private struct Step: Encodable {
        var stage: String
        var value: Double
        var bound: Double?
        var served: Int
        var servedMbps: Double
        var positionsMetres: [[Double]]
        /// Since its solver began.
        var milliseconds: Double

        init(_ stage: String, _ placement: Placement, _ problem: PlacementProblem, milliseconds: Double) {
            self.stage = stage
            self.milliseconds = milliseconds
            value = placement.value
            bound = placement.bound
            served = placement.platformOfUser.count { $0 >= 0 }
            servedMbps = zip(problem.users, placement.platformOfUser).reduce(0) {
                $1.1 >= 0 ? $0 + $1.0.demandMbps : $0
            }
            positionsMetres = placement.positions.map { [$0.x, $0.y, $0.z] }
        }
    }

    private func show(_ steps: [Step]) {
        let exact = steps.first { $0.stage == "grid" }?.value ?? 0
        var table = TextTable(
            ["stage", "value", "of grid %", "bound", "served", "Mb/s", "ms", "platforms (m)"],
            numeric: [1, 2, 3, 4, 5, 6])
        for step in steps {
            let places = step.positionsMetres.map { place in
                "(" + place.map { String(format: "%.0f", $0) }.joined(separator: ", ") + ")"
            }
            table.add([
                step.stage, String(format: "%.2f", step.value),
                exact > 0 ? String(format: "%.2f", 100 * step.value / exact) : "-",
                step.bound.map { String(format: "%.2f", $0) } ?? "-",
                "\(step.served) of \(users)", String(format: "%.1f", step.servedMbps),
                String(format: "%.1f", step.milliseconds), places.joined(separator: " "),
            ])
        }
        for line in table.lines { Terminal.result(line) }
    }
}
