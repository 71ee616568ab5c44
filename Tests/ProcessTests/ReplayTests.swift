import Foundation
import Testing

/// The shipped replay of a vehicle's runs, on a run that is made here.
@Suite(.serialized) struct ReplayTests {
    private static let vehicle = ToolRun.root.appending(path: "topologies/vehicle-replay.yaml").path
    private static let notice = "replay, open loop: not observed: association: "
    private static let tooFast = "replay at 4.0 times the speed of the drives: value and age need 1"
    private static let unmeasured = "open-loop replay: cross gains were not measured"

    /// Two minutes eastwards, two rows a second, from one cell to the next; every round trip takes 20 ms.
    private static let run: String = {
        var lines = ["pub_time(ms) sub_time(ms) delay(ms) utmX(m) utmY(m) cellid(db) sinr(db) rsrp(db)"]
        for row in 0..<240 {
            let time = 1_721_032_372_703 + 500 * row
            let cell = row < 120 ? "5C422503D" : "5C4225714"
            lines.append("\(time) \(time + 20) 20 \(328_977 + 5 * row).5 3463460.25 \(cell) 15 -98")
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    /// The row of a report that says what was not observed, and why figures are not there.
    private func row(at file: URL) throws -> [String: Any] {
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let rows = try #require(report["results"] as? [[String: Any]])
        let notObserved = try #require(report["not_observed"] as? [String])
        #expect(notObserved.contains { $0.hasPrefix("cross gains: ") }, "\(notObserved)")
        let row = try #require(rows.first)
        for key in ["efficiency", "follower_residual", "leader_residual"] {
            #expect(row[key] is NSNull && row[key + "_reason"] as? String == Self.unmeasured, "\(key)")
        }
        return row
    }

    @Test func aVehiclesRunIsDirectedAndSaysWhatItDidNotObserve() throws {
        let place = try Workplace()
        let trace = try place.write(Self.run, as: "run.txt")
        let (status, output, errors) = try ToolRun.run(
            ["up", Self.vehicle, "--trace", trace, "--duration", "2s", "--warm-up", "200ms"], in: place.folder)
        #expect(status == 0, "\(errors)")
        #expect(output.split(separator: "\n").count { $0.hasPrefix(Self.notice) } == 1, "\(output)")
        let folder = try #require(place.runs.first)

        let decisions = try Decisions(run: folder, epochNanoseconds: 50_000_000)
        #expect(decisions.cells == [0, 1])
        #expect(decisions.refused.allSatisfy { $0.isLate }, "\(decisions.refused.prefix(5))")
        #expect(decisions.violations.isEmpty, "\(decisions.violations.prefix(5))")

        let row = try row(at: folder.appending(path: "result.json"))
        // Half of a measured round trip each way between the radio network and the edge.
        let fast = try #require(row["fast_us"] as? [String: Any])
        #expect(try #require(fast["p50"] as? Double) >= 20_000)

        let log = try String(contentsOf: folder.appending(path: "logs/ran.log"), encoding: .utf8)
        #expect(log.split(separator: "\n").count { $0.contains(Self.notice) } == 1)
        let manifest = try Manifest(run: folder)
        #expect(manifest.outcome == "completed")
        #expect(try manifest.notStopped(in: folder) == [])
    }

    @Test func aSimulatedReplaySaysTheSame() throws {
        let place = try Workplace()
        let trace = try place.write(Self.run, as: "run.txt")
        let (status, output, errors) = try ToolRun.run(
            ["simulate", Self.vehicle, "--trace", trace, "--epochs", "20", "--json", "row.json"], in: place.folder)
        #expect(status == 0, "\(errors)")
        #expect(output.split(separator: "\n").count { $0.hasPrefix(Self.notice) } == 1, "\(output)")
        let row = try row(at: place.folder.appending(path: "row.json"))
        // At its own speed only the time is too short for a value.
        let reason = row["value_mbps_reason"] as? String
        #expect(reason == "no second of throughput behind the warm-up" && row["age_ms"] is [String: Any])
    }

    /// One measured world has no seeds to pair, and no genie knows the gains in it.
    @Test func aStudyOfAReplayIsRefused() throws {
        let place = try Workplace()
        let trace = try place.write(Self.run, as: "run.txt")
        let (status, output, errors) = try ToolRun.run(
            ["simulate", Self.vehicle, "--trace", trace, "--epochs", "20", "--study", "2", "--json", "study.json"],
            in: place.folder)
        #expect(status == 2 && output.isEmpty, "\(output)")
        #expect(errors.last?.contains("a replay is one world") == true, "\(errors)")
        #expect(errors.last?.contains("leave --study out") == true, "\(errors)")
        #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: "study.json").path))
    }

    /// Four times the speed of the drive: what the world would be worth is not stated, nor how old the data are.
    @Test func aFasterReplayStatesNeitherValueNorAge() throws {
        let place = try Workplace()
        let trace = try place.write(Self.run, as: "run.txt")
        let file = try place.write(String(contentsOfFile: Self.vehicle, encoding: .utf8) + "    speed: 4\n")
        let (status, _, errors) = try ToolRun.run(
            ["simulate", file, "--trace", trace, "--epochs", "60", "--json", "row.json"], in: place.folder)
        #expect(status == 0, "\(errors)")
        let row = try row(at: place.folder.appending(path: "row.json"))
        for key in ["value_mbps", "value_equal_power_mbps", "age_ms"] {
            #expect(row[key] is NSNull && row[key + "_reason"] as? String == Self.tooFast, "\(key)")
        }
        #expect(row["fast_us"] is [String: Any])
    }
}
