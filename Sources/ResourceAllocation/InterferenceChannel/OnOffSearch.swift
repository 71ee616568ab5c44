internal import Glibc

/// Power control by switching users on and off: a local search over flips of one user and of two, from a given pattern.
///
/// A pattern is worth the product of the `(I + S) / I`, which orders patterns as the sum rate does and needs no
/// logarithm; where that product could leave the range of a double, the sum of the logarithms.
package struct OnOffSearch: Sendable {
    package init() {}

    /// The better of two patterns that no flip of one or two users improves, reached from `powers` rounded at half the
    /// limit and from silence (first improvement, in cyclic order).
    ///
    /// - Parameter budget: one round for each pass over a user's flips; the best seen when it ends is returned.
    package func solve(_ channel: InterferenceChannel, from powers: [Double], budget: inout Budget) -> [Double] {
        precondition(powers.count == channel.users)
        var rounded = OnOffState(channel)
        for user in 0..<channel.users where powers[user] > 0.5 * channel.powerLimit { rounded.flip(user) }
        climb(&rounded, &budget)
        var silent = OnOffState(channel)
        climb(&silent, &budget)
        return rounded.isBetter(silent.value) ? silent.powers : rounded.powers
    }

    /// Takes flips until none improves.
    private func climb(_ state: inout OnOffState, _ budget: inout Budget) {
        state.value = state.worth()
        var since = 0
        var user = 0
        while since < state.users, budget.spend() {
            since = improve(&state, user) ? 0 : since + 1
            user = (user + 1) % state.users
        }
    }

    /// Tries the flip of a user alone and with each later one; `true` where one was taken.
    private func improve(_ state: inout OnOffState, _ user: Int) -> Bool {
        state.flip(user)
        if state.adoptsIfBetter() { return true }
        for other in (user + 1)..<Swift.max(user + 1, state.users)
        where state.isBetter(state.worth(flipping: other)) {
            // What a flip leaves of a strong signal is rounding: only the sums made anew count.
            state.flip(other)
            if state.adoptsIfBetter() { return true }
            state.flip(other)
        }
        state.flip(user)
        return false
    }

    /// The best pattern of all, by exhaustion in Gray-code order: the reference of tests and figures.
    ///
    /// - Precondition: 24 users at most.
    package func exhaust(_ channel: InterferenceChannel) -> [Double] {
        precondition(channel.users <= 24)
        var state = OnOffState(channel)
        var best = state.worth()
        var pattern: UInt32 = 0
        for step in 1..<(UInt32(1) << UInt32(channel.users)) {
            state.flip(step.trailingZeroBitCount)
            let value = state.worth()
            if value > best { (best, pattern) = (value, step ^ (step >> 1)) }
        }
        return (0..<channel.users).map { pattern >> UInt32($0) & 1 == 1 ? channel.powerLimit : 0 }
    }
}

/// A pattern with what every receiver hears.
private struct OnOffState {
    private typealias Vector = SIMD4<Double>

    let users: Int
    private let blocks: Int
    private let limit: Double
    private let noise: Double
    /// Power from each transmitter, [sender][receiver block], own signals apart.
    private let column: [Vector]
    private let own: [Double]
    private let usesLogarithms: Bool
    private var isOn: [Bool]
    private var disturbance: [Vector]
    private var signal: [Vector]
    var value = 1.0

    init(_ channel: InterferenceChannel) {
        users = channel.users
        blocks = (users + 3) / 4
        limit = channel.powerLimit
        var column = [Vector](repeating: .zero, count: users * blocks)
        for receiver in 0..<users {
            for sender in 0..<users where sender != receiver {
                column[sender * blocks + receiver / 4][receiver % 4] =
                    channel.gain[receiver * users + sender] * channel.powerLimit
            }
        }
        self.column = column
        own = (0..<users).map { channel.gain[$0 * channel.users + $0] * channel.powerLimit }
        usesLogarithms = own.reduce(0) { $0 + log10(1 + $1 / channel.noise) } > 300
        isOn = Array(repeating: false, count: users)
        noise = channel.noise
        disturbance = Array(repeating: Vector(repeating: channel.noise), count: blocks)
        signal = Array(repeating: .zero, count: blocks)
    }

    var powers: [Double] { isOn.map { $0 ? limit : 0 } }

    /// Turns a user on or off; all sums are made anew.
    mutating func flip(_ user: Int) {
        isOn[user].toggle()
        signal[user / 4][user % 4] = isOn[user] ? own[user] : 0
        for block in 0..<blocks {
            var sum = Vector(repeating: noise)
            for sender in 0..<users where isOn[sender] { sum += column[sender &* blocks &+ block] }
            disturbance[block] = sum
        }
    }

    /// Better by more than rounding: the search must not go round in circles.
    func isBetter(_ other: Double) -> Bool {
        usesLogarithms ? other > value + 1e-9 : other > value * (1 + 1e-12)
    }

    /// Keeps the pattern as it stands as the best where it is better.
    mutating func adoptsIfBetter() -> Bool {
        let worth = worth()
        guard isBetter(worth) else { return false }
        value = worth
        return true
    }

    /// What the pattern is worth.
    func worth() -> Double {
        if usesLogarithms { return (0..<users).reduce(0) { $0 + logarithm($1, disturbance[$1 / 4], signal[$1 / 4]) } }
        var product = Vector(repeating: 1)
        for block in 0..<blocks {
            let rest = disturbance[block]
            product *= (rest + signal[block]) / rest
        }
        return (product[0] * product[1]) * (product[2] * product[3])
    }

    private func logarithm(_ user: Int, _ rest: Vector, _ signal: Vector) -> Double {
        log2(1 + signal[user % 4] / rest[user % 4])
    }

    /// The same after a further flip, which is not made.
    func worth(flipping user: Int) -> Double {
        if usesLogarithms {
            var flipped = self
            flipped.flip(user)
            return flipped.worth()
        }
        let factor = Vector(repeating: isOn[user] ? -1 : 1)
        let (place, lane) = (user / 4, user % 4)
        var product = Vector(repeating: 1)
        for block in 0..<blocks {
            let rest = disturbance[block].addingProduct(factor, column[user &* blocks &+ block])
            var own = signal[block]
            if block == place { own[lane] = isOn[user] ? 0 : self.own[user] }
            product *= (rest + own) / rest
        }
        return (product[0] * product[1]) * (product[2] * product[3])
    }
}
