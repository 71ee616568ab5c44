internal import DTNetMessages
internal import Glibc
internal import Learning
internal import NetworkModel
internal import RadioPropagation

/// The micro-twins of an edge on a baseline from rays, from paths or from TR 38.901, corrected by the channel engine
/// (DESIGN 8). Learns and predicts a bounded number of links at a time, off the decision path; what it knows of a
/// link is looked up on it.
struct CorrectedTwin: Sendable {
    private let network: NetworkConfiguration
    private var map: BaselineMap?
    private let formula: CellFormula
    private(set) var engine: ChannelEngine
    /// Links learnt per call of `learn`; twice as many are predicted anew.
    private let quota: Int
    private var learnCursor = 0
    private var predictCursor = 0
    private var links = LinkTable()
    private var places = PlaceTable()
    /// The readings that were learnt, where the radio network repeats readings.
    private var anchors = ReadingAnchors()
    /// Where users are that report no position, or a vague one; nil where the baseline is a formula.
    private var soft: SoftPositions?
    /// Places of the user of a row's readings, by link; of the last row that needed them.
    private var softRow: (row: Int, places: [SoftPositions.Place?])?
    /// Mean squares of the error before and after correction, per cell of the network.
    private var squaredBefore: [Double]
    private var squaredAfter: [Double]
    /// Where the errors are, by serving cell.
    private(set) var tiles = ErrorTiles(weight: 0.05)

    /// One link every 2.5 ms: a fiftieth of a core at 1,000 inducing points.
    private static let linkPeriodMs = 2.5
    /// Weight of the newest error in its mean square.
    private static let errorWeight = 0.02

    /// - Parameter engine: state to start from; it must be of the baseline's parameters and the network's cells.
    /// - Parameter learningPeriodMs: time between two calls of `learn`.
    init?(network: NetworkConfiguration, map: BaselineMap?, engine: ChannelEngine?, learningPeriodMs: Double) {
        let parameters = map?.parameters ?? ChannelParameter.statistical
        if let engine, engine.parameters.map(\.name) != parameters.map(\.name) || engine.cells != network.cells.count {
            return nil
        }
        self.network = network
        self.map = map
        formula = CellFormula(frequencyHz: network.carrier.frequencyHz)
        if let engine {
            self.engine = engine
            self.engine.expectAllCells()
        } else {
            // A map is of rays, traced here or exported; a formula is not.
            var settings = map == nil ? ChannelEngine.Settings() : .rayTraced
            settings.pathGroups = map == nil ? 1 : 8
            self.engine = ChannelEngine(cells: network.cells.count, parameters: parameters, settings: settings)
        }
        quota = max(1, Int(learningPeriodMs / CorrectedTwin.linkPeriodMs))
        soft = map.map { SoftPositions(map: $0) }
        squaredBefore = Array(repeating: -1, count: network.cells.count)
        squaredAfter = squaredBefore
    }

    /// RMS error of the links that a serving cell's users reported, before and after correction, dB; 0 before any.
    func errors(servingCell cell: Int) -> (beforeDb: Double, afterDb: Double) {
        (max(0, squaredBefore[cell]).squareRoot(), max(0, squaredAfter[cell]).squareRoot())
    }

    /// Standard deviation of a link, dB; nil where it has not been predicted yet.
    func deviationDb(ue: UInt32, cell: UInt32) -> Float? { links.prediction(ue: ue, cell: cell)?.deviationDb }

    /// The last prediction of a link; nil before any.
    func prediction(ue: UInt32, cell: UInt32) -> ChannelPrediction? { links.prediction(ue: ue, cell: cell) }

    /// Time of the reading of a link that was learnt last, ms from epoch 0, and what was predicted at its place with
    /// it, dB; nil while the radio network repeats no readings.
    func anchor(ue: UInt32, cell: UInt32) -> (takenMs: Double, meanDb: Float)? { anchors.anchor(ue: ue, cell: cell) }

