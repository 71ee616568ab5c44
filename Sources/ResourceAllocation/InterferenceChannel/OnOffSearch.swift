internal import Glibc

/// Power control by switching users on and off: a local search over flips of one user and of two, from a given pattern.
///
/// A pattern is worth the product of the `(I + S) / I`, which orders patterns as the sum rate does and needs no
/// logarithm; two patterns compare by products of numerators and denominators, which need no division. Where those
/// could leave the range of a double, the sum of the logarithms counts.
package struct OnOffSearch: Sendable {
    package init() {}

    /// The better of two patterns that no flip of one or two users improves, reached from `powers` rounded at half the
    /// limit and from silence (first improvement, in cyclic order).
    ///
    /// - Parameter budget: one round for each pass over a user's flips; the best seen when it ends is returned.
    package func solve(_ channel: InterferenceChannel, from powers: [Double], budget: inout Budget) -> [Double] {
        precondition(powers.count == channel.users)
        let rounded = OnOffState(channel)
        for user in 0..<channel.users where powers[user] > 0.5 * channel.powerLimit { rounded.flip(user) }
        climb(rounded, &budget)
        let silent = OnOffState(channel)
        climb(silent, &budget)
        return rounded.isBetter(silent.value) ? silent.powers : rounded.powers
    }

    /// Takes flips until none improves.
    private func climb(_ state: OnOffState, _ budget: inout Budget) {
        state.adopt()
        var since = 0
        var user = 0
        while since < state.users, budget.spend() {
            since = improve(state, user) ? 0 : since + 1
            user = (user + 1) % state.users
        }
    }

    /// Tries the flip of a user alone and with each later one; `true` where one was taken.
    private func improve(_ state: OnOffState, _ user: Int) -> Bool {
        state.flipForNow(user)
        if state.adoptsIfBetter() { return true }
        for other in (user + 1)..<Swift.max(user + 1, state.users) where state.isBetter(flipping: other) {
            // What a flip leaves of a strong signal is rounding: only the sums made anew count.
            state.flip(other)
            if state.adoptsIfBetter() { return true }
            state.flip(other)
        }
        state.flipBack(user)
        return false
    }

    /// The best pattern of all, by exhaustion in Gray-code order: the reference of tests and figures.
    ///
    /// - Precondition: 24 users at most.
    package func exhaust(_ channel: InterferenceChannel) -> [Double] {
        precondition(channel.users <= 24)
        let state = OnOffState(channel)
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

/// A pattern with what every receiver hears, in units of the noise. It lives within one call and owns its memory.
private final class OnOffState {
    private typealias Vector = SIMD4<Double>

    let users: Int
    private let blocks: Int
    private let limit: Double
    private let usesLogarithms: Bool
    /// Power from each transmitter, [sender][receiver block], own signals apart.
    private let column: UnsafeMutablePointer<Vector>
    /// Own signal of each user when on, and what of it there is now, [receiver block].
    private let own: UnsafeMutablePointer<Double>
    private let signal: UnsafeMutablePointer<Vector>
    private let disturbance: UnsafeMutablePointer<Vector>
    /// Disturbance before the flip that is for now.
    private let before: UnsafeMutablePointer<Vector>
    private let isOn: UnsafeMutablePointer<Bool>
    /// Worth of the best pattern adopted.
    private(set) var value = 1.0

    init(_ channel: InterferenceChannel) {
        users = channel.users
        blocks = (users + 3) / 4
        limit = channel.powerLimit
        column = .allocate(capacity: users * blocks)
        column.initialize(repeating: .zero, count: users * blocks)
        own = .allocate(capacity: users)
        signal = .allocate(capacity: blocks)
        signal.initialize(repeating: .zero, count: blocks)
        disturbance = .allocate(capacity: blocks)
        disturbance.initialize(repeating: Vector(repeating: 1), count: blocks)
        before = .allocate(capacity: blocks)
        before.initialize(repeating: .zero, count: blocks)
        isOn = .allocate(capacity: users)
        isOn.initialize(repeating: false, count: users)
        let unit = channel.powerLimit / channel.noise
        var decades = 0.0
        for receiver in 0..<users {
            var all = 1.0
            for sender in 0..<users {
                let power = channel.gain[receiver * users + sender] * unit
                all += power
                if sender == receiver {
                    (own + receiver).initialize(to: power)
                } else {
                    column[sender * blocks + receiver / 4][receiver % 4] = power
                }
            }
            decades += log10(all)
        }
        usesLogarithms = decades > 140
    }

    deinit {
        column.deallocate()
        own.deallocate()
        signal.deallocate()
        disturbance.deallocate()
        before.deallocate()
        isOn.deallocate()
    }

    var powers: [Double] { (0..<users).map { isOn[$0] ? limit : 0 } }

    /// Turns a user on or off; all sums are made anew.
    func flip(_ user: Int) {
        isOn[user].toggle()
        signal[user / 4][user % 4] = isOn[user] ? own[user] : 0
        for block in 0..<blocks { disturbance[block] = Vector(repeating: 1) }
        for sender in 0..<users where isOn[sender] {
            let from = column + sender &* blocks
            for block in 0..<blocks { disturbance[block] += from[block] }
        }
    }

    /// The same, kept so that `flipBack` undoes it without sums.
    func flipForNow(_ user: Int) {
        before.update(from: disturbance, count: blocks)
        flip(user)
    }

    /// Undoes `flipForNow` of the same user, other flips in between being undone.
    func flipBack(_ user: Int) {
        isOn[user].toggle()
        signal[user / 4][user % 4] = isOn[user] ? own[user] : 0
        disturbance.update(from: before, count: blocks)
    }

    /// Whether a worth is above the best by more than rounding: the search must not go round in circles.
    func isBetter(_ other: Double) -> Bool {
        usesLogarithms ? other > value + 1e-9 : other > value * (1 + 1e-12)
    }

    /// Takes the pattern as it stands as the best.
    func adopt() { value = worth() }

    /// The same where it is better.
    func adoptsIfBetter() -> Bool {
        let worth = worth()
        guard isBetter(worth) else { return false }
        value = worth
        return true
    }

    /// What the pattern is worth.
    func worth() -> Double {
        if usesLogarithms {
            return (0..<users).reduce(0) { $0 + log2(1 + signal[$1 / 4][$1 % 4] / disturbance[$1 / 4][$1 % 4]) }
        }
        var (whole, rest) = (Vector(repeating: 1), Vector(repeating: 1))
        for block in 0..<blocks {
            whole *= disturbance[block] + signal[block]
            rest *= disturbance[block]
        }
        return OnOffState.product(whole) / OnOffState.product(rest)
    }

    /// Whether a further flip, which is not made, would be better than the best.
    func isBetter(flipping user: Int) -> Bool {
        if usesLogarithms {
            flip(user)
            defer { flip(user) }
            return isBetter(worth())
        }
        let factor = Vector(repeating: isOn[user] ? -1 : 1)
        let from = column + user &* blocks
        let place = user / 4
        let before = signal[place]
        signal[place][user % 4] = isOn[user] ? 0 : own[user]
        var (whole, rest) = (Vector(repeating: 1), Vector(repeating: 1))
        for block in 0..<blocks {
            let heard = disturbance[block].addingProduct(factor, from[block])
            whole *= heard + signal[block]
            rest *= heard
        }
        signal[place] = before
        return OnOffState.product(whole) > value * (1 + 1e-12) * OnOffState.product(rest)
    }

    private static func product(_ vector: Vector) -> Double { (vector[0] * vector[1]) * (vector[2] * vector[3]) }
}
