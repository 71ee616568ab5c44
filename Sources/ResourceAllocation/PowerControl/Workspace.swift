/// The memory that a solver keeps between calls: powers, shares, prices and scratch for one shape of problem.
///
/// One array holds everything, so that a call into the kernel borrows it once and a copy of the kernel copies it.
struct Workspace: Sendable {
    private(set) var cells = -1
    private(set) var subbands = 0
    private(set) var vectors = 0
    private(set) var cellStart: [Int32] = []
    private var storage: [Lanes] = []

    /// What of a previous state is gone after fitting.
    enum Fit {
        /// Nothing.
        case kept
        /// Shares: other UEs, the same cells.
        case keptCells
        /// Everything.
        case fresh
    }

    /// Fits the memory to `problem`; powers and prices outlive a change of UEs.
    mutating func fit(_ problem: Problem) -> Fit {
        let first = problem.ues * problem.links
        let sameCells = cells == problem.cells && subbands == problem.subbands
        if sameCells && (0...cells).allSatisfy({ cellStart[$0] == problem.indices[first + $0] }) { return .kept }
        cells = problem.cells
        subbands = problem.subbands
        vectors = problem.vectors
        cellStart = problem.cellStart
        let needed = Frame.rows(cells: cells, ues: problem.ues, vectors: vectors)
        if !sameCells {
            storage = [Lanes](repeating: Lanes(), count: needed)
            return .fresh
        }
        let kept = Frame.cellRows(cells: cells, vectors: vectors)
        if storage.count < needed {
            storage.append(contentsOf: repeatElement(Lanes(), count: needed - storage.count))
        }
        for i in kept..<storage.count { storage[i] = Lanes() }
        return .keptCells
    }

    /// Runs `body` on raw pointers into this memory and into `problem`, whose shape it must have.
    mutating func withFrame<Result>(_ problem: Problem, _ body: (inout Frame) -> Result) -> Result {
        precondition(cells == problem.cells && vectors == problem.vectors)
        return problem.withView { view in
            storage.withUnsafeMutableBufferPointer { storage in
                guard let base = storage.baseAddress else { preconditionFailure("workspace not fitted") }
                var frame = Frame(view: view, base: base)
                return body(&frame)
            }
        }
    }
}

/// Raw pointers of one kernel call: the problem's and the workspace's. Rows of cells have one row more than there are
/// cells, which empty links point at and whose power is 0.
struct Frame {
    let view: ProblemView
    /// power[c,v] in watts, the point that the iteration stands at.
    let power: UnsafeMutablePointer<Lanes>
    /// load x power.
    let loaded: UnsafeMutablePointer<Lanes>
    /// Marginal harm price[c,v] per watt, load included.
    let price: UnsafeMutablePointer<Lanes>
    /// Charge[c,v] per watt that others quote for this cell's power.
    let charge: UnsafeMutablePointer<Lanes>
    /// Best response[c,v].
    let target: UnsafeMutablePointer<Lanes>
    let bestPower: UnsafeMutablePointer<Lanes>
    let bestPrice: UnsafeMutablePointer<Lanes>
    /// Model of one cell's marginal utility (see `Frame.respond`): strength, offset, and the range where it holds.
    let strength: UnsafeMutablePointer<Lanes>
    let offset: UnsafeMutablePointer<Lanes>
    let lowest: UnsafeMutablePointer<Lanes>
    let highest: UnsafeMutablePointer<Lanes>
    /// perBid[c,v]: the part of a subband that one unit of a bid gets in the step of the shares under way.
    let perBid: UnsafeMutablePointer<Lanes>
    /// share[u,v].
    let share: UnsafeMutablePointer<Lanes>
    let bestShare: UnsafeMutablePointer<Lanes>
    /// Rate[u,v] in Mbit/s of the whole subband.
    let value: UnsafeMutablePointer<Lanes>
    /// -d value / d T, in Mbit/s per watt; 0 at the ceiling of the spectral efficiency.
    let slope: UnsafeMutablePointer<Lanes>
    /// g / (Gamma T), per watt.
    let ratio: UnsafeMutablePointer<Lanes>
    /// Rate per UE in Mbit/s.
    let rate: UnsafeMutablePointer<Float>
    /// lambda_u = thrift_u w_u U'(R_u).
    let lambda: UnsafeMutablePointer<Float>
    /// Factor on what a UE spends: below 1 where its demand binds, above 1, up to `Guarantee.steepest`, where its
    /// guarantee does.
    let thrift: UnsafeMutablePointer<Float>
    let bestThrift: UnsafeMutablePointer<Float>
    /// Multiplier of each cell's power budget.
    let multiplier: UnsafeMutablePointer<Float>

    /// Vectors that hold what belongs to cells; they come first.
    static func cellRows(cells: Int, vectors: Int) -> Int { 8 * (cells + 1) * vectors + 4 * vectors + (cells + 8) / 8 }

    /// Vectors that hold everything.
    static func rows(cells: Int, ues: Int, vectors: Int) -> Int {
        cellRows(cells: cells, vectors: vectors) + 5 * (ues + 1) * vectors + 4 * ((ues + 7) / 8)
    }

