internal import DTNetMessages
internal import Glibc
internal import Learning
internal import NetworkModel

/// The micro-twins of an edge's cells (DESIGN 8): corrected online by what the radio network measures, they give every
/// link of a report its standard deviation, and every user a prediction for link adaptation and beams.
///
/// A distance law per serving cell, with a track per link, costs a fraction of a microsecond per reading; where the
/// topology names another baseline, the channel engine on that baseline takes its place as soon as it is ready.
struct MicroTwins: Sendable {
    let network: NetworkConfiguration
    let cells: [UInt32]
    /// Position of a cell of the network among `cells`, -1 for others.
    let place: [Int]
    var models: [LogDistanceModel] {
        // Kept beside the models: they are asked for with every report, and a look into a model copies it.
        didSet { lawErrors = models.map { ($0.errorBeforeDb, $0.errorAfterDb) } }
    }
    private var lawErrors: [(before: Double, after: Double)]
    var corrected: CorrectedTwin?
    var lawPlaces = LawPlaces()
    /// Where the antennas of the network's cells are, metres, seen from a user's height.
    private let sites: [SIMD3<Double>]
    private let predictor: LinkPredictor
    private var steering: BeamSteering?
    private var cellWeight: [Float]
    /// Of the slices [cells of the network x slices]; empty where they count alike.
    private var sliceWeight: [Float] = []
    private var slices = 0
    private var weightExpires: UInt64 = .max
    var life: TwinLife
    var snapshots: TwinSnapshots
    /// Factor on the deviation of a reading, per cell of the edge; orders set it.
    var noiseFactor: [Double]
    /// Power of one reference resource element of 30 kHz, per cell of the network.
    let referencePowerDbm: [Float]
    /// Standard deviation of a reading from its quantisation and fading, dB.
    let readingDeviationDb: Double
    /// Epochs between two readings that are independent: reference signals are measured every 40 ms.
    private let learningEpochs: UInt64
    private var learntEpoch: UInt64?
    /// Readings that are older than what learns from them, and what that adds to the variances of the last report's
    /// links, dB^2; empty where none is.
    var stale: StaleReadings
    var staleVarianceDb: [Float] = []
    /// The links of the last report with their deviations: they hold until a twin learns or the links change.
    private var known: (links: Int, ue: [UInt32], ueCell: [UInt32], linkCell: [UInt32], deviationDb: [Float])?

    /// Standard deviation of a link that was not predicted yet: shadowing without line of sight and what a distance law
    /// leaves, dB.
    static let unknownDeviationDb: Float = 8

    /// UEs that one micro-twin remembers.
    private static let maxUEs = 1_024

    init(network: NetworkConfiguration, cells: [CellID]) {
        self.network = network
        self.cells = cells.map(\.rawValue)
        var place = Array(repeating: -1, count: network.cells.count)
        for (index, cell) in cells.enumerated() { place[cell.index] = index }
        self.place = place
        let intercept = MicroTwins.interceptDb(frequencyHz: network.carrier.frequencyHz)
        life = TwinLife(cells: cells.count, conditions: network.twinConditions)
        snapshots = TwinSnapshots(cells: cells.count)
        noiseFactor = Array(repeating: 1, count: cells.count)
        models = cells.map { _ in
            LogDistanceModel(cells: network.cells.count, interceptDb: intercept, maxUEs: MicroTwins.maxUEs)
        }
        lawErrors = Array(repeating: (0, 0), count: cells.count)
        sites = network.cells.map { SIMD3($0.xMetres, $0.yMetres, $0.heightMetres - 1.5) }
        predictor = LinkPredictor(network: network)
        steering = network.beams > 1 || network.hasPlatforms ? BeamSteering(network: network) : nil
        cellWeight = Array(repeating: 1, count: network.cells.count)
        let elements = 10 * log10(network.carrier.bandwidthHz / 30_000)
        referencePowerDbm = network.cells.map { Float($0.transmitPowerDbm - elements) }
        // An averaged gain still carries what fading leaves; a subband reading carries all of it (Rayleigh: 5.6 dB).
        learningEpochs = UInt64(max(1, (40 / network.epoch.milliseconds).rounded(.up)))
        stale = StaleReadings(
            periodMs: Double(learningEpochs) * network.epoch.milliseconds, epochMs: network.epoch.milliseconds)
        readingDeviationDb = network.reportedSubbands == 1 ? 1 : 2
        if network.twin.baseline == .tr38901, network.twin.model == nil { _ = adopt(map: nil, engine: nil) }
    }

