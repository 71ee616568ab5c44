internal import Numerics

/// UEs change sides: tabu search over exact packings.
extension AssociationAuction {
    /// Where the search stands.
    struct Search {
        let generator: CounterGenerator
        /// Changes made.
        var moves: Int32 = 0
        /// Changes since the best association; below 0 while the search leaves a valley that holds nothing better.
        var idle = 0

        init(seed: UInt64) { generator = CounterGenerator(seed: seed, purpose: 0x5349_4445) }
    }

    /// Everybody takes the side of the cell that an earlier association gave, else of the best pair at the prices.
    func takeSides(_ earlier: [Int32]?) {
        for u in 0..<ues {
            var best = -Float.infinity
            var at = -1
            for e in pairs(u) where need[e] <= problem.capacity[Int(cell[e])] {
                let gain = worth[e] - price[Int(cell[e])] * Float(need[e])
                if gain > best { (best, at) = (gain, e) }
            }
            if let earlier, earlier.count == ues, let e = problem.pair(ue: u, cell: earlier[u]),
                need[e] <= problem.capacity[Int(cell[e])]
            {
                at = e
            }
            side[u] = Int32(at)
        }
        listMembers()
        for c in 0..<cells { pack(c) }
        keepBest()
    }

    /// `true` where the association is better than any before.
    @discardableResult private func keepBest() -> Bool {
        var sum = 0.0
        for c in 0..<cells { sum += Double(total[c]) }
        guard sum > bestValue * (1 + 1e-9) else { return false }
        bestValue = sum
        bestSide.update(from: side, count: ues)
        return true
    }

    /// Up to so many changes of side; `false` where no UE has a choice.
    func changeSides(moves: Int, _ search: inout Search) -> Bool {
        for _ in 0..<moves {
            if search.idle > max(16, 2 * contestedCount) { search.idle = -3 }
            guard let e = (search.idle < 0 ? nil : bestChange(search.moves)) ?? anyChange(search) else { return false }
            let u = Int(e.ue)
            let (from, to) = (Int(cell[Int(side[u])]), Int(cell[e.pair]))
            leave(u, from)
            side[u] = Int32(e.pair)
            join(u, to)
            pack(from)
            pack(to)
            let wait = tenure(search.generator.bits(UInt64(u), UInt64(search.moves)))
            tabuUntil[u] = search.moves + wait
            search.moves += 1
            search.idle = keepBest() ? 0 : search.idle + 1
        }
        return true
    }

    /// Where no change would serve anybody, some UE goes to another of its pairs all the same: others can follow.
    private func anyChange(_ search: Search) -> (ue: Int32, pair: Int)? {
        let first = search.generator.bits(UInt64(search.moves), 1)
        for i in 0..<UInt64(contestedCount) {
            let ue = contested[Int((first &+ i) % UInt64(contestedCount))]
            let (own, current) = (pairs(Int(ue)), Int(side[Int(ue)]))
            if current < 0 { continue }
            for step in 1..<own.count {
                let e = own.lowerBound + (current - own.lowerBound + step) % own.count
                if need[e] <= problem.capacity[Int(cell[e])] { return (ue, e) }
            }
        }
        return nil
    }

    /// Changes for which a UE stays where it went: 4 to 15, fewer where few have a choice.
    private func tenure(_ bits: UInt64) -> Int32 {
        let third = contestedCount / 3
        return Int32(min(4, third)) + Int32(bits % UInt64(max(1, min(12, third))))
    }

    /// The change of side that brings most among UEs whom their new cell would serve and that are not tabu.
    private func bestChange(_ now: Int32) -> (ue: Int32, pair: Int)? {
        var best = -Float.infinity
        var found: (ue: Int32, pair: Int)?
        for i in 0..<contestedCount {
            let u = Int(contested[i])
            let current = Int(side[u])
            if current < 0 || tabuUntil[u] > now { continue }
            for e in pairs(u) where e != current {
                let c = Int(cell[e])
                let left = Int(problem.capacity[c]) - Int(need[e])
                if left < 0 { continue }
                let gain = top[2 * span * c + span + left] + worth[e] - total[c]
                if gain > 0 && gain - loss[u] > best {
                    best = gain - loss[u]
                    found = (contested[i], e)
                }
            }
        }
        return found
    }
}
