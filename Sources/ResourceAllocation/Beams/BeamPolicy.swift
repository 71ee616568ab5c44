/// A learned controller of beams: the value of each manoeuvre is a sum of one weight per table over the state
/// (`BeamMemory.tables`), linear in which cells the state lies in; the manoeuvre of the highest value is taken.
package struct BeamPolicy: Sendable, Equatable {
    /// Manoeuvres to choose from.
    static let manoeuvres = BeamManoeuvre.allCases.count
    /// Number of weights: cells by manoeuvres.
    package static let count = BeamMemory.cells * manoeuvres

    /// Weights, cell by manoeuvre, finite.
    package let weights: [Float]

    /// - Parameter weights: `count` finite numbers.
    package init(weights: [Float]) {
        precondition(weights.count == BeamPolicy.count)
        self.weights = weights
    }

    /// A policy that has learnt nothing: it holds the beam that serves, but for what is overdue.
    package static let start = BeamPolicy(weights: [Float](repeating: 0, count: count))

    /// The manoeuvre for what is known.
    package func choose(_ memory: BeamMemory) -> BeamManoeuvre {
        if let overdue = memory.overdue { return overdue }
        var cells = [Int](repeating: 0, count: BeamMemory.tables.count)
        var values = [Float](repeating: 0, count: BeamPolicy.manoeuvres)
        memory.locate(into: &cells)
        BeamPolicy.values(of: cells, weights, into: &values)
        return BeamManoeuvre.allCases[BeamPolicy.best(values)]
    }

    /// The value of every manoeuvre in a state of these cells.
    static func values(of cells: [Int], _ weights: [Float], into values: inout [Float]) {
        for manoeuvre in 0..<manoeuvres { values[manoeuvre] = 0 }
        for cell in cells {
            for manoeuvre in 0..<manoeuvres { values[manoeuvre] += weights[cell * manoeuvres + manoeuvre] }
        }
    }

    /// The first of the highest values.
    static func best(_ values: [Float]) -> Int {
        var best = 0
        for manoeuvre in 1..<manoeuvres where values[manoeuvre] > values[best] { best = manoeuvre }
        return best
    }
}
