internal import Glibc

/// What of a problem turns gains and powers into rates: bandwidth, the gap to the Shannon bound, ceilings of UEs and
/// cells, lengths of code words.
struct RateLaw: Sendable {
    private let bandwidthHz: [Double]
    private let gap: Double
    private let ceilingOfUE: [Double]
    private let ceilingOfCell: [Double]
    /// `NormalApproximation.backoff` of each UE, 0 for long words.
    private let backoff: [Double]
    /// `NormalApproximation.halfwaySNR` of each UE.
    private let halfway: [Double]

    init(_ problem: ResourceProblem) {
        bandwidthHz = problem.bandwidthHz
        gap = Decibels.linear(problem.snrGapDb)
        let most = problem.maxEfficiencyBpsPerHz
        ceilingOfUE = problem.ues.map { min(most, $0.maxEfficiencyBpsPerHz ?? most) }
        ceilingOfCell = problem.cells.map { min(most, $0.maxEfficiencyBpsPerHz ?? most) }
        let ofSlice = problem.slices.map { slice in
            slice.blocklength.map {
                NormalApproximation.backoff(symbols: $0.symbols, errorProbability: $0.errorProbability)
            } ?? 0
        }
        let halfwayOfSlice = ofSlice.map(NormalApproximation.halfwaySNR)
        backoff = problem.ues.map { $0.slice.map { ofSlice[$0] } ?? 0 }
        halfway = problem.ues.map { $0.slice.map { halfwayOfSlice[$0] } ?? 0 }
    }

    /// Ceiling of the spectral efficiency of a UE in a cell, bit/s/Hz.
    func ceiling(ue: Int, cell: Int) -> Double { min(ceilingOfUE[ue], ceilingOfCell[cell]) }

    /// bit/s/Hz of a UE in a cell at a ratio of signal to gap times noise and interference.
    func efficiency(snr: Double, ue: Int, cell: Int) -> Double {
        min(NormalApproximation.efficiency(snr: snr, backoff: backoff[ue]), ceiling(ue: ue, cell: cell))
    }

    /// Mbit/s of a UE with the whole of a subband of its link's cell, at powers C x K and the same weighted with loads.
    func mbps(
        _ gains: GainTable, ue: Int, link: Int, subband k: Int, powerWatts: [Double], loadedWatts: [Double]
    ) -> Double {
        let cell = Int(gains.cell[ue * gains.links + link])
        let power = powerWatts[cell * gains.subbands + k]
        if power <= 0 { return 0 }
        let perWatt = perWatt(gains, ue: ue, link: link, subband: k, loadedWatts: loadedWatts)
        return bandwidthHz[k] * 1e-6 * efficiency(snr: power * perWatt, ue: ue, cell: cell)
    }

    /// Factor on the serving gain of a link at a power of its cell that makes Shannon's rate that of short words; for a
    /// search at the halfway SNR at least.
    func margin(
        _ gains: GainTable, ue: Int, link: Int, subband k: Int, watts: Double, loadedWatts: [Double], isSearch: Bool
    ) -> Double {
        if backoff[ue] == 0 { return 1 }
        let perWatt = perWatt(gains, ue: ue, link: link, subband: k, loadedWatts: loadedWatts)
        return NormalApproximation.margin(
            snr: max(watts * perWatt, isSearch ? halfway[ue] : 0), backoff: backoff[ue])
    }

    /// Signal over gap times noise and interference, for a watt on the link.
    private func perWatt(
        _ gains: GainTable, ue: Int, link: Int, subband k: Int, loadedWatts: [Double]
    ) -> Double {
        let (links, subbands) = (gains.links, gains.subbands)
        var heard = gains.backgroundWatts[ue * subbands + k]
        for l in 0..<links where l != link && gains.cell[ue * links + l] >= 0 {
            heard += loadedWatts[Int(gains.cell[ue * links + l]) * subbands + k] * gains.interfering(ue, l, k)
        }
        return gains.serving(ue, link, k, loadedWatts: loadedWatts) / (gap * heard)
    }
}
