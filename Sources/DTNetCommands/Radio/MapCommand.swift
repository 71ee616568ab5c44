internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import RadioPropagation

/// `dtnet radio map`: path gain, SINR or interference over an area.
struct MapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Map path gain, SINR or interference of transmitters over a scene.",
        discussion: """
            One row per cell, row after row from the south-west: its centre and the path gain there, empty where no \
            path reaches it. The gain is the sum of the path powers at the cell's centre, or with --sample mean the \
            mean over 5 x 5 points of the cell. Cells cover the scene's box, or lie at the points of a file \
            (x_m,y_m). Heights are above z = 0. At the centre the receiver is the one of 'dtnet radio paths', \
            vertically polarised; the mean takes both polarisations, as the maps of Sionna RT do; --receiver says \
            otherwise.

            With several transmitters, from --tx given several times or --transmitters FILE.csv, a column 'cell' \
            names the one that serves: the one received best by its power over all subbands, or everywhere the one \
            of --served-by. --quantity sinr is its power over noise and the others' powers, --quantity interference \
            the others' powers in dBm; with powers by subband one column for all and one for each subband. The file \
            has the columns x_m,y_m,z_m and, where given, cell, power_dbm or power_1_dbm,power_2_dbm,..., antenna, \
            bearing_deg, downtilt_deg, slant_deg and load (share of time in which it interferes).

            Where --deadline passes, the rows of the cells that are done are written, the others are named and the \
            status is 1.
            """)

    @OptionGroup var options: RadioOptions

    @OptionGroup var reception: ReceptionOptions

    @Option(
        parsing: .unconditionalSingleValue,
        help: "Position of a transmitter in metres: x,y,z; may be given several times.",
        transform: RadioArguments.position)
    var tx: [SIMD3<Double>] = []

    @Option(help: "CSV file of transmitters.", completion: .file(extensions: ["csv"]))
    var transmitters: String?

    @Option(
        help: "What to map: gain, sinr or interference.",
        transform: { try RadioArguments.choice($0) as MapQuantity })
    var quantity: MapQuantity = .gain

    @Option(
        parsing: .unconditional, help: "Power of a transmitter over all subbands, dBm, where the file gives none.",
        transform: RadioArguments.dBm)
    var power = 43.0

    @Option(help: "Name of the transmitter that serves everywhere: that of the file's column cell, or 1, 2, ...")
    var servedBy: String?

    @Option(help: "Bandwidth that the noise is of, all subbands together.", transform: ToolArguments.frequency)
    var bandwidth = 20e6

    @Option(help: "Noise figure of the receiver, dB.")
    var noiseFigure = 9.0

    @Option(
        parsing: .unconditional, help: "Height of the map above z = 0, metres.", transform: RadioArguments.height)
    var height = 1.5

    @Option(
        help: "Edge of a cell in metres; with --points, of the square that --sample mean averages over (5).",
        transform: RadioArguments.metres)
    var cell: Double?

    @Option(help: "CSV file of cell centres, columns x_m,y_m (or x,y).", completion: .file(extensions: ["csv"]))
    var points: String?

    @Option(
        help: "Sample each cell at its centre, or as the mean of 5 x 5 points.",
        transform: { try RadioArguments.choice($0) as CellSample })
    var sample: CellSample = .centre

    @Flag(help: "Add the amplitudes of the paths, with their phases, instead of their powers.")
    var coherent = false

    @Option(help: "Draw the map to this PNG file.", completion: .file(extensions: ["png"]))
    var png: String?

    @Option(help: "Subband that the picture shows, from 1 (default: all together).")
    var subband: Int?

    func validate() throws {
        guard cell != nil || points != nil else {
            throw ValidationError("say where: --cell METRES over the whole scene, or --points FILE.csv")
        }
        guard tx.isEmpty != (transmitters == nil) else {
            throw ValidationError("say what transmits: --tx x,y,z, once or several times, or --transmitters FILE.csv")
        }
        guard tx.count <= TransmitterFile.most else {
            throw ValidationError("--tx is given more than \(TransmitterFile.most) times")
        }
        guard (0...60).contains(noiseFigure) else { throw ValidationError("--noise-figure is 0 to 60 dB") }
        guard subband == nil || png != nil else { throw ValidationError("--subband belongs to --png") }
    }

    /// At the centre what `dtnet radio paths` sums to, as a mean what Sionna RT's maps hold.
    var receivedPolarisation: ReceivedPolarisation {
        reception.receiver ?? (sample == .centre ? .vertical : .both)
    }

    func run() async throws {
        try OutputFile.check([options.out, png].compactMap(\.self))
        let sources = try sources()
        if let subband, quantity == .gain {
            throw ToolFailure(
                .usage,
                "--subband \(subband): a map of gains is that of the whole carrier; one of --quantity sinr or "
                    + "interference has subbands")
        }
        let server = try servedBy.map { name in
            guard let index = sources.firstIndex(where: { $0.name == name }) else {
                throw ToolFailure(.usage, "--served-by \(name): no transmitter of that name")
            }
            return index
        }
        let file = try points.map { try PointFile.read($0, height: height) }
        let run = try RadioRun(options, transmitters: sources.map(\.position))
        let layout = try MapLayout(file: file, cell: cell, height: height, scene: run.scene)
        let tracer = MapTracer(
            transmitters: sources, receiverAntenna: receivedPolarisation.antenna, sample: sample,
            sum: coherent ? .coherent : .powers)
        let maps = try tracer.maps(over: layout, run: run)
        let done = maps[0].gains.count
        let missing = layout.centres.count - done
        let noise = 1e-3 * pow(10, (-174 + noiseFigure) / 10) * bandwidth / Double(sources[0].powerWatts.count)
        let values =
            done == 0
            ? nil : MapValues(quantity, maps: maps, transmitters: sources, server: server, noiseWatts: noise)
        if let values { try write(values, layout, sources.map(\.position)) }
        var summary = MapSummary(maps: maps, values: values, missing: missing, run: run, command: self)
        summary.subbands = sources[0].powerWatts.count
        if options.json {
            Terminal.result(try summary.json())
        } else {
            for line in summary.lines { Terminal.progress(line) }
        }
        guard missing > 0 else { return }
        throw ToolFailure(
            .failed,
            "\(run.clock.deadlineText) after \(done) of \(layout.centres.count) cells: "
                + (values == nil
                    ? "nothing is written"
                    : "those from row \(done + 1), \(RadioRun.text(layout.centres[done])), on are missing")
                + "; give more time with --deadline, fewer cells or a lower --depth")
    }

    /// What transmits, by the file or by `--tx`.
    private func sources() throws -> [MapTransmitter] {
        guard let transmitters else {
            guard subband ?? 1 == 1 else {
                throw ToolFailure(
                    .usage,
                    "--subband \(subband ?? 1): transmitters of --tx have 1; the powers in a file of --transmitters "
                        + "may be by subband")
            }
            return tx.enumerated().map { number, position in
                MapTransmitter(
                    name: "\(number + 1)", position: position, antenna: options.transmitterAntenna,
                    powerWatts: [RadioArguments.watts(power)], load: 1)
            }
        }
        let file = try TransmitterFile.read(
            transmitters,
            defaults: TransmitterFile.Defaults(
                powerDbm: power, antenna: options.antenna, bearing: options.bearing, downtilt: options.downtilt,
                slant: options.slant))
        if let subband, !(1...file.subbands).contains(subband) {
            throw ToolFailure(.usage, "--subband \(subband): \(transmitters) has \(file.subbands)")
        }
        return file.transmitters
    }

    private func write(_ values: MapValues, _ layout: MapLayout, _ transmitters: [SIMD3<Double>]) throws {
        let table = layout.table(of: values)
        if let out = options.out {
            try OutputFile.write(Data(table), to: out)
        } else {
            Terminal.result(String(decoding: table.dropLast(), as: UTF8.self))
        }
        guard let png else { return }
        let column = values.columns[values.columns.count == 1 ? 0 : subband ?? 0]
        let picture = MapPicture(
            values: column, unit: quantity == .interference ? "dBm" : "dB", raster: layout.raster,
            transmitters: transmitters)
        try OutputFile.write(Data(picture.png), to: png)
    }
}
