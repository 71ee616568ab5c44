import Foundation
import Testing

/// `dtnet rrm associate`, `game`, `place` and `bench`: results on one side, one line per mistake on the other.
@Suite struct RRMCommandTests {
    private static func run(
        _ arguments: [String], in place: Workplace
    ) throws -> (status: Int32, output: String, errors: [String]) {
        try ToolRun.run(["rrm"] + arguments, in: place.folder)
    }

    @Test func aDropThatIsExportedIsReadBackAsTheSameProblem() throws {
        let place = try Workplace()
        let drop = ["associate", "--sites", "7", "--ues", "120", "--seed", "5", "--json"]
        let first = try Self.run(drop + ["--export", "drop.json"], in: place)
        #expect(first.status == 0, "\(first.errors)")
        let second = try Self.run(["associate", "drop.json", "--seed", "5", "--json"], in: place)
        #expect(second.status == 0, "\(second.errors)")
        func figures(_ text: String) throws -> [[Double]] {
            let rows = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
            return rows.map { row in ["value", "bound", "served"].map { (row[$0] as? NSNumber)?.doubleValue ?? -1 } }
        }
        let rows = try figures(first.output)
        let again = try figures(second.output)
        #expect(rows.count == 2 && rows == again)
        #expect(rows.allSatisfy { $0[0] > 0 && $0[0] <= $0[1] })
    }

    @Test(arguments: [
        ("{}", "is missing"), ("nonsense", "not the JSON of an association problem"),
        (#"{"capacity_prbs":[5],"first_pair":[0,1],"cell":[0],"need_prbs":[0],"value":[1]}"#, "need_prbs must be 1"),
        (#"{"capacity_prbs":[5],"first_pair":[0,1],"cell":[3],"need_prbs":[1],"value":[1]}"#, "a cell that is not"),
        (#"{"capacity_prbs":[-5],"first_pair":[0,1],"cell":[0],"need_prbs":[1],"value":[1]}"#, "capacity_prbs[0]"),
        (#"{"capacity_prbs":[5],"first_pair":[0,9],"cell":[0],"need_prbs":[1],"value":[1]}"#, "first_pair must"),
        (#"{"capacity_prbs":["x"],"first_pair":[0],"cell":[],"need_prbs":[],"value":[]}"#, "not of the right type"),
    ])
    func aFileThatIsNoProblemIsRefusedInOneLine(text: String, words: String) throws {
        let place = try Workplace()
        let path = try place.write(text, as: "problem.json")
        let run = try Self.run(["associate", path], in: place)
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors.count == 1 && run.errors[0].contains(words), "\(run.errors)")
    }

    @Test(arguments: [
        ["associate", "absent.json"], ["associate", "--sites", "0"], ["associate", "--overload", "nan"],
        ["associate", "--solver", "magic"], ["game"], ["game", "absent.yaml"], ["game", "--study", "chess"],
        ["place", "--users", "0"], ["place", "--environment", "moon"], ["place", "--heights", "5"],
        ["place", "--users", "2000", "--grid", "30"], ["place", "--solver", "magic"],
        ["place", "--search-moves", "0"], ["admit"], ["admit", "absent.json"], ["admit", "x.json", "--nodes", "-1"],
        ["bench", "--sites", "0"], ["bench", "--regions", "20"], ["bench", "--speed", "nan"],
        ["blank"], ["blank", "absent.json"], ["schema", "chess"],
    ])
    func wrongUsageEndsWithOneLine(arguments: [String]) throws {
        let run = try Self.run(arguments, in: try Workplace())
        #expect(run.status == 2 && run.output.isEmpty, "\(run)")
        #expect(run.errors.count == 1, "\(run.errors)")
    }

    @Test func theSpectrumStudyKeepsItsBars() throws {
        let run = try Self.run(
            ["game", "--study", "spectrum-sharing", "--networks", "20", "--vectors", "20", "--json"],
            in: try Workplace())
        #expect(run.status == 0, "\(run.errors)")
        let rows = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]] ?? []
        #expect(rows.count == 2)
        for row in rows {
            func number(_ key: String) -> Double { (row[key] as? NSNumber)?.doubleValue ?? .infinity }
            #expect(number("grid_distance") <= 1e-6 && number("kkt_residual") <= 1e-9)
            #expect(number("beaten_by") == 0 && number("revenue_order_broken") == 0)
            #expect(number("rate_order_broken_at_cap") == 0)
        }
    }

    @Test func platformsServeUsersAndMovingThemLosesNothing() throws {
        let run = try Self.run(
            ["place", "--users", "20", "--grid", "3", "--heights", "150", "--moves", "10", "--json"],
            in: try Workplace())
        #expect(run.status == 0, "\(run.errors)")
        let rows = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]] ?? []
        let values = rows.map { ($0["value"] as? NSNumber)?.doubleValue ?? -1 }
        #expect(values.count == 2 && values[0] > 0 && values[1] >= values[0], "\(run.output)")
        #expect((rows[0]["served"] as? NSNumber)?.intValue ?? 0 > 0)
    }

    @Test func solversOfPlacementStandSideBySide() throws {
        let run = try Self.run(
            [
                "place", "--users", "15", "--grid", "2", "--heights", "150", "--moves", "5", "--solver", "exact",
                "--solver", "annealing", "--solver", "tabu", "--search-moves", "200", "--json",
            ], in: try Workplace())
        #expect(run.status == 0, "\(run.errors)")
        let rows = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]] ?? []
        #expect(rows.map { $0["stage"] as? String } == ["grid", "refined", "annealing", "tabu"])
        let none = try Self.run(
            ["place", "--solver", "exact", "--solver", "tabu", "--deadline", "0ms"], in: try Workplace())
        #expect(none.status == 0 && none.output.contains("tabu"), "\(none)")
    }

    @Test func decisionsAreTimedAndWeighed() throws {
        let run = try Self.run(
            [
                "bench", "--sites", "3", "--ues", "60", "--regions", "2", "--epochs", "4", "--warm-up", "1", "--json",
            ], in: try Workplace())
        #expect(run.status == 0, "\(run.errors)")
        let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any] ?? [:]
        let rows = (report["study"] as? [String: Any])?["rows"] as? [[String: Any]] ?? []
        #expect(rows.map { $0["decision"] as? String } == ["full", "region"])
        #expect(rows.map { $0["decisions"] as? Int } == [4, 8])
        #expect(rows.map { $0["cells"] as? [Int] } == [[9], [3, 6]])
        for row in rows {
            func number(_ key: String) -> Double { (row[key] as? NSNumber)?.doubleValue ?? -1 }
            #expect(number("median_ms") > 0 && number("p99_ms") >= number("median_ms"), "\(row)")
            #expect(number("value_part") > 0.5 && number("least_association_part") > 0.5, "\(row)")
        }
        #expect(report["witness_p50_us"] is NSNumber)
    }
}
