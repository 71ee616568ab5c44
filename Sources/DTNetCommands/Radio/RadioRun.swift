internal import Foundation
internal import NetworkModel
internal import RadioPropagation

/// A scene with its solvers, and the clock that a long computation is held to.
final class RadioRun {
    let scene: Scene
    let fields: FieldSolver
    private(set) var solver: PathSolver
    private let options: RadioOptions
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lastReport: ContinuousClock.Instant
    /// Seconds by what they went into.
    private(set) var loadSeconds = 0.0
    private(set) var pathSeconds = 0.0
    private(set) var fieldSeconds = 0.0
    /// False once a bound of the path search was met.
    private(set) var isComplete = true
    private var isLate = false

    /// - Throws: `ToolFailure` where the scene cannot be read or has a material that is unknown at the frequency.
    init(_ options: RadioOptions) throws {
        self.options = options
        start = clock.now
        lastReport = start
        do {
            scene = try options.scene.load()
            let index = try SceneIndex(scene)
            solver = PathSolver(
                index: index,
                settings: PathSettings(maxDepth: options.depth, interactions: options.interactions))
            fields = try FieldSolver(scene: scene, faces: index.faces, frequencyHz: options.frequency)
        } catch let error as RadioMaterialError {
            throw ToolFailure(.usage, "\(options.scene.scene): \(error)")
        } catch let error as SceneIndexError {
            throw ToolFailure(.usage, "\(options.scene.scene): \(error)")
        }
        loadSeconds = RadioRun.seconds(clock.now - start)
        if !solver.index.bounds.contains(options.tx) {
            let box = solver.index.bounds
            Terminal.progress(
                "the transmitter lies outside the scene's box, \(RadioRun.text(box.minimum)) to "
                    + "\(RadioRun.text(box.maximum)): waves come in from outside")
        }
    }

    var elapsedSeconds: Double { RadioRun.seconds(clock.now - start) }

    /// The fields of all paths to some receivers.
    ///
    /// - Parameters:
    ///   - done, total: how far the whole computation was before, for the progress line.
    /// - Throws: `ToolFailure` where the deadline passes first.
    func paths(
        to receivers: [SIMD3<Double>], done: Int, total: Int, motion: Motion = .none
    ) throws -> PathSet {
        let began = clock.now
        let geometry: PathGeometry
        do {
            geometry = try solver.solve(transmitter: options.tx, receivers: receivers) { [self] progress in
                report(progress, done: done, total: total)
                return !isPastDeadline()
            }
        } catch {
            throw ToolFailure(.usage, "positions: \(error)")
        }
        let traced = clock.now
        if isLate {
            let limit = options.deadline?.seconds ?? 0
            throw ToolFailure(
                .failed,
                "the deadline of \(limit) s passed after \(done) of \(total) points: nothing is written; give more "
                    + "time with --deadline, fewer points or a lower --depth")
        }
        if !geometry.isComplete { isComplete = false }
        let set = fields.solve(geometry, motion: motion)
        pathSeconds += RadioRun.seconds(traced - began)
        fieldSeconds += RadioRun.seconds(clock.now - traced)
        return set
    }

    // MARK: - Time

    private func isPastDeadline() -> Bool {
        if let deadline = options.deadline, clock.now - start > .nanoseconds(deadline.nanoseconds) { isLate = true }
        return isLate
    }

    private func report(_ progress: PathProgress, done: Int, total: Int) {
        guard clock.now - lastReport > .seconds(1) else { return }
        lastReport = clock.now
        switch progress.stage {
        case .candidates:
            Terminal.progress(
                "surfaces that the transmitter reaches: \(progress.done) of \(progress.total) known"
            )
        case .receivers:
            let points = done + progress.done
            Terminal.progress("\(points) of \(total) points, \(100 * points / max(total, 1)) %")
        }
    }

    static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    static func text(_ point: SIMD3<Double>) -> String {
        var text = DecimalText()
        for axis in 0..<3 {
            if axis > 0 { text.append(",") }
            text.append(point[axis], decimals: 2)
        }
        return String(decoding: text.bytes, as: UTF8.self)
    }
}
