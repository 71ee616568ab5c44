internal import Benchmarking
internal import Foundation
internal import NetworkModel

/// What the radio network's process left in the run folder at its exit.
struct RunResult: Sendable {
    let folder: RunFolder

    /// The row that its ledger gives, nil where it left none.
    let row: BenchRow?

    init(folder: RunFolder) {
        self.folder = folder
        let data = FileManager.default.contents(atPath: folder.resultPath)
        row = data.flatMap { try? JSONDecoder().decode(BenchRow.self, from: $0) }
    }

    /// The row with what the supervisor alone knows: processor time and bytes on the wires.
    func row(_ outcome: RunOutcome) -> BenchRow? {
        guard var row else { return nil }
        row.cpuSeconds = .value(outcome.processorSeconds)
        row.bytesPerEpoch = Measured(outcome.bytesPerEpoch, or: "the run ended before the bytes were counted twice")
        row.details["measured_seconds"] = outcome.measured.seconds
        row.details["process_restarts"] = Double(outcome.restarts)
        return row
    }
}

extension BenchReport {
    /// Writes the report as JSON.
    func write(to path: String) throws {
        do {
            try json().write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ToolFailure(.failed, "cannot write \(path): \(error.localizedDescription)")
        }
    }

    /// Prints the report on standard output, as a table or as JSON.
    func show(asJSON: Bool) throws {
        let text = asJSON ? String(decoding: try json(), as: UTF8.self) : BenchTable(self, usesColour: Terminal.resultsShowColours).text
        Terminal.result(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }
}
