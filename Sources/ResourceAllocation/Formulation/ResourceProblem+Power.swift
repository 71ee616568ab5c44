internal import Glibc

extension ResourceProblem {
    /// The power problem of a choice.
    ///
    /// - Parameters:
    ///   - weight: w_u in force, U values; nil takes the problem's own.
    ///   - alpha: in place of the problem's own.
    ///   - referenceWatts: powers (C x K) at which the margins of uncertain gains and of short code words are taken;
    ///     nil is equal power, as is a power of 0 for short code words.
    package func powerProblem(
        _ choice: PowerChoice, weight: [Double]? = nil, alpha: Double? = nil, referenceWatts: [Double]? = nil
    ) -> PoweredProblem {
        powerProblem(
            choice, gains: GainTable(self, stateOfCell: choice.stateOfCell), weight: weight, alpha: alpha,
            referenceWatts: referenceWatts)
    }

    /// - Parameter isSearch: whether powers are sought; then margins are such that UEs are not given up.
    func powerProblem(
        _ choice: PowerChoice, gains: GainTable, weight: [Double]? = nil, alpha: Double? = nil,
        referenceWatts: [Double]? = nil, isSearch: Bool = false
    ) -> PoweredProblem {
        let (cells, subbands, links) = (cells.count, gains.subbands, gains.links)
        var members = [[Int]](repeating: [], count: cells)
        for (u, cell) in choice.cellOfUE.enumerated() where cell >= 0 { members[Int(cell)].append(u) }
        let rows = members.flatMap { $0 }
        var cellStart: [Int32] = [0]
        for list in members { cellStart.append((cellStart.last ?? 0) + Int32(list.count)) }
        let equal = equalPowerWatts
        let powers = referenceWatts ?? equal
        let reference = loaded(powers)
        let law = RateLaw(self)
        var linkCell = [Int32](repeating: -1, count: rows.count * links)
        var gain = [Double](repeating: 0, count: rows.count * links * subbands)
        for (row, u) in rows.enumerated() {
            let serving = gains.link(of: u, to: choice.cellOfUE[u]) ?? 0
            var place = 1
            for l in 0..<links where gains.cell[u * links + l] >= 0 {
                let target = row * links + (l == serving ? 0 : place)
                if l != serving { place += 1 }
                linkCell[target] = gains.cell[u * links + l]
                for k in 0..<subbands where l != serving {
                    gain[target * subbands + k] = gains.interfering(u, l, k)
                }
            }
            let home = Int(gains.cell[u * links + serving]) * subbands
            for k in 0..<subbands {
                let watts = powers[home + k] > 0 ? powers[home + k] : equal[home + k]
                gain[row * links * subbands + k] =
                    gains.serving(u, serving, k, loadedWatts: reference)
                    * law.margin(
                        gains, ue: u, link: serving, subband: k, watts: watts, loadedWatts: reference,
                        isSearch: isSearch)
            }
        }
        var caps = powerCapsWatts
        for cell in choice.asleepCells {
            for k in (cell * subbands)..<((cell + 1) * subbands) { caps[k] = 0 }
        }
        let problem = Problem(
            subbands: subbands, links: links, alpha: alpha ?? self.alpha, snrGap: Decibels.linear(snrGapDb),
            maxSpectralEfficiency: maxEfficiencyBpsPerHz, bandwidthHz: bandwidthHz,
            powerBudgetWatts: self.cells.map(\.powerBudgetWatts), powerCapWatts: caps,
            load: self.cells.map(\.load), cellStart: cellStart,
            weight: rows.map { weight?[$0] ?? self.weight(of: $0) },
            demandBps: rows.map { (ues[$0].demandMbps ?? .infinity) * 1e6 },
            ceiling: rows.map { law.ceiling(ue: $0, cell: Int(choice.cellOfUE[$0])) }, linkCell: linkCell, gain: gain,
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

    /// The same problem while some cells sleep: they send nothing and take what they take asleep, and whom they served
    /// nobody serves.
    func asleep(_ asleepCells: [Int]) -> ResourceProblem {
        var problem = self
        for cell in asleepCells {
            problem.cells[cell].powerBudgetWatts = 0
            problem.cells[cell].circuitWatts = cells[cell].sleepWatts ?? cells[cell].circuitWatts
        }
        for cell in cells.indices { problem.cells[cell].sleepWatts = nil }
        for u in ues.indices {
            if let cell = ues[u].cell, asleepCells.contains(cell) { problem.ues[u].cell = nil }
        }
        return problem
    }

    /// Whether each link covers its UE (see `coverageSnrDb`) while its cell is awake, in the order of `linkCell`.
    package func covers(ue: Int) -> [Bool] {
        guard let coverageSnrDb else { return ues[ue].linkCell.map { _ in true } }
        let (subbands, equal) = (subbands, equalPowerWatts)
        func level(_ row: [Double], _ k: Int) -> Double { Decibels.linear(row.count == 1 ? row[0] : row[k]) }
        let noise = (0..<subbands).reduce(0) { $0 + level(ues[ue].backgroundDbm, $1) * 1e-3 }
        return ues[ue].linkCell.enumerated().map { l, cell in
            let signal = (0..<subbands).reduce(0) { $0 + equal[cell * subbands + $1] * level(ues[ue].gainDb[l], $1) }
            return signal >= Decibels.linear(coverageSnrDb) * noise
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
