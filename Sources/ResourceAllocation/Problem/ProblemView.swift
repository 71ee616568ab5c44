/// Raw pointers into a `Problem`, valid inside one `withView` call: what the kernels read.
struct ProblemView {
    let cells: Int
    let subbands: Int
    let ues: Int
    let links: Int
    /// Vectors of eight subbands per row.
    let vectors: Int
    let alpha: Double
    let snrGap: Double
    /// gain[u,l,v], times `Problem.scale`.
    let gain: UnsafePointer<Lanes>
    /// background[u,v] in watts, times `Problem.scale`.
    let background: UnsafePointer<Lanes>
    /// cap[c,v] in watts.
    let cap: UnsafePointer<Lanes>
    /// bandwidth[v] in MHz.
    let bandwidth: UnsafePointer<Lanes>
    /// Power budget per cell in watts.
    let budget: UnsafePointer<Float>
    /// Load per cell.
    let load: UnsafePointer<Float>
    /// Weight per UE.
    let weight: UnsafePointer<Float>
    /// Demand per UE in Mbit/s.
    let demand: UnsafePointer<Float>
    /// Guaranteed rate per UE in Mbit/s, 0 for none.
    let guarantee: UnsafePointer<Float>
    /// Ceiling of the spectral efficiency per UE in bit/s/Hz.
    let ceiling: UnsafePointer<Float>
    /// 1 / (2^ceiling - 1) per UE: over the SNR gap, the inverse of the SNR at which a UE saturates.
    let inverseSaturation: UnsafePointer<Float>
    /// Whether any UE is guaranteed a rate.
    let hasGuarantees: Bool
    /// Cell of link [u,l]; `cells` where there is none.
    let linkCell: UnsafePointer<Int32>
    /// First UE of each cell, `cells + 1` values.
    let cellStart: UnsafePointer<Int32>
    /// Serving cell of each UE.
    let servingCell: UnsafePointer<Int32>

    /// UEs of one cell.
    @inline(__always)
    func members(_ cell: Int) -> Range<Int> { Int(cellStart[cell])..<Int(cellStart[cell &+ 1]) }
}

extension Problem {
    /// Runs `body` on raw pointers into this problem.
    func withView<Result>(_ body: (ProblemView) -> Result) -> Result {
        lanes.withUnsafeBufferPointer { lanes in
            numbers.withUnsafeBufferPointer { numbers in
                indices.withUnsafeBufferPointer { indices in
                    guard let l = lanes.baseAddress, let n = numbers.baseAddress, let i = indices.baseAddress else {
                        preconditionFailure("a problem has at least one subband")
                    }
                    let background = l + ues * links * vectors
                    let cap = background + ues * vectors
                    let perUE = n + 2 * cells
                    return body(
                        ProblemView(
                            cells: cells, subbands: subbands, ues: ues, links: links, vectors: vectors, alpha: alpha,
                            snrGap: snrGap, gain: l, background: background, cap: cap,
                            bandwidth: cap + cells * vectors, budget: n, load: n + cells, weight: perUE,
                            demand: perUE + ues, guarantee: perUE + 2 * ues, ceiling: perUE + 3 * ues,
                            inverseSaturation: perUE + 4 * ues, hasGuarantees: hasGuarantees, linkCell: i,
                            cellStart: i + ues * links, servingCell: i + ues * links + cells + 1))
                }
            }
        }
    }
}
