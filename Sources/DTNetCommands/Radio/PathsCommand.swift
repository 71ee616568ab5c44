internal import ArgumentParser
internal import Foundation
internal import RadioPropagation

/// `dtnet radio paths`: every path from a transmitter to some receivers, one row each.
struct PathsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paths",
        abstract: "Trace the paths from a transmitter to receivers.",
        discussion: """
            One row per path, ordered by receiver, then by its number of interactions: position of the receiver, \
            interactions, delay, gain between the antennas, phase, directions of departure and arrival, Doppler \
            shift, and the surfaces it met. A receiver that no path reaches (inside a building, or out of reach at \
            this depth) has no row; how many of both there are is said on standard error. Where --deadline passes, \
            the rows of the receivers that are done are written, the others are named and the status is 1.
            """)

    @OptionGroup var options: RadioOptions

    @OptionGroup var reception: ReceptionOptions

    @OptionGroup var links: LinkOptions

    func run() async throws {
        if let out = options.out { try OutputFile.check(out) }
        let receivers = try links.receivers(of: "paths")
        let run = try RadioRun(options, transmitters: [links.tx])
        var table = PathTable(
            scene: run.scene, transmitterAntenna: options.transmitterAntenna,
            receiverAntenna: (reception.receiver ?? .vertical).antenna)
        let summary = try links.trace(receivers, run: run, options: options) { table.append($0) }
        if summary.isWritten { try write(table) }
        try summary.report(asJSON: options.json)
        try summary.check(run: run, receivers: receivers)
    }

    private func write(_ table: PathTable) throws {
        if let out = options.out {
            try OutputFile.write(Data(table.text), to: out)
        } else if !options.json {
            Terminal.result(String(decoding: table.text.dropLast(), as: UTF8.self))
        }
    }
}
