internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import RadioPropagation

/// `dtnet radio map`: path gain over an area.
struct MapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Map the path gain of a transmitter over a scene.",
        discussion: """
            One row per cell, row after row from the south-west: its centre and the path gain there, empty where no \
            path reaches it. The gain is the sum of the path powers at the cell's centre, or with --sample mean the \
            mean over 5 x 5 points of the cell. Cells cover the scene's box, or lie at the points of a file \
            (x_m,y_m). Heights are above z = 0. At the centre the receiver is the one of 'dtnet radio paths', \
            vertically polarised; the mean takes both polarisations, as the maps of Sionna RT do; --receiver says \
            otherwise.
            """)

    @OptionGroup var options: RadioOptions

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

    func validate() throws {
        guard cell != nil || points != nil else {
            throw ValidationError("say where: --cell METRES over the whole scene, or --points FILE.csv")
        }
    }

    /// At the centre what `dtnet radio paths` sums to, as a mean what Sionna RT's maps hold.
    var receivedPolarisation: ReceivedPolarisation {
        options.receiver ?? (sample == .centre ? .vertical : .both)
    }

    func run() async throws {
        for path in [options.out, png].compactMap(\.self) { try OutputFile.check(path) }
        let file = try points.map { try PointFile.read($0, height: height) }
        let run = try RadioRun(options)
        let layout = try MapLayout(file: file, cell: cell, height: height, scene: run.scene)
        let map = try map(over: layout, run: run)
        let table = layout.table(of: map)
        if let out = options.out {
            try OutputFile.write(Data(table), to: out)
        } else {
            Terminal.result(String(decoding: table.dropLast(), as: UTF8.self))
        }
        if let png {
            let raster = layout.raster
            let picture = MapPicture(map: map, raster: raster, transmitter: options.tx)
            try OutputFile.write(Data(picture.png), to: png)
        }
        let summary = MapSummary(map: map, run: run, command: self)
        if options.json {
            Terminal.result(try summary.json())
        } else {
            for line in summary.lines { Terminal.progress(line) }
        }
    }

    /// Points that one call of the solver takes: enough to share work, few enough for memory and progress.
    private static let batch = 4_096

    private func map(over layout: MapLayout, run: RadioRun) throws -> RadioMap {
        let receiverAntenna = receivedPolarisation.antenna
        let offsets = sample.offsets.map { $0 * layout.cellMetres }
        let cellsPerBatch = max(1, MapCommand.batch / offsets.count)
        let total = layout.centres.count * offsets.count
        var samples: [Double] = []
        samples.reserveCapacity(total)
        for first in stride(from: 0, to: layout.centres.count, by: cellsPerBatch) {
            let cells = layout.centres[first..<min(first + cellsPerBatch, layout.centres.count)]
            let set = try run.paths(
                to: cells.flatMap { centre in offsets.map { centre + $0 } }, done: samples.count, total: total)
            for receiver in 0..<set.receiverCount {
                samples.append(
                    set.pathGain(
                        receiver: receiver, transmitterAntenna: options.transmitterAntenna,
                        receiverAntenna: receiverAntenna, sum: coherent ? .coherent : .powers))
            }
        }
        return RadioMap(samples: samples, perCell: offsets.count)
    }
}

/// Where a map's cells lie.
struct MapLayout {
    var centres: [SIMD3<Double>]
    var cellMetres: Double
    private var labels: [(x: String, y: String)]?
    private var grid: MapGrid?

    /// Cells over all of a scene, at most.
    private static let mostCells = 20_000_000

    init(file: PointFile?, cell: Double?, height: Double, scene: Scene) throws {
        cellMetres = cell ?? 5
        if let file {
            centres = file.points.map { SIMD3($0.x, $0.y, height) }
            labels = file.labels
            return
        }
        let size = scene.bounds().size
        guard size.x / cellMetres * (size.y / cellMetres) < Double(MapLayout.mostCells) else {
            throw ToolFailure(
                .usage, "--cell \(cellMetres): more than \(MapLayout.mostCells) cells over the scene; take larger ones")
        }
        let grid = MapGrid(covering: scene.bounds(), cellMetres: cellMetres, heightMetres: height)
        self.grid = grid
        centres = grid.centres
    }

    /// `x_m,y_m,path_gain_db`, empty where no path reaches.
    func table(of map: RadioMap) -> [UInt8] {
        var table = DecimalText()
        table.append("x_m,y_m,path_gain_db\n")
        for point in centres.indices {
            if let labels {
                table.append("\(labels[point].x),\(labels[point].y),")
            } else {
                let decimals = (cellMetres * 100).rounded() == cellMetres * 100 ? 2 : 6
                table.append(centres[point].x, decimals: decimals)
                table.append(",")
                table.append(centres[point].y, decimals: decimals)
                table.append(",")
            }
            if let gain = map.gainDb(point) { table.append(gain, decimals: 3) }
            table.append("\n")
        }
        return table.bytes
    }

    /// The cells as a raster for a picture; points of a file go into the cell they lie in.
    var raster: MapRaster {
        guard let grid else { return MapRaster(points: centres, step: cellMetres) }
        return MapRaster(
            origin: grid.origin, step: grid.cellMetres, columns: grid.columns, rows: grid.rows, cells: nil)
    }
}

/// What a run of `dtnet radio map` found.
struct MapSummary: Encodable {
    var scene: String
    var frequencyHz: Double
    var depth: Int
    var interactions: String
    var sample: String
    var receiver: String
    var cells: Int
    var covered: Double
    var medianPathGainDb: Double?
    var complete: Bool
    var loadSeconds: Double
    var pathSeconds: Double
    var fieldSeconds: Double
    var out: String?
    var png: String?

    init(map: RadioMap, run: RadioRun, command: MapCommand) {
        let options = command.options
        scene = run.scene.name
        frequencyHz = options.frequency
        depth = options.depth
        interactions = RadioArguments.text(of: options.interactions)
        sample = command.sample.rawValue
        receiver = command.receivedPolarisation.rawValue
        cells = map.gains.count
        covered = map.coverage
        let gains = map.gains.indices.compactMap(map.gainDb).sorted()
        medianPathGainDb = gains.isEmpty ? nil : gains[gains.count / 2]
        complete = run.isComplete
        loadSeconds = run.loadSeconds
        pathSeconds = run.pathSeconds
        fieldSeconds = run.fieldSeconds
        out = options.out
        png = command.png
    }

    var lines: [String] {
        let hundredths = { (value: Double) in (value * 100).rounded() / 100 }
        var lines = [
            "\(cells) cells, \(hundredths(100 * covered)) % covered: scene \(hundredths(loadSeconds)) s, "
                + "paths \(hundredths(pathSeconds)) s, fields \(hundredths(fieldSeconds)) s"
        ]
        if !complete { lines.append("paths may be missing: the search met its bound on candidate surfaces") }
        return lines
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
