internal import ArgumentParser
internal import BaselineTracing
internal import Benchmarking
internal import Foundation
internal import Learning
internal import NetworkModel
internal import RadioPropagation
internal import Topology

/// `dtnet radio interference`: what the users of each micro-twin's cell would meet, per subband.
struct InterferenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interference",
        abstract: "Map the interference per subband of every micro-twin of a topology.",
        discussion: """
            One row per point of a micro-twin: x_m, y_m, cell (whose twin it is), then the mean power from all other \
            cells in dBm, over all subbands and for each of them. --quantity sinr is the cell's own power over noise \
            and the others', --quantity gain its path gain.

            Gains are what an edge starts from: the baseline of the topology's twin (rays in its scene with the edits \
            of now, exported paths, or a formula), corrected by the fitted state of --model or twin.model; a running \
            edge leaves such a state in its run's folder twins/. What was learnt of single places is left out. \
            Powers are equal in all subbands and every cell always sends, or they are what a run had come to \
            (--powers): those that each cell applied last and the loads that L3 heard last.
            """)

    @Argument(help: "Topology file.", completion: .file(extensions: ["yaml", "yml"]))
    var topology: String

    @Option(help: "Folder or file of the measured trace, in place of the file's.", completion: .directory)
    var trace: String?

    @Option(help: "Name of the cell whose micro-twin is mapped, or all.")
    var cell = "all"

    @Option(
        help: "What to map: interference, sinr or gain.",
        transform: { try RadioArguments.choice($0) as MapQuantity })
    var quantity: MapQuantity = .interference

    @Option(help: "Folder of a run, live or over, whose powers and loads hold.", completion: .directory)
    var powers: String?

    @Option(help: "Fitted state of the twins, in place of the file's.", completion: .file())
    var model: String?

    @OptionGroup var time: TimeOptions

    @Option(help: "Write the table to this CSV file, else to standard output.", completion: .file(extensions: ["csv"]))
    var out: String?

    @Option(help: "Draw the map of one cell to this PNG file.", completion: .file(extensions: ["png"]))
    var png: String?

    @Option(help: "Subband that the picture shows, from 1 (default: all together).")
    var subband: Int?

    @Flag(help: "Print a summary as JSON.")
    var json = false

    /// Rows of a table, at most.
    private static let mostRows = 20_000_000

    func validate() throws {
        guard png == nil || cell != "all" else { throw ValidationError("--png draws one map: name it with --cell") }
        guard subband == nil || png != nil else { throw ValidationError("--subband belongs to --png") }
        guard !json || out != nil else { throw ValidationError("--json prints the summary: name the table with --out") }
    }

    func run() async throws {
        try OutputFile.check([out, png].compactMap(\.self))
        let network = try network()
        let cells = try chosen(of: network)
        let inForce = try powers.map { try recorded($0, network) } ?? PowersInForce(equalIn: network)
        let twins = try twins(of: network)
        for notice in twins.notices { Terminal.progress("twin.model: \(notice)") }
        let grid = MapGrid(
            origin: SIMD3(twins.grid.xMetres, twins.grid.yMetres, BaselineTracer.userHeightMetres),
            cellMetres: twins.grid.spacingMetres, columns: twins.grid.columns, rows: twins.grid.rows)
        guard cells.count <= InterferenceCommand.mostRows / grid.count else {
            throw ToolFailure(
                .usage,
                "\(cells.count) micro-twins of \(grid.count) points are more than "
                    + "\(InterferenceCommand.mostRows) rows: name one with --cell, or raise twin.spacing")
        }
        try write(cells, network, inForce, twins.maps, MapLayout(grid: grid))
    }

    // MARK: - Input

    private func network() throws -> NetworkConfiguration {
        var network = try TopologySource(file: topology, trace: trace).resolve().topology.plan.network
        if let model {
            guard FileManager.default.fileExists(atPath: model) else {
                throw ToolFailure(.usage, "--model \(model): no such file")
            }
            network.twin.model = model
        }
        if let folder = network.twin.model, folder.hasSuffix("/") {
            throw ToolFailure(
                .usage, "\(topology): twin.model: \(folder): name the state of one edge in it with --model")
        }
        if let deadline = time.deadline { network.twin.deadlineSeconds = deadline.seconds }
        if let subband, !(1...network.carrier.subbands).contains(subband) {
            throw ToolFailure(.usage, "--subband \(subband): \(topology) has \(network.carrier.subbands)")
        }
        return network
    }

    /// Indices of the cells whose twins are mapped.
    private func chosen(of network: NetworkConfiguration) throws -> [Int] {
        if cell == "all" { return Array(network.cells.indices) }
        guard let index = network.cells.firstIndex(where: { $0.name == cell }) else {
            let names = network.cells.prefix(8).map(\.name).joined(separator: ", ")
            let more = network.cells.count > 8 ? " and \(network.cells.count - 8) more" : ""
            throw ToolFailure(.usage, "--cell \(cell): the cells of \(topology) are \(names)\(more)")
        }
        return [index]
    }

    private func recorded(_ folder: String, _ network: NetworkConfiguration) throws -> PowersInForce {
        let run = try RunFolder(existing: folder)
        let plan = try RunRecord.plan(of: run)
        guard plan.network.cells.map(\.name) == network.cells.map(\.name),
            plan.network.carrier.subbands == network.carrier.subbands
        else { throw ToolFailure(.usage, "--powers \(folder): the run has other cells or subbands than \(topology)") }
        guard let history = FileManager.default.contents(atPath: run.decisionsPath) else {
            throw ToolFailure(.usage, "\(run.decisionsPath): cannot be read")
        }
        return PowersInForce(RecordLine.read(history), network: network)
    }

    private func twins(of network: NetworkConfiguration) throws -> TwinMaps {
        let clock = time.start()
        let showsProgress = time.progress || Terminal.isWatched
        do {
            return try TwinMaps(of: network) { line in
                if showsProgress { Terminal.progress(line) }
            }
        } catch {
            let isLate = clock.elapsedSeconds >= network.twin.deadlineSeconds
            throw ToolFailure(isLate ? .failed : .usage, "\(topology): twin: \(error)")
        }
    }

    // MARK: - Output

    private func write(
        _ cells: [Int], _ network: NetworkConfiguration, _ inForce: PowersInForce, _ maps: [RadioMap],
        _ layout: MapLayout
    ) throws {
        let transmitters = network.cells.enumerated().map { index, cell in
            MapTransmitter(
                name: cell.name, position: SIMD3(cell.xMetres, cell.yMetres, cell.heightMetres),
                antenna: BaselineTracer.antenna(of: cell), powerWatts: inForce.watts[index],
                load: inForce.loads[index])
        }
        let carrier = network.carrier
        let noise =
            1e-3 * pow(10, (-174 + carrier.noiseFigureDb) / 10) * carrier.bandwidthHz / Double(carrier.subbands)
        var summary = InterferenceSummary(topology: topology, network: network, command: self)
        summary.points = layout.centres.count
        var table: [UInt8] = []
        for cell in cells {
            var values = MapValues(
                quantity, maps: maps, transmitters: transmitters, server: cell, noiseWatts: noise)
            if values.servers == nil {
                values.header.insert("cell", at: 0)
                values.servers = Array(repeating: network.cells[cell].name, count: layout.centres.count)
            }
            let part = layout.table(of: values)
            let isFirst = table.isEmpty
            table += isFirst ? part[...] : part[((part.firstIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)...]
            summary.add(network.cells[cell].name, values)
            if let png { try draw(values, layout, transmitters.map(\.position), to: png) }
        }
        if let out {
            try OutputFile.write(Data(table), to: out)
        } else {
            Terminal.result(String(decoding: table.dropLast(), as: UTF8.self))
        }
        if json {
            Terminal.result(try summary.json())
        } else {
            for line in summary.lines { Terminal.progress(line) }
        }
    }

    private func draw(
        _ values: MapValues, _ layout: MapLayout, _ transmitters: [SIMD3<Double>], to path: String
    ) throws {
        let picture = MapPicture(
            values: values.columns[values.columns.count == 1 ? 0 : subband ?? 0],
            unit: quantity == .interference ? "dBm" : "dB", raster: layout.raster, transmitters: transmitters)
        try OutputFile.write(Data(picture.png), to: path)
    }
}
