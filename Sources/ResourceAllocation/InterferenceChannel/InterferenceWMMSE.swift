internal import Glibc

/// WMMSE on the interference channel (Shi, Razaviyayn, Luo, He, IEEE TSP 2011), scalar amplitudes.
///
/// With the weights and receivers of the point reached, eliminated, an iteration is
/// `a_i = g_ii b_i / I_i`, `c_i = S_i / (I_i (I_i + S_i))`, `b_i = clip(a_i / sum_j c_j g_ji)`, `p = b^2`. It ends
/// where the sum of the logarithms of the weights, the sum rate of the last powers, grows by `tolerance` or less.
///
/// Interference is summed without the own signal, not by subtracting it from the total: over fifteen decades of gains
/// nothing would be left of it.
package struct InterferenceWMMSE: Sendable {
    /// Least growth of the sum rate that calls for another iteration, bit/s/Hz.
    package var tolerance = 1e-3
    /// Iterations at most.
    package var maxIterations = 100

    /// Gains without the diagonal, rows padded to whole vectors: of receivers, and of transmitters.
    private var rows: [Vector] = []
    private var columns: [Vector] = []
    private var diagonal: [Vector] = []
    /// Amplitude, power, interference, numerator a, coefficient c.
    private var state: [Vector] = []

    package init() {}

    /// What a call came to.
    package struct Outcome: Sendable {
        /// K powers in `[0, limit]`.
        package var powers: [Double]
        package var iterations: Int
        /// `false` where iterations or the budget ended it.
        package var hasConverged: Bool
    }

    /// Solves from full power, or from `start`, K powers; a power of 0 stays there.
    ///
    /// - Parameter budget: one round an iteration; what was reached when it ends is returned.
    package mutating func solve(
        _ channel: InterferenceChannel, from start: [Double]? = nil, budget: inout Budget
    ) -> Outcome {
        let users = channel.users
        precondition(start.map { $0.count == users } ?? true)
        let blocks = (users + 3) / 4
        load(channel, blocks)
        let (limit, tolerance, most) = (channel.powerLimit, tolerance, maxIterations)
        var iterations = 0
        var hasConverged = false
        rows.withUnsafeBufferPointer { rows in
            columns.withUnsafeBufferPointer { columns in
                diagonal.withUnsafeBufferPointer { diagonal in
                    state.withUnsafeMutableBufferPointer { state in
                        let sweep = Sweep(
                            users: users, blocks: blocks, noise: channel.noise, highest: limit.squareRoot(),
                            rows: rows.baseAddress!, columns: columns.baseAddress!, diagonal: diagonal.baseAddress!,
                            state: state.baseAddress!)
                        sweep.start(start)
                        var rate = sweep.weigh()
                        while iterations < most && budget.spend() {
                            sweep.move()
                            let next = sweep.weigh()
                            iterations += 1
                            hasConverged = next - rate <= tolerance
                            rate = next
                            if hasConverged { break }
                        }
                    }
                }
            }
        }
        let powers = (0..<users).map { state[blocks + $0 / 4][$0 % 4] }
        return Outcome(powers: powers, iterations: iterations, hasConverged: hasConverged)
    }

    /// Lays the gains out in rows of whole vectors.
    private mutating func load(_ channel: InterferenceChannel, _ blocks: Int) {
        let users = channel.users
        if rows.count != users * blocks {
            rows = [Vector](repeating: .zero, count: users * blocks)
            columns = rows
            diagonal = [Vector](repeating: .zero, count: blocks)
            state = [Vector](repeating: .zero, count: 5 * blocks)
        }
        let width = 4 * blocks
        channel.gain.withUnsafeBufferPointer { gain in
            rows.withUnsafeMutableBytes { rows in
                columns.withUnsafeMutableBytes { columns in
                    let toRows = rows.assumingMemoryBound(to: Double.self)
                    let toColumns = columns.assumingMemoryBound(to: Double.self)
                    for receiver in 0..<users {
                        for sender in 0..<users {
                            let value = gain[receiver &* users &+ sender]
                            toRows[receiver &* width &+ sender] = value
                            toColumns[sender &* width &+ receiver] = value
                        }
                        toRows[receiver &* width &+ receiver] = 0
                        toColumns[receiver &* width &+ receiver] = 0
                    }
                }
            }
        }
        for user in 0..<users { diagonal[user / 4][user % 4] = channel.gain[user * users + user] }
    }
}

/// Four users side by side.
private typealias Vector = SIMD4<Double>

