internal import Glibc

/// The linear gains of a problem under states of its cells, link by link: U rows of at most L links of K subbands.
///
/// Where the problem asks for a confidence, gains are made such that rates planned with them are reached with it: each
/// interferer counts with its mean under a log-normal deviation, and the serving gain with a margin below (see
/// `serving`).
struct GainTable: Sendable {
    let subbands: Int
    let links: Int
    /// Cell of each link, -1 beyond the UE's last; U x L.
    private(set) var cell: [Int32]
    /// U x L x K, as measured and under the states.
    private(set) var gain: [Double]
    /// U x K.
    let backgroundWatts: [Double]
    /// U x L standard deviations in nepers of power (`ln 10 / 10` per dB); empty where gains are exact.
    private let deviation: [Double]
    /// Quantile of the standard normal distribution that the confidence asks for; 0 for none.
    private let quantile: Double

    private static let nepersPerDb = 0.23025850929940458

    init(_ problem: ResourceProblem, stateOfCell: [Int32]) {
        let subbands = problem.subbands
        let links = max(1, problem.ues.map(\.linkCell.count).max() ?? 1)
        self.subbands = subbands
        self.links = links
        cell = Array(repeating: -1, count: problem.ues.count * links)
        gain = Array(repeating: 0, count: cell.count * subbands)
        var background = [Double](repeating: 0, count: problem.ues.count * subbands)
        for u in problem.ues.indices { GainTable.spread(problem.ues[u].backgroundDbm, -30, subbands, u, &background) }
        backgroundWatts = background
        quantile = problem.confidence.map { NormalQuantile.upper(1 - $0) } ?? 0
        let isUncertain = quantile > 0 && problem.ues.contains { !$0.gainDeviationDb.isEmpty }
        deviation =
            isUncertain
            ? problem.ues.flatMap { ue in
                (0..<links).map { $0 < ue.gainDeviationDb.count ? GainTable.nepersPerDb * ue.gainDeviationDb[$0] : 0 }
            } : []
        for u in problem.ues.indices { fill(u, problem, stateOfCell) }
    }

    /// Writes a row of levels as linear values, one level to all subbands.
    private static func spread(
        _ decibels: [Double], _ offset: Double, _ subbands: Int, _ row: Int, _ values: inout [Double]
    ) {
        let start = row * subbands
        if decibels.count == 1 {
            let value = Decibels.linear(decibels[0] + offset)
            for k in 0..<subbands { values[start + k] = value }
        } else {
            for k in 0..<subbands { values[start + k] = Decibels.linear(decibels[k] + offset) }
        }
    }

    /// Sets the gains of one UE anew.
    mutating func fill(_ u: Int, _ problem: ResourceProblem, _ stateOfCell: [Int32]) {
        for l in problem.ues[u].linkCell.indices {
            let c = problem.ues[u].linkCell[l]
            cell[u * links + l] = Int32(c)
            let state = stateOfCell[c]
            let offset = state < 0 ? 0 : problem.cells[c].states[Int(state)].gainOffsetDb[u]
            GainTable.spread(problem.ues[u].gainDb[l], offset, subbands, u * links + l, &gain)
        }
    }

    /// Place of a cell among a UE's links; nil where there is none.
    func link(of ue: Int, to wanted: Int32) -> Int? {
        (0..<links).first { cell[ue * links + $0] == wanted }
    }

    /// Interfering gain of a link for planning: the mean of its log-normal deviation.
    func interfering(_ ue: Int, _ link: Int, _ k: Int) -> Double {
        let value = gain[(ue * links + link) * subbands + k]
        if deviation.isEmpty { return value }
        let s = deviation[ue * links + link]
        return value * exp(0.5 * s * s)
    }

    /// Serving gain of a link for planning at `loadedWatts` (C x K, weighted with loads).
    ///
    /// Signal is log-normal with deviation s, interference and noise T is taken as log-normal with the moments of their
    /// sum (Fenton 1960): variance of its logarithm `v = ln(1 + Var T / E[T]^2)`. The SINR's quantile is `S / E[T]
    /// exp(v/2 - z sqrt(s^2 + v))`, z the normal quantile of the confidence.
    func serving(_ ue: Int, _ link: Int, _ k: Int, loadedWatts: [Double]) -> Double {
        let value = gain[(ue * links + link) * subbands + k]
        if deviation.isEmpty { return value }
        var mean = backgroundWatts[ue * subbands + k]
        var variance = 0.0
        for l in 0..<links where l != link && cell[ue * links + l] >= 0 {
            let s = deviation[ue * links + l]
            let m = loadedWatts[Int(cell[ue * links + l]) * subbands + k] * interfering(ue, l, k)
            mean += m
            variance += m * m * expm1(s * s)
        }
        let v = log1p(variance / (mean * mean))
        let s = deviation[ue * links + link]
        return value * exp(0.5 * v - quantile * (s * s + v).squareRoot())
    }
}

/// The gain tables of one problem, the last one kept: stages and reports ask for the same states again and again.
final class GainTables {
    private let problem: ResourceProblem
    private var last: (states: [Int32], table: GainTable)?

    init(_ problem: ResourceProblem) { self.problem = problem }

    func table(_ stateOfCell: [Int32]) -> GainTable {
        if let last, last.states == stateOfCell { return last.table }
        let table = GainTable(problem, stateOfCell: stateOfCell)
        last = (stateOfCell, table)
        return table
    }
}
