internal import Glibc

extension ResourceProblem {
    /// The power problem of a choice.
    ///
    /// - Parameters:
    ///   - weight: w_u in force, U values; nil takes the problem's own.
    ///   - alpha: in place of the problem's own.
    ///   - referenceWatts: powers (C x K) at which the margin of uncertain gains is taken; nil is equal power.
    package func powerProblem(
        _ choice: PowerChoice, weight: [Double]? = nil, alpha: Double? = nil, referenceWatts: [Double]? = nil
    ) -> PoweredProblem {
        powerProblem(
            choice, gains: GainTable(self, stateOfCell: choice.stateOfCell), weight: weight, alpha: alpha,
            referenceWatts: referenceWatts)
    }

    func powerProblem(
        _ choice: PowerChoice, gains: GainTable, weight: [Double]? = nil, alpha: Double? = nil,
        referenceWatts: [Double]? = nil
    ) -> PoweredProblem {
        let (cells, subbands, links) = (cells.count, gains.subbands, gains.links)
        var members = [[Int]](repeating: [], count: cells)
        for (u, cell) in choice.cellOfUE.enumerated() where cell >= 0 { members[Int(cell)].append(u) }
        let rows = members.flatMap { $0 }
        var cellStart: [Int32] = [0]
        for list in members { cellStart.append((cellStart.last ?? 0) + Int32(list.count)) }
        let reference = loaded(referenceWatts ?? equalPowerWatts)
        var linkCell = [Int32](repeating: -1, count: rows.count * links)
        var gain = [Double](repeating: 0, count: rows.count * links * subbands)
        for (row, u) in rows.enumerated() {
            let serving = gains.link(of: u, to: choice.cellOfUE[u]) ?? 0
            var place = 1
            for l in 0..<links where gains.cell[u * links + l] >= 0 {
                let target = row * links + (l == serving ? 0 : place)
                if l != serving { place += 1 }
                linkCell[target] = gains.cell[u * links + l]
                for k in 0..<subbands {
                    gain[target * subbands + k] =
                        l == serving
                        ? gains.serving(u, l, k, loadedWatts: reference) : gains.interfering(u, l, k)
                }
            }
        }
        let problem = Problem(
            subbands: subbands, links: links, alpha: alpha ?? self.alpha, snrGap: Decibels.linear(snrGapDb),
            maxSpectralEfficiency: maxEfficiencyBpsPerHz, bandwidthHz: bandwidthHz,
            powerBudgetWatts: self.cells.map(\.powerBudgetWatts), powerCapWatts: powerCapsWatts,
            load: self.cells.map(\.load), cellStart: cellStart,
            weight: rows.map { weight?[$0] ?? self.weight(of: $0) },
            demandBps: rows.map { (ues[$0].demandMbps ?? .infinity) * 1e6 }, linkCell: linkCell, gain: gain,
            backgroundWatts: rows.flatMap { gains.backgroundWatts[($0 * subbands)..<(($0 + 1) * subbands)] })
        return PoweredProblem(problem: problem, ueOfRow: rows)
    }

    /// [C x K]: budget, cap and mask together.
    package var powerCapsWatts: [Double] {
        let subbands = subbands
        var caps = [Double](repeating: 0, count: cells.count * subbands)
        for c in cells.indices {
            let budget = cells[c].powerBudgetWatts
            for k in 0..<subbands { caps[c * subbands + k] = min(budget, cells[c].powerCapWatts?[k] ?? .infinity) }
            for k in cells[c].maskedSubbands { caps[c * subbands + k] = 0 }
        }
        return caps
    }

    /// Each budget divided equally over the subbands that are open, within the caps, C x K.
    package var equalPowerWatts: [Double] {
        let subbands = subbands
        let caps = powerCapsWatts
        return cells.indices.flatMap { cell in
            let row = caps[(cell * subbands)..<((cell + 1) * subbands)]
            let open = Double(max(1, row.count { $0 > 0 }))
            return row.map { min($0, cells[cell].powerBudgetWatts / open) }
        }
    }

    /// Powers weighted with the loads of their cells.
    func loaded(_ powerWatts: [Double]) -> [Double] {
        let subbands = subbands
        return powerWatts.indices.map { powerWatts[$0] * cells[$0 / subbands].load }
    }

    /// Power received by an incumbent on one subband in watts.
    package func receivedWatts(_ incumbent: Incumbent, subband: Int, powerWatts: [Double]) -> Double {
        let subbands = subbands
        return cells.indices.reduce(0) {
            $0 + powerWatts[$1 * subbands + subband] * Decibels.linear(incumbent.gainDb[$1])
        }
    }
}
