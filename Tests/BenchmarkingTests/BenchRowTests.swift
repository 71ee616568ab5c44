import Benchmarking
import DTNetMessages
import Foundation
import NetworkModel
import Testing
import TwinProtocol

struct BenchRowTests {
    private static let keys = [
        "age_ms", "applied", "breakdown_us", "bytes_per_epoch", "closed_loop", "coordination_us", "cpu_seconds",
        "decisions",
        "details",
        "efficiency", "epochs", "fast_us", "floor_us", "follower_residual", "game", "hierarchy", "late_offers",
        "leader_residual", "loopback_us", "missed", "offer_age_ms", "ratio_to_floor", "ratio_to_floor_without_solver",
        "rejected", "rounds_mean", "solver", "timing", "value_equal_power_mbps", "value_mbps",
    ]

    private func network(
        _ hierarchy: Hierarchy, solver: SolverKind = .pricing, seed: UInt64 = 7,
        scenario: ScenarioConfiguration = .emulated(EmulationConfiguration())
    ) -> NetworkConfiguration {
        var game = GameConfiguration()
        game.solver = solver
        return NetworkConfiguration(
            name: "test", seed: seed, hierarchy: hierarchy, epoch: .milliseconds(10), slot: .milliseconds(1),
            cells: [CellConfiguration(id: CellID(0), name: "c", region: RegionID(0), xMetres: 0, yMetres: 0)],
            regionNames: ["r"], scenario: scenario, game: game)
    }

    private func object(_ row: BenchRow) throws -> [String: Any] {
        let json = try BenchReport(
            network(.decentralised), witness: .absent("none"), processors: .absent("none"), results: [row]
        ).json()
        let report = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(
            report.keys.sorted() == [
                "not_observed", "processors_round_trip_ns", "processors_round_trip_ns_reason", "results", "seed",
                "topology", "witness_us", "witness_us_reason",
            ])
        return try #require((report["results"] as? [[String: Any]])?.first)
    }

    private func busyRow(_ hierarchy: Hierarchy = .semiCentralised) -> BenchRow {
        var history = History()
        for epoch in UInt64(0)..<200 {
            history.epoch(epoch)
            history.directive(epoch, at: Double(epoch) * 10 + 1)
            history.directive(epoch, at: Double(epoch) * 10 + 2, outcome: .staleEpoch)
        }
        return BenchRow(network(hierarchy), history.end(at: 2_000))
    }

    @Test(arguments: Hierarchy.allCases)
    func aRowHasExactlyTheKeysAndAReasonBesideEachNull(hierarchy: Hierarchy) throws {
        for row in [busyRow(hierarchy), BenchRow(network(hierarchy, solver: .none), emptySummary())] {
            let object = try object(row)
            #expect(object.keys.filter { !$0.hasSuffix("_reason") }.sorted() == Self.keys)
            for key in Self.keys {
                let isNull = object[key] is NSNull
                let reason = object[key + "_reason"] as? String
                #expect(isNull == (reason != nil), "\(key)")
                #expect(reason != "", "\(key)")
            }
        }
    }

    @Test func percentilesWithoutEnoughSamplesAreNull() throws {
        let fast = try #require(object(busyRow())["fast_us"] as? [String: Any])
        #expect(fast.keys.sorted() == ["max", "p50", "p90", "p99", "p999", "p999_reason", "p99_reason"])
        #expect(fast["p50"] as? Double == 1_000)
        #expect(fast["p99"] is NSNull)
        #expect(fast["p999"] is NSNull)
    }

    @Test func nestedKeysAreThoseOfTheFormat() throws {
        let row = try object(busyRow())
        let breakdown = try #require(row["breakdown_us"] as? [String: Any])
        #expect(breakdown.keys.sorted() == ["barrier", "l1", "l2", "l3", "link", "queue", "rrm"])
        #expect((row["age_ms"] as? [String: Any])?.keys.sorted() == ["mean", "p99"])
        #expect((row["rejected"] as? [String: Int]) == ["stale_epoch": 200])
    }

    @Test func aFigureThatIsNoNumberCostsOnlyItself() throws {
        var row = busyRow()
        row.efficiency = .value(.nan)
        row.details["share"] = .infinity
        let json = try object(row)
        #expect(json["efficiency"] is NSNull && json["efficiency_reason"] is String)
        #expect((json["details"] as? [String: Any])?["share"] is NSNull)
    }

    @Test func noControlDecidesNothingAndSaysSo() throws {
        let row = BenchRow(network(.decentralised, solver: .none), emptySummary())
        #expect(row.solver == "none")
        #expect(row.missed.value == nil)
        #expect(row.fast.reason == "no control: nothing is decided")
        #expect(row.floor.reason == "measured by bench --floor only")
        let genie = BenchRow(network(.decentralised, solver: .none), emptySummary(), idle: "genie: no leader decides")
        for reason in [genie.fast.reason, genie.missed.reason, genie.game.reason, genie.followerResidual.reason] {
            #expect(reason == "genie: no leader decides")
        }
    }

