internal import ArgumentParser
internal import Foundation
internal import Learning
internal import Measurements
internal import NetworkModel

/// `dtnet radio fit`: learns a channel from measurements and scores it on others.
struct FitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Correct a radio baseline by drive tests, and score it on others.",
        discussion: """
            Prints RMSE, MAE, bias and the coverage of the 90 % interval per cell for the baseline, with its scene \
            corrected (ray), with its parameters corrected, and in full. Rows with a missing reading (-, NaN, RSRP \
            -200, 2147483647) are left out and counted; what is no number at all is an error with file, line and \
            column; readings inside a building of the scene (ray), or beside it, are kept and counted. With \
            --deadline, learning stops after three quarters of it at the latest, and what was not learnt or not scored \
            is named. Learning a scene takes some ten seconds for 500 readings with five paths each; --fixed-scene \
            spares it.
            """)

    static let baselines = ["log-distance", "tr38901", "ray", "map"]

    @Option(help: "Drive test to learn from; may be given several times.", completion: .file())
    var train: [String]

    @Option(help: "Drive test to score on; may be given several times.", completion: .file())
    var test: [String]

    @OptionGroup var layout: LayoutOptions

    @Option(
        help: ArgumentHelp(
            "What is corrected: log-distance, tr38901, ray or map.",
            discussion: "log-distance fits site, level and exponent per cell; tr38901 takes the exponent of UMa NLOS; "
                + "ray needs --scene, --sites and --frequency; map is solved from all readings of --train at once, for "
                + "drives whose readings are of the cell that serves."), completion: .list(baselines))
    var baseline = "log-distance"

    @OptionGroup var reference: ReferenceOptions

    @OptionGroup var ray: RayOptions

    @Flag(help: "Also predict each test reading from those at least --ahead older, which are learnt: live operation.")
    var online = false

    @Option(help: "How far ahead --online predicts.")
    var ahead = "10s"

    @Option(help: "Inducing points at most.")
    var points = 1_000

    @OptionGroup var time: TimeOptions

    @Flag(help: "Do not search the residual's kernel between the two passes.")
    var fixedKernel = false

    @Flag(help: "Take the scene of --baseline ray as it is drawn: do not learn constants of materials and clutter.")
    var fixedScene = false

    @Option(
        help: "Write the learnt model to this file, which an edge loads (twin.model); needs --power.",
        completion: .file())
    var save: String?

    @Flag(help: "Print the scores as JSON.")
    var json = false

    func validate() throws {
        guard FitCommand.baselines.contains(baseline) else {
            throw ValidationError("'\(baseline)' is no baseline: \(FitCommand.baselines.joined(separator: ", "))")
        }
        guard (10...100_000).contains(points) else { throw ValidationError("--points is 10 to 100000") }
        guard !train.isEmpty && !test.isEmpty else { throw ValidationError("--train and --test name a file each") }
        try ray.check(isNeeded: baseline == "ray")
        guard save == nil || reference.power != nil else {
            throw ValidationError(
                "--save needs --power: an edge works in path gains. Give the power in dBm that the readings hold, "
                    + "0 where they are path gains")
        }
        _ = try layout.resolve()
        _ = try ToolArguments.duration(ahead)
    }

    func run() async throws {
        if let save { try OutputFile.check(save) }
        let clock = time.start()
        let reader = MeasurementReader(try layout.resolve())
        var empty = MeasurementSet()
        empty.frame = try reference.frame(of: reader.layout, inScene: baseline == "ray")
        var learnt = try read(train, reader, into: empty)
        var asked = try read(test, reader, into: learnt.sibling())
        if baseline == "ray" {
            try FitCommand.checkPlaces(of: learnt, "--train", reader.layout)
            try FitCommand.checkPlaces(of: asked, "--test", reader.layout)
        }
        var missing: [String] = []
        let chosen = try chosenBaseline(learnt, asked: asked, frame: empty.frame)
        if let traced = chosen as? RayTracedBaseline {
            let goesOn = { clock.goesOn(within: FitCommand.learningShare) }
            let seen = traced.countMisplaced(&learnt, goesOn: goesOn) + traced.countMisplaced(&asked, goesOn: goesOn)
            let all = learnt.rows.count + asked.rows.count
            if seen < all { missing.append("looked for \(seen) of \(all) readings in the scene") }
        }
        FitCommand.tell(of: learnt, "--train")
        var settings =
            switch baseline {
            case "ray": ChannelFit.assumedRaySettings
            case "map": ChannelFit.assumedMapSettings
            default: ChannelFit.assumedSettings
            }
        settings.inducingPoints = points
        var fit = ChannelFit(baseline: chosen, cells: asked.cells.count, settings: settings)
        let readings = "\(learnt.rows.count) readings of \(learnt.cells.count) cells"
        Terminal.progress(baseline == "map" ? "the map of \(readings) is solved" : "learning \(readings), twice")
        let taught = fit.teach(learnt.rows, refits: !fixedKernel, learnsScene: !fixedScene) {
            FitCommand.report($0, on: clock)
            return clock.goesOn(within: FitCommand.learningShare)
        }
        if taught < 2 * learnt.rows.count {
            missing.append("learnt \(taught) of \(2 * learnt.rows.count) readings, each counted twice")
        }
        let report = try score(fit, asked, learnt: learnt, clock: clock, missing: &missing)
        if let save { try write(fit, chosen, asked, to: save) }
        for phone in report.phones where phone.isUnlikely {
            Terminal.progress(
                "warning: \(phone.name) reads \(FitReport.text(phone.offsetDb)) dB beside the others, more than three "
                    + "times \(settings.phoneDeviationDb) dB, which devices are assumed to differ by: has it another "
                    + "unit or power?")
        }
        if json {
            Terminal.result(try report.json())
        } else {
            for line in report.lines { Terminal.result(line) }
            FitCommand.tell(of: asked, "--test")
        }
        guard missing.isEmpty else {
            throw ToolFailure(.failed, "\(clock.deadlineText): \(missing.joined(separator: "; "))")
        }
    }

    /// Says what was left out of the readings of an option's files.
    private static func tell(of set: MeasurementSet, _ option: String) {
        for cause in set.leftOut {
            let first = cause.first.isEmpty ? "" : ", first at \(cause.first)"
            Terminal.progress("left out of \(option): \(cause.count) rows \(cause.cause)\(first)")
        }
    }

    /// - Throws: where not one reading has a place: a traced baseline would have no path to correct.
    private static func checkPlaces(of set: MeasurementSet, _ option: String, _ layout: MeasurementLayout) throws {
        guard set.rows.allSatisfy({ $0.position == nil }) else { return }
        let columns =
            switch layout.coordinates {
            case .metres(let x, let y): "'\(x)' and '\(y)' in metres, at most 1,000 km from the scene's (0, 0)"
            case .degrees(let latitude, let longitude):
                "'\(latitude)' and '\(longitude)' in degrees, at most 1,000 km from the scene's (0, 0)"
            }
        let first = set.leftOut.first { $0.cause.contains("position") }.map { " (first at \($0.first))" } ?? ""
        throw ToolFailure(
            .usage,
            "\(option): no row has a place in the scene\(first), and --baseline ray needs them: columns \(columns); "
                + "--origin says what of them is its (0, 0)")
    }

    /// Share of the deadline after which learning stops, so that what was learnt is scored.
    private static let learningShare = 0.75

    private static func report(_ progress: FitProgress, on clock: ComputationClock) {
        clock.report(RadioRun.share(progress.done, of: progress.total, progress.stage.rawValue))
    }

    /// Readings of some files as path gains.
    private func read(
        _ paths: [String], _ reader: MeasurementReader, into set: MeasurementSet
    ) throws -> MeasurementSet {
        var set = set
        do {
            for path in paths { try reader.read(path, into: &set) }
        } catch {
            throw ToolFailure(.usage, error.description)
        }
        for row in set.rows.indices { set.rows[row].readingDb -= reference.powerDbm }
        return set
    }

    private func chosenBaseline(
        _ set: MeasurementSet, asked: MeasurementSet, frame: Frame?
    ) throws -> any LinkBaseline {
        let trust = ChannelFit.trustInFittedSites
        return switch baseline {
        case "ray": try ray.baseline(cells: asked.cells, frame: frame)
        case "map": SolvedMap(fitting: set, asked: asked)
        case "tr38901": LogDistanceBaseline(fitting: set, fixedExponent: 3.908, trust: trust)
        default: LogDistanceBaseline(fitting: set, trust: trust)
        }
    }

    /// Scores of the test readings that are predicted before the deadline; what is missing goes to `missing`.
    private func score(
        _ fit: ChannelFit, _ test: MeasurementSet, learnt: MeasurementSet, clock: ComputationClock,
        missing: inout [String]
    ) throws -> FitReport {
        var report = FitReport(baseline: baseline, fit: fit, learnt: learnt, test: test)
        let goesOn = { (progress: FitProgress) in
            FitCommand.report(progress, on: clock)
            return clock.goesOn()
        }
        var scored = test
        scored.rows.sort { ($0.seconds, $0.line) < ($1.seconds, $1.line) }
        let all = fit.queries(scored.rows, goesOn: goesOn)
        scored.rows = zip(scored.rows, all).filter { $0.1 != nil }.map(\.0)
        let queries = all.compactMap(\.self)
        let cold = fit.predictCold(queries, goesOn: goesOn)
        let done = scored.first(cold.count)
        if fit.scene.hypotheses.isEmpty {
            report.add("baseline", done, cold, interval: false) { $0.baselineDb }
        } else {
            // The baseline is what was given: the drawing.
            let queries = fit.drawnQueries(done.rows, goesOn: goesOn)
            var traced = done
            traced.rows = zip(done.rows, queries).filter { $0.1 != nil }.map(\.0)
            let drawn = queries.compactMap(\.self).map { query in
                ChannelPrediction(
                    baselineDb: query.baseline.gainDb, parametricDb: 0, meanDb: 0, deviationDb: 0, rawDeviationDb: 0)
            }
            report.add("baseline", traced, drawn, interval: false) { $0.baselineDb }
            if drawn.count < done.rows.count {
                missing.append("traced the drawing for \(drawn.count) of \(done.rows.count) readings")
            }
            report.add("scene", done, cold, interval: false) { $0.baselineDb }
        }
        report.add("parametric", done, cold, interval: false) { $0.parametricDb }
        report.add("full", done, cold, interval: true) { $0.meanDb }
        if cold.count < test.rows.count {
            missing.append("scored \(cold.count) of \(test.rows.count) readings")
        }
        guard online else { return report }
        let seconds = try ToolArguments.duration(ahead).seconds
        let live = fit.predictOnline(scored.rows, queries: queries, ahead: seconds, goesOn: goesOn)
        report.add("online", scored.first(live.count), live, interval: true) { $0.meanDb }
        if live.count < test.rows.count {
            missing.append("scored \(live.count) of \(test.rows.count) online")
        }
        return report
    }

    private func write(_ fit: ChannelFit, _ baseline: any LinkBaseline, _ set: MeasurementSet, to path: String) throws {
        let model = SavedChannelModel(
            cells: set.cells, frame: set.frame, logDistance: baseline as? LogDistanceBaseline,
            map: baseline as? SolvedMap, scene: fit.scene,
            tracing: (baseline as? RayTracedBaseline)?.tracing, engine: fit.engine)
        do {
            try Data(model.bytes()).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw ToolFailure(.failed, "cannot write \(path): \(error.localizedDescription)")
        }
    }
}
