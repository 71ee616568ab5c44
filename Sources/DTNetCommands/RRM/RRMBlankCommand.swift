internal import ArgumentParser
internal import Foundation
internal import ResourceAllocation

/// `dtnet rrm blank`: powers that leave a radar its subbands.
struct RRMBlankCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blank",
        abstract: "Cap powers before a predicted radar comes, at the least loss of rate.",
        discussion: """
            Reads a file (its schema: 'dtnet rrm schema blanking'). Prints when caps are in force, the cap of each \
            cell on each of the radar's subbands, what the radar then hears, the loss of value beside that of closing \
            every cell there, and the probability with which the radar is protected. Cells that keep their power are \
            counted only.
            """)

    @Argument(help: "Problem as JSON.", completion: .file(extensions: ["json"]))
    var problem: String

    @Flag(help: "Print the answer as JSON.")
    var json = false

    /// What the command prints as JSON.
    private struct Answer: Encodable {
        struct Cap: Encodable {
            var cell: String
            var subband: Int
            var powerWatts: Double
            var capWatts: Double
        }

        /// Null for silence.
        struct Heard: Encodable {
            var subband: Int
            var uncappedDbm: Double?
            var forecastDbm: Double?
            var raisedDbm: Double?
        }

        var fromSeconds: Double
        var untilSeconds: Double
        var caps: [Cap]
        var interference: [Heard]
        var limitDbm: Double
        var protection: Double
        var loss: Double
        var lossOfClosing: Double
    }

    func run() async throws {
        let file = try BlankingFile.read(at: problem)
        let answer = RRMBlankCommand.answer(file, file.plan())
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            Terminal.result(String(decoding: try encoder.encode(answer), as: UTF8.self))
        } else {
            show(file, answer)
        }
    }

    private static func answer(_ file: BlankingFile, _ plan: BlankingPlan) -> Answer {
        func dbm(_ watts: Double) -> Double? { watts > 0 ? 30 + 10 * log10(watts) : nil }
        let caps = file.cells.enumerated().flatMap { index, cell in
            file.radar.subbands.map { k in
                Answer.Cap(
                    cell: cell.name, subband: k, powerWatts: cell.powerWatts[k],
                    capWatts: plan.capWatts[index * file.subbands + k])
            }
        }
        return Answer(
            fromSeconds: plan.fromSeconds, untilSeconds: plan.untilSeconds, caps: caps,
            interference: plan.interference.map {
                .init(
                    subband: $0.subband, uncappedDbm: dbm($0.uncappedWatts), forecastDbm: dbm($0.forecastWatts),
                    raisedDbm: dbm($0.raisedWatts))
            }, limitDbm: file.radar.limitDbm, protection: plan.protection, loss: plan.loss,
            lossOfClosing: plan.lossOfClosing)
    }

    private func show(_ file: BlankingFile, _ answer: Answer) {
        func text(_ number: Double) -> String { String(format: "%.5g", number) }
        func level(_ dbm: Double?) -> String { dbm.map { String(format: "%.2f", $0) } ?? "silent" }
        let radar = file.radar
        Terminal.result(
            "\(file.name): \(file.cells.count) cells, \(file.subbands) subbands; \(radar.name) on "
                + radar.subbands.map(String.init).joined(separator: ", "))
        Terminal.result("caps in force from \(text(answer.fromSeconds)) s to \(text(answer.untilSeconds)) s")
        var table = TextTable(["cell", "subband", "power W", "cap W", "change dB"], numeric: [1, 2, 3, 4])
        let lowered = answer.caps.filter { $0.capWatts < $0.powerWatts }
        for cap in lowered {
            let change = cap.capWatts > 0 ? String(format: "%.2f", 10 * log10(cap.capWatts / cap.powerWatts)) : "closed"
            table.add([cap.cell, "\(cap.subband)", text(cap.powerWatts), text(cap.capWatts), change])
        }
        if !lowered.isEmpty { for line in table.lines { Terminal.result(line) } }
        Terminal.result("powers kept: \(answer.caps.count - lowered.count) of \(answer.caps.count)")
        let raised = "gains \(text(file.confidenceDeviations)) dev. up"
        var heard = TextTable(
            ["radar hears on", "without caps dBm", "with caps dBm", raised, "limit dBm"], numeric: [0, 1, 2, 3, 4])
        for entry in answer.interference {
            heard.add([
                "\(entry.subband)", level(entry.uncappedDbm), level(entry.forecastDbm), level(entry.raisedDbm),
                level(answer.limitDbm),
            ])
        }
        for line in heard.lines { Terminal.result(line) }
        let part = answer.lossOfClosing > 0 ? 100 * answer.loss / answer.lossOfClosing : 0
        Terminal.result(
            "loss of value \(text(answer.loss)): \(String(format: "%.1f", part)) % of closing every cell there, "
                + text(answer.lossOfClosing))
        Terminal.result(
            "protection: the limit is kept with probability \(String(format: "%.4f", answer.protection)) or more")
    }
}
