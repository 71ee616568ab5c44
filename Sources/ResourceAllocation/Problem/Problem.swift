internal import Glibc

/// One snapshot of the downlink resource problem of DESIGN 11, flat and dense.
///
/// Cells 0 ..< C, subbands 0 ..< K, UEs 0 ..< U sorted by serving cell, L links per UE of which link 0 is the serving
/// cell. Rates are in Mbit/s inside this target, powers in watts, gains linear power ratios, so that
///
/// `T[u,k] = background[u,k] + sum_{l >= 1} load[j] p[j,k] gain[u,l,k]`, `S[u,k] = p[a(u),k] gain[u,0,k]`,
/// `R_u = min(sum_k x[u,k] B_k min(log2(1 + S/(Gamma T)), etaMax), demand_u)`.
///
/// A `Problem` is immutable; its arrays are kept padded to whole vectors of eight subbands, where the padding has no
/// bandwidth, no gain and no power. They are single precision; gains and background powers are kept 2^40 times larger,
/// which leaves every ratio between them as it is and keeps their squares in range.
package struct Problem: Sendable {
    /// Number of cells C, subbands K, UEs U and links per UE L (serving cell included).
    package let cells: Int
    package let subbands: Int
    package let ues: Int
    package let links: Int
    /// Fairness exponent of the network value; 1 is proportional fairness.
    package let alpha: Double
    /// Gap to the Shannon bound, Gamma, linear and at least 1.
    package let snrGap: Double
    /// Ceiling of the spectral efficiency in bit/s/Hz, of UEs without a lower one of their own.
    package let maxSpectralEfficiency: Double
    /// Whether any UE is guaranteed a rate.
    package let hasGuarantees: Bool

    /// Vectors of eight subbands per row.
    let vectors: Int
    /// gain[u,l,v], background[u,v], cap[c,v], bandwidth[v] for vectors v, one after the other.
    let lanes: [Lanes]
    /// budget[c], load[c], weight[u], demand[u] in Mbit/s, guarantee[u] in Mbit/s, ceiling[u] in bit/s/Hz,
    /// 1 / (2^ceiling[u] - 1), one after the other.
    let numbers: [Float]
    /// linkCell[u,l] (C where there is none), cellStart[0 ... C], servingCell[u], one after the other.
    let indices: [Int32]

    /// Takes row-major arrays without padding.
    ///
    /// - Parameters:
    ///   - bandwidthHz: B_k, K values above 0.
    ///   - powerBudgetWatts: P_c, C values of at least 0.
    ///   - powerCapWatts: highest power per cell and subband, C x K; 0 masks the subband.
    ///   - load: rho_c in [0, 1], C values.
    ///   - cellStart: first UE of each cell, C + 1 ascending values from 0 to U.
    ///   - weight: w_u > 0, U values.
    ///   - demandBps: offered rate in bit/s, `.infinity` for a full buffer, U values.
    ///   - guaranteeBps: rate in bit/s below which a UE counts more (see `Guarantee`), 0 for none, U values; nil is
    ///     none.
    ///   - ceiling: ceiling of each UE's spectral efficiency in bit/s/Hz, above 0 and at most `maxSpectralEfficiency`,
    ///     U values; nil is `maxSpectralEfficiency` for all.
    ///   - linkCell: cell of each link, U x L, -1 for none; link 0 is the serving cell.
    ///   - gain: linear power gain, U x L x K, at least 0.
    ///   - backgroundWatts: noise and every interferer that has no link, U x K, above 0.
    ///
    /// Shapes and ranges are the caller's duty: what comes off the wire is checked before it becomes a problem.
    package init(
        subbands: Int, links: Int, alpha: Double = 1, snrGap: Double, maxSpectralEfficiency: Double,
        bandwidthHz: [Double], powerBudgetWatts: [Double], powerCapWatts: [Double], load: [Double],
        cellStart: [Int32], weight: [Double], demandBps: [Double], guaranteeBps: [Double]? = nil,
        ceiling: [Double]? = nil, linkCell: [Int32], gain: [Double], backgroundWatts: [Double]
    ) {
        let cells = powerBudgetWatts.count
        let ues = weight.count
        precondition(subbands > 0 && links > 0 && alpha >= 0 && snrGap >= 1 && maxSpectralEfficiency > 0)
        precondition(bandwidthHz.count == subbands && powerCapWatts.count == cells * subbands)
        precondition(load.count == cells && cellStart.count == cells + 1 && demandBps.count == ues)
        precondition(linkCell.count == ues * links && gain.count == ues * links * subbands)
        precondition(backgroundWatts.count == ues * subbands)
        var indices = linkCell.map { $0 < 0 ? Int32(cells) : $0 }
        indices.append(contentsOf: cellStart)
        for cell in 0..<cells {
            precondition(cellStart[cell] <= cellStart[cell + 1])
            indices.append(contentsOf: repeatElement(Int32(cell), count: Int(cellStart[cell + 1] - cellStart[cell])))
        }
        let lanes = Problem.pad(
            [
                (gain, Problem.scale, 0), (backgroundWatts, Problem.scale, 1), (powerCapWatts, 1, 0),
                (bandwidthHz, 1e-6, 0),
            ], row: subbands)
        self.init(
            cells: cells, subbands: subbands, ues: ues, links: links, alpha: alpha, snrGap: snrGap,
            maxSpectralEfficiency: maxSpectralEfficiency, lanes: lanes,
            numbers: powerBudgetWatts.map(Float.init) + load.map(Float.init) + weight.map(Float.init)
                + demandBps.map { Float($0 * 1e-6) } + Problem.guarantees(guaranteeBps, ues: ues)
                + Problem.ceilings(ceiling, ues: ues, most: maxSpectralEfficiency), indices: indices)
    }

    /// guarantee[u] as `numbers` keeps it.
    private static func guarantees(_ guaranteeBps: [Double]?, ues: Int) -> [Float] {
        guaranteeBps?.map { Float($0 * 1e-6) } ?? Array(repeating: 0, count: ues)
    }

    /// ceiling[u] and 1 / (2^ceiling[u] - 1) as `numbers` keeps them.
    static func ceilings(_ ceiling: [Double]?, ues: Int, most: Double) -> [Float] {
        guard let ceiling else {
            let inverse = Float(1 / (exp2(most) - 1))
            return Array(repeating: Float(most), count: ues) + Array(repeating: inverse, count: ues)
        }
        return ceiling.map(Float.init) + ceiling.map { Float(1 / (exp2($0) - 1)) }
    }

    /// Factor on gains and background powers as they are kept.
    static let scale = 0x1p40

    /// Takes arrays laid out as they are kept.
    init(
        cells: Int, subbands: Int, ues: Int, links: Int, alpha: Double, snrGap: Double, maxSpectralEfficiency: Double,
        lanes: [Lanes], numbers: [Float], indices: [Int32]
    ) {
        self.cells = cells
        self.subbands = subbands
        self.ues = ues
        self.links = links
        self.alpha = alpha
        self.snrGap = snrGap
        self.maxSpectralEfficiency = maxSpectralEfficiency
        vectors = Problem.vectors(subbands)
        self.lanes = lanes
        self.numbers = numbers
        self.indices = indices
        let guarantees = 2 * (cells + ues)
        precondition(numbers.count == guarantees + 3 * ues)
        hasGuarantees = numbers[guarantees..<(guarantees + ues)].contains { $0 > 0 }
        precondition(lanes.count == (ues * links + ues + cells + 1) * vectors)
        precondition(indices.count == ues * links + cells + 1 + ues)
        precondition(indices[ues * links] == 0 && Int(indices[ues * links + cells]) == ues)
        checkValues()
    }

    /// Vectors that a row of `subbands` takes.
    static func vectors(_ subbands: Int) -> Int { (subbands + Lanes.scalarCount - 1) / Lanes.scalarCount }

    /// B_k in hertz, K values.
    package var bandwidthHz: [Double] {
        let start = ues * links * vectors + ues * vectors + cells * vectors
        return (0..<subbands).map { Double(lanes[start + $0 / 8][$0 % 8]) * 1e6 }
    }

    /// P_c in watts, C values.
    package var powerBudgetWatts: [Double] { numbers[0..<cells].map(Double.init) }

    /// Whether a cell serves nobody.
    func isIdle(cell: Int) -> Bool { indices[ues * links + cell] == indices[ues * links + cell + 1] }

    /// First UE of each cell, C + 1 values.
    package var cellStart: [Int32] { Array(indices[(ues * links)...(ues * links + cells)]) }

    /// Serving cell of each UE, U values.
    package var servingCell: [Int32] { Array(indices[(ues * links + cells + 1)...]) }

    /// w_u, U values.
    package var weight: [Double] { numbers[(2 * cells)..<(2 * cells + ues)].map(Double.init) }

    /// Rate that a UE can use in Mbit/s; infinite for a full buffer.
    package func demandMbps(of ue: Int) -> Double { Double(numbers[2 * cells + ues + ue]) }

    /// Rate guaranteed to each UE in Mbit/s, 0 for none, U values.
    package var guaranteeMbps: [Double] {
        numbers[(2 * (cells + ues))..<(2 * cells + 3 * ues)].map(Double.init)
    }

    /// Ceiling of each UE's spectral efficiency in bit/s/Hz, U values.
    package var ceiling: [Double] { numbers[(2 * cells + 3 * ues)..<(2 * cells + 4 * ues)].map(Double.init) }

    /// Highest power of cell `cell` on subband `subband`, in watts.
    package func powerCapWatts(cell: Int, subband: Int) -> Double {
        Double(lanes[ues * links * vectors + ues * vectors + cell * vectors + subband / 8][subband % 8])
    }

    /// Linear power gain of one link of one UE on one subband.
    package func gain(ue: Int, link: Int, subband: Int) -> Double {
        Double(lanes[(ue * links + link) * vectors + subband / 8][subband % 8]) / Problem.scale
    }

    /// Cell at the other end of a link, nil where the link is empty.
    package func cell(ue: Int, link: Int) -> Int? {
        let cell = Int(indices[ue * links + link])
        return cell < cells ? cell : nil
    }
}