    /// Path gain at 1 m of TR 38.901 UMa NLOS (Table 7.4.1-1, user at 1.5 m).
    private static func interceptDb(frequencyHz: Double) -> Double { -(13.54 + 20 * log10(frequencyHz / 1e9)) }

    /// Starts from a baseline that a job prepared; `false` where the fitted state does not belong to it.
    mutating func adopt(map: BaselineMap?, engine: ChannelEngine?) -> Bool {
        let periodMs = Double(learningEpochs) * network.epoch.milliseconds
        guard let twin = CorrectedTwin(network: network, map: map, engine: engine, learningPeriodMs: periodMs) else {
            return false
        }
        corrected = twin
        // What was kept is of the distance laws.
        snapshots = TwinSnapshots(cells: cells.count)
        lawPlaces = LawPlaces()
        return true
    }

    /// Goes on in a changed scene, with what was learnt where the baseline stayed.
    mutating func follow(_ map: BaselineMap) { corrected?.follow(map) }

    mutating func adopt(_ policy: Policy) {
        weightExpires = policy.expiresEpoch
        for (index, cell) in policy.cell.enumerated() { cellWeight[Int(cell)] = policy.weight[index] }
        slices = policy.slices
        sliceWeight = policy.sliceWeight.isEmpty ? [] : Array(repeating: 1, count: cellWeight.count * slices)
        guard !sliceWeight.isEmpty else { return }
        for (index, cell) in policy.cell.enumerated() {
            for slice in 0..<slices {
                sliceWeight[Int(cell) * slices + slice] = policy.sliceWeight[index * slices + slice]
            }
        }
    }

    private mutating func dropWeights() {
        weightExpires = .max
        for index in cellWeight.indices { cellWeight[index] = 1 }
        sliceWeight = []
    }

    /// Epochs are numbered anew: what was learnt stays, times and weights of before are over.
    mutating func restartEpochs() {
        learntEpoch = nil
        dropWeights()
        life.watch = MobilityWatch(cells: cells.count)
    }

    /// The channel of an epoch as the game needs it: the users that have something to receive, with their gains.
    mutating func channel(_ telemetry: Telemetry, epoch: UInt64) -> ChannelReport {
        if epoch >= weightExpires { dropWeights() }
        var report = ChannelReport()
        report.links = telemetry.links
        report.reportSubbands = telemetry.reportSubbands
        report.cell = telemetry.cell
        report.load = MicroTwins.loads(telemetry)
        report.throughputKbps = telemetry.throughputKbps
        let oldestMs = telemetry.readingAgeMs.max() ?? 0
        report.oldestEpoch = MicroTwins.oldestEpoch(ageMs: oldestMs, epoch: epoch, period: network.epoch)
        let weights = MicroTwins.weights(telemetry, ofCell: cellWeight, ofSlice: sliceWeight, slices: slices)
        if telemetry.backlogBytes.allSatisfy({ $0 != 0 }) {
            MicroTwins.copyAll(telemetry, weights, slotMs: Float(network.slot.milliseconds), into: &report)
        } else {
            MicroTwins.copyWaiting(telemetry, weights, slotMs: Float(network.slot.milliseconds), into: &report)
        }
        renewStale(&report, by: telemetry, oldestMs: oldestMs, epoch: epoch)
        steering?.steer(&report, by: telemetry)
        return report
    }

