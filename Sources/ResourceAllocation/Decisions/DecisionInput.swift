/// What one decision starts from: long-term gains for the association, gains per subband for the powers.
///
/// C cells, U UEs, K subbands, L links per UE, which are its strongest cells, strongest first.
package struct DecisionInput: Sendable {
    package let cells: Int
    package let ues: Int
    package let subbands: Int
    package let links: Int
    /// Most power of a cell in watts, and PRBs of 180 kHz that it has.
    package let powerWatts: Double
    package let capacityPRBs: Int32
    /// Bandwidth of a subband in hertz.
    package let subbandHz: Double
    /// Cell of each link, U x L.
    package let linkCell: [Int32]
    /// Linear power gain of each link, fading averaged out, U x L.
    package let meanGain: [Double]
    /// What each UE hears from all cells at full power, noise included, in watts, U values.
    package let heardWatts: [Double]
    /// Rate that each UE asks for in Mbit/s, and its priority, the weight in all utilities.
    package let demandMbps: [Double]
    package let priority: [Double]
    /// gain[u,l,v] and background[u,v], noise and the cells without a link at full power in watts, as `Problem` keeps
    /// both.
    let gain: [Lanes]
    let background: [Lanes]

    /// Takes arrays of the shapes above, gains above 0; `gain` is U x L x K, `backgroundWatts` U x K.
    package init(
        cells: Int, subbands: Int, links: Int, powerWatts: Double, capacityPRBs: Int32, subbandHz: Double,
        linkCell: [Int32], meanGain: [Double], heardWatts: [Double], demandMbps: [Double], priority: [Double],
        gain: [Double], backgroundWatts: [Double]
    ) {
        ues = demandMbps.count
        precondition(linkCell.count == ues * links && meanGain.count == ues * links && heardWatts.count == ues)
        precondition(priority.count == ues && gain.count == ues * links * subbands && links > 0)
        precondition(backgroundWatts.count == ues * subbands && linkCell.allSatisfy { $0 >= 0 && Int($0) < cells })
        self.cells = cells
        self.subbands = subbands
        self.links = links
        self.powerWatts = powerWatts
        self.capacityPRBs = capacityPRBs
        self.subbandHz = subbandHz
        self.linkCell = linkCell
        self.meanGain = meanGain
        self.heardWatts = heardWatts
        self.demandMbps = demandMbps
        self.priority = priority
        self.gain = Problem.pad([(gain, Problem.scale, 0)], row: subbands)
        background = Problem.pad([(backgroundWatts, Problem.scale, 1)], row: subbands)
    }

    /// The strongest cell of a UE.
    func strongest(_ ue: Int) -> Int32 { linkCell[ue * links] }
}

extension DecisionInput {
    /// Who may be served where, for what and at how many PRBs, as in `AssociationDrop`: cells at full power, links of
    /// at least -7 dB, priority times rate, 2 % less beyond the strongest cell. `ues` names the UEs of the problem;
    /// cells without `own` (C values; nil for all) serve nobody.
    package func associationProblem(_ ues: [Int], own: [Bool]?) -> AssociationProblem {
        var start: [Int32] = [0]
        var cell: [Int32] = []
        var need: [Int32] = []
        var value: [Double] = []
        start.reserveCapacity(ues.count + 1)
        for u in ues {
            for l in 0..<links {
                let c = linkCell[u * links + l]
                if let own, !own[Int(c)] { continue }
                let signal = powerWatts * meanGain[u * links + l]
                let sinr = signal / max(heardWatts[u] - signal, 1e-30)
                guard sinr >= AssociationDrop.leastSinr else { continue }
                let prbs = AssociationDrop.prbs(demandMbps[u], sinr: sinr)
                guard prbs <= Double(capacityPRBs) else { continue }
                cell.append(c)
                need.append(Int32(prbs))
                value.append(priority[u] * demandMbps[u] * (l == 0 ? 1 : AssociationDrop.worthBeyondStrongest))
            }
            start.append(Int32(cell.count))
        }
        do {
            return try AssociationProblem(
                capacity: Array(repeating: capacityPRBs, count: cells), start: start, cell: cell, need: need,
                value: value)
        } catch {
            preconditionFailure("an input is a problem: \(error)")
        }
    }

    /// The power problem of an association (cell of each UE, one of its links; -1 leaves the UE out), and the UE of
    /// each of its rows.
    func powerProblem(_ cellOfUE: [Int32]) -> (problem: Problem, ueOfRow: [Int]) {
        var cellStart = [Int32](repeating: 0, count: cells + 1)
        for cell in cellOfUE where cell >= 0 { cellStart[Int(cell) + 1] += 1 }
        for c in 0..<cells { cellStart[c + 1] += cellStart[c] }
        var next = cellStart
        let rows = Int(cellStart[cells])
        var ueOfRow = [Int](repeating: 0, count: rows)
        for (u, cell) in cellOfUE.enumerated() where cell >= 0 {
            ueOfRow[Int(next[Int(cell)])] = u
            next[Int(cell)] += 1
        }
        var indices: [Int32] = []
        indices.reserveCapacity(rows * links + cells + 1 + rows)
        let vectors = Problem.vectors(subbands)
        let lanes = [Lanes](unsafeUninitializedCapacity: (rows * links + rows + cells + 1) * vectors) { buffer, count in
            func put(_ vector: Lanes) {
                buffer.initializeElement(at: count, to: vector)
                count += 1
            }
            for u in ueOfRow {
                let serving = (0..<links).first { linkCell[u * links + $0] == cellOfUE[u] } ?? 0
                for place in 0..<links {
                    // The serving link comes first, the others keep their order.
                    let l = place == 0 ? serving : place <= serving ? place - 1 : place
                    indices.append(linkCell[u * links + l])
                    for v in 0..<vectors { put(gain[(u * links + l) * vectors + v]) }
                }
            }
            for u in ueOfRow { for v in 0..<vectors { put(background[u * vectors + v]) } }
            for c in 0...cells {
                // The last row is the subbands' bandwidth in MHz.
                for v in 0..<vectors { put(carried(v) * Float(c < cells ? powerWatts : subbandHz * 1e-6)) }
            }
        }
        indices += cellStart
        indices += ueOfRow.map { cellOfUE[$0] }
        let numbers =
            Array(repeating: Float(powerWatts), count: cells) + Array(repeating: 1, count: cells)
            + ueOfRow.map { Float(priority[$0]) } + Array(repeating: .infinity, count: rows)
            + Array(repeating: 0, count: rows)
            + Problem.ceilings(nil, ues: rows, most: DecisionInput.maxSpectralEfficiency)
        let problem = Problem(
            cells: cells, subbands: subbands, ues: rows, links: links, alpha: 1, snrGap: DecisionInput.snrGap,
            maxSpectralEfficiency: DecisionInput.maxSpectralEfficiency, lanes: lanes, numbers: numbers,
            indices: indices)
        return (problem, ueOfRow)
    }

    /// 3 dB, and 256-QAM at rate 0.926.
    private static let snrGap = 1.995_262
    private static let maxSpectralEfficiency = 7.4063

    /// 1 on the subbands of the carrier, 0 on the padding.
    private func carried(_ vector: Int) -> Lanes {
        var ones = Lanes()
        for lane in 0..<min(Lanes.scalarCount, subbands - vector * Lanes.scalarCount) { ones[lane] = 1 }
        return ones
    }
}
