/// Many interference channels of equal size at once: eight instances side by side in single precision, each lane
/// taking the next instance as soon as its own has converged.
package struct InterferenceWMMSEBatch: Sendable {
    package var tolerance: Float = 1e-3
    package var maxIterations = 100

    package init() {}

    /// Solves every instance from full power.
    ///
    /// - Parameters:
    ///   - gains: `[instance][receiver][transmitter]`, finite, at least 0, at most 1e9 times the noise over the limit.
    ///   - users: K of every instance.
    /// - Returns: powers `[instance][user]`.
    package func solve(gains: [Float], users: Int, noise: Float = 1, powerLimit: Float = 1) -> [Float] {
        precondition(users > 0 && gains.count % (users * users) == 0 && noise > 0 && powerLimit > 0)
        let instances = gains.count / (users * users)
        var powers = [Float](repeating: 0, count: instances * users)
        var memory = [Wide](repeating: .zero, count: users * (users + 6))
        gains.withUnsafeBufferPointer { gains in
            powers.withUnsafeMutableBufferPointer { powers in
                memory.withUnsafeMutableBufferPointer { memory in
                    guard let from = gains.baseAddress, let to = powers.baseAddress else { return }
                    var sweep = WideSweep(
                        users: users, noise: noise, limit: powerLimit, memory: memory.baseAddress!, gains: from,
                        powers: to, instances: instances)
                    sweep.run(tolerance: tolerance, maxIterations: maxIterations)
                }
            }
        }
        return powers
    }
}

/// Eight instances side by side: more would leave the first cache at thirty users, and idle longer at the end.
private typealias Wide = SIMD8<Float>

/// The lanes, and what comes next into them.
private struct WideSweep {
    let users: Int
    let noise: Float
    let limit: Float
    let gains: UnsafePointer<Float>
    let powers: UnsafeMutablePointer<Float>
    let instances: Int
    /// g[i][j] with an empty diagonal, then diagonal, amplitude, power, interference, numerator, coefficient.
    let gain: UnsafeMutablePointer<Wide>
    let diagonal, amplitude, power, disturbance, numerator, coefficient: UnsafeMutablePointer<Wide>
    /// Instance in each lane, -1 where there is none, and its iterations.
    var holder = SIMD8<Int32>(repeating: -1)
    var iterations = SIMD8<Int32>.zero
    var next = 0

    init(
        users: Int, noise: Float, limit: Float, memory: UnsafeMutablePointer<Wide>, gains: UnsafePointer<Float>,
        powers: UnsafeMutablePointer<Float>, instances: Int
    ) {
        self.users = users
        self.noise = noise
        self.limit = limit
        self.gains = gains
        self.powers = powers
        self.instances = instances
        gain = memory
        diagonal = memory + users * users
        amplitude = diagonal + users
        power = amplitude + users
        disturbance = power + users
        numerator = disturbance + users
        coefficient = numerator + users
    }

    mutating func run(tolerance: Float, maxIterations: Int) {
        var busy = 0
        for lane in 0..<8 where fill(lane) { busy += 1 }
        var rate = weigh()
        while busy > 0 {
            move()
            let now = weigh()
            iterations &+= 1
            let isDone = ((now - rate) .<= tolerance) .| (iterations .>= Int32(maxIterations))
            rate = now
            guard any(isDone) else { continue }
            var isRefilled = false
            for lane in 0..<8 where isDone[lane] && holder[lane] >= 0 {
                empty(lane)
                if fill(lane) { isRefilled = true } else { busy -= 1 }
            }
            if isRefilled { rate = rate.replacing(with: weigh(), where: iterations .== 0) }
        }
    }

    /// Puts the next instance into a lane at full power; `false` where there is none.
    private mutating func fill(_ lane: Int) -> Bool {
        guard next < instances else {
            holder[lane] = -1
            return false
        }
        // By scalars: setting a lane of a vector would load and store the whole of it.
        let from = gains + next &* users &* users
        let to = UnsafeMutableRawPointer(gain).assumingMemoryBound(to: Float.self) + lane
        for index in 0..<(users &* users) { to[8 &* index] = from[index] }
        let (own, root, full) = (scalars(diagonal, lane), scalars(amplitude, lane), scalars(power, lane))
        let top = limit.squareRoot()
        for user in 0..<users {
            own[8 &* user] = from[user &* (users &+ 1)]
            to[8 &* user &* (users &+ 1)] = 0
            root[8 &* user] = top
            full[8 &* user] = limit
        }
        holder[lane] = Int32(next)
        iterations[lane] = 0
        next += 1
        return true
    }

