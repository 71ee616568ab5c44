internal import Foundation
internal import NetworkModel
internal import Numerics
internal import RadioPropagation

/// A scene with its solvers, and the clock that a long computation is held to.
final class RadioRun {
    let scene: Scene
    let fields: FieldSolver
    let clock: ComputationClock
    private(set) var solver: PathSolver
    private let timer = ContinuousClock()
    /// Seconds by what they went into.
    private(set) var loadSeconds = 0.0
    private(set) var pathSeconds = 0.0
    private(set) var fieldSeconds = 0.0
    /// False once a bound of the path search was met.
    private(set) var isComplete = true

    /// - Parameter transmitters: positions that the computation asks about, to be kept and to be checked.
    /// - Throws: `ToolFailure` where the scene cannot be read or has a material that is unknown at the frequency.
    init(_ options: RadioOptions, transmitters: [SIMD3<Double>]) throws {
        clock = options.time.start()
        do {
            scene = try options.scene.load()
            let index = try SceneIndex(scene)
            var settings = options.pathSettings
            try RadioRun.checkSequences(settings, faces: index.faces.faces.count)
            settings.maxTransmitters = max(settings.maxTransmitters, transmitters.count)
            solver = PathSolver(index: index, settings: settings, spreading: .allProcessors)
            fields = try FieldSolver(scene: scene, faces: index.faces, frequencyHz: options.frequency)
        } catch let error as RadioMaterialError {
            throw ToolFailure(.usage, "\(options.scene.scene): \(error)")
        } catch let error as SceneIndexError {
            throw ToolFailure(.usage, "\(options.scene.scene): \(error)")
        }
        loadSeconds = clock.elapsedSeconds
        let outside = transmitters.count { !solver.index.bounds.contains($0) }
        if outside > 0 {
            let box = solver.index.bounds
            let which = transmitters.count == 1 ? "the transmitter lies" : "\(outside) transmitters lie"
            Terminal.progress(
                "\(which) outside the scene's box, \(RadioRun.text(box.minimum)) to \(RadioRun.text(box.maximum)): "
                    + "waves come in from outside")
        }
    }

    /// - Throws: where reflections through walls are more sequences of faces than are tried: a part of them would be
    ///     no answer.
    private static func checkSequences(_ settings: PathSettings, faces: Int) throws(ToolFailure) {
        let sequences = settings.sequencesThroughWalls(faces: faces)
        guard sequences > Double(settings.maxSequencesThroughWalls) else { return }
        throw ToolFailure(
            .usage,
            "--through-walls \(settings.reflectionsThrough): \(faces) faces make "
                + String(format: "%.0f", sequences) + " sequences, at most \(settings.maxSequencesThroughWalls) are "
                + "tried: ask for fewer reflections, or for a part of the scene")
    }

    /// Receivers that one call of the solver takes: enough to share work, few enough for memory, and with a deadline
    /// few enough that little is lost when it passes.
    var batch: Int { clock.deadline == nil ? 131_072 : 512 }

    /// The fields of all paths from a transmitter to some receivers; nil where the deadline passed first.
    ///
    /// - Parameter progress: the line that says how far the whole computation is, given the receivers done of these.
    /// - Throws: `ToolFailure` where a position is none.
    func paths(
        from transmitter: SIMD3<Double>, to receivers: [SIMD3<Double>], motion: Motion = .none,
        progress text: (Int) -> String
    ) throws -> PathSet? {
        guard clock.goesOn() else { return nil }
        let began = timer.now
        let geometry: PathGeometry
        do {
            geometry = try solver.solve(transmitter: transmitter, receivers: receivers) { [clock] progress in
                clock.report(RadioRun.line(progress, text))
                return clock.goesOn()
            }
        } catch {
            throw ToolFailure(.usage, "positions: \(error)")
        }
        let traced = timer.now
        pathSeconds += ComputationClock.seconds(traced - began)
        // A search that was cut has found some paths of some receivers: none of them can be told to be complete.
        if clock.isLate { return nil }
        if !geometry.isComplete { isComplete = false }
        let set = fields.solve(geometry, motion: motion, spreading: .allProcessors)
        fieldSeconds += ComputationClock.seconds(timer.now - traced)
        return set
    }

    /// Counts what is made of fields with them.
    func countingFields(_ body: () -> Void) {
        let began = timer.now
        body()
        fieldSeconds += ComputationClock.seconds(timer.now - began)
    }

    private static func line(_ progress: PathProgress, _ text: (Int) -> String) -> String {
        switch progress.stage {
        case .candidates: "surfaces that the transmitter reaches: \(progress.done) of \(progress.total) known"
        case .receivers: text(progress.done)
        }
    }

    static func text(_ point: SIMD3<Double>) -> String {
        var text = DecimalText()
        for axis in 0..<3 {
            if axis > 0 { text.append(",") }
            text.append(point[axis], decimals: 2)
        }
        return String(decoding: text.bytes, as: UTF8.self)
    }

    /// `12 of 40 receivers, 30 %`.
    static func share(_ done: Int, of total: Int, _ what: String) -> String {
        "\(done) of \(total) \(what), \(100 * done / max(total, 1)) %"
    }
}
