internal import Glibc

/// What UEs are predicted to hear at some powers, for the choice of schemes: U x K each.
struct PredictedQuality: Sendable {
    /// SINR over the gap to the Shannon bound, dB; -infinity where the cell sends nothing.
    let sinrOverGapDb: [Float]
    /// Its standard deviation, dB.
    let deviationDb: [Float]
}

extension Evaluation {
    /// SINR of every UE on every subband of its cell, with its deviation: the serving link's and, by their part in what
    /// disturbs, the others' (first order in dB).
    ///
    /// - Parameters:
    ///   - powerWatts: powers of all cells, C x K watts.
    ///   - linkDeviationDb: standard deviation of every link, U x L dB.
    static func quality(
        _ problem: Problem, powerWatts: [Double], linkDeviationDb: [Float]
    ) -> PredictedQuality {
        let (subbands, links, snrGap) = (problem.subbands, problem.links, Float(problem.snrGap))
        precondition(linkDeviationDb.count == problem.ues * links, "a deviation for every link")
        let power = powerWatts.map { Float($0) }
        let count = problem.ues * subbands
        var sinrDb = [Float](repeating: -.infinity, count: count)
        var deviationDb = [Float](repeating: 0, count: count)
        problem.withView { view in
            for u in 0..<problem.ues {
                let cell = Int(view.servingCell[u])
                let own = linkDeviationDb[u * links]
                for k in 0..<subbands where power[cell * subbands + k] > 0 {
                    let (v, lane) = (k / Lanes.scalarCount, k % Lanes.scalarCount)
                    var heard = view.background[u * view.vectors + v][lane]
                    var spread: Float = 0
                    for l in stride(from: 1, to: links, by: 1) {
                        let other = Int(view.linkCell[u * links + l])
                        if other == problem.cells { continue }
                        let gain = view.gain[(u * links + l) * view.vectors + v][lane]
                        let watts = view.load[other] * power[other * subbands + k] * gain
                        heard += watts
                        let part = watts * linkDeviationDb[u * links + l]
                        spread += part * part
                    }
                    let signal = power[cell * subbands + k] * view.gain[u * links * view.vectors + v][lane]
                    guard signal > 0 else { continue }
                    sinrDb[u * subbands + k] = 10 * log10(signal / (snrGap * heard))
                    deviationDb[u * subbands + k] = (own * own + spread / (heard * heard)).squareRoot()
                }
            }
        }
        return PredictedQuality(sinrOverGapDb: sinrDb, deviationDb: deviationDb)
    }
}
