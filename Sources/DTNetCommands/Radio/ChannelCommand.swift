internal import ArgumentParser
internal import Foundation
internal import RadioPropagation

/// `dtnet radio channel`: the complex channel between the antenna ports of a transmitter and receivers.
struct ChannelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel",
        abstract: "Give the complex channel between antenna arrays: per subband, per path, or as taps.",
        discussion: """
            The table has one row per receiver, pair of ports and subband: \(ChannelTables.subbandHeader). It holds \
            the amplitude at the subband's centre, carrier phase included, between ports of the arrays: its squared \
            magnitude is received over sent power. Ports count from 1, position after position: columns in turn, \
            each from the top; then the same positions in the second polarisation. Without further options there is \
            one position at either end with a vertical port 1 and a horizontal port 2.

            --cir writes the impulse response with exact delays, one row per path and pair of ports: \
            \(ChannelTables.pathHeader). Paths are those of 'dtnet radio paths', in its order; there are their \
            surfaces and directions. --taps writes what a receiver of --bandwidth samples of it, from the first path \
            on: \(ChannelTables.tapHeader).

            A receiver that no path reaches has no row; how many there are is said on standard error. Where \
            --deadline passes, the rows of the receivers that are done are written, the others are named and the \
            status is 1.
            """)

    @OptionGroup var options: RadioOptions

    @OptionGroup var arrays: ArrayOptions

    @Option(help: "Subbands of equal width that the bandwidth is cut into, 1 to 4096.")
    var subbands = 1

    @Option(help: "Bandwidth around the carrier, all subbands together.", transform: ToolArguments.frequency)
    var bandwidth = 20e6

    @Option(help: "Write the impulse response by path to this CSV file.", completion: .file(extensions: ["csv"]))
    var cir: String?

    @Option(help: "Write the sampled impulse response to this CSV file.", completion: .file(extensions: ["csv"]))
    var taps: String?

    @Option(help: "Taps of the sampled response, 1 to 65536.")
    var tapCount = 64

    @OptionGroup var links: LinkOptions

    /// Rows of a table, at most.
    private static let mostRows = 20_000_000

    func validate() throws {
        guard (1...4_096).contains(subbands) else { throw ValidationError("--subbands is 1 to 4096") }
        guard (1...65_536).contains(tapCount) else { throw ValidationError("--tap-count is 1 to 65536") }
        guard bandwidth < 2 * options.frequency else {
            throw ValidationError("--bandwidth reaches below 0 Hz: give less than twice --frequency")
        }
    }

    func run() async throws {
        try OutputFile.check([options.out, cir, taps].compactMap(\.self))
        let receivers = try links.receivers(of: "channel")
        var tables = ChannelTables(
            transmitter: arrays.transmitter(options), receiver: arrays.receiver,
            subbands: Subbands(count: subbands, widthHz: bandwidth / Double(subbands)),
            taps: taps == nil ? nil : tapCount, hasPaths: cir != nil)
        let rows = Double(receivers.count) * Double(tables.pairs) * Double(max(subbands, tables.taps ?? 1))
        guard rows <= Double(ChannelCommand.mostRows) else {
            throw ToolFailure(
                .usage,
                "\(receivers.count) receivers, \(tables.pairs) pairs of ports and \(max(subbands, tables.taps ?? 1)) "
                    + "subbands or taps are more than \(ChannelCommand.mostRows) rows: ask for fewer")
        }
        let run = try RadioRun(options, transmitters: [links.tx])
        var summary = try links.trace(receivers, run: run, options: options) { tables.append($0) }
        if summary.isWritten {
            try write(tables)
            (summary.cir, summary.taps) = (cir, taps)
        }
        try summary.report(asJSON: options.json)
        try summary.check(run: run, receivers: receivers)
    }

    private func write(_ tables: ChannelTables) throws {
        if let cir { try OutputFile.write(Data(tables.byPath.bytes), to: cir) }
        if let taps { try OutputFile.write(Data(tables.byTap.bytes), to: taps) }
        if let out = options.out {
            try OutputFile.write(Data(tables.bySubband.bytes), to: out)
        } else {
            Terminal.result(String(decoding: tables.bySubband.bytes.dropLast(), as: UTF8.self))
        }
    }
}
