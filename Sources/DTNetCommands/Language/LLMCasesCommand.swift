internal import ArgumentParser
internal import Foundation
internal import LanguageEngine
internal import NetworkModel
internal import Simulator
internal import Synchronization
internal import Topology

/// `dtnet llm cases`: situations with everything that could be done about them.
struct LLMCasesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cases",
        abstract: "Make cases for 'llm eval': situations of networks with all that could be done, tried in the twins.",
        discussion: """
            Per topology, hierarchy and seed, a variant of the network runs in virtual time (crowds, empty cells, \
            slices at risk, bursts, drifts, alarms in words, operators' intents and conflicts of them, texts that give \
            orders) until the language engine asks the twins. There all kinds of actions on all cells are played with \
            coarse values; the best of them is what is right. A case also has the rows that the context stores of such \
            a run would hold of the first two cells that its findings are about. The same arguments write the same file.
            """)

    @Argument(help: "Topology files.", completion: .file(extensions: ["yaml", "yml"]))
    var topologies: [String]

    @Option(
        help: "Wirings of each file, separated by commas.", completion: ToolArguments.hierarchyNames,
        transform: ToolArguments.hierarchies)
    var hierarchies: [Hierarchy] = Hierarchy.allCases

    @Option(parsing: .unconditional, help: "Seeds of each wiring, each of which gives up to two cases.")
    var seeds = 40

    @Option(parsing: .unconditional, help: "First seed.")
    var firstSeed: UInt64 = 1

    @Option(help: "Texts that give orders, one a line.", completion: .file(extensions: ["txt"]))
    var attacks: String?

    @Option(name: .customLong("out"), help: "File to write.", completion: .file(extensions: ["jsonl"]))
    var output: String

    @Option(help: "Runs at a time.")
    var workers = 1

    func validate() throws {
        guard !topologies.isEmpty else { throw ValidationError("name a topology file") }
        guard (1...100_000).contains(seeds) else { throw ValidationError("--seeds is 1 to 100000") }
        guard (1...64).contains(workers) else { throw ValidationError("--workers is 1 to 64") }
    }

    func run() async throws {
        try OutputFile.check(output)
        let attacks = try attacks.map(LLMCasesCommand.texts) ?? []
        var makers: [CaseMaker] = []
        for file in topologies {
            for hierarchy in hierarchies {
                let plan = try TopologySource(file: file).resolve(hierarchy: hierarchy).topology.plan
                guard case .emulated = plan.network.scenario else {
                    throw ToolFailure(.usage, "\(file): cases are made in emulated scenarios")
                }
                makers.append(
                    CaseMaker(plan: plan, topology: plan.network.name, attacks: attacks) { try CaseStore($0) })
            }
        }
        let cases = try makeAll(makers)
        guard !cases.isEmpty else { throw ToolFailure(.failed, "nothing was found in any run") }
        let lines = try cases.map { try CaseFile.line($0) + "\n" }
        try OutputFile.write(Data(lines.joined().utf8), to: output)
        for line in LLMCasesCommand.summary(cases) { Terminal.result(line) }
    }

    /// All runs, several at a time; the cases in the order of the runs, whichever ends first.
    private func makeAll(_ makers: [CaseMaker]) throws -> [EvaluationCase] {
        let (seeds, firstSeed, runs) = (seeds, firstSeed, makers.count * seeds)
        let made = Mutex((next: 0, cases: [[EvaluationCase]](repeating: [], count: runs), fault: String?.none))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let run = made.withLock { made in
                    made.next += 1
                    return made.fault == nil ? made.next - 1 : runs
                }
                guard run < runs else { return }
                do {
                    let cases = try makers[run / seeds].cases(seed: firstSeed + UInt64(run % seeds))
                    made.withLock { $0.cases[run] = cases }
                } catch {
                    made.withLock { $0.fault = "\(error)" }
                }
                if (run + 1) % 20 == 0 { Terminal.progress("\(run + 1) of \(runs) runs") }
            }
        }
        if let fault = made.withLock({ $0.fault }) {
            throw ToolFailure(.failed, "the rows of a case cannot be kept in a temporary file: \(fault)")
        }
        return made.withLock { $0.cases.flatMap { $0 } }
    }

    private static func texts(_ path: String) throws -> [String] {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20,
            let text = String(validating: data, as: UTF8.self)
        else { throw ToolFailure(.usage, "\(path): must be a text of at most 1 MB") }
        return text.split(separator: "\n").map(String.init)
    }

    private static func summary(_ cases: [EvaluationCase]) -> [String] {
        var table = TextTable(["variant", "cases", "held out", "right: none", "candidates"], numeric: [1, 2, 3, 4])
        for variant in Set(cases.map(\.variant)).sorted() {
            let own = cases.filter { $0.variant == variant }
            table.add([
                variant, "\(own.count)", "\(own.count(where: \.heldOut))",
                "\(own.count { $0.right.action == ActionKind.none.rawValue })",
                "\(own.reduce(0) { $0 + $1.candidates.count } / own.count)",
            ])
        }
        return table.lines + ["\(cases.count) cases, \(cases.count(where: \.heldOut)) of them held out"]
    }
}