    /// Adds what the twins know of it: the deviation of every link, and their own errors.
    mutating func complete(_ report: inout ChannelReport) {
        for cell in report.cell {
            let errors = errors(servingCell: cell)
            report.errorBeforeDb.append(Float(errors.before))
            report.errorAfterDb.append(Float(errors.after))
        }
        if let known, known.linkCell == report.linkCell, known.ue == report.ue, known.ueCell == report.ueCell {
            report.deviationDb = known.deviationDb
        } else {
            let all = deviations(report.links, report.ue, report.ueCell, report.linkCell)
            known = (report.links, report.ue, report.ueCell, report.linkCell, all)
            report.deviationDb = all
        }
        widenStale(&report)
    }

    /// Adds what link adaptation and beam management go by; the report still holds its links and deviations. Mutating
    /// though it changes no twin: called from a mutating method, another would get a copy of all of them.
    ///
    /// - Parameter highestMCS: highest scheme of a cell's users, `MCSTable.uncapped` where nothing caps it.
    mutating func predict(_ report: inout ChannelReport, highestMCS: (UInt32) -> UInt32) {
        predictor.complete(&report, highestMCS: highestMCS) { ue, cell in
            corrected?.departures(ue: ue, cell: cell) ?? steering?.departures(ue: ue, cell: cell) ?? []
        }
    }

    /// Adds where the users are, for those who place platforms.
    func locate(_ report: inout ChannelReport) {
        if network.hasPlatforms { steering?.locate(&report) }
    }

    /// Adds how most users of each cell move and the weather, for those whose errors depend on it too.
    func addConditions(to report: inout ChannelReport) {
        let conditions = cells.indices.map { life.condition(slot: $0) }
        guard report.cell.count == cells.count, conditions.contains(where: { $0 != nil }) else { return }
        report.condition = conditions.map { $0.map { UInt32($0.index) } ?? TwinCondition.unknown }
    }

    func errors(servingCell cell: UInt32) -> (before: Double, after: Double) {
        if let corrected {
            let errors = corrected.errors(servingCell: Int(cell))
            return (errors.beforeDb, errors.afterDb)
        }
        guard place[Int(cell)] >= 0 else { return (0, 0) }
        return lawErrors[place[Int(cell)]]
    }

    /// Load of each cell: 1 where a full buffer waits, else the part of the PRBs that were in use, of those on subbands
    /// with power. On the others nothing is sent: of a cell that sends on half of them half of the PRBs in use is a
    /// full load.
    private static func loads(_ telemetry: Telemetry) -> [Float] {
        let width = telemetry.subbands
        var load = telemetry.prbUsedPercent.indices.map { index in
            let open = telemetry.powerWatts[index * width..<(index + 1) * width].count { $0 > 0 }
            return min(1, telemetry.prbUsedPercent[index] / 100 * Float(width) / Float(max(1, open)))
        }
        var slot = 0
        for (index, cell) in telemetry.ueCell.enumerated() where telemetry.backlogBytes[index] < 0 {
            while slot < telemetry.cell.count, telemetry.cell[slot] < cell { slot += 1 }
            if slot < telemetry.cell.count, telemetry.cell[slot] == cell { load[slot] = 1 }
        }
        return load
    }

    /// Full buffers everywhere: the arrays are taken over as they are.
    private static func copyAll(
        _ telemetry: Telemetry, _ weights: [Float], slotMs: Float, into report: inout ChannelReport
    ) {
        report.ue = telemetry.ue
        report.ueCell = telemetry.ueCell
        report.weight = weights
        report.demandKbps = telemetry.backlogBytes.map { demandKbps($0, slotMs: slotMs) }
        report.ueThroughputKbps = telemetry.ueThroughputKbps
        report.linkCell = telemetry.linkCell
        report.gainDb = telemetry.gainDb
        report.backgroundDbm = telemetry.backgroundDbm
        report.ueSlice = telemetry.ueSlice
    }