    /// Traced ways out of an antenna towards where a user was last heard, strongest first; empty where there are none.
    func traced(ue: UInt32, cell: UInt32) -> [BaselineMap.Departure] {
        guard let map, let place = places.value(ue) else { return [] }
        return map.departures(cell: Int(cell), xMetres: Double(place.x), yMetres: Double(place.y))
    }

    /// Ways out of the serving antenna towards where a user was last heard, strongest first: traced ones, else the
    /// straight line.
    func departures(ue: UInt32, cell: UInt32) -> [BaselineMap.Departure] {
        guard let place = places.value(ue) else { return [] }
        let traced = traced(ue: ue, cell: cell)
        if !traced.isEmpty { return traced }
        let site = network.cells[Int(cell)]
        let azimuth = atan2(Double(place.y) - site.yMetres, Double(place.x) - site.xMetres)
        return [BaselineMap.Departure(azimuthRadians: Float(azimuth), zenithRadians: .pi / 2, share: 1)]
    }

    /// Points of the baseline; nil where it is a formula.
    var grid: BaselineMap.Grid? { map?.grid }

    /// Gain of a cell at a place with the parameters and offsets of now, without what is learnt of single places, dB.
    func parametricDb(cell: UInt32, xMetres x: Double, yMetres y: Double) -> Double {
        engine.parametricDb(baseline(cell: cell, xMetres: x, yMetres: y), cell: cell)
    }

    /// What rays, paths or a formula say of a cell's link to a place.
    private func baseline(cell: UInt32, xMetres x: Double, yMetres y: Double) -> BaselinePrediction {
        if let map { return map.prediction(cell: Int(cell), xMetres: x, yMetres: y) }
        return formula.prediction(network.cells[Int(cell)], xMetres: x, yMetres: y)
    }

    /// Gain of a cell at a place with what is learnt of it, for a device that was never heard, dB.
    func gainDb(cell: UInt32, xMetres x: Double, yMetres y: Double, seconds: Double) -> Double {
        let query = ChannelQuery(
            cell: cell, phone: .max, seconds: seconds, place: channelPlace(cell: cell, xMetres: x, yMetres: y),
            baseline: baseline(cell: cell, xMetres: x, yMetres: y))
        return Double(engine.predict(query).meanDb)
    }

    /// Forgets what was learnt of a cell, and its error with it. At a place all that was learnt there goes, of links to
    /// any cell, since its users' links to all cells go through the same street; the error of the whole cell stays.
    mutating func forget(cell: UInt32, at place: OrderPlace?) {
        tiles.forget(cell: cell, at: place)
        guard let place else {
            engine.forget(cell: cell)
            squaredBefore[Int(cell)] = -1
            squaredAfter[Int(cell)] = -1
            return
        }
        for other in network.cells {
            engine.forget(
                cell: other.id.rawValue, near: SIMD2(place.xMetres, place.yMetres), radiusMetres: place.radiusMetres)
        }
    }

    /// Multiplies a parameter of the engine, as an order says.
    mutating func scale(_ parameter: TwinParameter, by factor: Double) { engine.scale(parameter, by: factor) }

    /// Goes back to what was kept of a cell.
    mutating func recall(_ snapshot: ChannelEngine.CellSnapshot, cell: UInt32) { engine.recall(snapshot, cell: cell) }

    /// Where the baseline moves by more than this, dB, readings of before say nothing of the scene as it is.
    private static let forgetDb = 3.0

    /// Takes the baseline of a changed scene. What was learnt stays, but for places where the baseline moved: residuals
    /// there are of a street that is no more, or already hold what the baseline says now.
    mutating func follow(_ next: BaselineMap) {
        guard let old = map, old.parameters.map(\.name) == next.parameters.map(\.name), old.cells == next.cells else {
            return
        }
        engine.forget { [engine] cell, place in
            let (x, y) = (Double(place.position.x), Double(place.position.y))
            let before = engine.parametricDb(
                old.prediction(cell: Int(cell), xMetres: x, yMetres: y), cell: cell)
            let after = engine.parametricDb(
                next.prediction(cell: Int(cell), xMetres: x, yMetres: y), cell: cell)
            return abs(after - before) > CorrectedTwin.forgetDb
        }
        map = next
        soft = SoftPositions(map: next)
    }

