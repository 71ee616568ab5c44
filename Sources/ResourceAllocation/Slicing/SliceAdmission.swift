/// Which slices to admit, where each asks for guaranteed PRBs in some cells: all of them or none.
///
/// Slices in force are kept; of the others, those of the highest total value that fit are admitted (a multi-dimensional
/// knapsack, solved by CBC). Where already those in force do not fit, the answer says which guarantees contend in which
/// cells, and the smallest relaxation: the least weighted sum of parts of guarantees given up, a linear program.
package struct SliceAdmission: Sendable {
    /// One slice.
    package struct Request: Hashable, Sendable {
        package var name: String
        /// Guaranteed PRBs per cell, at least 0: the slice's rate, delay included, over what a PRB carries there.
        package var guaranteedPRBs: [Double]
        /// What admitting it is worth; of a slice in force, what giving up its whole guarantee would cost.
        package var value: Double
        package var isInForce: Bool

        package init(name: String, guaranteedPRBs: [Double], value: Double, isInForce: Bool = false) {
            self.name = name
            self.guaranteedPRBs = guaranteedPRBs
            self.value = value
            self.isInForce = isInForce
        }
    }

    /// A cell whose PRBs do not suffice for the slices in force.
    package struct Shortage: Hashable, Sendable {
        package var cell: Int
        package var guaranteedPRBs: Double
        package var capacityPRBs: Double
        /// Slices in force with a guarantee there, by index.
        package var slices: [Int]
    }

    /// A guarantee that the smallest relaxation lowers.
    package struct Relaxation: Hashable, Sendable {
        package var slice: Int
        /// Part of its guarantee that it keeps, in [0, 1).
        package var keptPart: Double
    }

    package enum Decision: Sendable {
        /// Indices of the slices that hold PRBs now, those in force included, the value of the new ones, and a bound
        /// on what could be.
        case admitted(slices: [Int], value: Double, bound: Double)
        /// Already the slices in force do not fit.
        case infeasible(shortages: [Shortage], relaxations: [Relaxation])
    }

    /// What is wrong with a request.
    package enum Fault: Error, Hashable, Sendable {
        /// As many numbers as there are cells are needed.
        case shape(slice: Int)
        /// A guarantee or value that is not finite, or below 0.
        case number(slice: Int)
        /// A capacity that is not finite, or below 0.
        case capacity(cell: Int)
    }

    private let capacity: [Double]
    private let requests: [Request]

    /// - Parameter capacityPRBs: PRBs of each cell that slices may reserve.
    package init(capacityPRBs: [Double], requests: [Request]) throws(Fault) {
        for (cell, prbs) in capacityPRBs.enumerated() where !prbs.isFinite || prbs < 0 { throw .capacity(cell: cell) }
        for (index, request) in requests.enumerated() {
            guard request.guaranteedPRBs.count == capacityPRBs.count else { throw .shape(slice: index) }
            guard request.value.isFinite, request.value >= 0,
                request.guaranteedPRBs.allSatisfy({ $0.isFinite && $0 >= 0 })
            else { throw .number(slice: index) }
        }
        capacity = capacityPRBs
        self.requests = requests
    }

    /// Decides within `limits`, in which CBC starts from nothing: where it finds less than a greedy admission, that one
    /// stands. Without limits, nil, only the greedy admission is made, which takes no time worth naming.
    package func decide(_ limits: LinearProgram.Limits? = .bounded(gap: 1e-9)) -> Decision {
        let shortages = shortages()
        if !shortages.isEmpty { return .infeasible(shortages: shortages, relaxations: relaxations()) }
        let inForce = requests.indices.filter { requests[$0].isInForce }
        let new = requests.indices.filter { !requests[$0].isInForce }
        let room = room(beside: inForce)
        var taken = admittedGreedily(new, room)
        var bound = bound(new, room)
        if let limits, !new.isEmpty, let found = program(new, room).solve(limits).solution {
            let chosen = new.enumerated().filter { found.values[$0.offset] > 0.5 }.map(\.element)
            if value(chosen) > value(taken), fits(chosen, room) { taken = chosen }
            bound = min(bound, found.bound)
        }
        return .admitted(slices: (inForce + taken).sorted(), value: value(taken), bound: max(bound, value(taken)))
    }

    private func value(_ slices: [Int]) -> Double { slices.reduce(0) { $0 + requests[$1].value } }

    /// PRBs of each cell that slices leave.
    private func room(beside slices: [Int]) -> [Double] {
        capacity.indices.map { cell in
            max(0, capacity[cell] - slices.reduce(0) { $0 + requests[$1].guaranteedPRBs[cell] })
        }
    }

    /// Whether slices fit into `room` up to rounding.
    private func fits(_ slices: [Int], _ room: [Double]) -> Bool {
        room.indices.allSatisfy { cell in
            slices.reduce(0) { $0 + requests[$1].guaranteedPRBs[cell] } <= room[cell] + 1e-9 * max(1, capacity[cell])
        }
    }

    private func program(_ new: [Int], _ room: [Double]) -> LinearProgram {
        var program = LinearProgram(maximises: true)
        for index in new { _ = program.addColumn(cost: requests[index].value, upper: 1, isInteger: true) }
        for (cell, prbs) in room.enumerated() {
            program.addRow(
                upper: prbs,
                new.enumerated().map { (column: $0.offset, factor: requests[$0.element].guaranteedPRBs[cell]) })
        }
        return program
    }

    /// New slices by falling value, or by falling value over the sum of the parts of the cells' room that they take,
    /// each where it fits: the better of both.
    private func admittedGreedily(_ new: [Int], _ room: [Double]) -> [Int] {
        let density = new.map { index in
            let part = room.indices.reduce(0.0) { sum, cell in
                let need = requests[index].guaranteedPRBs[cell]
                return need > 0 ? sum + need / max(room[cell], 1e-12) : sum
            }
            return part > 0 ? requests[index].value / part : .infinity
        }
        func admitted(by key: [Double]) -> [Int] {
            var taken: [Int] = []
            for place in new.indices.sorted(by: { key[$0] == key[$1] ? $0 < $1 : key[$0] > key[$1] })
            where fits(taken + [new[place]], room) { taken.append(new[place]) }
            return taken
        }
        let (dense, dear) = (admitted(by: density), admitted(by: new.map { requests[$0].value }))
        return value(dear) > value(dense) ? dear : dense
    }

    /// No new slices that fit are worth more: the best by value per PRB in each cell by itself, the last in part.
    private func bound(_ new: [Int], _ room: [Double]) -> Double {
        var least = value(new)
        for cell in room.indices {
            func density(_ index: Int) -> Double { requests[index].value / requests[index].guaranteedPRBs[cell] }
            let order = new.filter { requests[$0].guaranteedPRBs[cell] > 0 }.sorted { density($0) > density($1) }
            var left = room[cell]
            var sum = value(new.filter { requests[$0].guaranteedPRBs[cell] <= 0 })
            for index in order where left > 0 {
                let need = requests[index].guaranteedPRBs[cell]
                sum += requests[index].value * min(1, left / need)
                left -= need
            }
            least = min(least, sum)
        }
        return least
    }

    /// Cells that the slices in force overfill.
    private func shortages() -> [Shortage] {
        capacity.indices.compactMap { cell in
            let slices = requests.indices.filter { requests[$0].isInForce && requests[$0].guaranteedPRBs[cell] > 0 }
            let held = slices.reduce(0) { $0 + requests[$1].guaranteedPRBs[cell] }
            guard held > capacity[cell] * (1 + 1e-12) else { return nil }
            return Shortage(cell: cell, guaranteedPRBs: held, capacityPRBs: capacity[cell], slices: slices)
        }
    }

    /// `minimise sum value given` over parts `given` in [0, 1] with `sum need (1 - given) <= capacity` in each cell.
    private func relaxations() -> [Relaxation] {
        let inForce = requests.indices.filter { requests[$0].isInForce }
        var program = LinearProgram(maximises: false)
        for index in inForce { _ = program.addColumn(cost: max(requests[index].value, 1e-9), upper: 1) }
        for (cell, prbs) in capacity.enumerated() {
            let held = inForce.reduce(0) { $0 + requests[$1].guaranteedPRBs[cell] }
            guard held > prbs else { continue }
            program.addRow(
                lower: held - prbs,
                inForce.enumerated().map { (column: $0.offset, factor: requests[$0.element].guaranteedPRBs[cell]) })
        }
        let given = program.solveRelaxation().solution?.values ?? inForce.map { _ in 1 }
        return inForce.enumerated().compactMap { offset, index in
            given[offset] > 1e-9 ? Relaxation(slice: index, keptPart: max(0, 1 - given[offset])) : nil
        }
    }
}