    init(view: ProblemView, base: UnsafeMutablePointer<Lanes>) {
        self.view = view
        let cellRow = (view.cells + 1) * view.vectors
        let ueRow = (view.ues + 1) * view.vectors
        power = base
        loaded = base + cellRow
        price = base + 2 * cellRow
        charge = base + 3 * cellRow
        target = base + 4 * cellRow
        bestPower = base + 5 * cellRow
        bestPrice = base + 6 * cellRow
        perBid = base + 7 * cellRow
        strength = base + 8 * cellRow
        offset = strength + view.vectors
        lowest = strength + 2 * view.vectors
        highest = strength + 3 * view.vectors
        multiplier = UnsafeMutableRawPointer(strength + 4 * view.vectors).assumingMemoryBound(to: Float.self)
        let perUE = base + Frame.cellRows(cells: view.cells, vectors: view.vectors)
        share = perUE
        bestShare = perUE + ueRow
        value = perUE + 2 * ueRow
        slope = perUE + 3 * ueRow
        ratio = perUE + 4 * ueRow
        let numbers = 8 * ((view.ues + 7) / 8)
        rate = UnsafeMutableRawPointer(perUE + 5 * ueRow).assumingMemoryBound(to: Float.self)
        lambda = rate + numbers
        thrift = rate + 2 * numbers
        bestThrift = rate + 3 * numbers
    }

    var vectors: Int { view.vectors }
}

// MARK: Moving rows in and out

extension Frame {
    /// Copies K-wide rows into padded rows.
    func load(_ values: [Double], into rows: UnsafeMutablePointer<Lanes>) {
        let subbands = view.subbands
        let width = Lanes.scalarCount * vectors
        let scalars = UnsafeMutableRawPointer(rows).assumingMemoryBound(to: Float.self)
        values.withUnsafeBufferPointer { values in
            for row in 0..<(values.count / subbands) {
                for k in 0..<subbands { scalars[row &* width &+ k] = Float(values[row &* subbands &+ k]) }
            }
        }
    }

    /// Copies padded rows out to K-wide rows.
    func unload(_ rows: UnsafeMutablePointer<Lanes>, rows count: Int) -> [Double] {
        let subbands = view.subbands
        let width = Lanes.scalarCount * vectors
        let scalars = UnsafeMutableRawPointer(rows).assumingMemoryBound(to: Float.self)
        return [Double](unsafeUninitializedCapacity: count * subbands) { buffer, initialised in
            for row in 0..<count {
                for k in 0..<subbands {
                    buffer.initializeElement(at: row &* subbands &+ k, to: Double(scalars[row &* width &+ k]))
                }
            }
            initialised = count * subbands
        }
    }

    /// Equal power over the subbands that are not masked, within caps and budget.
    func startEqual() { startPatterned(contrast: 0, shift: 0) }

    /// Equal power tilted by a reuse pattern that rotates with the cell's index: breaks the symmetry between subbands
    /// of equal gain, deterministically.
    func startPatterned(contrast: Float, shift: Int, own: UnsafePointer<Bool>? = nil) {
        for c in 0..<view.cells where own?[c] ?? true {
            let row = power + c * vectors
            var open: Float = 0
            for k in 0..<view.subbands where view.cap[c * vectors + k / 8][k % 8] > 0 { open += 1 }
            for k in 0..<(Lanes.scalarCount * vectors) {
                let cap = view.cap[c * vectors + k / 8][k % 8]
                let tilt = 1 + contrast * ((k + c + shift) % 3 == 0 ? 1 : -0.5)
                row[k / 8][k % 8] = cap > 0 ? Swift.min(cap, view.budget[c] / open * tilt) : 0
            }
            fitBudget(c, row)
        }
    }

    /// Goes `part` of the way to equal power.
    func mixPowers(_ part: Float) {
        let count = view.cells * vectors
        copy(power, target, count)
        startEqual()
        for i in 0..<count { power[i] = target[i] + Lanes(repeating: part) * (power[i] - target[i]) }
    }

    /// Scales one row of powers down to the cell's budget.
    @inline(__always)
    func fitBudget(_ c: Int, _ row: UnsafeMutablePointer<Lanes>) {
        var sum = Lanes()
        for q in 0..<vectors { sum += row[q] }
        let total = sum.total
        if total > view.budget[c] {
            let factor = Lanes(repeating: view.budget[c] / total)
            for q in 0..<vectors { row[q] *= factor }
        }
    }

    /// Equal shares within each cell; guarantees that bind keep their multipliers where `keepsMultipliers` says so.
    func shareEqually(keepsMultipliers: Bool = false) {
        for c in 0..<view.cells {
            let members = view.members(c)
            let each = Lanes(repeating: 1 / Float(Swift.max(1, members.count)))
            for i in (members.lowerBound * vectors)..<(members.upperBound * vectors) { share[i] = each }
        }
        for u in 0..<view.ues { thrift[u] = keepsMultipliers ? Swift.max(1, thrift[u]) : 1 }
    }

    /// Copies `count` vectors.
    @inline(__always)
    func copy(_ source: UnsafeMutablePointer<Lanes>, _ destination: UnsafeMutablePointer<Lanes>, _ count: Int) {
        destination.update(from: source, count: count)
    }
}
