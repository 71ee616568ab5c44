/// The game of DCH played off line on one snapshot: a leader per region, border charges between them.
///
/// Each leader holds a problem with its own region's UEs only, so that it knows no more than it would in the field: its
/// UEs' gains, the others' announced powers and the charges that they quote.
package struct MultiLeaderGame: Sendable {
    /// Part of the way from the last quoted charge to the newest harm, in (0, 1].
    package var chargeDamping = 0.5
    /// Rounds of the pricing kernel per turn of a leader.
    package var roundsPerTurn = 24

    private var problem: Problem
    private var regionProblems: [Problem]
    private let ownCells: [[Bool]]
    private var kernels: [PricingKernel]
    /// charges[r] is what region r quotes, C x K.
    private var charges: [[Double]]
    /// Powers in force, C x K watts.
    package private(set) var powerWatts: [Double]
    /// Prices in force, C x K utility per watt, border charges included.
    package private(set) var pricePerWatt: [Double]

    /// `regionOfCell`: region of each cell, 0 ..< number of regions.
    package init(_ problem: Problem, regionOfCell: [Int], settings: PricingKernel.Settings = .init()) {
        precondition(regionOfCell.count == problem.cells)
        let regions = (regionOfCell.max() ?? -1) + 1
        self.problem = problem
        ownCells = (0..<regions).map { region in regionOfCell.map { $0 == region } }
        regionProblems = ownCells.map { problem.restricted(toUEsOf: $0) }
        kernels = Array(repeating: PricingKernel(settings: settings), count: regions)
        powerWatts = EqualPower.powerWatts(problem)
        pricePerWatt = Array(repeating: 0, count: problem.cells * problem.subbands)
        charges = Array(repeating: pricePerWatt, count: regions)
    }

    /// Goes on with a new snapshot of the same network; powers, prices and charges stay in force.
    package mutating func adopt(_ problem: Problem) {
        precondition(problem.cells == self.problem.cells && problem.subbands == self.problem.subbands)
        self.problem = problem
        regionProblems = ownCells.map { problem.restricted(toUEsOf: $0) }
    }

    /// One exchange: every leader plays once. Synchronous leaders all know the last exchange; asynchronous ones play in
    /// turn and know what was announced before.
    package mutating func exchange(_ timing: Timing) {
        var nextPowers = powerWatts
        var nextPrices = pricePerWatt
        var nextCharges = charges
        for region in ownCells.indices {
            play(region, &nextPowers, &nextPrices, &nextCharges)
            if timing == .asynchronous { (powerWatts, pricePerWatt, charges) = (nextPowers, nextPrices, nextCharges) }
        }
        (powerWatts, pricePerWatt, charges) = (nextPowers, nextPrices, nextCharges)
    }

    /// When leaders learn what the others announced.
    package enum Timing: Sendable { case synchronous, asynchronous }

    private mutating func play(
        _ region: Int, _ nextPowers: inout [Double], _ nextPrices: inout [Double], _ nextCharges: inout [[Double]]
    ) {
        let local = regionProblems[region]
        let own = ownCells[region]
        var due = [Double](repeating: 0, count: problem.cells * problem.subbands)
        for other in charges.indices where other != region {
            for i in due.indices { due[i] += charges[other][i] }
        }
        var budget = Budget(rounds: roundsPerTurn)
        let scope = PricingKernel.Scope(ownCells: own, outsidePowerWatts: powerWatts, borderChargePerWatt: due)
        _ = kernels[region].solve(local, scope: scope, budget: &budget)
        let powers = kernels[region].powerWatts(local)
        let prices = kernels[region].pricePerWatt(local)
        for c in 0..<problem.cells {
            for i in (c * problem.subbands)..<((c + 1) * problem.subbands) {
                if own[c] {
                    nextPowers[i] = powers[i]
                    nextPrices[i] = prices[i]
                } else {
                    nextCharges[region][i] += chargeDamping * (prices[i] - nextCharges[region][i])
                }
            }
        }
    }
}

extension Problem {
    /// The same network with only the UEs that the cells marked in `served` serve: what one region's leader knows.
    package func restricted(toUEsOf served: [Bool]) -> Problem {
        precondition(served.count == cells)
        let kept = servingCell.indices.filter { served[Int(servingCell[$0])] }
        var start: [Int32] = [0]
        for cell in 0..<cells { start.append(start[cell] + (served[cell] ? cellStart[cell + 1] - cellStart[cell] : 0)) }
        return withView { view in
            Problem(
                subbands: subbands, links: links, alpha: alpha, snrGap: snrGap,
                maxSpectralEfficiency: maxSpectralEfficiency, bandwidthHz: bandwidthHz,
                powerBudgetWatts: powerBudgetWatts,
                powerCapWatts: (0..<(cells * subbands)).map {
                    powerCapWatts(cell: $0 / subbands, subband: $0 % subbands)
                },
                load: (0..<cells).map { Double(view.load[$0]) }, cellStart: start,
                weight: kept.map { Double(view.weight[$0]) },
                demandBps: kept.map { Double(view.demand[$0]) * 1e6 },
                guaranteeBps: kept.map { Double(view.guarantee[$0]) * 1e6 },
                ceiling: kept.map { Double(view.ceiling[$0]) },
                linkCell: kept.flatMap { u in (0..<links).map { cell(ue: u, link: $0).map(Int32.init) ?? -1 } },
                gain: kept.flatMap { u in
                    (0..<(links * subbands)).map { gain(ue: u, link: $0 / subbands, subband: $0 % subbands) }
                },
                backgroundWatts: kept.flatMap { u in
                    (0..<subbands).map {
                        Double(view.background[u * view.vectors + $0 / 8][$0 % 8]) / Problem.scale
                    }
                })
        }
    }

    /// The same problem with other weights, U values above 0.
    func weighted(_ weight: [Double]) -> Problem {
        precondition(weight.count == ues)
        var numbers = numbers
        for u in 0..<ues { numbers[2 * cells + u] = Float(weight[u]) }
        return Problem(
            cells: cells, subbands: subbands, ues: ues, links: links, alpha: alpha, snrGap: snrGap,
            maxSpectralEfficiency: maxSpectralEfficiency, lanes: lanes, numbers: numbers, indices: indices)
    }
}