    /// Weight of each user: its cell's times its slice's in the cell.
    private static func weights(
        _ telemetry: Telemetry, ofCell: [Float], ofSlice: [Float], slices: Int
    ) -> [Float] {
        guard !ofSlice.isEmpty, !telemetry.ueSlice.isEmpty else { return telemetry.ueCell.map { ofCell[Int($0)] } }
        return zip(telemetry.ueCell, telemetry.ueSlice).map { cell, slice in
            let weight = ofCell[Int(cell)]
            return Int(slice) < slices ? weight * ofSlice[Int(cell) * slices + Int(slice)] : weight
        }
    }

    /// Only users that wait for something take part in the game.
    private static func copyWaiting(
        _ telemetry: Telemetry, _ weights: [Float], slotMs: Float, into report: inout ChannelReport
    ) {
        let links = telemetry.links
        let width = telemetry.reportSubbands
        for index in telemetry.ue.indices where telemetry.backlogBytes[index] != 0 {
            report.ue.append(telemetry.ue[index])
            report.ueCell.append(telemetry.ueCell[index])
            report.weight.append(weights[index])
            report.demandKbps.append(demandKbps(telemetry.backlogBytes[index], slotMs: slotMs))
            report.ueThroughputKbps.append(telemetry.ueThroughputKbps[index])
            if !telemetry.ueSlice.isEmpty { report.ueSlice.append(telemetry.ueSlice[index]) }
            report.linkCell += telemetry.linkCell[(index * links)..<((index + 1) * links)]
            report.gainDb += telemetry.gainDb[(index * links * width)..<((index + 1) * links * width)]
            report.backgroundDbm += telemetry.backgroundDbm[(index * width)..<((index + 1) * width)]
        }
    }

    /// Rate that empties the backlog within one slot, the soonest that it can be: a user that waits is the better off
    /// the sooner it is done. A full buffer (negative) can use any rate.
    private static func demandKbps(_ backlogBytes: Float, slotMs: Float) -> Float {
        backlogBytes < 0 ? -1 : max(1, backlogBytes * 8 / slotMs)
    }

    private static func oldestEpoch(ageMs: Float, epoch: UInt64, period: Instant.Span) -> UInt64 {
        let epochs = UInt64(min(Double(ageMs) / period.milliseconds, Double(epoch)))
        return epoch - epochs
    }

