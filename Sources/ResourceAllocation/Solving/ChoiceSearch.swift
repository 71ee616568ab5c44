internal import Numerics

/// Searches for association and states at fixed powers: single moves, made one after the other.
package struct ChoiceSearch: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        /// Every move in turn, kept where it gains; ends where none does.
        case descent
        /// Random moves, kept as `AnnealingSchedule` says; then a descent.
        case annealing
        /// The best of a sample of moves, better or not, unless it undoes a recent one (Glover 1989); then a descent.
        case tabu
    }

    package var method: Method
    package var seed: UInt64
    /// Moves that annealing tries, and that tabu search compares, per UE and state that may move.
    package var movesPerPlace = 60
    /// Moves that tabu search compares before it makes one.
    package var sample = 24
    /// Gains of utility below this are rounding.
    package var least = 1e-9

    /// One round of a budget is this many moves tried.
    package static let movesPerRound = 16

    package init(method: Method = .descent, seed: UInt64 = 1) {
        self.method = method
        self.seed = seed
    }

    /// The best choice found from `start` at powers C x K watts.
    package func solve(
        _ problem: ResourceProblem, start: PowerChoice, powerWatts: [Double], budget: inout Budget
    ) -> PowerChoice {
        var model = ChoiceModel(problem, start, powerWatts: powerWatts)
        let moves = model.moves
        guard !moves.isEmpty else { return start }
        var best = (choice: start, total: model.total)
        switch method {
        case .descent: break
        case .annealing: anneal(&model, moves, &best, &budget)
        case .tabu: avoid(&model, moves, &best, &budget)
        }
        if method != .descent { model = ChoiceModel(problem, best.choice, powerWatts: powerWatts) }
        descend(&model, moves, &budget)
        return model.total > best.total ? model.choice : best.choice
    }

    private func descend(_ model: inout ChoiceModel, _ moves: [ChoiceModel.Move], _ budget: inout Budget) {
        var idle = 0
        var place = 0
        while idle < moves.count && budget.spend() {
            for _ in 0..<ChoiceSearch.movesPerRound where idle < moves.count {
                let move = moves[place]
                place = (place + 1) % moves.count
                idle += 1
                guard let back = model.inverse(move) else { continue }
                if model.make(move) > least { idle = 0 } else { _ = model.make(back) }
            }
        }
    }

    private func anneal(
        _ model: inout ChoiceModel, _ moves: [ChoiceModel.Move],
        _ best: inout (choice: PowerChoice, total: Double), _ budget: inout Budget
    ) {
        let generator = CounterGenerator(seed: seed, purpose: 0x414E_4E45)
        let tries = movesPerPlace * moves.count
        // A change of utility beyond 1 counts as 1.
        var schedule = AnnealingSchedule(tries: tries, largestChange: 1)
        var total = best.total
        var step = 0
        while step < tries && budget.spend() {
            for _ in 0..<ChoiceSearch.movesPerRound {
                let move = moves[Int(generator.bits(UInt64(step), 1) % UInt64(moves.count))]
                step += 1
                guard let back = model.inverse(move) else { continue }
                let gain = model.make(move)
                if schedule.keeps(gain: gain, step: step, chance: generator.uniform(UInt64(step), 2)) {
                    total += gain
                    if total > best.total + least { best = (model.choice, total) }
                } else {
                    _ = model.make(back)
                }
            }
        }
    }

    private func avoid(
        _ model: inout ChoiceModel, _ moves: [ChoiceModel.Move],
        _ best: inout (choice: PowerChoice, total: Double), _ budget: inout Budget
    ) {
        let generator = CounterGenerator(seed: seed, purpose: 0x5441_4255)
        let tenure = max(4, moves.count / 8)
        var allowedFrom = [Int](repeating: 0, count: moves.count)
        var total = best.total
        let steps = movesPerPlace * moves.count / sample
        for step in 0..<max(1, steps) {
            var chosen: (index: Int, gain: Double)?
            for draw in 0..<sample {
                if draw % ChoiceSearch.movesPerRound == 0, !budget.spend() { return }
                let index = Int(generator.bits(UInt64(step), UInt64(draw)) % UInt64(moves.count))
                guard let back = model.inverse(moves[index]) else { continue }
                let gain = model.make(moves[index])
                _ = model.make(back)
                let isAllowed = allowedFrom[index] <= step || total + gain > best.total + least
                if isAllowed, gain > chosen?.gain ?? -.infinity { chosen = (index, gain) }
            }
            guard let chosen else { continue }
            // What leads back is tabu for a while.
            if let back = model.inverse(moves[chosen.index]), let index = moves.firstIndex(of: back) {
                allowedFrom[index] = step + tenure
            }
            total += model.make(moves[chosen.index])
            if total > best.total + least { best = (model.choice, total) }
        }
    }
}
