/// The pricing kernel of the three hierarchies (DESIGN 6 and 11): marginal-harm prices, best responses, their damped
/// fixed point, and moves of the leader that anticipate the followers' equilibrium.
///
/// FCH runs `solve` on the pooled data and sends the powers; SCH runs it and announces the prices; in DCH a leader runs
/// it on its region with the border charges of its neighbours, and an edge runs `bestResponse` alone. The struct holds
/// its memory: powers, shares and prices of the last call are the warm start of the next, and a call on a problem of
/// the same shape allocates nothing but what it returns.
package struct PricingKernel: Sendable {
    /// How the fixed point is run.
    package struct Settings: Sendable {
        /// Part of the way to the best response that a round goes, in (0, 1].
        package var damping: Float = 1
        /// Steps of the share dynamics per round.
        package var shareSteps = 2
        /// The fixed point has converged when no power moves by more than this part of its cell's budget.
        package var tolerance: Float = 2e-3
        /// It counts as converged, too, after this many rounds in which the best objective has not improved.
        package var patience = 8
        /// Least relative improvement of the objective that counts.
        package var patienceTolerance = 1e-5
        /// Steps are shortened to this part of the way while the objective falls.
        package var leastDamping: Float = 0.1
        /// Relative tolerance of the roots of a best response inside the iteration.
        package var responseTolerance: Float = 0.05
        /// Passes of a best response inside the iteration.
        package var responsePasses = 1
        /// `false` sets every price to 0: each cell then plays for itself (a baseline).
        package var usesPrices = true
        /// Steps of the share dynamics at the end, at most, so that the prices announced fit the scheduler's shares.
        package var closingShareSteps = 4
        /// Rounds that one move of the leader is followed up with.
        package var roundsPerMove = 12
        /// A move is given up half-way where it stands this much utility per UE below the best point.
        package var giveUp = 0.01
        /// Part of equal shares that a move mixes into the shares.
        package var shareMix: Float = 0.3
        /// Part of the way to equal power that a warm start goes first: 0 where gains drift, more where they fade
        /// between two calls and the previous powers hold the iteration back.
        package var warmMix: Float = 0
        /// Rounds of each start that a call without a warm start compares.
        package var roundsPerStart = 12

        package init() {}
    }

    /// Where an iteration starts.
    package enum Start: Sendable {
        /// Powers that the last call on a problem of as many cells and subbands ended with, and its shares where the
        /// UEs are as many; equal power where there was none.
        case previous
        /// Budget divided equally over the subbands that are not masked.
        case equalPower
        /// Equal power tilted by a reuse pattern that rotates with the cell index; `shift` 0, 1, 2.
        case patterned(shift: Int)
        /// Given powers, C x K watts, and shares, U x K (equal where nil).
        case given(powerWatts: [Double], shares: [Double]?)
    }

    /// Whose powers are decided, and what they cost outside; the default is all cells and nothing.
    package struct Scope: Sendable {
        /// Cells whose power is decided, C values; nil is all. The others keep the power that the start gives them.
        package var ownCells: [Bool]?
        /// Powers of the cells that are not decided, C x K watts, of which only their rows are read; nil leaves the
        /// start's.
        package var outsidePowerWatts: [Double]?
        /// Utility per watt that others quote for the power of the cells decided, C x K; nil is 0.
        package var borderChargePerWatt: [Double]?

        package init(
            ownCells: [Bool]? = nil, outsidePowerWatts: [Double]? = nil, borderChargePerWatt: [Double]? = nil
        ) {
            self.ownCells = ownCells
            self.outsidePowerWatts = outsidePowerWatts
            self.borderChargePerWatt = borderChargePerWatt
        }
    }

    /// What a call of `solve` came to.
    package struct Outcome: Sendable {
        /// Rounds spent.
        package var rounds: Int
        /// `true` where the fixed point had converged before the budget was spent.
        package var hasConverged: Bool
        /// Sum of w_u U(R_u) at the result, less border charges.
        package var objective: Double
        /// Moves of the leader that were tried after convergence, and those that were adopted.
        package var movesTried: Int
        package var movesAdopted: Int
    }

    package var settings: Settings
    var workspace = Workspace()
    private var holdsState = false
    /// Counts moves over the kernel's life, so that calls go on where the last one stopped.
    private var nextMove = 0

    package init(settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Runs the fixed point, then the leader's moves, until nothing is left of `budget`.
    ///
    /// The result, read with `powerWatts`, `pricePerWatt` and `shares`, is the best point seen, the start included
    /// (with prices off: the last point). A first call with `.previous` compares the equal start with three reuse
    /// patterns, because equal power is a stationary point wherever subbands have equal gains.
    package mutating func solve(
        _ problem: Problem, start: Start = .previous, scope: Scope = Scope(), budget: inout Budget
    ) -> Outcome {
        let isCold = prepare(problem, start: start, scope: scope) && settings.usesPrices && problem.subbands > 1
        var isWarm = false
        if case .previous = start { isWarm = !isCold }
        let settings = settings
        var outcome = Outcome(rounds: 0, hasConverged: false, objective: 0, movesTried: 0, movesAdopted: 0)
        let spentBefore = budget.spent
        var move = nextMove
        withOwn(problem, scope) { frame, own in
            var run = Frame.Run(own: own, damping: settings.damping)
            if isCold { frame.survey(settings, &run, budget: &budget) }
            if isWarm { frame.warm(settings, &run, budget: &budget) }
            while !outcome.hasConverged && budget.spend() {
                frame.round(settings, &run)
                outcome.hasConverged = run.change < settings.tolerance || run.idle >= settings.patience
            }
            let before = run.best
            // The last point is the best seen as a rule: it then stands as it was assessed.
            let isBest = frame.assess(settings, &run) > before || !settings.usesPrices
            if !isBest { frame.restoreBest() }
            if settings.usesPrices {
                if outcome.hasConverged {
                    frame.lead(settings, &run, move: &move, budget: &budget, outcome: &outcome)
                }
                if !isBest || outcome.hasConverged { frame.updateRadio() }
                frame.equilibrateShares(steps: settings.closingShareSteps, tolerance: 1e-4, stride: 8)
                frame.updatePrices()
                frame.markHeard()
                frame.implementPowers(own: own)
                run.best = frame.objective(own: own)
            }
            outcome.objective = run.best
        }
        nextMove = move
        outcome.rounds = budget.spent - spentBefore
        return outcome
    }

    /// Works ahead for the next call of `solve` on the same problem, off the decision path: moves of the leader from
    /// the point reached, from the best of which the next call starts.
    package mutating func prepare(_ problem: Problem, scope: Scope = Scope(), budget: inout Budget) {
        guard settings.usesPrices else { return }
        let settings = settings
        var outcome = Outcome(rounds: 0, hasConverged: true, objective: 0, movesTried: 0, movesAdopted: 0)
        var move = nextMove
        withOwn(problem, scope) { frame, own in
            var run = Frame.Run(own: own, damping: settings.damping)
            run.best = frame.objective(own: own)
            frame.saveBest()
            frame.lead(settings, &run, move: &move, budget: &budget, outcome: &outcome)
        }
        nextMove = move
    }

    /// Powers of the last call, C x K watts.
    package mutating func powerWatts(_ problem: Problem) -> [Double] {
        workspace.withFrame(problem) { $0.unload($0.power, rows: problem.cells) }
    }

    /// Prices of the last call, C x K utility per watt. For a cell decided here: the price to announce, charge
    /// included, at which `powerWatts` is its best response. For any other cell: the marginal harm of its power to
    /// the UEs of the problem, which is the border charge to quote where the problem holds the own cells' UEs only.
    package mutating func pricePerWatt(_ problem: Problem) -> [Double] {
        workspace.withFrame(problem) { $0.unload($0.price, rows: problem.cells) }
    }

    /// Shares of the last call, U x K.
    package mutating func shares(_ problem: Problem) -> [Double] {
        workspace.withFrame(problem) { $0.unload($0.share, rows: problem.ues) }
    }

    // MARK: Starting

    /// Sets powers, shares and charges; `true` where `start` asked for a previous state and there was none.
    private mutating func prepare(_ problem: Problem, start: Start, scope: Scope) -> Bool {
        let fit = workspace.fit(problem)
        let isFresh = fit == .fresh || !holdsState
        holdsState = true
        workspace.withFrame(problem) { frame in
            switch start {
            case .previous: if isFresh { frame.startEqual() }
            case .equalPower: frame.startEqual()
            case .patterned(let shift): frame.startPatterned(contrast: 0.8, shift: shift)
            case .given(let powerWatts, _):
                precondition(powerWatts.count == problem.cells * problem.subbands)
                frame.load(powerWatts, into: frame.power)
            }
            if case .given(_, let shares?) = start {
                precondition(shares.count == problem.ues * problem.subbands)
                frame.load(shares, into: frame.share)
                for u in 0..<problem.ues { frame.thrift[u] = 1 }
            } else if isFresh || fit == .keptCells {
                frame.shareEqually()
            }
            if let outside = scope.outsidePowerWatts { frame.loadOutside(outside, own: scope.ownCells) }
            if let charges = scope.borderChargePerWatt {
                precondition(charges.count == problem.cells * problem.subbands)
                frame.load(charges, into: frame.charge)
            } else {
                for i in 0..<(problem.cells * problem.vectors) { frame.charge[i] = Lanes() }
            }
            for i in 0..<(problem.cells * problem.vectors) {
                frame.power[i] = frame.power[i].min(frame.view.cap[i])
                if !settings.usesPrices { frame.price[i] = Lanes() }
            }
            for c in 0..<problem.cells { frame.fitBudget(c, frame.power + c * problem.vectors) }
        }
        if case .previous = start { return isFresh }
        return false
    }

    /// Runs `body` on the frame and the mask of own cells.
    private mutating func withOwn(
        _ problem: Problem, _ scope: Scope, _ body: (inout Frame, UnsafePointer<Bool>?) -> Void
    ) {
        workspace.withFrame(problem) { frame in
            guard let own = scope.ownCells else { return body(&frame, nil) }
            precondition(own.count == problem.cells)
            own.withUnsafeBufferPointer { body(&frame, $0.baseAddress) }
        }
    }
}

extension Frame {
    /// Sets the powers of the cells that are not `own`.
    func loadOutside(_ powerWatts: [Double], own: [Bool]?) {
        precondition(powerWatts.count == view.cells * view.subbands)
        guard let own else { return }
        for c in 0..<view.cells where !own[c] {
            for k in 0..<view.subbands { power[c * vectors + k / 8][k % 8] = Float(powerWatts[c * view.subbands + k]) }
        }
    }
}

// MARK: The parts on their own

extension PricingKernel {
    /// Marginal harm `pi[c,k]` (C x K, utility per watt) of every cell's power to the UEs that other cells serve, at
    /// given powers and shares; `victims` (C values) limits it to the UEs of some cells.
    package mutating func marginalHarmPrices(
        _ problem: Problem, powerWatts: [Double], shares: [Double], victims: [Bool]? = nil
    ) -> [Double] {
        precondition(powerWatts.count == problem.cells * problem.subbands)
        precondition(shares.count == problem.ues * problem.subbands)
        _ = workspace.fit(problem)
        holdsState = false
        return workspace.withFrame(problem) { frame in
            frame.load(powerWatts, into: frame.power)
            frame.shareEqually()
            frame.load(shares, into: frame.share)
            frame.updateRadio()
            frame.updateRates()
            if let victims {
                precondition(victims.count == problem.cells)
                victims.withUnsafeBufferPointer { frame.updatePrices(victims: $0.baseAddress) }
            } else {
                frame.updatePrices()
            }
            return frame.unload(frame.price, rows: problem.cells)
        }
    }

    /// Border charges (C x K, utility per watt) that the leader of `ownCells` quotes: the marginal harm that the power
    /// of each other cell does to its UEs; 0 on its own cells.
    package mutating func borderCharges(
        _ problem: Problem, powerWatts: [Double], shares: [Double], ownCells: [Bool]
    ) -> [Double] {
        var charges = marginalHarmPrices(problem, powerWatts: powerWatts, shares: shares, victims: ownCells)
        for c in 0..<problem.cells where ownCells[c] {
            for k in 0..<problem.subbands { charges[c * problem.subbands + k] = 0 }
        }
        return charges
    }

    /// Best responses of the cells in `ownCells` (C values) to prices per watt, C x K, each to the others' powers as
    /// given; returns C x K watts, the other rows unchanged. Multipliers of the last call warm it; shares start equal,
    /// from where the dynamics reach those of the leader soonest: it came from there, too.
    ///
    /// - Parameters:
    ///   - shareSteps: steps of the share dynamics, which fix the marginal utilities.
    ///   - tolerance: relative tolerance of the roots.
    package mutating func respond(
        _ problem: Problem, ownCells: [Bool], powerWatts: [Double], pricePerWatt: [Double], shareSteps: Int = 24,
        tolerance: Double = 1e-6
    ) -> [Double] {
        let count = problem.cells * problem.subbands
        precondition(ownCells.count == problem.cells && powerWatts.count == count && pricePerWatt.count == count)
        _ = workspace.fit(problem)
        holdsState = true
        return workspace.withFrame(problem) { frame in
            frame.load(powerWatts, into: frame.power)
            frame.load(pricePerWatt, into: frame.price)
            for i in 0..<(problem.cells * frame.vectors) { frame.charge[i] = Lanes() }
            frame.shareEqually()
            frame.updateRadio()
            frame.updateRates()
            frame.stepShares(shareSteps)
            for c in 0..<problem.cells where ownCells[c] { frame.respond(c, tolerance: Float(tolerance)) }
            var answer = powerWatts
            for c in 0..<problem.cells where ownCells[c] {
                let row = frame.target + c * frame.vectors
                for k in 0..<problem.subbands { answer[c * problem.subbands + k] = Double(row[k / 8][k % 8]) }
            }
            return answer
        }
    }

    /// Best response of one cell, K watts, to prices per watt on its subbands (K values), shares and others' powers
    /// fixed: DESIGN 11's root to the relative `tolerance`.
    package mutating func bestResponse(
        _ problem: Problem, cell: Int, pricePerWatt: [Double], powerWatts: [Double], shares: [Double],
        tolerance: Double = 1e-10
    ) -> [Double] {
        let subbands = problem.subbands
        precondition(cell >= 0 && cell < problem.cells && pricePerWatt.count == subbands)
        precondition(powerWatts.count == problem.cells * subbands && shares.count == problem.ues * subbands)
        _ = workspace.fit(problem)
        holdsState = false
        return workspace.withFrame(problem) { frame in
            let row = cell * frame.vectors
            frame.load(powerWatts, into: frame.power)
            frame.shareEqually()
            frame.load(shares, into: frame.share)
            for i in row..<(row + frame.vectors) { frame.charge[i] = Lanes() }
            frame.load(pricePerWatt, into: frame.price + row)
            frame.updateRadio(cells: cell..<(cell + 1))
            frame.updateRates(cells: cell..<(cell + 1))
            frame.respond(cell, tolerance: Float(tolerance))
            return frame.unload(frame.target + row, rows: 1)
        }
    }
}

extension PricingKernel: PowerSolver {
    package mutating func solve(_ problem: Problem, startWatts: [Double], budget: inout Budget) -> [Double] {
        _ = solve(problem, start: .given(powerWatts: startWatts, shares: nil), budget: &budget)
        return powerWatts(problem)
    }
}