extension Problem {
    /// Joins row-major arrays whose rows have `row` values into one array of whole vectors.
    static func pad(
        _ arrays: [(values: [Double], factor: Double, padding: Float)], row: Int
    ) -> [Lanes] {
        let width = Lanes.scalarCount
        let vectors = vectors(row)
        let total = arrays.reduce(0) { $0 + $1.values.count / row * vectors }
        return [Lanes](unsafeUninitializedCapacity: total) { buffer, count in
            var next = 0
            for (values, factor, padding) in arrays {
                values.withUnsafeBufferPointer { source in
                    for start in stride(from: 0, to: source.count, by: row) {
                        for offset in stride(from: 0, to: row, by: width) {
                            var vector = Lanes(repeating: padding)
                            for lane in 0..<min(width, row - offset) {
                                vector[lane] = Float(source[start + offset + lane] * factor)
                            }
                            buffer.initializeElement(at: next, to: vector)
                            next += 1
                        }
                    }
                }
            }
            count = next
        }
    }

    private func checkValues() {
        withView { view in
            var sum = Lanes()
            var least = Lanes(repeating: .infinity)
            for i in 0..<(view.ues * view.links * view.vectors) {
                sum += view.gain[i]
                least = least.min(view.gain[i])
            }
            var leastBackground = Lanes(repeating: .infinity)
            for i in 0..<(view.ues * view.vectors) {
                sum += view.background[i]
                leastBackground = leastBackground.min(view.background[i])
            }
            precondition(sum.total.isFinite, "a gain or a background power is not finite")
            precondition(
                all(least .>= 0) && all(leastBackground .> 0), "a gain is negative or a background not above 0")
            for c in 0..<view.cells {
                precondition(view.budget[c] >= 0 && view.budget[c].isFinite && view.load[c] >= 0 && view.load[c] <= 1)
            }
            for u in 0..<view.ues {
                precondition(view.weight[u] > 0 && view.weight[u].isFinite && view.demand[u] >= 0)
                precondition(view.guarantee[u] >= 0 && view.guarantee[u].isFinite)
                precondition(view.ceiling[u] > 0 && view.ceiling[u] <= Float(maxSpectralEfficiency))
                precondition(view.linkCell[u * view.links] == view.servingCell[u], "UEs are not sorted by serving cell")
                for l in 0..<view.links {
                    precondition(view.linkCell[u * view.links + l] <= Int32(view.cells), "no such cell")
                }
            }
        }
    }
}
