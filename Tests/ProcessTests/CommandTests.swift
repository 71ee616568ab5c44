import Foundation
import Testing

/// Commands that start nothing: what they print, where, and how they end.
@Suite(.serialized) struct CommandTests {
    @Test func theVersionIsAResult() throws {
        let place = try Workplace()
        let (status, output, errors) = try ToolRun.run(["--version"], in: place.folder)
        #expect(status == 0 && output.hasPrefix("dtnet ") && errors.isEmpty)
    }

    @Test(arguments: [
        [], ["nonsense"], ["up"], ["up", "x.yaml", "--duration", "soon"], ["bench", "x", "--hierarchies", "a"],
    ])
    func wrongUsageIsOneLineAndStatusTwo(arguments: [String]) throws {
        let place = try Workplace()
        let (status, _, errors) = try ToolRun.run(arguments, in: place.folder)
        if arguments.isEmpty {
            #expect(status == 0, "without arguments it shows its help")
        } else {
            #expect(status == 2 && errors.count == 1, "\(errors)")
        }
    }

    @Test(arguments: [
        (["simulat", "x.yaml"], "dtnet has no command 'simulat': it has validate, up, "),
        (["radio", "pahts", "--frequency", "3.5GHz"], "dtnet radio has no command 'pahts': it has inspect, "),
        (["help", "nonsense"], "dtnet has no command 'nonsense': it has "),
        (["help", "rrm", "slove"], "dtnet rrm has no command 'slove': it has "),
    ])
    func aCommandThatThereIsNotIsNamed(arguments: [String], expected: String) throws {
        let place = try Workplace()
        let (status, output, errors) = try ToolRun.run(arguments, in: place.folder)
        #expect(status == 2 && output.isEmpty && errors.count == 1)
        #expect(errors.first?.hasPrefix(expected) == true, "\(errors)")
    }

    @Test(arguments: [["help"], ["help", "up"], ["help", "radio", "map"], ["radio"], ["radio", "--help"]])
    func helpIsAResult(arguments: [String]) throws {
        let place = try Workplace()
        let (status, output, errors) = try ToolRun.run(arguments, in: place.folder)
        #expect(status == 0 && output.hasPrefix("OVERVIEW: ") && errors.isEmpty, "\(errors)")
    }