    /// Standard deviation of every link, by the micro-twin of the user's serving cell.
    private func deviations(
        _ linksPerUE: Int, _ ue: [UInt32], _ ueCell: [UInt32], _ linkCell: [UInt32]
    ) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(linkCell.count)
        if let corrected {
            for (link, cell) in linkCell.enumerated() {
                let known = corrected.deviationDb(ue: ue[link / linksPerUE], cell: cell)
                result.append(known ?? MicroTwins.unknownDeviationDb)
            }
            return result
        }
        MicroTwins.forEachCell(ueCell) { cell, rows in
            guard place[Int(cell)] >= 0 else {
                result += repeatElement(Float(readingDeviationDb), count: rows.count * linksPerUE)
                return
            }
            models[place[Int(cell)]].appendDeviations(
                of: ue, rows: rows, links: linksPerUE, linkCell: linkCell, to: &result)
        }
        return result
    }

    // MARK: - Learning

    /// Learns from the long-term gains (RSRP at the fixed reference power) of the telemetry, after the decision; a
    /// reading that is only repeated teaches nothing.
    mutating func learn(_ telemetry: Telemetry, epoch: UInt64) {
        if let learntEpoch, epoch < learntEpoch + learningEpochs { return }
        learntEpoch = epoch
        defer { noteLife(telemetry, epoch: epoch) }
        if corrected != nil {
            let reference = referencePowerDbm
            corrected?.learn(telemetry, stale, epoch: epoch, readingDeviationDb: readingDeviationDb) { link in
                telemetry.rsrpDbm[link] - reference[Int(telemetry.linkCell[link])]
            }
            steering?.learn(telemetry, by: corrected)
        } else {
            learnLaws(stale.withoutRepeats(telemetry, epoch: epoch))
        }
        guard let last = known else { return }
        let all = deviations(last.links, last.ue, last.ueCell, last.linkCell)
        known?.deviationDb = all
    }

    /// The distance laws take every link at once.
    private mutating func learnLaws(_ telemetry: Telemetry) {
        let distances = MicroTwins.distances(telemetry, to: sites)
        let gainsDb = MicroTwins.longTermGains(telemetry, referencePowerDbm)
        lawPlaces.note(telemetry, distances, gainsDb, slots: place, models: models)
        MicroTwins.learn(
            telemetry, distances, gainsDb, place: place, deviationsDb: noiseFactor.map { readingDeviationDb * $0 },
            models: &models)
    }

    /// Static, as what it calls: a closure that reads the twins would copy all of them for every cell.
    private static func learn(
        _ telemetry: Telemetry, _ distances: [Float], _ gainsDb: [Float], place: [Int], deviationsDb: [Double],
        models: inout [LogDistanceModel]
    ) {
        forEachCell(telemetry.ueCell) { cell, rows in
            let slot = place[Int(cell)]
            guard slot >= 0 else { return }
            models[slot].updateAll(
                ues: telemetry.ue, rows: rows, links: telemetry.links, linkCell: telemetry.linkCell,
                distances: distances, gainsDb: gainsDb, readingDeviationDb: deviationsDb[slot])
        }
    }

    /// Path gain from the reference signal: RSRP less the power of one resource element at the configured power.
    private static func longTermGains(_ telemetry: Telemetry, _ referencePowerDbm: [Float]) -> [Float] {
        zip(telemetry.linkCell, telemetry.rsrpDbm).map { cell, rsrpDbm in
            cell == .max ? 0 : rsrpDbm - referencePowerDbm[Int(cell)]
        }
    }

    /// Distance from a user to the cell of each of its links; negative where the user reported no position.
    private static func distances(_ telemetry: Telemetry, to sites: [SIMD3<Double>]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(telemetry.linkCell.count)
        for row in telemetry.ue.indices {
            let (x, y) = (Double(telemetry.xMetres[row]), Double(telemetry.yMetres[row]))
            let isPlaced = telemetry.positionDeviationMetres[row] >= 0
            for link in (row * telemetry.links)..<((row + 1) * telemetry.links) {
                let cell = telemetry.linkCell[link]
                guard cell != .max, isPlaced else {
                    result.append(-1)
                    continue
                }
                let site = sites[Int(cell)]
                let (dx, dy, dz) = (x - site.x, y - site.y, site.z)
                result.append(Float((dx * dx + dy * dy + dz * dz).squareRoot()))
            }
        }
        return result
    }

    /// Mean error of all micro-twins before and after correction, dB.
    var meanErrorDb: (before: Double, after: Double) {
        let count = Double(max(1, cells.count))
        var (before, after) = (0.0, 0.0)
        for cell in cells {
            let errors = errors(servingCell: cell)
            before += errors.before
            after += errors.after
        }
        return (before / count, after / count)
    }

    /// Gain of another cell by the law that a micro-twin has learnt of it, dB.
    func lawDb(twin: CellID, from cell: CellConfiguration, xMetres x: Double, yMetres y: Double) -> Double {
        let model = models[place[twin.index]]
        let (intercept, exponent) = model.parameters(ofCell: cell.id.index)
        let rise = cell.heightMetres - 1.5
        let square = (x - cell.xMetres) * (x - cell.xMetres) + (y - cell.yMetres) * (y - cell.yMetres) + rise * rise
        return intercept - 5 * exponent * log10(max(1, square))
    }

    /// Runs over the rows of equal serving cell; rows are in order of cell.
    private static func forEachCell(_ ueCell: [UInt32], _ body: (UInt32, Range<Int>) -> Void) {
        var start = 0
        while start < ueCell.count {
            var end = start + 1
            while end < ueCell.count, ueCell[end] == ueCell[start] { end += 1 }
            body(ueCell[start], start..<end)
            start = end
        }
    }
}
