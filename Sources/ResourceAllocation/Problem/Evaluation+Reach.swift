internal import Glibc

extension Evaluation {
    /// What each UE gets with the whole of each subband of its cell at given powers (C x K watts), U x K Mbit/s.
    static func reach(_ problem: Problem, powerWatts: [Double]) -> [Double] {
        let subbands = problem.subbands
        return problem.withView { view in
            var reach = [Double](repeating: 0, count: problem.ues * subbands)
            for u in 0..<problem.ues {
                let cell = Int(view.servingCell[u])
                for k in 0..<subbands {
                    let (v, lane) = (k / Lanes.scalarCount, k % Lanes.scalarCount)
                    var heard = Double(view.background[u * view.vectors + v][lane])
                    for l in stride(from: 1, to: problem.links, by: 1) {
                        let other = Int(view.linkCell[u * problem.links + l])
                        if other == problem.cells { continue }
                        let gain = Double(view.gain[(u * problem.links + l) * view.vectors + v][lane])
                        heard += Double(view.load[other]) * powerWatts[other * subbands + k] * gain
                    }
                    let gain = Double(view.gain[u * problem.links * view.vectors + v][lane])
                    let snr = powerWatts[cell * subbands + k] * gain / (problem.snrGap * heard)
                    reach[u * subbands + k] =
                        Double(view.bandwidth[v][lane]) * min(log1p(snr) / M_LN2, Double(view.ceiling[u]))
                }
            }
            return reach
        }
    }
}
