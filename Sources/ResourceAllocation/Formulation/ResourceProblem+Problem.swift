internal import Glibc

extension ResourceProblem {
    /// The whole problem that a frozen one is a choice of: what the roles solve, for study off line.
    package init(_ problem: Problem, name: String, frequencyHz: Double) {
        let widths = problem.bandwidthHz
        // Carriers hold equally wide subbands: one for each run of them.
        var carriers: [Carrier] = []
        for width in widths {
            if let last = carriers.indices.last,
                carriers[last].bandwidthHz / Double(carriers[last].subbands) == width
            {
                carriers[last].subbands += 1
                carriers[last].bandwidthHz = width * Double(carriers[last].subbands)
            } else {
                let name = "carrier \(carriers.count + 1)"
                carriers.append(Carrier(name: name, frequencyHz: frequencyHz, bandwidthHz: width, subbands: 1))
            }
        }
        let frozen = problem.withView { view in
            (
                load: (0..<problem.cells).map { Double(view.load[$0]) },
                demand: (0..<problem.ues).map { Double(view.demand[$0]) },
                background: (0..<(problem.ues * problem.subbands)).map { i in
                    let (u, k) = (i / problem.subbands, i % problem.subbands)
                    return Double(view.background[u * view.vectors + k / 8][k % 8]) / Problem.scale
                }
            )
        }
        let budgets = problem.powerBudgetWatts
        let cells = budgets.indices.map { c in
            var cell = Cell(name: "cell \(c)", powerBudgetWatts: budgets[c])
            let caps = (0..<problem.subbands).map { problem.powerCapWatts(cell: c, subband: $0) }
            cell.maskedSubbands = caps.indices.filter { caps[$0] <= 0 }
            if caps.contains(where: { $0 > 0 && $0 < budgets[c] }) { cell.powerCapWatts = caps }
            cell.load = frozen.load[c]
            return cell
        }
        let (serving, weights, ceilings) = (problem.servingCell, problem.weight, problem.ceiling)
        let ues = (0..<problem.ues).map { u in
            let links = (0..<problem.links).filter { problem.cell(ue: u, link: $0) != nil }
            let background = frozen.background[(u * problem.subbands)..<((u + 1) * problem.subbands)]
            var ue = User(
                cell: Int(serving[u]), linkCell: links.compactMap { problem.cell(ue: u, link: $0) },
                gainDb: links.map { link in
                    ResourceProblem.joined(
                        (0..<problem.subbands).map { problem.gain(ue: u, link: link, subband: $0) }, 0)
                }, backgroundDbm: ResourceProblem.joined(Array(background), 30))
            ue.weight = weights[u]
            if Float(ceilings[u]) < Float(problem.maxSpectralEfficiency) { ue.maxEfficiencyBpsPerHz = ceilings[u] }
            ue.demandMbps = frozen.demand[u].isFinite ? frozen.demand[u] : nil
            return ue
        }
        self.init(name: name, carriers: carriers, cells: cells, ues: ues)
        alpha = problem.alpha
        snrGapDb = 10 * log10(problem.snrGap)
        maxEfficiencyBpsPerHz = problem.maxSpectralEfficiency
    }

    /// Decibels of linear values, one where all are alike; to a thousandth.
    private static func joined(_ values: [Double], _ offset: Double) -> [Double] {
        let decibels = values.map { max(-320, (1e3 * (10 * log10(max($0, 1e-32)) + offset)).rounded() / 1e3) }
        return decibels.allSatisfy { $0 == decibels[0] } ? [decibels[0]] : decibels
    }

    /// An interference channel as a problem: a cell and a UE per link, 100 MHz, noise and limits as
    /// they are, in watts.
    package init(_ channel: InterferenceChannel, name: String) {
        let users = channel.users
        let cells = (0..<users).map { Cell(name: "sender \($0)", powerBudgetWatts: channel.powerLimit) }
        let ues = (0..<users).map { receiver in
            // The wanted link first.
            let senders = [receiver] + (0..<users).filter { $0 != receiver }
            return User(
                cell: receiver, linkCell: senders,
                gainDb: senders.map { [max(-320, 10 * log10(max(1e-32, channel.gain[receiver * users + $0])))] },
                backgroundDbm: [10 * log10(channel.noise) + 30])
        }
        self.init(
            name: name, carriers: [Carrier(name: "band", frequencyHz: 2e9, bandwidthHz: 1e8, subbands: 1)],
            cells: cells, ues: ues)
        alpha = 0
        snrGapDb = 0
        maxEfficiencyBpsPerHz = 60
    }
}