    @Test func aFaultHasFileLineColumnAndKey() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText + "\ngmae: {rounds: 3}\n", as: "wrong.yaml")
        let (status, output, errors) = try ToolRun.run(["validate", file], in: place.folder)
        #expect(status == 2 && output.isEmpty)
        #expect(errors.last?.hasPrefix("\(file):15:1: gmae:") == true, "\(errors)")
        #expect(errors.last?.contains("'game'") == true)
    }

    @Test func validatePrintsTheWiringOrThePlan() throws {
        let place = try Workplace()
        let words = try ToolRun.run(["validate", Workplace.campus, "--hierarchy", "dch"], in: place.folder)
        #expect(words.status == 0 && words.output.contains("wires") && words.output.contains("rrm-west"))
        let json = try ToolRun.run(["validate", Workplace.campus, "--json"], in: place.folder)
        #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
        let schema = try ToolRun.run(["validate", "--schema"], in: place.folder)
        #expect(schema.output.contains("\"$schema\""))
    }

    @Test func filesThatAreNoTopologyAreRefused() throws {
        let place = try Workplace()
        let large = try place.write(String(repeating: "# padding\n", count: 120_000), as: "large.yaml")
        let bomb = (1...9).map {
            "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ","))]"
        }
        let aliases = try place.write("a0: &a0 [x]\n" + bomb.joined(separator: "\n") + "\n", as: "bomb.yaml")
        for path in [large, aliases, place.folder.path, "missing.yaml"] {
            let (status, output, errors) = try ToolRun.run(["validate", path], in: place.folder)
            #expect(status == 2 && output.isEmpty && !errors.isEmpty, "\(path): \(errors)")
        }
    }

    @Test func aReplayWithoutItsTraceIsRefused() throws {
        let place = try Workplace()
        let replay = ToolRun.root.appending(path: "topologies/drive-replay.yaml").path
        let (status, _, errors) = try ToolRun.run(
            ["up", replay, "--trace", "nowhere", "--duration", "1s"], in: place.folder)
        #expect(status == 2 && errors.last?.contains("nowhere") == true, "\(errors)")
        #expect(place.runs.isEmpty)
    }

    @Test func oneSeedHasOneHistory() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        func hash(_ seed: String) throws -> Substring? {
            let (status, output, errors) = try ToolRun.run(
                ["simulate", file, "--hierarchy", "dch", "--epochs", "60", "--seed", seed], in: place.folder)
            #expect(status == 0, "\(errors)")
            return output.firstMatch(of: /history hash: ([0-9a-f]{16})/)?.output.1
        }
        let first = try #require(try hash("5"))
        #expect(try hash("5") == first)
        #expect(try hash("6") != first)
    }

    /// Delays of another wiring are no delays of this one.
    @Test(arguments: [("small", "dch", 0), ("small", "fch", 2), ("campus", "dch", 2)] as [(String, String, Int32)])
    func delaysComeFromARunOfTheSameWiring(topology: String, hierarchy: String, expected: Int32) throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let profile = #"{"topology":"\#(topology)","hierarchy":"\#(hierarchy)","links":[],"residences":[]}"#
        _ = try place.write(profile, as: "latency.json")
        _ = try place.write("{}", as: "run.json")
        let (status, output, errors) = try ToolRun.run(
            ["simulate", file, "--hierarchy", "dch", "--epochs", "20", "--latency-from", "."], in: place.folder)
        #expect(status == expected, "\(errors)")
        guard expected != 0 else { return }
        #expect(output.isEmpty)
        #expect(errors.last?.contains("measured on \(topology) as \(hierarchy), not on small as dch") == true)
    }

    @Test func aBenchWritesTheReport() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, _, errors) = try ToolRun.run(
            ["bench", file, "--hierarchies", "sch,dch", "--duration", "1s", "--warm-up", "200ms", "--json", "b.json"],
            in: place.folder)
        #expect(status == 0, "\(errors)")
        let data = try Data(contentsOf: place.folder.appending(path: "b.json"))
        let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(report["results"] as? [[String: Any]])
        #expect(rows.count == 6)
        let keys = [
            "hierarchy", "game", "timing", "solver", "epochs", "decisions", "missed", "fast_us", "coordination_us",
            "breakdown_us", "age_ms", "value_mbps", "value_equal_power_mbps", "efficiency", "rounds_mean",
            "offer_age_ms", "late_offers", "follower_residual", "leader_residual", "bytes_per_epoch", "cpu_seconds",
            "rejected", "floor_us", "loopback_us", "ratio_to_floor", "ratio_to_floor_without_solver", "closed_loop",
        ]
        for row in rows { for key in keys { #expect(row[key] != nil, "\(key)") } }
        #expect(rows[0]["cpu_seconds"] is NSNumber && rows[0]["value_equal_power_mbps"] is NSNumber)
        #expect(rows[0]["floor_us"] is NSNull && rows[0]["floor_us_reason"] is String)
        let solvers = rows.map { $0["solver"] as? String }
        #expect(solvers == ["pricing", "pricing", "no control", "random", "prices 0", "genie"])
        for (row, name) in [(rows[2], "no control"), (rows[5], "genie")] {
            #expect(row["efficiency_reason"] as? String == "\(name): not judged, a baseline")
            #expect(row["fast_us_reason"] as? String == "\(name): no leader decides")
            #expect(row["follower_residual_reason"] as? String == "\(name): no leader decides")
        }
        for row in rows[2...] {
            #expect(row["floor_us_reason"] as? String == "simulated: no floor is measured")
            #expect(row["closed_loop_reason"] as? String == "simulated: no closed loop is measured")
        }
        // FCH was not benched, DCH was.
        for (row, source) in [(rows[3], "the cost model's delays"), (rows[4], "the delays measured on dch")] {
            for key in ["fast_us", "coordination_us", "breakdown_us", "age_ms"] {
                let reason = row[key + "_reason"] as? String
                #expect(row[key] is NSNull && reason == "simulated under \(source): no latency was measured", "\(key)")
            }
        }
    }

    @Test func theFloorCarriesTheBytesOfARealRun() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, _, errors) = try ToolRun.run(
            [
                "bench", file, "--hierarchies", "sch", "--duration", "500ms", "--warm-up", "100ms", "--floor",
                "--no-baselines", "--json", "b.json",
            ], in: place.folder)
        #expect(status == 0, "\(errors)")
        let data = try Data(contentsOf: place.folder.appending(path: "b.json"))
        let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let row = try #require((report["results"] as? [[String: Any]])?.first)
        let details = try #require(row["details"] as? [String: Any])
        if ProcessInfo.processInfo.activeProcessorCount > 1 {
            let distance = try #require(report["processors_round_trip_ns"] as? [String: Double])
            #expect(distance["before"]! > 0 && distance["after"]! > 0)
        }
        let witness = try #require(report["witness_us"] as? [String: Any])
        #expect(witness["p90"] is NSNumber && witness["max"] is NSNumber && witness["max_reason"] == nil)
        #expect(witness["p999_reason"] as? String == "fewer than 10000 samples")
        #expect(row["ratio_to_floor"] is [String: Any])
        let floor = try #require(details["floor_bytes_per_epoch"] as? Double)
        let ours = try #require(details["loopback_bytes_per_epoch"] as? Double)
        // Heartbeats and what comes more seldom than every second epoch are ours alone.
        #expect(floor <= ours && floor > 0.95 * ours, "floor \(floor), ours \(ours) bytes per epoch")
    }

    /// The bisection begins in the middle of the epochs, at 20 ms, whatever comes of it.
    @Test func aSweepSaysWhatItTriedAndFound() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, output, errors) = try ToolRun.run(
            [
                "bench", file, "--hierarchies", "dch", "--duration", "400ms", "--warm-up", "100ms", "--sweep-epoch",
                "--no-baselines", "--json", "b.json",
            ], in: place.folder)
        #expect(status == 0, "\(errors)")
        let data = try Data(contentsOf: place.folder.appending(path: "b.json"))
        let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let row = try #require((report["results"] as? [[String: Any]])?.first)
        let details = try #require(row["details"] as? [String: Any])
        #expect(details["sweep_missed_at_20_ms"] is NSNumber)
        if let shortest = details["shortest_sustainable_epoch_ms"] as? Double {
            let missed = try #require(details["sweep_missed_at_\(Int(shortest))_ms"] as? Double)
            #expect(missed <= 0.001)
            #expect(output.contains("dch shortest sustainable epoch \(String(format: "%.2f", shortest)) ms"))
        } else {
            #expect(output.contains("dch no sustainable epoch up to 500.00 ms"))
        }
    }

    @Test func averagedGainsAreMarked() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        func simulate(_ more: [String]) throws -> (status: Int32, output: String, errors: [String]) {
            try ToolRun.run(["simulate", file, "--epochs", "60", "--json", "row.json"] + more, in: place.folder)
        }
        func mark() throws -> Any? {
            let data = try Data(contentsOf: place.folder.appending(path: "row.json"))
            let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let row = try #require((report["results"] as? [[String: Any]])?.first)
            return (row["details"] as? [String: Any])?["averaged_gains"]
        }
        let faded = try simulate([])
        #expect(faded.status == 0 && !faded.output.contains("averaged gains:"), "\(faded.errors)")
        #expect(try mark() == nil)
        let averaged = try simulate(["--averaged-gains"])
        #expect(averaged.status == 0 && averaged.output.contains("averaged gains: no fading"), "\(averaged.errors)")
        #expect(try mark() as? Double == 1)
        let short = try simulate(["--averaged-gains", "--epoch", "10ms"])
        #expect(short.status == 2 && short.output.isEmpty)
        #expect(short.errors.last?.contains("averaged gains need an epoch of 20ms or more, not 10ms") == true)
    }

    /// 20 epochs of 20 ms: no second of throughput lies behind the warm-up.
    @Test func aStudyOfNothingIsRefused() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, output, errors) = try ToolRun.run(
            ["simulate", file, "--epochs", "20", "--study", "2"], in: place.folder)
        #expect(status == 2 && output.isEmpty)
        #expect(errors.last?.contains("ask for more --epochs") == true, "\(errors)")
    }

    @Test func onlyProcessesOfThePlanAreLeftToOthers() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, _, errors) = try ToolRun.run(
            ["up", file, "--external", "radio", "--duration", "1s"], in: place.folder)
        #expect(status == 2)
        #expect(errors.last?.hasPrefix("the plan has no process 'radio': it has ran, ") == true, "\(errors)")
    }

    /// Each wiring in the closed loop: it is directives that end epochs, not the clock.
    @Test func theClosedLoopTurnsInEveryHierarchy() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, output, errors) = try ToolRun.run(
            [
                "bench", file, "--hierarchies", "fch,sch,dch", "--duration", "300ms", "--warm-up", "100ms",
                "--closed-loop", "--no-baselines", "--json", "b.json",
            ], in: place.folder)
        #expect(status == 0, "\(errors)")
        #expect(output.contains("FlexRIC 200 us for its two hops, dApps 450 us"))
        let data = try Data(contentsOf: place.folder.appending(path: "b.json"))
        let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(report["results"] as? [[String: Any]])
        #expect(rows.map { $0["hierarchy"] as? String } == ["fch", "sch", "dch"])
        for row in rows {
            let closed = try #require(row["closed_loop"] as? [String: Any])
            let (epochs, undecided) = (closed["epochs"] as? Int ?? 0, closed["undecided"] as? Int ?? .max)
            #expect(epochs > 0 && undecided < epochs / 2, "\(closed)")
            #expect(closed["decisions_per_second"] as? Double ?? 0 > 0)
            #expect(closed["loop_us"] is [String: Any] && closed["floor_us"] is [String: Any])
            #expect(row["floor_us"] is NSNull, "the loopback pass was not asked for")
        }
    }
}
