import ResourceAllocation
import Testing

/// Threads that search among whole columns at the same time: CBC's interface has variables that all models share.
@Suite struct ConcurrentProgramsTests {
    /// A knapsack with two limits, different for every number.
    private static func program(_ number: Int) -> LinearProgram {
        var program = LinearProgram(maximises: true)
        let columns = (0..<18).map { column in
            program.addColumn(cost: Double((column * 37 + number * 11) % 23 + 5), upper: 1, isInteger: true)
        }
        for row in 0..<2 {
            let terms = columns.map { ($0, Double(($0 * 29 + number * 7 + row * 13) % 19 + 3)) }
            program.addRow(upper: 60, terms)
        }
        return program
    }

    private static func objective(_ number: Int) -> Double? {
        program(number).solve(.bounded(gap: 0)).solution?.objective
    }

    @Test func answersAreThoseOfOneThread() async throws {
        let alone = (0..<24).map(Self.objective)
        #expect(alone.allSatisfy { $0 != nil })
        let together = await withTaskGroup(of: (Int, Double?).self) { group in
            for number in 0..<24 { group.addTask { (number, Self.objective(number)) } }
            var found = [Double?](repeating: nil, count: 24)
            for await (number, objective) in group { found[number] = objective }
            return found
        }
        #expect(together == alone)
    }
}
