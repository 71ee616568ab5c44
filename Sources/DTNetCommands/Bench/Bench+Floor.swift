internal import Benchmarking
internal import Foundation
internal import NetworkModel
internal import Simulator
internal import Topology

extension Bench {
    /// Period of the loopback pass.
    static let floorEpoch = Instant.Span.milliseconds(5)
    /// Decisions of one block: enough for a 99th percentile with ten samples above it.
    static let blockDecisions = 1_100
    static let floorWarmUp = Instant.Span.milliseconds(300)

    /// Pairs of blocks: twenty, fewer where the bench lasts less than ten seconds per hierarchy.
    var pairs: Int { max(3, min(20, Int(duration.seconds * 2))) }

    /// Adds the loopback pass: blocks of ours and of plain libzmq processes in turn, without link shaping.
    func addFloor(to row: inout BenchRow, _ hierarchy: Hierarchy) async throws {
        let wired = try overriding(hierarchy, epoch: Bench.floorEpoch, shaping: false)
        let cells = wired.plan.network.cells.count
        let epochs = max(50, (Bench.blockDecisions + cells - 1) / cells)
        let sockets = try RunSockets()
        defer { sockets.remove() }
        let streams = try await Interruption.watching(signals, cleanUp: sockets.remove) {
            try VirtualRun(topology: wired, epochs: epochs).traffic()
        }
        var floor = FloorDescription(plan: wired.plan, streams: streams, folder: sockets.path)
        let warmUp = Int(Bench.floorWarmUp.nanoseconds / Bench.floorEpoch.nanoseconds)
        let spec = floor.text(period: Bench.floorEpoch, epochs: epochs, warmUp: warmUp)
        Terminal.progress("\(hierarchy.rawValue): loopback pass, \(pairs) pairs of blocks of \(epochs) epochs")
        var blocks = FloorBlocks(cellsOfProcess: wired.plan.cellsPerMessage)
        var ourBytes: [Double] = []
        for _ in 0..<pairs {
            try Interruption.throwIfAny(signals)
            let ours = try await block(wired, hierarchy, Bench.floorEpoch * Int64(epochs), sockets)
            if let bytes = ours.outcome.bytesPerEpoch { ourBytes.append(bytes) }
            let samples = try await EchoProgram.samples(of: spec, in: sockets, signals: signals)
            blocks.add(ours: ours.summary, floor: samples)
        }
        blocks.fill(&row, isCentral: hierarchy == .fullyCentralised)
        row.details["floor_block_epochs"] = Double(epochs)
        row.details["floor_bytes_per_epoch"] = floor.bytesPerEpoch
        row.details["loopback_bytes_per_epoch"] = PairedRatio.median(ourBytes)
    }

    /// One block of ours, in a folder that goes away.
    func block(
        _ wired: ResolvedTopology, _ hierarchy: Hierarchy, _ duration: Instant.Span, _ sockets: RunSockets,
        isClosedLoop: Bool = false
    ) async throws -> MeasuredRun {
        let parent = "\(NSTemporaryDirectory())/dtnet-block-\(ProcessInfo.processInfo.processIdentifier)"
        let remove: @Sendable () -> Void = { try? FileManager.default.removeItem(atPath: parent) }
        defer { remove() }
        return try await measure(
            wired, suffix: hierarchy.rawValue, duration: duration, warmUp: Bench.floorWarmUp, isQuiet: true,
            parent: parent, isClosedLoop: isClosedLoop
        ) {
            remove()
            sockets.remove()
        }
    }
}

/// Blocks of ours and of the floor, by turns.
struct FloorBlocks: Sendable {
    /// Cells that one message of each process decides for: what a sample of the floor weighs.
    let cellsOfProcess: [Int]
    private var ours: [Percentiles] = []
    private var oursWithoutSolver: [Percentiles] = []
    private var floor: [Percentiles] = []
    private var breakdowns: [BreakdownMeans] = []

    init(cellsOfProcess: [Int]) { self.cellsOfProcess = cellsOfProcess }

    mutating func add(ours summary: LedgerSummary, floor samples: [EchoProgram.Sample]) {
        ours.append(summary.fast)
        oursWithoutSolver.append(summary.fastWithoutSolver)
        if let part = summary.breakdown { breakdowns.append(part) }
        var histogram = LatencyHistogram()
        for sample in samples {
            let weight = sample.sender < cellsOfProcess.count ? max(1, cellsOfProcess[sample.sender]) : 1
            for _ in 0..<weight { histogram.record(Instant.Span(nanoseconds: Int64(sample.microseconds * 1_000))) }
        }
        floor.append(histogram.percentiles)
    }

    /// Medians over the blocks, and the median over pairs of the ratios.
    func fill(_ row: inout BenchRow, isCentral: Bool) {
        row.floor = .value(FloorBlocks.median(floor))
        row.loopback = .value(FloorBlocks.median(ours))
        let missing = "a block has too few samples for its percentiles"
        row.ratioToFloor = Measured(ratio(ours), or: missing)
        if isCentral { row.ratioToFloorWithoutSolver = Measured(ratio(oursWithoutSolver), or: missing) }
        row.details["floor_pairs"] = Double(floor.count)
        let parts: [(String, KeyPath<BreakdownMeans, Double>)] = [
            ("queue", \.queue), ("l1", \.l1), ("rrm", \.rrm), ("barrier", \.barrier), ("link", \.link),
        ]
        for (name, part) in parts {
            row.details["loopback_\(name)_us"] = PairedRatio.median(breakdowns.map { $0[keyPath: part] })
        }
    }

    private func ratio(_ ours: [Percentiles]) -> RatioRow? { FloorBlocks.ratio(ours, to: floor) }

    /// Median over pairs of blocks of the ratio of p50, and of p99; nil where no pair has both.
    static func ratio(_ ours: [Percentiles], to floor: [Percentiles]) -> RatioRow? {
        let pairs = zip(ours, floor).compactMap { own, peer -> (PairedRatio.Block, PairedRatio.Block)? in
            guard let p50 = own.p50, let p99 = own.p99, let peer50 = peer.p50, let peer99 = peer.p99 else { return nil }
            return (.init(p50: p50, p99: p99), .init(p50: peer50, p99: peer99))
        }
        return PairedRatio(ours: pairs.map(\.0), peer: pairs.map(\.1)).map(RatioRow.init)
    }

    /// Median over blocks of each percentile, and the largest maximum.
    static func median(_ blocks: [Percentiles]) -> Percentiles {
        func of(_ value: (Percentiles) -> Double?) -> Double? { PairedRatio.median(blocks.compactMap(value)) }
        return Percentiles(
            p50: of(\.p50), p90: of(\.p90), p99: of(\.p99), p999: of(\.p999), max: blocks.compactMap(\.max).max())
    }
}

extension WiringPlan {
    /// Per process the cells that one directive of its deciding nodes covers, on average.
    var cellsPerMessage: [Int] {
        processes.map { process in
            let deciding = process.nodes.map { nodes[Int($0.rawValue)] }.filter { $0.role == .edge || $0.role == .rrm }
            guard !deciding.isEmpty else { return 1 }
            return max(1, deciding.reduce(0) { $0 + $1.cells.count } / deciding.count)
        }
    }
}