    private func empty(_ lane: Int) {
        let to = powers + Int(holder[lane]) &* users
        let from = scalars(power, lane)
        for user in 0..<users { to[user] = from[8 &* user] }
    }

    /// One lane of a row of vectors, at strides of 8.
    private func scalars(_ row: UnsafeMutablePointer<Wide>, _ lane: Int) -> UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(row).assumingMemoryBound(to: Float.self) + lane
    }

    /// Interference and weights; the sum of log2 of the weights of each lane.
    private func weigh() -> Wide {
        let start = Wide(repeating: noise)
        var user = 0
        while user < users {
            let count = Swift.min(8, users &- user)
            sum(from: start, factors: power, first: gain + user &* users, stride: users, step: 1, count, at: user)
            user &+= count
        }
        var total = Wide.zero
        var product = Wide(repeating: 1)
        for user in 0..<users {
            let signal = diagonal[user] * power[user]
            let (rest, all) = (disturbance[user], disturbance[user] + signal)
            let inverse = Wide(repeating: 1) / (rest * all)
            numerator[user] = diagonal[user] * amplitude[user] * all * inverse
            coefficient[user] = signal * inverse
            product *= all * all * inverse
            if user & 3 == 3 || user &+ 1 == users {
                total += product.log2
                product = Wide(repeating: 1)
            }
        }
        return total
    }

    private func move() {
        var user = 0
        while user < users {
            let count = Swift.min(8, users &- user)
            sum(from: .zero, factors: coefficient, first: gain + user, stride: 1, step: users, count, at: user)
            user &+= count
        }
        let top = Wide(repeating: limit.squareRoot())
        // Amplitudes that fade out would end as subnormal numbers, which cost some processors a hundred times as much.
        let least = top * 1e-12
        for user in 0..<users {
            let slope = disturbance[user].addingProduct(coefficient[user], diagonal[user])
            let next = (numerator[user] / slope).replacing(with: 0, where: slope .<= 0)
            let clipped = next.replacing(with: top, where: next .> top)
            let kept = clipped.replacing(with: 0, where: clipped .< least)
            amplitude[user] = kept
            power[user] = kept * kept
        }
    }

    /// Up to eight weighted sums of gains side by side, to `disturbance[at...]`: sum s starts at `first + s stride` and
    /// goes on by `step`.
    @inline(__always)
    private func sum(
        from start: Wide, factors: UnsafeMutablePointer<Wide>, first: UnsafeMutablePointer<Wide>, stride: Int,
        step: Int, _ count: Int, at user: Int
    ) {
        let to = disturbance + user
        if count == 8 {
            var (a, b, c, d, e, f, g, h) = (start, start, start, start, start, start, start, start)
            var one = first
            for index in 0..<users {
                let factor = factors[index]
                a = a.addingProduct(factor, one[0])
                b = b.addingProduct(factor, one[stride])
                c = c.addingProduct(factor, one[2 &* stride])
                d = d.addingProduct(factor, one[3 &* stride])
                e = e.addingProduct(factor, one[4 &* stride])
                f = f.addingProduct(factor, one[5 &* stride])
                g = g.addingProduct(factor, one[6 &* stride])
                h = h.addingProduct(factor, one[7 &* stride])
                one += step
            }
            (to[0], to[1], to[2], to[3], to[4], to[5], to[6], to[7]) = (a, b, c, d, e, f, g, h)
            return
        }
        var part = 0
        while part &+ 2 <= count {
            var (a, b) = (start, start)
            var one = first + part &* stride
            for index in 0..<users {
                a = a.addingProduct(factors[index], one[0])
                b = b.addingProduct(factors[index], one[stride])
                one += step
            }
            (to[part], to[part &+ 1]) = (a, b)
            part &+= 2
        }
        if part < count {
            var a = start
            var one = first + part &* stride
            for index in 0..<users {
                a = a.addingProduct(factors[index], one.pointee)
                one += step
            }
            to[part] = a
        }
    }
}
