internal import Glibc
package import Numerics

/// Downlink precoding in cells that share one band: which precoder each user's cell uses (Shi, Razaviyayn, Luo, He,
/// IEEE TSP 2011, the interfering broadcast channel).
///
/// Cell c has N antennas and a power budget, user u has M antennas and d streams from its own cell. With precoders
/// `V_u` (N x d) user u receives `H_uc V_u` in the disturbance `C_u = noise I + sum_{j != u} H_uc(j) V_j V_j^H
/// H_uc(j)^H`, and its rate is `log2 det(I + V_u^H H_uc^H C_u^-1 H_uc V_u)`. The objective is the weighted sum of the
/// rates; the powers `tr(V_u V_u^H)` of a cell's users add up to its budget at most.
package struct PrecodingProblem: Sendable {
    /// Most antennas of a cell or a user, users, and cells.
    package static let maxAntennas = 256, maxUsers = 1_024, maxCells = 256
    /// Highest ratio of a received power to the noise.
    package static let maxRatio = 1e30

    /// Cells, antennas of each cell (N) and of each user (M), streams of each user (d): at least 1.
    package let cells: Int
    package let sending: Int
    package let receiving: Int
    package let streams: Int
    /// Cell of each user.
    package let cellOfUser: [Int]
    /// Channels, user by cell, each M x N.
    package let channel: [ComplexMatrix]
    /// Noise power at every receiving antenna, above 0, in the unit of the powers.
    package let noise: Double
    /// Power budget of each cell, above 0.
    package let powerLimit: [Double]
    /// Weight of each user's rate, above 0.
    package let weight: [Double]

    /// Number of users.
    package var users: Int { cellOfUser.count }

    /// - Parameters:
    ///   - streams: streams per user, at most the antennas on either side.
    ///   - channel: user by cell, each `receiving` x `sending`.
    /// - Throws: what of the values cannot be used, and where.
    package init(
        cells: Int, sending: Int, receiving: Int, streams: Int, cellOfUser: [Int], channel: [ComplexMatrix],
        noise: Double = 1, powerLimit: [Double], weight: [Double]
    ) throws(Flaw) {
        self.cells = cells
        self.sending = sending
        self.receiving = receiving
        self.streams = streams
        self.cellOfUser = cellOfUser
        self.channel = channel
        self.noise = noise
        self.powerLimit = powerLimit
        self.weight = weight
        if let flaw = sizeFlaw ?? valueFlaw { throw Flaw(description: flaw) }
    }

    /// What is wrong with values that should be a problem.
    package struct Flaw: Error, CustomStringConvertible {
        package let description: String
    }

    private var sizeFlaw: String? {
        func range(_ what: String, _ value: Int, _ most: Int) -> String? {
            (1...most).contains(value) ? nil : "the number of \(what) is \(value), 1 to \(most) are possible"
        }
        if let flaw = range("cells", cells, PrecodingProblem.maxCells)
            ?? range("users", users, PrecodingProblem.maxUsers)
            ?? range("antennas of a cell", sending, PrecodingProblem.maxAntennas)
            ?? range("antennas of a user", receiving, PrecodingProblem.maxAntennas)
            ?? range("streams", streams, min(sending, receiving))
        {
            return flaw
        }
        if let user = cellOfUser.firstIndex(where: { !(0..<cells).contains($0) }) {
            return "the cell of user \(user) is \(cellOfUser[user]), 0 to \(cells - 1) are possible"
        }
        if channel.count != users * cells { return "\(users * cells) channels are needed, not \(channel.count)" }
        if let index = channel.firstIndex(where: { $0.rows != receiving || $0.columns != sending }) {
            return "the channel from cell \(index % cells) to user \(index / cells) is \(channel[index].rows) x "
                + "\(channel[index].columns), it must be \(receiving) x \(sending)"
        }
        if powerLimit.count != cells { return "\(cells) power limits are needed, not \(powerLimit.count)" }
        return weight.count == users ? nil : "\(users) weights are needed, not \(weight.count)"
    }

    private var valueFlaw: String? {
        func isPositive(_ value: Double) -> Bool { value > 0 && value < .infinity }
        guard isPositive(noise) else { return "the noise is \(noise), it must be finite and above 0" }
        if let cell = powerLimit.firstIndex(where: { !isPositive($0) }) {
            return "the power limit of cell \(cell) is \(powerLimit[cell]), it must be finite and above 0"
        }
        if let user = weight.firstIndex(where: { !isPositive($0) }) {
            return "the weight of user \(user) is \(weight[user]), it must be finite and above 0"
        }
        for (index, matrix) in channel.enumerated() {
            let norm = matrix.squaredNorm
            let place = "the channel from cell \(index % cells) to user \(index / cells)"
            guard norm < .infinity else { return "\(place) is not finite" }
            if norm * powerLimit[index % cells] > PrecodingProblem.maxRatio * noise {
                return "\(place) brings full power more than \(PrecodingProblem.maxRatio) times above the noise"
            }
        }
        return nil
    }

    /// Channel from a cell to a user, M x N.
    package func channel(to user: Int, from cell: Int) -> ComplexMatrix { channel[user * cells + cell] }

    /// Channel from a user's own cell.
    package func ownChannel(_ user: Int) -> ComplexMatrix { channel(to: user, from: cellOfUser[user]) }

    /// What a user's signal is disturbed by, factored: `C_u`, M x M.
    func disturbance(_ user: Int, _ precoders: [ComplexMatrix]) -> GramCholesky {
        let arriving = (0..<users).filter { $0 != user }.map { other in
            (channel(to: user, from: cellOfUser[other]) * precoders[other]).adjoint
        }
        return GramCholesky(of: ComplexMatrix(stacked: arriving, columns: receiving), plus: noise)
    }

    /// Rates of all users in bit/s/Hz with these precoders, N x d each.
    package func rates(_ precoders: [ComplexMatrix]) -> [Double] {
        precondition(precoders.count == users)
        return (0..<users).map { user in
            let white = disturbance(user, precoders).forward(ownChannel(user) * precoders[user])
            return GramCholesky(of: white, plus: 1).log2Determinant
        }
    }

    /// Weighted sum of the rates in bit/s/Hz.
    package func sumRate(_ precoders: [ComplexMatrix]) -> Double {
        zip(weight, rates(precoders)).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Power that each cell sends.
    package func powers(_ precoders: [ComplexMatrix]) -> [Double] {
        var powers = [Double](repeating: 0, count: cells)
        for (user, cell) in cellOfUser.enumerated() { powers[cell] += precoders[user].squaredNorm }
        return powers
    }
}
