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

    package func decide(_ limits: LinearProgram.Limits = .init()) -> Decision {
        let shortages = shortages()
        if !shortages.isEmpty { return .infeasible(shortages: shortages, relaxations: relaxations()) }
        let inForce = requests.indices.filter { requests[$0].isInForce }
        let new = requests.indices.filter { !requests[$0].isInForce }
        var program = LinearProgram(maximises: true)
        for index in new { _ = program.addColumn(cost: requests[index].value, upper: 1, isInteger: true) }
        for (cell, prbs) in capacity.enumerated() {
            let held = inForce.reduce(0) { $0 + requests[$1].guaranteedPRBs[cell] }
            program.addRow(
                upper: prbs - held,
                new.enumerated().map { (column: $0.offset, factor: requests[$0.element].guaranteedPRBs[cell]) })
        }
        guard !new.isEmpty, let found = program.solve(limits).solution else {
            return .admitted(slices: inForce, value: 0, bound: new.reduce(0) { $0 + requests[$1].value })
        }
        let taken = new.enumerated().filter { found.values[$0.offset] > 0.5 }.map(\.element)
        return .admitted(
            slices: (inForce + taken).sorted(), value: taken.reduce(0) { $0 + requests[$1].value },
            bound: found.bound)
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