    // MARK: - Learning

    /// Learns from some of the links of a telemetry, save readings that are only repeated, and predicts some others
    /// anew.
    ///
    /// - Parameter readingDb: long-term gain of the link at an index of `telemetry.linkCell`.
    mutating func learn(
        _ telemetry: Telemetry, _ stale: StaleReadings, epoch: UInt64, readingDeviationDb: Double,
        readingDb: (Int) -> Float
    ) {
        let count = telemetry.linkCell.count
        guard count > 0 else { return }
        let seconds = Double(epoch) * network.epoch.seconds
        notePlaces(telemetry)
        softRow = nil
        for _ in 0..<min(quota, count) {
            learnCursor = (learnCursor + 1) % count
            learnNext(
                telemetry, stale, epoch: epoch, readingDeviationDb: Float(readingDeviationDb), readingDb: readingDb)
        }
        for _ in 0..<min(2 * quota, count) {
            predictCursor = (predictCursor + 1) % count
            guard let query = query(telemetry, link: predictCursor, seconds: seconds) else { continue }
            links.set(ue: query.phone, cell: query.cell, engine.predict(query))
        }
    }

    /// Learns from the link at the cursor, unless its reading was learnt already.
    private mutating func learnNext(
        _ telemetry: Telemetry, _ stale: StaleReadings, epoch: UInt64, readingDeviationDb: Float,
        readingDb: (Int) -> Float
    ) {
        let row = learnCursor / telemetry.links
        let seconds = Double(epoch) * network.epoch.seconds
        let takenMs = stale.isActive ? stale.takenMs(telemetry, row: row, epoch: epoch) : nil
        if let takenMs, let last = anchor(ue: telemetry.ue[row], cell: telemetry.linkCell[learnCursor]),
            stale.isSame(last.takenMs, takenMs)
        {
            return
        }
        var deviation = readingDeviationDb
        let place = softPlace(telemetry, link: learnCursor, seconds: seconds, readingDb: readingDb)
        if let place { deviation = (deviation * deviation + place.deviationDb * place.deviationDb).squareRoot() }
        let query = query(
            telemetry, link: learnCursor, seconds: takenMs.map { $0 / 1_000 } ?? seconds, at: place,
            taken: stale.place(telemetry, row: row))
        guard let query else { return }
        take(
            query, readingDb: readingDb(learnCursor), deviationDb: deviation, isSure: place == nil,
            servingCell: Int(telemetry.ueCell[row]))
        if let takenMs {
            anchors.set(ue: query.phone, cell: query.cell, takenMs: takenMs, meanDb: engine.predict(query).meanDb)
        }
    }

    private mutating func take(
        _ query: ChannelQuery, readingDb: Float, deviationDb: Float, isSure: Bool, servingCell: Int
    ) {
        // The last prediction of the link is what decisions went by: its error is the one that counts.
        if let known = links.prediction(ue: query.phone, cell: query.cell) {
            engine.calibrate(known, readingDb: readingDb)
            note(readingDb - query.baseline.gainDb, in: &squaredBefore[servingCell])
            note(readingDb - known.meanDb, in: &squaredAfter[servingCell])
            if let place = query.place {
                tiles.note(
                    cell: UInt32(servingCell), x: place.position.x, y: place.position.y,
                    errorDb: readingDb - known.meanDb)
            }
        }
        if isSure, let place = query.place {
            let error = readingDb - Float(engine.parametricDb(query.baseline, cell: query.cell))
            soft?.note(
                ue: query.phone, seconds: query.seconds, xMetres: Double(place.position.x),
                yMetres: Double(place.position.y), errorDb: error)
        }
        engine.learn(query, readingDb: readingDb, readingDeviationDb: deviationDb)
    }

