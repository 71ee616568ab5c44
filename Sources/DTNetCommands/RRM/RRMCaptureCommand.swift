internal import ArgumentParser
internal import Benchmarking
internal import Foundation
internal import NetworkModel
internal import ResourceAllocation
internal import Simulator
internal import Topology

/// `dtnet rrm capture`: the resource problem of a run, for study.
struct RRMCaptureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Take the resource problem of a run out, live or over, as it stood when an epoch began.",
        discussion: """
            Runs the emulated radio network again from its seed under the directives that the run has recorded, up to \
            the epoch, and writes the problem on its true gains. Epochs count as in the run's decisions.jsonl.
            """)

    @Argument(help: "Run folder.", completion: .directory)
    var run: String

    @Option(help: "Epoch; without it, the last recorded.")
    var epoch: UInt64?

    @Option(help: "File to write; without it, standard output.", completion: .file(extensions: ["json"]))
    var output: String?

    func run() async throws {
        if let output { try OutputFile.check(output) }
        let folder = try RunFolder(existing: run)
        let plan = try RunRecord.plan(of: folder)
        guard let history = FileManager.default.contents(atPath: folder.decisionsPath) else {
            throw ToolFailure(.usage, "\(folder.decisionsPath): cannot be read")
        }
        let recorded: RecordedNetwork
        do {
            recorded = try RecordedNetwork(plan: plan, history: RecordLine.read(history), epoch: epoch)
        } catch {
            throw ToolFailure(.usage, "\(run): \(words(error))")
        }
        guard let frozen = recorded.problem else {
            throw ToolFailure(.failed, "\(run): nobody has anything to receive when that epoch begins")
        }
        let name = "\(plan.network.name), epoch \(epoch.map { "\($0)" } ?? "last") of a run"
        let problem = ResourceProblem(frozen, name: name, frequencyHz: plan.network.carrier.frequencyHz)
        let inForce = Evaluation(frozen, powerWatts: recorded.powerWatts).networkValueMbps
        Terminal.progress(
            "\(recorded.directives) directives applied again; M of the powers in force "
                + String(format: "%.4f Mb/s", inForce))
        let text = try ResourceProblemFile.data(problem)
        if let output {
            try OutputFile.write(text, to: output)
        } else {
            Terminal.result(String(decoding: text, as: UTF8.self))
        }
    }

    private func words(_ fault: RecordedNetwork.Fault) -> String {
        switch fault {
        case .replay: "a replay has no problem to take out: cross gains are not known"
        case .noEpochs: "no epoch is recorded yet"
        case .epoch(let range):
            "--epoch is not recorded: \(range.lowerBound) to \(range.upperBound) are, but for gaps"
        }
    }
}
