internal import Benchmarking
internal import NetworkModel
internal import Simulator
internal import Topology

extension Bench {
    /// Measured time of one block of ours, where it needs no more for its percentiles.
    private static let loopBlock = Instant.Span.milliseconds(2_000)
    /// Measured time of one block of ours at most: what `blockDecisions` epochs take that the clock ends.
    private static var longestLoopBlock: Instant.Span { floorEpoch * Int64(blockDecisions) }

    /// Adds the closed loop: blocks of ours and of plain libzmq processes in turn, without link shaping, where an epoch
    /// begins as soon as the one before is decided, and after a nominal epoch of the loopback pass at the latest.
    func addClosedLoop(to row: inout BenchRow, _ hierarchy: Hierarchy) async throws {
        guard topology.plan.network.game.solver != .none else { return }
        let valid = topology.plan.network.game.expiryEpochs
        let wired = try overriding(
            hierarchy, epoch: Bench.floorEpoch, shaping: false,
            expiryEpochs: min(Bench.longestValidity, valid * Bench.loopsPerEpoch))
        let sockets = try RunSockets()
        defer { sockets.remove() }
        let streams = try await Interruption.watching(signals, cleanUp: sockets.remove) {
            try VirtualRun(topology: wired, epochs: Bench.blockDecisions).traffic()
        }
        var floor = FloorDescription(plan: wired.plan, streams: streams, folder: sockets.path, isClosedLoop: true)
        let spec = floor.text(
            period: Bench.floorEpoch, epochs: Bench.blockDecisions, warmUp: Bench.blockDecisions / 10)
        Terminal.progress("\(hierarchy.rawValue): closed loop, \(pairs) pairs of blocks")
        var blocks = ClosedLoopBlocks(directives: floor.directivesPerEpoch)
        var length = min(Bench.loopBlock, duration)
        for _ in 0..<pairs {
            try Interruption.throwIfAny(signals)
            let ours = try await block(wired, hierarchy, length, sockets, isClosedLoop: true)
            guard ours.outcome.restarts == 0 else {
                throw ToolFailure(.failed, "a process ended in the closed loop of \(hierarchy.rawValue): run it again")
            }
            let samples = try await EchoProgram.samples(of: spec, in: sockets, signals: signals)
            blocks.add(ours: ours, floor: samples)
            length = Bench.nextLoopBlock(after: ours.summary.loops, in: length)
        }
        row.closedLoop = Measured(
            blocks.row(isCentral: hierarchy == .fullyCentralised), or: "the closed loop decided nothing")
        row.details["closed_loop_pairs"] = Double(pairs)
    }

    /// Loops that fit into a nominal epoch, at most: an offer is to stay valid as long as by the clock.
    private static let loopsPerEpoch = 50
    /// Of `game.expiry_epochs`.
    private static let longestValidity = 1_000

    /// Length of the next block after one with so many epochs: longer where they are too few for a 99th percentile.
    private static func nextLoopBlock(after loops: UInt64, in length: Instant.Span) -> Instant.Span {
        guard loops < UInt64(blockDecisions) else { return length }
        let wanted = length.seconds * 1.2 * Double(blockDecisions) / Double(max(loops, 1))
        return min(longestLoopBlock, .seconds(wanted))
    }
}

/// Blocks of ours and of the floor in the closed loop, by turns.
struct ClosedLoopBlocks: Sendable {
    /// Messages with directives that end an epoch of the floor.
    let directives: Int
    private var ours: [Percentiles] = []
    private var oursWithoutSolver: [Percentiles] = []
    private var floor: [Percentiles] = []
    private var epochs: UInt64 = 0
    private var undecided: UInt64 = 0
    private var decisions: UInt64 = 0
    private var seconds = 0.0
    private var floorEpochs = 0
    private var floorSeconds = 0.0

    init(directives: Int) { self.directives = directives }

    mutating func add(ours run: MeasuredRun, floor samples: [EchoProgram.Sample]) {
        let summary = run.summary
        add(ours: summary, seconds: (run.outcome.measuredUntil - run.outcome.measuredFrom).seconds)
        add(floor: samples)
    }

    /// - Parameter seconds: measured time of the block.
    mutating func add(ours summary: LedgerSummary, seconds measured: Double) {
        ours.append(summary.loop)
        // In FCH one directive ends the epoch: its latency is the loop's.
        oursWithoutSolver.append(summary.fastWithoutSolver)
        epochs += summary.loops
        undecided += summary.loopsAtLimit
        decisions += summary.decisions
        seconds += measured
    }

    /// An epoch of the floor lasts until its last directive is in.
    mutating func add(floor samples: [EchoProgram.Sample]) {
        var arrived: [Int] = []
        var last: [Double] = []
        for sample in samples where sample.epoch >= 0 {
            while arrived.count <= sample.epoch {
                arrived.append(0)
                last.append(0)
            }
            arrived[sample.epoch] += 1
            last[sample.epoch] = max(last[sample.epoch], sample.microseconds)
        }
        var histogram = LatencyHistogram()
        for (count, microseconds) in zip(arrived, last) where count >= directives {
            histogram.record(Instant.Span(nanoseconds: Int64(microseconds * 1_000)))
            floorEpochs += 1
            floorSeconds += microseconds / 1e6
        }
        floor.append(histogram.percentiles)
    }

    /// The figures; nil where no epoch of ours or of the floor was decided.
    func row(isCentral: Bool) -> ClosedLoopRow? {
        guard decisions > 0, seconds > 0, floorSeconds > 0 else { return nil }
        let missing = "a block has too few epochs for its percentiles"
        return ClosedLoopRow(
            epochs: epochs, undecided: undecided, decisionsPerSecond: Double(decisions) / seconds,
            epochsPerSecond: Double(epochs) / seconds, floorEpochsPerSecond: Double(floorEpochs) / floorSeconds,
            loop: FloorBlocks.median(ours), floor: FloorBlocks.median(floor),
            ratioToFloor: Measured(FloorBlocks.ratio(ours, to: floor), or: missing),
            ratioToFloorWithoutSolver: isCentral
                ? Measured(FloorBlocks.ratio(oursWithoutSolver, to: floor), or: missing)
                : .absent("stated for FCH only"))
    }
}
