extension BeamMemory {
    /// Bounds of the steps since both neighbours were compared, and of ages.
    private static let comparisonBounds = [2, 3, 4, 6, 9, 15]
    private static let ageBounds = [3, 7, 15, 40, 120]
    /// Bounds of the pace in beams per step.
    private static let paceBounds: [Float] = [0.01, 0.03, 0.07, 0.15]
    /// Bounds in dB of the fall, of what the level lacks of the highest of late, of the level, and of the difference of
    /// a remembered level to it.
    private static let fallBounds: [Float] = [1, 2, 3.5, 6, 10]
    private static let lackBounds: [Float] = [2, 5, 9, 14]
    private static let levelBounds: [Float] = [0, 5, 10, 16]
    private static let differenceBounds: [Float] = [-6, -2, 2, 6]

    /// Tables over the state, and the cells that each has: three quantities at a time.
    static let tables = [7 * 5 * 6, 5 * 5 * 6, 5 * 6 * 5, 5 * 6 * 6, 5 * 6 * 7, 7 * 5 * 5]
    /// Cells of all tables.
    static let cells = tables.reduce(0, +)

    /// The cell of each table that the state lies in, numbered through all tables; `into` has `tables.count` elements.
    func locate(into cells: inout [Int]) {
        let (recalled, former) = (recalled, former)
        let comparison = BeamMemory.bin(stepsSinceComparison, BeamMemory.comparisonBounds)
        let pace = BeamMemory.bin(pace, BeamMemory.paceBounds)
        let fall = BeamMemory.bin(fallDb, BeamMemory.fallBounds)
        let lack = BeamMemory.bin(top - level, BeamMemory.lackBounds)
        let height = BeamMemory.bin(level, BeamMemory.levelBounds)
        let sweep = BeamMemory.bin(stepsSinceSweep, BeamMemory.ageBounds)
        let other = BeamMemory.bin(stepsSinceOther, BeamMemory.ageBounds)
        let recalledDb = recalled.map { BeamMemory.bin($0.level - level, BeamMemory.differenceBounds) } ?? 0
        let recalledAge = recalled.map { BeamMemory.bin($0.age, BeamMemory.ageBounds) } ?? 5
        let formerDb = former.map { BeamMemory.bin($0.level - level, BeamMemory.differenceBounds) } ?? 0
        cells[0] = (comparison * 5 + pace) * 6 + fall
        cells[1] = (lack * 5 + height) * 6 + sweep
        cells[2] = (formerDb * 6 + other) * 5 + lack
        cells[3] = (recalledDb * 6 + recalledAge) * 6 + fall
        cells[4] = (height * 6 + fall) * 7 + comparison
        cells[5] = (comparison * 5 + pace) * 5 + height
        var first = 0
        for table in cells.indices {
            cells[table] += first
            first += BeamMemory.tables[table]
        }
    }

    /// Number of bounds that a value reaches.
    private static func bin<Value: Comparable>(_ value: Value, _ bounds: [Value]) -> Int {
        var bin = 0
        while bin < bounds.count && value >= bounds[bin] { bin += 1 }
        return bin
    }
}