    /// Where a link's reading is learnt whose user reports no sure position: nil where it does, and where the gains of
    /// its other links and its movement leave it too open.
    private mutating func softPlace(
        _ telemetry: Telemetry, link: Int, seconds: Double, readingDb: (Int) -> Float
    ) -> SoftPositions.Place? {
        let row = link / telemetry.links
        let deviation = telemetry.positionDeviationMetres[row]
        guard soft != nil, deviation < 0 || deviation > CorrectedTwin.vagueMetres else { return nil }
        if softRow?.row != row {
            let links = (row * telemetry.links..<(row + 1) * telemetry.links).filter { telemetry.linkCell[$0] != .max }
            let reported: (xMetres: Double, yMetres: Double, deviationMetres: Float)? =
                deviation < 0
                ? nil : (Double(telemetry.xMetres[row]), Double(telemetry.yMetres[row]), deviation)
            let found =
                soft?.places(
                    ue: telemetry.ue[row], seconds: seconds,
                    readings: links.map { .init(cell: telemetry.linkCell[$0], gainDb: readingDb($0)) },
                    reported: reported, engine: engine) ?? []
            var places = [SoftPositions.Place?](repeating: nil, count: telemetry.links)
            for (link, place) in zip(links, found) where place.isUsable { places[link % telemetry.links] = place }
            softRow = (row, places)
        }
        guard let place = softRow?.places[link % telemetry.links] else {
            // Not learnt from; to predict by, what is reported is better than where the user was before.
            if deviation >= 0 { places.set(telemetry.ue[row], SIMD2(telemetry.xMetres[row], telemetry.yMetres[row])) }
            return nil
        }
        places.set(telemetry.ue[row], SIMD2(Float(place.xMetres), Float(place.yMetres)))
        return place
    }

    private func note(_ errorDb: Float, in square: inout Double) {
        let new = Double(errorDb * errorDb)
        guard new.isFinite else { return }
        square = square < 0 ? new : square + CorrectedTwin.errorWeight * (new - square)
    }

    /// Standard deviation beyond which a position is vague, metres: half a street.
    private static let vagueMetres: Float = 15

    /// Whether a position is one to go by; without a map all are that are reported.
    private func isSure(_ deviationMetres: Float) -> Bool {
        deviationMetres >= 0 && (soft == nil || deviationMetres <= CorrectedTwin.vagueMetres)
    }

    private mutating func notePlaces(_ telemetry: Telemetry) {
        for row in telemetry.ue.indices where isSure(telemetry.positionDeviationMetres[row]) {
            places.set(telemetry.ue[row], SIMD2(telemetry.xMetres[row], telemetry.yMetres[row]))
        }
    }

    /// A link as the engine is asked for it; nil where no cell stands in it, or its user was never located.
    ///
    /// - Parameters:
    ///   - found: where its user is thought to be that reports no sure position.
    ///   - taken: where a user that reports a sure position was when the reading was taken; nil for where it is.
    private func query(
        _ telemetry: Telemetry, link: Int, seconds: Double, at found: SoftPositions.Place? = nil,
        taken: SIMD2<Float>? = nil
    ) -> ChannelQuery? {
        let cell = telemetry.linkCell[link]
        let row = link / telemetry.links
        let isReported = isSure(telemetry.positionDeviationMetres[row])
        let last = places.value(telemetry.ue[row])
        guard cell != .max, let place = isReported ? taken ?? last : last else { return nil }
        let isLocated = found != nil || isReported
        let (x, y) = (Double(place.x), Double(place.y))
        return ChannelQuery(
            cell: cell, phone: telemetry.ue[row], seconds: seconds,
            place: isLocated ? channelPlace(cell: cell, xMetres: x, yMetres: y) : nil,
            baseline: baseline(cell: cell, xMetres: x, yMetres: y))
    }

    /// A place of a user as a cell sees it.
    private func channelPlace(cell: UInt32, xMetres x: Double, yMetres y: Double) -> ChannelPlace {
        let site = network.cells[Int(cell)]
        let (east, north) = (x - site.xMetres, y - site.yMetres)
        return ChannelPlace(
            position: SIMD3(Float(x), Float(y), Float(MeanCellGain.userHeightMetres)),
            angleRadians: Float(atan2(north, east)), logDistance: formula.logDistance(site, east: east, north: north))
    }
}
