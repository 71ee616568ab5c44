import Glibc
import Numerics
import ResourceAllocation
import Testing

@Suite struct UplinkTests {
    /// Cells in a row with UEs around each of them; every UE is heard by every cell.
    private static func problem(
        seed: UInt64, cells: Int, perCell: Int, crossDb: Double = -15, alpha: Double = 1, spreadDb: Double = 20
    ) -> ResourceProblem {
        let draw = CounterGenerator(seed: seed, purpose: 11)
        var ues: [ResourceProblem.User] = []
        for u in 0..<UInt64(cells * perCell) {
            let cell = Int(u) / perCell
            let gains = (0..<cells).map { other in
                let own = -95 - spreadDb * draw.uniform(u, UInt64(other))
                return [other == cell ? own : own + crossDb]
            }
            ues.append(
                ResourceProblem.User(cell: cell, linkCell: Array(0..<cells), gainDb: gains, backgroundDbm: [-110]))
        }
        var problem = ResourceProblem(
            name: "row",
            carriers: [.init(name: "c", frequencyHz: 3.5e9, bandwidthHz: 10e6, subbands: 2)],
            cells: (0..<cells).map { .init(name: "\($0)", powerBudgetWatts: 10) }, ues: ues)
        problem.alpha = alpha
        problem.uplink = .init(noiseDbm: -102)
        return problem
    }

    private static func control(_ problem: ResourceProblem) -> UplinkControl {
        UplinkControl(
            problem, problem.uplink ?? .init(noiseDbm: -102), cellOfUE: problem.ues.map { Int32($0.cell ?? -1) })
    }

    @Test func aloneACellAsksForAllThatThereIs() {
        let problem = Self.problem(seed: 1, cells: 1, perCell: 5)
        var budget = Budget(rounds: 10_000)
        let found = Self.control(problem).solve(&budget)
        #expect(abs(found.networkValueMbps / found.fullPowerValueMbps - 1) < 1e-12)
        #expect(found.powerWatts.allSatisfy { abs($0 - pow(10, -0.7) / 2) < 1e-9 })
        // One after the other on the whole carrier: R = x B log2(1 + p g / (Gamma N)).
        let gain = pow(10, problem.ues[0].gainDb[0][0] / 10)
        let snr = pow(10, -0.7) / 2 * gain / (pow(10, 0.3) * pow(10, -13.2))
        #expect(abs(found.rateMbps[0] - 10 / 5 * min(log2(1 + snr), 7.4063)) < 1e-6)
    }

    @Test(arguments: [0.5, 1.0, 2.0]) func nearTheBestOfAllControlsOfTwoCells(alpha: Double) {
        for seed in 0..<UInt64(6) {
            let problem = Self.problem(seed: seed, cells: 2, perCell: 3, crossDb: -3, alpha: alpha)
            let control = Self.control(problem)
            var budget = Budget(rounds: 100_000)
            let found = control.solve(&budget)
            var best = 0.0
            for part in UplinkControl.alphas {
                for first in stride(from: -120.0, through: -60, by: 2) {
                    for second in stride(from: -120.0, through: -60, by: 2) {
                        best = max(best, control.evaluate(alpha: part, p0Dbm: [first, second]).networkValueMbps)
                    }
                }
            }
            #expect(found.networkValueMbps <= best * (1 + 1e-9) || best < found.fullPowerValueMbps, "seed \(seed)")
            #expect(found.networkValueMbps >= 0.97 * best, "seed \(seed): \(found.networkValueMbps) of \(best)")
            #expect(found.networkValueMbps >= found.uniformValueMbps)
            #expect(found.uniformValueMbps >= found.fullPowerValueMbps)
        }
    }

    @Test func limitsAreKeptWhateverTheGains() {
        for seed in 0..<UInt64(20) {
            let problem = Self.problem(seed: seed, cells: 3, perCell: 4, crossDb: 0, spreadDb: 150)
            var budget = Budget(rounds: 2_000)
            let found = Self.control(problem).solve(&budget)
            #expect(found.powerWatts.allSatisfy { $0 >= 0 && $0 <= pow(10, -0.7) / 2 * (1 + 1e-9) })
            #expect(found.rateMbps.allSatisfy { $0.isFinite && $0 >= 0 } && found.networkValueMbps > 0)
            for cell in 0..<3 {
                let sum = (0..<12).reduce(0) { $1 / 4 == cell ? $0 + found.share[$1] : $0 }
                #expect(abs(sum - 1) < 1e-9)
            }
        }
    }

    @Test func withoutTimeEveryUESendsAllItCan() {
        let problem = Self.problem(seed: 2, cells: 3, perCell: 4)
        var budget = Budget(rounds: 0)
        let found = Self.control(problem).solve(&budget)
        #expect(found.networkValueMbps == found.fullPowerValueMbps && found.networkValueMbps > 0)
    }

    @Test func duplexDecidesTheBandwidth() {
        var problem = Self.problem(seed: 1, cells: 1, perCell: 1)
        #expect(problem.uplinkBandwidthHz == [5e6, 5e6])
        problem.carriers[0].duplex = .tdd
        problem.carriers[0].downlinkPart = 0.75
        #expect(problem.uplinkBandwidthHz == [1.25e6, 1.25e6] && problem.bandwidthHz == [3.75e6, 3.75e6])
        problem.uplink?.lowestP0Dbm = -50
        #expect(problem.flaw?.description == "uplink.lowest_p0_dbm: lies above highest_p0_dbm")
    }
}