/// The two halves of an iteration on raw memory.
private struct Sweep {
    let users: Int
    let blocks: Int
    let noise: Double
    /// Highest amplitude.
    let highest: Double
    /// `rows[i][j]` = g[i,j], `columns[j][i]` = g[i,j], diagonals 0.
    let rows: UnsafePointer<Vector>
    let columns: UnsafePointer<Vector>
    let diagonal: UnsafePointer<Vector>
    let state: UnsafeMutablePointer<Vector>

    private var amplitude: UnsafeMutablePointer<Vector> { state }
    private var power: UnsafeMutablePointer<Vector> { state + blocks }
    private var disturbance: UnsafeMutablePointer<Vector> { state + 2 &* blocks }
    private var numerator: UnsafeMutablePointer<Vector> { state + 3 &* blocks }
    private var coefficient: UnsafeMutablePointer<Vector> { state + 4 &* blocks }

    /// The given powers, or full ones; nothing on the padding.
    func start(_ powers: [Double]?) {
        for block in 0..<blocks {
            for lane in 0..<4 {
                let user = 4 &* block &+ lane
                let root = powers.map { user < users ? Swift.min(highest, $0[user].squareRoot()) : 0 } ?? highest
                amplitude[block][lane] = user < users ? root : 0
                power[block][lane] = user < users ? root * root : 0
            }
        }
    }

    /// Interference, weights and receivers at the powers; returns the sum of log2 of the weights.
    func weigh() -> Double {
        accumulate(columns, power, from: Vector(repeating: noise), to: disturbance)
        var product = Vector(repeating: 1)
        var sum = 0.0
        for block in 0..<blocks {
            let signal = diagonal[block] * power[block]
            let rest = disturbance[block]
            let inverse = Vector(repeating: 1) / (rest * (rest + signal))
            numerator[block] = diagonal[block] * amplitude[block] * (rest + signal) * inverse
            coefficient[block] = signal * inverse
            product *= (rest + signal) * (rest + signal) * inverse
            // A weight stays below `maxRatio`, the product of eight therefore in range.
            if block & 7 == 7 {
                for lane in 0..<4 { sum += log2(product[lane]) }
                product = Vector(repeating: 1)
            }
        }
        return sum + log2(product[0] * product[1]) + log2(product[2] * product[3])
    }

    /// The next amplitudes and powers.
    func move() {
        accumulate(rows, coefficient, from: .zero, to: disturbance)
        let top = Vector(repeating: highest)
        for block in 0..<blocks {
            let slope = disturbance[block].addingProduct(coefficient[block], diagonal[block])
            // A user without any gain has neither, and stays silent.
            let next = (numerator[block] / slope).replacing(with: 0, where: slope .<= 0)
            let clipped = next.replacing(with: top, where: next .> top)
            amplitude[block] = clipped
            power[block] = clipped * clipped
        }
    }

    /// `sums[v] = start + sum_j factors[j] matrix[j][v]`, several vectors at a time so that sums run side by side.
    @inline(__always)
    private func accumulate(
        _ matrix: UnsafePointer<Vector>, _ factors: UnsafeMutablePointer<Vector>, from start: Vector,
        to sums: UnsafeMutablePointer<Vector>
    ) {
        let scalars = UnsafeRawPointer(factors).assumingMemoryBound(to: Double.self)
        var first = 0
        while first &+ 4 <= blocks {
            var (a, b, c, d) = (start, start, start, start)
            var row = matrix + first
            for user in 0..<users {
                let factor = Vector(repeating: scalars[user])
                a = a.addingProduct(factor, row[0])
                b = b.addingProduct(factor, row[1])
                c = c.addingProduct(factor, row[2])
                d = d.addingProduct(factor, row[3])
                row += blocks
            }
            (sums[first], sums[first &+ 1], sums[first &+ 2], sums[first &+ 3]) = (a, b, c, d)
            first &+= 4
        }
        while first < blocks {
            let isPair = first &+ 2 <= blocks
            var (even, odd, otherEven, otherOdd) = (start, Vector.zero, start, Vector.zero)
            var row = matrix + first
            let second = isPair ? 1 : 0
            var user = 0
            while user &+ 1 < users {
                let (one, two) = (Vector(repeating: scalars[user]), Vector(repeating: scalars[user &+ 1]))
                even = even.addingProduct(one, row[0])
                odd = odd.addingProduct(two, row[blocks])
                otherEven = otherEven.addingProduct(one, row[second])
                otherOdd = otherOdd.addingProduct(two, row[blocks &+ second])
                row += 2 &* blocks
                user &+= 2
            }
            if user < users {
                even = even.addingProduct(Vector(repeating: scalars[user]), row[0])
                otherEven = otherEven.addingProduct(Vector(repeating: scalars[user]), row[second])
            }
            sums[first] = even + odd
            if isPair { sums[first &+ 1] = otherEven + otherOdd }
            first &+= isPair ? 2 : 1
        }
    }
}