    /// A row of the simulator does not send its reader to flags that measure real processes.
    @Test func aSimulatedRowSaysThatNothingWasMeasured() {
        var row = busyRow(.fullyCentralised)
        row.noteSimulated()
        #expect(row.cpuSeconds.reason == "simulated: no processor is measured")
        #expect(row.closedLoop.reason == "simulated: no closed loop is measured")
        #expect(row.floor.reason == "simulated: no floor is measured" && row.loopback.reason == row.floor.reason)
        #expect(row.ratioToFloor.reason == row.floor.reason)
        #expect(row.ratioToFloorWithoutSolver.reason == row.floor.reason)
    }

    private static let replay = ScenarioConfiguration.replay(ReplayConfiguration(format: .cicv5g, path: "run.txt"))

    @Test func aReplaySaysWhatWasNotMeasured() throws {
        let network = network(.decentralised, scenario: Self.replay)
        let row = BenchRow(network, emptySummary())
        for reason in [row.efficiency.reason, row.followerResidual.reason, row.leaderResidual.reason] {
            #expect(reason == "open-loop replay: cross gains were not measured")
        }
        #expect(busyRow().efficiency.reason == "computed in the simulator only")
        let report = BenchReport(network, witness: .absent("none"), processors: .absent("none"), results: [row])
        let written = try #require(JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
        let list = try #require(written["not_observed"] as? [String])
        #expect(list.contains { $0.hasPrefix("cross gains: ") } && list.contains { $0.hasPrefix("association: ") })
        #expect(list.contains { $0.hasPrefix("times between drives: ") && $0.hasSuffix("aligned to a common start") })
        #expect(list.contains { $0.hasPrefix("places of cells: ") && $0.hasSuffix("a guess") })
        let line = try #require(network.scenario.openLoopNotice)
        #expect(line.hasPrefix("replay, open loop: not observed: ") && list.allSatisfy(line.contains))
        let emulated = self.network(.decentralised).scenario
        #expect(emulated.notObserved.isEmpty && emulated.openLoopNotice == nil)
    }

    @Test func aSimulatedRowBesideMeasuredOnesHasNoLatencies() {
        var row = busyRow()
        let (value, age) = (row.valueMbps, row.age.value?.mean)
        #expect(age != nil && row.fast.value != nil && row.details["fast_mean_us"] != nil)
        row.withholdLatencies("simulated")
        #expect(row.fast.reason == "simulated" && row.coordination.reason == "simulated")
        #expect(row.breakdown.reason == "simulated" && row.age.reason == "simulated")
        #expect(row.offerAgeMs.reason == "simulated")
        #expect(row.details["fast_mean_us"] == nil && row.details["own_age_mean_ms"] == nil)
        #expect(row.details["simulated_age_ms"] == age && row.valueMbps == value && row.decisions == 200)
    }

    /// Value and age are those of the world, which passes at another speed; latency is the software's.
    @Test func aReplayAtAnotherSpeedStatesNeitherValueNorAge() {
        var history = History()
        for epoch in UInt64(0)..<30 {
            history.epoch(epoch)
            history.directive(epoch, at: Double(epoch) * 10 + 1)
        }
        var summary = history.end(at: 300)
        (summary.valueMbps, summary.fifthPercentileMbps) = (4, 2)
        func row(speed: Double) -> BenchRow {
            let replay = ReplayConfiguration(format: .cicv5g, path: "run.txt", speed: speed)
            return BenchRow(network(.decentralised, scenario: .replay(replay)), summary)
        }
        let real = row(speed: 1)
        #expect(real.valueMbps.value == 4 && real.age.value != nil)
        #expect(real.details["fifth_percentile_mbps"] == 2 && real.details["own_age_mean_ms"] != nil)
        let fast = row(speed: 2.5)
        #expect(fast.fast == real.fast && fast.fast.value?.p50 != nil)
        for reason in [fast.valueMbps.reason, fast.valueEqualPowerMbps.reason, fast.age.reason] {
            #expect(reason == "replay at 2.5 times the speed of the drives: value and age need 1")
        }
        for name in ["fifth_percentile_mbps", "own_age_mean_ms", "own_age_p99_ms"] {
            #expect(fast.details.entries.contains { $0.name == name && $0.value == nil }, "\(name)")
        }
    }

    @Test func aReportSurvivesJSON() throws {
        var row = busyRow()
        row.ratioToFloor = .value(RatioRow(p50: 1.25, p99: 1.5))
        row.closedLoop = .value(closedLoop())
        let report = BenchReport(
            network(.decentralised, seed: .max, scenario: Self.replay), witness: .value(Percentiles(p50: 12, max: 80)),
            processors: .value(ProcessorDistance(before: 74.6, after: 501)), results: [row])
        let decoded = try JSONDecoder().decode(BenchReport.self, from: report.json())
        #expect(try decoded.json() == report.json())
        #expect(decoded.seed == .max && decoded.notObserved == Self.replay.notObserved)
    }

