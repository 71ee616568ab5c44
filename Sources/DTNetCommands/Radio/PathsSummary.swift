internal import RadioPropagation

/// What a run of `dtnet radio paths` or `channel` found.
struct PathsSummary: RadioSummary {
    var scene: String
    var frequencyHz: Double
    var depth: Int
    var interactions: String
    /// Those that are done.
    var receivers = 0
    var paths = 0
    var receiversWithoutPath = 0
    /// Of those, the ones that stand inside a building.
    var receiversInside = 0
    var firstReceiverInside: SIMD3<Double>?
    /// Receivers that the deadline left, the last ones of those asked for.
    var receiversMissing = 0
    /// False where a bound of the search was met or the deadline passed, so that paths may be missing.
    var complete = false
    var loadSeconds = 0.0
    var pathSeconds = 0.0
    var fieldSeconds = 0.0
    var out: String?
    /// Further tables of `channel`.
    var cir: String?
    var taps: String?

    init(run: RadioRun, options: RadioOptions) {
        scene = run.scene.name
        frequencyHz = options.frequency
        depth = options.depth
        interactions = options.interactions.text
        out = options.out
    }

    mutating func add(_ set: PathSet, in index: SceneIndex) {
        receivers += set.receiverCount
        paths += set.count
        for receiver in 0..<set.receiverCount where set.paths(of: receiver).isEmpty {
            receiversWithoutPath += 1
            guard index.isInside(set.geometry.receivers[receiver]) else { continue }
            receiversInside += 1
            firstReceiverInside = firstReceiverInside ?? set.geometry.receivers[receiver]
        }
    }

    /// Whether any receiver is done, or none was left: else no file is made.
    var isWritten: Bool { receiversMissing == 0 || receivers > 0 }

    mutating func close(run: RadioRun, missing: Int) {
        receiversMissing = missing
        complete = run.isComplete && missing == 0
        loadSeconds = run.loadSeconds
        pathSeconds = run.pathSeconds
        fieldSeconds = run.fieldSeconds
        if !isWritten { out = nil }
    }

    /// Says what was found: on standard output as JSON, or on standard error in words.
    func report(asJSON: Bool) throws {
        if asJSON {
            Terminal.result(try json())
            return
        }
        for line in lines { Terminal.progress(line) }
    }

    /// - Throws: `ToolFailure` that names the receivers which the deadline left, where it left any.
    func check(run: RadioRun, receivers all: [SIMD3<Double>]) throws {
        guard receiversMissing > 0 else { return }
        let first = RadioRun.text(all[receivers])
        throw ToolFailure(
            .failed,
            "\(run.clock.deadlineText) after \(receivers) of \(all.count) receivers: "
                + (isWritten ? "those from number \(receivers + 1), \(first), on are missing" : "nothing is written")
                + "; give more time with --deadline, fewer receivers or a lower --depth")
    }

    var lines: [String] {
        let milliseconds = { (seconds: Double) in "\((seconds * 1e5).rounded() / 100) ms" }
        var lines = [
            "\(paths) paths to \(receivers) receivers: scene \(milliseconds(loadSeconds)), "
                + "paths \(milliseconds(pathSeconds)), fields \(milliseconds(fieldSeconds))"
        ]
        if receiversWithoutPath > 0 {
            let inside = firstReceiverInside.map { "\(receiversInside) inside a building, first \(RadioRun.text($0))" }
            lines.append(
                "\(receiversWithoutPath) receivers have no path: \(inside ?? "none inside a building"), "
                    + "\(receiversWithoutPath - receiversInside) out of reach at this depth")
        }
        if !complete && receiversMissing == 0 {
            lines.append("paths may be missing: the search met its bound on candidate surfaces")
        }
        return lines
    }
}
