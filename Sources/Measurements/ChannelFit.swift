package import Learning

/// Teaches an engine from readings, and asks it about others: what `dtnet radio fit` and the drives bench do.
package struct ChannelFit: Sendable {
    /// What the engine corrects: the given baseline, its scene corrected once readings were learnt.
    package private(set) var baseline: any LinkBaseline
    /// The baseline as it was given.
    package let drawing: any LinkBaseline
    package private(set) var engine: ChannelEngine
    /// How wide cold intervals are; nil where the readings were too few to tell, or the time too short.
    package private(set) var coldInterval: ColdInterval?
    /// What the devices that were learnt from read on the same ground.
    private var sideBySide = DevicesSideBySide([])

    /// What is assumed of a map of serving cells before any reading of it, and how far fitted laws are trusted. Chosen
    /// on some pairs of drives, reported on others (docs/decisions/0016-channel-engine.md).
    package static var assumedSettings: ChannelEngine.Settings {
        var settings = ChannelEngine.Settings()
        settings.phoneDeviationDb = 1.2
        settings.cellDeviationDb = 1.5
        settings.kernel.wideVariance = 800
        settings.kernel.wideMetres = 550
        settings.kernel.localVariance = 30
        settings.kernel.localMetres = 220
        settings.kernel.cellVariance = 10
        settings.kernel.cellMetres = 45
        settings.kernel.antennaVariance = 20
        settings.kernel.antennaRadians = 0.15
        settings.kernel.antennaDecades = 0.2
        settings.kernel.trackVariance = 10
        settings.kernel.trackSeconds = 115
        settings.kernel.placeVariance = 0.6
        settings.kernel.readingVariance = 1
        settings.persistence.sameCell = 0.5
        settings.persistence.otherCell = 1
        return settings
    }

    /// The same for a ray-traced baseline, as edges take it.
    package static var assumedRaySettings: ChannelEngine.Settings { .rayTraced }

    /// The same for a map that was solved as a whole: what it lacks where no drive was spreads by some 13 dB.
    package static var assumedMapSettings: ChannelEngine.Settings {
        var settings = assumedSettings
        settings.kernel.wideVariance = 200
        return settings
    }

    /// Trust in log-distance laws with fitted sites.
    package static let trustInFittedSites = 0.5

    package init(
        baseline: any LinkBaseline, cells: Int, settings: ChannelEngine.Settings = ChannelFit.assumedSettings
    ) {
        self.baseline = baseline
        drawing = baseline
        var settings = settings
        settings.pathGroups = baseline.pathGroups
        engine = ChannelEngine(cells: max(1, cells), parameters: baseline.parameters, settings: settings)
    }

    /// What was learnt of the scene; empty where the baseline has none.
    package var scene: SceneCorrection { (baseline as? RayTracedBaseline)?.correction ?? SceneCorrection() }

    /// What a device reads above the others, dB: where it drove the ground of others, what it read beside them there;
    /// else, or where that is more, the bias that the engine has learnt.
    package func offsetDb(ofPhone phone: UInt32) -> Double {
        let bias = engine.bias(ofPhone: phone).meanDb
        let offsets = sideBySide.offsetsDb
        guard Int(phone) < offsets.count, let beside = offsets[Int(phone)] else { return bias }
        return abs(beside) > abs(bias) ? beside : bias
    }

    /// Whether a device reads so far above or below the others that it is none of their kind: more than three standard
    /// deviations of what devices are assumed to differ by. A map that is free to bend takes such a device for shadow,
    /// so that its bias alone would not tell.
    package func isBiasUnlikely(ofPhone phone: UInt32) -> Bool {
        abs(offsetDb(ofPhone: phone)) > 3 * Double(engine.settings.phoneDeviationDb)
    }

    /// Queries of readings, in order.
    package func queries(_ rows: [DriveReading]) -> [ChannelQuery] {
        queries(rows) { _ in true }.compactMap(\.self)
    }

    /// The same as far as time allows: nil for readings whose baseline was not worked out when `goesOn` said no.
    package func queries(_ rows: [DriveReading], goesOn: (FitProgress) -> Bool) -> [ChannelQuery?] {
        ChannelFit.queries(rows, of: baseline, goesOn: goesOn)
    }

    /// The same of the baseline as it was given.
    package func drawnQueries(
        _ rows: [DriveReading], goesOn: (FitProgress) -> Bool = { _ in true }
    ) -> [ChannelQuery?] {
        ChannelFit.queries(rows, of: drawing, goesOn: goesOn)
    }

    private static func queries(
        _ rows: [DriveReading], of baseline: any LinkBaseline, goesOn: (FitProgress) -> Bool
    ) -> [ChannelQuery?] {
        let placed = rows.indices.filter { rows[$0].position != nil }
        let links = baseline.predict(
            cells: placed.map { rows[$0].cell }, positions: placed.compactMap { rows[$0].position }
        ) { goesOn(FitProgress(stage: .baseline, done: $0, total: placed.count)) }
        var queries = rows.map { row -> ChannelQuery? in
            row.position == nil
                ? ChannelQuery(
                    cell: row.cell, phone: row.phone, seconds: row.seconds, place: nil,
                    baseline: baseline.predict(cell: row.cell)) : nil
        }
        for (index, link) in zip(placed, links) {
            guard let link else { continue }
            let row = rows[index]
            queries[index] = ChannelQuery(
                cell: row.cell, phone: row.phone, seconds: row.seconds, place: link.place, baseline: link.prediction)
        }
        return queries
    }

    /// Learns all readings in order of time, twice: the second pass starts from the parameters of the first. Over a
    /// solved map the width of cold intervals is all that is left to learn: it holds its readings already, and they
    /// would count twice.
    ///
    /// - Parameters:
    ///   - readingDeviationDb: standard deviation of one reading from fading and quantisation.
    ///   - refits: searches the kernel between the passes.
    ///   - learnsScene: of a ray-traced baseline, learns first what its drawing lacks.
    ///   - goesOn: asked now and then; what was learnt until it says no stands.
    /// - Returns: readings learnt, over both passes: twice as many as there are rows where nothing stopped it.
    @discardableResult
    package mutating func teach(
        _ rows: [DriveReading], readingDeviationDb: Float = 1, refits: Bool = true, learnsScene: Bool = true,
        goesOn: (FitProgress) -> Bool = { _ in true }
    ) -> Int {
        sideBySide = DevicesSideBySide(rows)
        if let map = baseline as? SolvedMap {
            calibrate(map, rows, goesOn: goesOn)
            return 2 * rows.count
        }
        let rows = rows.sorted { ($0.seconds, $0.line) < ($1.seconds, $1.line) }
        if learnsScene, var traced = baseline as? RayTracedBaseline {
            traced.learnScene(rows) { goesOn(FitProgress(stage: .scene, done: $0, total: $1)) }
            baseline = traced
        }
        let queries = queries(rows, goesOn: goesOn)
        var learnt = 0
        for pass in 0..<2 {
            for (index, query) in queries.enumerated() {
                let progress = FitProgress(stage: .readings, done: pass * rows.count + index, total: 2 * rows.count)
                if index % 256 == 0, !goesOn(progress) { return learnt }
                guard let query else { continue }
                engine.learn(query, readingDb: Float(rows[index].readingDb), readingDeviationDb: readingDeviationDb)
                learnt += 1
            }
            guard pass == 0 else { continue }
            let search = FitProgress(stage: .kernel, done: 0, total: 1)
            let kernel = refits ? engine.refittedKernel(assumed: engine.settings.kernel) { !goesOn(search) } : nil
            engine = engine.restarted(kernel ?? engine.settings.kernel)
        }
        let engine = engine
        var done = 0
        coldInterval = ColdInterval(queries: queries, readingsDb: rows.map(\.readingDb)) { isHeldOut in
            defer { done += rows.count }
            var taught = engine.restarted(engine.settings.kernel)
            for (row, query) in queries.enumerated() {
                let total = ColdInterval.kinds * rows.count
                let progress = FitProgress(stage: .intervals, done: done + row, total: total)
                if row % 256 == 0, !goesOn(progress) { return nil }
                guard let query, !isHeldOut[row] else { continue }
                taught.learn(query, readingDb: Float(rows[row].readingDb), readingDeviationDb: readingDeviationDb)
            }
            return ChannelFit.predictions(of: taught, zip(queries, isHeldOut).map { $1 ? $0 : nil })
        }
        return learnt
    }

    /// Learns how wide cold intervals of a map are: solves it without the ground that is held out.
    private mutating func calibrate(_ map: SolvedMap, _ rows: [DriveReading], goesOn: (FitProgress) -> Bool) {
        guard let queries = ChannelFit.all(ChannelFit.queries(rows, of: map, goesOn: goesOn)) else { return }
        let engine = engine
        var solved = 0
        coldInterval = ColdInterval(queries: queries, readingsDb: rows.map(\.readingDb)) { isHeldOut in
            let total = ColdInterval.kinds * rows.count
            guard goesOn(FitProgress(stage: .intervals, done: solved, total: total)) else { return nil }
            solved += rows.count
            let others = rows.indices.filter { !isHeldOut[$0] }.map { rows[$0] }
            let held = rows.indices.filter { isHeldOut[$0] }
            let map = SolvedMap(fitting: others, sites: map.sites, kernel: map.kernel)
            var asked = [ChannelQuery?](repeating: nil, count: rows.count)
            for (row, query) in zip(held, ChannelFit.queries(held.map { rows[$0] }, of: map, goesOn: goesOn)) {
                asked[row] = query
            }
            return ChannelFit.predictions(of: engine, asked)
        }
    }

    /// All of them, or nil where one is missing.
    private static func all(_ queries: [ChannelQuery?]) -> [ChannelQuery]? {
        queries.contains { $0 == nil } ? nil : queries.compactMap(\.self)
    }

    /// What an engine says of links, as of devices never heard.
    private static func predictions(of engine: ChannelEngine, _ queries: [ChannelQuery?]) -> [ChannelPrediction?] {
        queries.map { query in
            guard var query else { return nil }
            query.phone = .max
            return engine.predict(query)
        }
    }

    /// Predictions of readings from what was learnt so far, as of devices never heard.
    package func predictCold(_ rows: [DriveReading]) -> [ChannelPrediction] {
        predictCold(queries(rows)) { _ in true }
    }

    /// The same of queries; of the first ones only where `goesOn` says no.
    package func predictCold(
        _ queries: [ChannelQuery], goesOn: (FitProgress) -> Bool
    ) -> [ChannelPrediction] {
        var predictions: [ChannelPrediction] = []
        for (index, query) in queries.enumerated() {
            let progress = FitProgress(stage: .scores, done: index, total: queries.count)
            if index % 256 == 0, !goesOn(progress) { break }
            var query = query
            query.phone = .max
            let told = engine.predict(query)
            predictions.append(coldInterval?.calibrated(told) ?? told)
        }
        return predictions
    }

    /// Predicts each reading from those that are at least `ahead` seconds older, then learns them: online operation.
    /// Rows are in order of time. The engine is left as it was.
    package func predictOnline(
        _ rows: [DriveReading], ahead seconds: Double, readingDeviationDb: Float = 1
    ) -> [ChannelPrediction] {
        predictOnline(rows, queries: queries(rows), ahead: seconds, readingDeviationDb: readingDeviationDb) { _ in true
        }
    }

    /// The same with the rows' queries worked out before; of the first rows only where `goesOn` says no.
    package func predictOnline(
        _ rows: [DriveReading], queries: [ChannelQuery], ahead seconds: Double, readingDeviationDb: Float = 1,
        goesOn: (FitProgress) -> Bool
    ) -> [ChannelPrediction] {
        var engine = engine
        var predictions: [ChannelPrediction] = []
        var learnt = 0
        for index in rows.indices {
            let progress = FitProgress(stage: .scores, done: index, total: rows.count)
            if index % 256 == 0, !goesOn(progress) { break }
            while learnt < index, rows[learnt].seconds <= rows[index].seconds - seconds {
                let reading = Float(rows[learnt].readingDb)
                engine.learn(queries[learnt], readingDb: reading, readingDeviationDb: readingDeviationDb)
                engine.calibrate(predictions[learnt], readingDb: reading)
                learnt += 1
            }
            predictions.append(engine.predict(queries[index]))
        }
        return predictions
    }
}

/// How far a fit is; handed to the caller, who answers whether to go on.
package struct FitProgress: Sendable, Equatable {
    package enum Stage: String, Sendable {
        /// Working the baseline of links out.
        case baseline = "links traced"
        /// Drawing scenes that explain the readings.
        case scene = "steps towards scenes made"
        /// Learning readings, each twice.
        case readings = "readings learnt, each counted twice"
        /// Searching the residual's kernel.
        case kernel = "kernels searched"
        /// Learning all ground but some, and predicting that.
        case intervals = "readings held out, each counted four times"
        /// Predicting readings to score.
        case scores = "readings predicted"
    }

    package var stage: Stage
    package var done: Int
    package var total: Int

    package init(stage: Stage, done: Int, total: Int) {
        self.stage = stage
        self.done = done
        self.total = total
    }
}
