/// The leaders of DCH side by side: each decides for its region at the prices that the others quoted an epoch ago and
/// beside the powers that they then had.
package struct RegionalDecisions: Sendable {
    private let masks: [[Bool]]
    private var leaders: [EpochDecision]
    private var powerWatts: [Double]?
    /// What each quoted last, C x K utility per watt.
    private var harm: [[Double]?]

    /// Most rounds of the powers in a call of each.
    package var powerRounds: Int {
        get { leaders.first?.powerRounds ?? 0 }
        set { for region in leaders.indices { leaders[region].powerRounds = newValue } }
    }

    /// - Parameter masks: the cells of each region, C values each; every cell is in one.
    package init(_ masks: [[Bool]], seed: UInt64) {
        self.masks = masks
        leaders = masks.map { EpochDecision(ownCells: $0, seed: seed) }
        harm = masks.map { _ in nil }
    }

    /// What they come to together; `run` calls the decision of a region that it is handed.
    package mutating func decide(
        _ input: DecisionInput,
        run: (Int, (Deadline, (EpochDecision.Stage) -> Void) -> EpochDecision.Answer) -> EpochDecision.Answer
    ) -> EpochDecision.Answer {
        let subbands = input.subbands
        let count = input.cells * subbands
        let equal = input.powerWatts / Double(subbands)
        let last = powerWatts ?? Array(repeating: equal, count: count)
        var whole = EpochDecision.Answer(
            cellOfUE: Array(repeating: -1, count: input.ues), associationValue: 0, associationBound: 0,
            powerWatts: last, shares: Array(repeating: 0, count: input.ues * subbands), harmPerWatt: [])
        var quoted: [[Double]?] = []
        for (region, own) in masks.enumerated() {
            var charge = [Double](repeating: 0, count: count)
            for (other, prices) in harm.enumerated() where other != region {
                guard let prices else { continue }
                for i in charge.indices where own[i / subbands] { charge[i] += prices[i] }
            }
            let answer = run(region) { deadline, ended in
                leaders[region].decide(
                    input, outsideWatts: last, chargePerWatt: charge, deadline: deadline, ended: ended)
            }
            whole.associationValue += answer.associationValue
            whole.associationBound += answer.associationBound
            for i in charge.indices where own[i / subbands] { whole.powerWatts[i] = answer.powerWatts[i] }
            for u in 0..<input.ues where answer.cellOfUE[u] >= 0 {
                whole.cellOfUE[u] = answer.cellOfUE[u]
                for k in (u * subbands)..<((u + 1) * subbands) { whole.shares[k] = answer.shares[k] }
            }
            quoted.append(answer.harmPerWatt)
        }
        powerWatts = whole.powerWatts
        harm = quoted
        return whole
    }
}