    @Test func theTableIsAlignedAndPlainWithoutColour() {
        let report = BenchReport(
            network(.decentralised), witness: .absent("none"),
            processors: .value(ProcessorDistance(before: 74.6, after: 501)),
            results: [busyRow(), busyRow(.decentralised)])
        let plain = BenchTable(report, usesColour: false).text
        #expect(!plain.contains("\u{1B}"))
        #expect(BenchTable(report, usesColour: true).text.contains("\u{1B}[1m"))
        let lines = plain.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0].count == lines[1].count && lines[1].count == lines[2].count)
        #expect(plain.contains("between processors and back: 75 ns before, 501 ns after"))
        #expect(plain.contains("sch refused") || plain.contains("sch pricing refused"))
    }

    /// A row that was judged says in words what the dashes of its figures mean, once per reason.
    @Test func whatCouldNotBeJudgedIsSaidOnce() {
        var row = busyRow()
        func notes() -> [Substring] {
            let report = BenchReport(
                network(.semiCentralised), witness: .absent("none"), processors: .absent("none"), results: [row])
            return BenchTable(report, usesColour: false).text.split(separator: "\n").filter { $0.contains(" has no ") }
        }
        #expect(notes().isEmpty, "a run that is not simulated is judged nowhere")
        row.details["judged_epochs"] = 0
        (row.efficiency, row.followerResidual) = (.absent("few users"), .absent("few users"))
        row.leaderResidual = .absent("another reason")
        #expect(
            notes() == [
                "sch pricing has no efficiency, follower residual: few users",
                "sch pricing has no leader residual: another reason",
            ])
        (row.efficiency, row.followerResidual, row.leaderResidual) = (.value(1), .value(0), .value(0))
        #expect(notes().isEmpty)
    }

    private func closedLoop() -> ClosedLoopRow {
        ClosedLoopRow(
            epochs: 5_000, undecided: 2, decisionsPerSecond: 17_500, epochsPerSecond: 2_500,
            floorEpochsPerSecond: 4_000, loop: Percentiles(p50: 400, p90: 450, p99: 700, max: 5_000),
            floor: Percentiles(p50: 250, p90: 300, p99: 400, max: 900),
            ratioToFloor: .value(RatioRow(p50: 1.6, p99: 1.75)),
            ratioToFloorWithoutSolver: .absent("stated for FCH only"))
    }

    @Test func theClosedLoopStandsBesideTheFloorAndWhatWasPublished() throws {
        var row = busyRow()
        #expect(row.closedLoop.reason == "measured by bench --closed-loop only")
        #expect(BenchRow(network(.decentralised, solver: .none), emptySummary()).closedLoop.value == nil)
        row.closedLoop = .value(closedLoop())
        let closed = try #require(object(row)["closed_loop"] as? [String: Any])
        #expect(
            closed.keys.sorted() == [
                "decisions_per_second", "epochs", "epochs_per_second", "floor_epochs_per_second", "floor_us", "loop_us",
                "ratio_to_floor", "ratio_to_floor_without_solver", "ratio_to_floor_without_solver_reason", "undecided",
            ])
        let report = BenchReport(
            network(.decentralised), witness: .absent("none"), processors: .absent("none"), results: [row])
        let text = BenchTable(report, usesColour: false).text
        #expect(text.contains("17500") && text.contains("FlexRIC 200 us") && text.contains("dApps 450 us"))
        let plain = BenchReport(
            network(.decentralised), witness: .absent("none"), processors: .absent("none"), results: [busyRow()])
        #expect(!BenchTable(plain, usesColour: false).text.contains("FlexRIC"))
    }

    @Test func ratiosAreMediansOverPairs() throws {
        let ours = [(10.0, 20.0), (30, 30), (50, 1_000)].map { PairedRatio.Block(p50: $0.0, p99: $0.1) }
        let peer = [(10.0, 10.0), (20, 30), (50, 10)].map { PairedRatio.Block(p50: $0.0, p99: $0.1) }
        let ratio = try #require(PairedRatio(ours: ours, peer: peer))
        #expect(ratio.p50 == 1)
        #expect(ratio.p99 == 2)
        #expect(ratio.pairs == 3)
        #expect(PairedRatio(ours: [], peer: peer) == nil)
        #expect(PairedRatio.Block(microseconds: (1...100).map(Double.init)) == .init(p50: 50, p99: 99))
    }

    @Test func valueIsTheWeightedGeometricMeanOfBackloggedUsers() throws {
        let window = ThroughputWindow(
            end: .zero, throughputKbps: [1_000, 4_000, 0, 9e9], weight: [2, 1, 1, 0])
        let value = try #require(ValueIntegral.networkValueMbps(window, alpha: 1))
        // (1^2 x 4 x 0.001)^(1/4)
        #expect(isClose(value, 0.2514866859365871, within: 1e-9))
        let mean = try #require(ValueIntegral.networkValueMbps(window, alpha: 0))
        #expect(isClose(mean, (2 + 4 + 0.001) / 4))
        var integral = ValueIntegral(alpha: 1)
        integral.add(window)
        #expect(isClose(integral.fifthPercentileMbps, 0.1))
    }

    private func emptySummary() -> LedgerSummary {
        var history = History()
        history.epoch(0)
        return history.end(at: 5)
    }
}
