internal import Glibc

/// The K-user interference channel: K transmitters, each with one receiver, on one shared band.
///
/// Receiver i sees `S_i = g[i,i] p_i` and `I_i = noise + sum_{j != i} g[i,j] p_j`; the objective is the sum of
/// `log2(1 + S_i / I_i)` over powers in `[0, limit]`. It is the instance family on which power control by learning is
/// compared (Sun et al., "Learning to optimize", IEEE TSP 2018).
package struct InterferenceChannel: Sendable, Equatable {
    /// Largest number of users: everything that solvers keep grows with its square.
    package static let maxUsers = 4_096

    /// Highest ratio of a received power to the noise.
    package static let maxRatio = 1e30

    /// Number of users K.
    package let users: Int
    /// Linear power gains, receiver by transmitter, K x K.
    package let gain: [Double]
    /// Noise power at every receiver, above 0, in the unit of the powers.
    package let noise: Double
    /// Highest power of every transmitter, above 0.
    package let powerLimit: Double

    /// - Throws: what of the values cannot be used, and where.
    package init(users: Int, gain: [Double], noise: Double = 1, powerLimit: Double = 1) throws(Flaw) {
        guard users > 0, users <= InterferenceChannel.maxUsers else {
            throw Flaw("the number of users is \(users), 1 to \(InterferenceChannel.maxUsers) are possible")
        }
        guard gain.count == users * users else {
            throw Flaw("\(users) users have \(users * users) gains, not \(gain.count)")
        }
        if let index = gain.firstIndex(where: { !($0 >= 0 && $0 < .infinity) }) {
            throw Flaw(
                "the gain from transmitter \(index % users) to receiver \(index / users) is \(gain[index]), "
                    + "it must be finite and at least 0")
        }
        guard noise > 0, noise < .infinity else { throw Flaw("the noise is \(noise), it must be finite and above 0") }
        guard powerLimit > 0, powerLimit < .infinity else {
            throw Flaw("the power limit is \(powerLimit), it must be finite and above 0")
        }
        if let index = gain.firstIndex(where: { $0 * powerLimit > InterferenceChannel.maxRatio * noise }) {
            throw Flaw(
                "the gain from transmitter \(index % users) to receiver \(index / users) is \(gain[index]): full power "
                    + "arrives more than \(InterferenceChannel.maxRatio) times above the noise")
        }
        self.users = users
        self.gain = gain
        self.noise = noise
        self.powerLimit = powerLimit
    }

    /// What is wrong with values that should be a channel.
    package struct Flaw: Error, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// Sum rate in bit/s/Hz at `powers`, K values.
    package func sumRate(_ powers: [Double]) -> Double {
        precondition(powers.count == users)
        var sum = 0.0
        for receiver in 0..<users {
            let row = receiver * users
            var disturbance = noise
            for sender in 0..<users where sender != receiver { disturbance += gain[row + sender] * powers[sender] }
            sum += log2(1 + gain[row + receiver] * powers[receiver] / disturbance)
        }
        return sum
    }
}
