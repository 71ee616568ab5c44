import NetworkModel
import Numerics
import ResourceAllocation
import Testing

@Suite struct SliceAdmissionTests {
    private typealias Request = SliceAdmission.Request

    @Test(arguments: 0..<20 as Range<UInt64>)
    func admissionIsTheBestOfAllSubsets(index: UInt64) throws {
        let seed = TestSeed.value &* 1_000 &+ index
        let g = CounterGenerator(seed: seed, purpose: 24)
        let capacity = [30.0, 40, 25]
        let requests = (0..<9 as Range<UInt64>).map { s in
            Request(
                name: "slice-\(s)", guaranteedPRBs: (0..<3).map { 15 * g.uniform(s, $0) },
                value: 1 + g.uniform(s, 9), isInForce: s == 0)
        }
        let admission = try SliceAdmission(capacityPRBs: capacity, requests: requests)
        let decision = admission.decide()
        guard case .admitted(let slices, let value, let bound) = decision else {
            Issue.record("seed \(seed): \(decision)")
            return
        }
        func fits(_ chosen: [Int]) -> Bool {
            capacity.indices.allSatisfy { cell in
                chosen.reduce(0) { $0 + requests[$1].guaranteedPRBs[cell] } <= capacity[cell] + 1e-9
            }
        }
        var best = 0.0
        for code in 0..<256 {
            let new = (1..<9).filter { code >> ($0 - 1) & 1 == 1 }
            if fits([0] + new) { best = max(best, new.reduce(0) { $0 + requests[$1].value }) }
        }
        #expect(slices.contains(0) && fits(slices), "seed \(seed)")
        #expect(abs(value - best) < 1e-6 && bound >= best - 1e-6, "seed \(seed): \(value) of \(best)")

        guard case .admitted(let quick, let least, let most) = admission.decide(nil) else {
            Issue.record("seed \(seed): nothing is admitted without CBC")
            return
        }
        #expect(quick.contains(0) && fits(quick) && least <= best + 1e-9 && most >= best - 1e-9, "seed \(seed)")
        #expect(least >= 0.5 * best, "seed \(seed): \(least) of \(best)")
    }

    /// Values near the sum of what is asked for: cells bound little, so that the tree is large.
    @Test func admissionWithinFewNodesIsFeasibleAndBounded() throws {
        let seed = TestSeed.value
        let g = CounterGenerator(seed: seed, purpose: 30)
        let requests = (0..<60 as Range<UInt64>).map { s -> Request in
            let prbs = (0..<10 as Range<UInt64>).map { (10 + 90 * g.uniform(s, $0)).rounded() }
            return Request(
                name: "slice-\(s)", guaranteedPRBs: prbs, value: prbs.reduce(0, +) / 10 + 50 * g.uniform(s, 20))
        }
        let capacity = (0..<10).map { cell in requests.reduce(0) { $0 + $1.guaranteedPRBs[cell] } / 2 }
        let admission = try SliceAdmission(capacityPRBs: capacity, requests: requests)
        var values: [Double] = []
        for limits in [nil, LinearProgram.Limits(nodes: 1), .init(nodes: 200)] as [LinearProgram.Limits?] {
            guard case .admitted(let slices, let value, let bound) = admission.decide(limits) else {
                Issue.record("seed \(seed): nothing is admitted")
                return
            }
            for (cell, prbs) in capacity.enumerated() {
                #expect(slices.reduce(0) { $0 + requests[$1].guaranteedPRBs[cell] } <= prbs + 1e-6, "seed \(seed)")
            }
            #expect(abs(slices.reduce(0) { $0 + requests[$1].value } - value) < 1e-9 && value <= bound, "seed \(seed)")
            values.append(value)
        }
        #expect(values[1] >= values[0] && values[2] >= values[0], "seed \(seed): CBC admits less than its start")
        let limits = LinearProgram.Limits.bounded(gap: 1e-9)
        #expect(limits.nodes > 0 && limits.seconds > 0, "no caller may hang on a hard instance")
    }

    @Test func guaranteesThatContendAreNamedWithTheSmallestRelaxation() throws {
        let requests = [
            Request(name: "emergency", guaranteedPRBs: [30, 10], value: 10, isInForce: true),
            Request(name: "video", guaranteedPRBs: [40, 10], value: 1, isInForce: true),
            Request(name: "sensors", guaranteedPRBs: [0, 20], value: 1, isInForce: true),
            Request(name: "new", guaranteedPRBs: [1, 1], value: 100),
        ]
        let decision = try SliceAdmission(capacityPRBs: [50, 50], requests: requests).decide()
        guard case .infeasible(let shortages, let relaxations) = decision else {
            Issue.record("\(decision)")
            return
        }
        let shortage = try #require(shortages.first)
        #expect(shortages.count == 1 && shortage.cell == 0 && shortage.slices == [0, 1])
        #expect(shortage.guaranteedPRBs == 70 && shortage.capacityPRBs == 50)
        // 20 PRBs are lacking in cell 0: half of the video slice gives them at a cost of 1/2, emergency at 6.7.
        #expect(relaxations.count == 1)
        let relaxation = try #require(relaxations.first)
        #expect(relaxation.slice == 1 && abs(relaxation.keptPart - 0.5) < 1e-9)
    }

    @Test func whatIsNoRequestIsRefused() {
        func fault(_ request: Request, capacity: [Double] = [1]) -> SliceAdmission.Fault? {
            do {
                _ = try SliceAdmission(capacityPRBs: capacity, requests: [request])
                return nil
            } catch {
                return error
            }
        }
        #expect(fault(Request(name: "a", guaranteedPRBs: [1, 2], value: 1)) == .shape(slice: 0))
        #expect(fault(Request(name: "a", guaranteedPRBs: [.nan], value: 1)) == .number(slice: 0))
        #expect(fault(Request(name: "a", guaranteedPRBs: [1], value: -1)) == .number(slice: 0))
        #expect(fault(Request(name: "a", guaranteedPRBs: [1], value: 1), capacity: [.infinity]) == .capacity(cell: 0))
    }

    @Test func aDelayGuaranteeCostsTheRateOfTheQueueThatMeetsIt() {
        // 1 Mbit/s in packets of 12 kbit, 99.9 % within 50 ms: 1e6 + 12e3 ln(1000) / 0.05.
        let rate = EffectiveBandwidth.rateBps(meanBps: 1e6, packetBits: 12e3, delaySeconds: 0.05, violation: 1e-3)
        #expect(abs(rate - 2_657_861.266946) < 1e-3)
    }
}
