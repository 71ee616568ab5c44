internal import Numerics

/// A network that reads powers off an interference channel in a few rounds, without iterating to convergence.
///
/// It is a message-passing graph network on the graph of interference, equivariant to the order of the links (Shen,
/// Shi, Zhang, Letaief, "Graph neural networks for scalable radio resource management", IEEE JSAC 2021), whose rounds
/// also carry what an iteration of WMMSE does (Chowdhury, Verma, Rao, Swami, Segarra, "Unfolding WMMSE using graph
/// neural networks", IEEE TWC 2021), trained on the sum rate itself (Sun et al. 2018 imitated WMMSE instead).
///
/// Link i has a power `p_i` of 0...1, full at first, and messages `m_i >= 0`, none at first. With the noise and the
/// limit taken into the gains a round forms `I_i = 1 + sum_j g_ij p_j`, `S_i = g_ii p_i`,
/// `c_i = S_i / (I_i (I_i + S_i))`, the price `q_i = sum_j g_ji c_j`, and of every message `sum_j g_ij m_j` and
/// `sum_j g_ji m_j`; sums leave the link itself out. A layer of `width` with a bend at 0 takes their logarithms, and
/// one without gives the step of the power's logit and the next messages.
package struct PowerNetwork: Sendable {
    /// Rounds of messages.
    package let rounds: Int
    /// Messages that a link sends each round.
    package let messages: Int
    /// Units of the inner layer, a multiple of 8.
    package let width: Int
    /// Steps of training behind the weights.
    package let trainedSteps: Int
    /// For each round inner matrix `[unit][feature]`, bias, outer matrix `[output][unit]`, bias.
    let weights: [Float]

    /// Features of a link beside its messages.
    static let ownFeatures = 6
    /// Largest message: what is summed stays finite whatever the weights.
    static let ceiling: Float = 64
    private static let headerBytes = 24
    private static let version: UInt32 = 1
    private static let largestWeight: Float = 1e6

    var features: Int { PowerNetwork.ownFeatures + 3 * messages }

    /// Outputs of a round: the step of the logit, and messages save after the last.
    func outputs(_ round: Int) -> Int { round == rounds - 1 ? 1 : 1 + messages }

    /// The weights that come with the program; `scripts/train-power-network.py` made them.
    package static let shipped: PowerNetwork = {
        do {
            return try PowerNetwork(weights: Base64.bytes(shippedWeights))
        } catch {
            preconditionFailure("the weights that ship are weights: \(error)")
        }
    }()

    /// Weights as `scripts/train-power-network.py` writes them; the format stands there.
    ///
    /// - Throws: what of the bytes cannot be used.
    package init(weights bytes: [UInt8]) throws(Flaw) {
        guard bytes.count >= PowerNetwork.headerBytes else {
            throw Flaw("weights begin with \(PowerNetwork.headerBytes) bytes of header, these are \(bytes.count) bytes")
        }
        guard Array(bytes[0..<4]) == Array("DTPN".utf8) else { throw Flaw("weights begin with DTPN, these do not") }
        func word(_ index: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[4 * index + $1]) << UInt32(8 * $1) }
        }
        guard word(1) == PowerNetwork.version else {
            throw Flaw("the weights have version \(word(1)), version \(PowerNetwork.version) can be read")
        }
        (rounds, messages, width, trainedSteps) = (Int(word(2)), Int(word(3)), Int(word(4)), Int(word(5)))
        guard (1...64).contains(rounds) else { throw Flaw("the network has \(rounds) rounds, 1 to 64 are possible") }
        guard messages <= 32 else { throw Flaw("the network has \(messages) messages, 0 to 32 are possible") }
        guard (8...256).contains(width), width % 8 == 0 else {
            throw Flaw("the network has width \(width), multiples of 8 up to 256 are possible")
        }
        let inner = (PowerNetwork.ownFeatures + 3 * messages + 1) * width
        let count = rounds * inner + (width + 1) * ((rounds - 1) * (1 + messages) + 1)
        guard bytes.count == PowerNetwork.headerBytes + 4 * count else {
            throw Flaw(
                "\(rounds) rounds, \(messages) messages and width \(width) make \(count) weights in "
                    + "\(PowerNetwork.headerBytes + 4 * count) bytes, not \(bytes.count)")
        }
        weights = (0..<count).map { Float(bitPattern: word(6 + $0)) }
        if let index = weights.firstIndex(where: { !(abs($0) <= PowerNetwork.largestWeight) }) {
            throw Flaw("weight \(index) is \(weights[index]), at most \(PowerNetwork.largestWeight) is possible")
        }
    }

    /// What is wrong with bytes that should be weights.
    package struct Flaw: Error, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// Powers of all links, K values in `[0, powerLimit]`.
    package func powers(_ channel: InterferenceChannel) -> [Double] {
        var memory = Memory()
        var powers: [Double] = []
        solve(channel, memory: &memory, powers: &powers)
        return powers
    }

    /// The same into `powers`, which becomes K long; the memory grows to the largest channel it has seen.
    package func solve(_ channel: InterferenceChannel, memory: inout Memory, powers: inout [Double]) {
        let users = channel.users
        let blocks = (users + 7) / 8
        memory.load(channel, blocks: blocks, network: self)
        if powers.count != users { powers = [Double](repeating: 0, count: users) }
        weights.withUnsafeBufferPointer { weights in
            memory.lanes.withUnsafeMutableBufferPointer { lanes in
                let sweep = PowerNetworkRound(
                    users: users, blocks: blocks, network: self, lanes: lanes.baseAddress!)
                var at = weights.baseAddress!
                for round in 0..<rounds { at = sweep.run(outputs: outputs(round), weights: at) }
                for user in 0..<users {
                    powers[user] = channel.powerLimit * Double(sweep.spoken[user / 8][user % 8])
                }
            }
        }
    }

    /// What a call works in; reused from call to call.
    package struct Memory: Sendable {
        fileprivate var lanes: [SIMD8<Float>] = []

        package init() {}

        /// Gains by receiver and by transmitter without the diagonal, the diagonal, full powers, all else 0.
        fileprivate mutating func load(_ channel: InterferenceChannel, blocks: Int, network: PowerNetwork) {
            let users = channel.users
            let size = PowerNetworkRound.lanes(users: users, blocks: blocks, network: network)
            if lanes.count < size { lanes = [SIMD8<Float>](repeating: .zero, count: size) }
            let scale = channel.powerLimit / channel.noise
            let width = 8 * blocks
            channel.gain.withUnsafeBufferPointer { gain in
                lanes.withUnsafeMutableBufferPointer { lanes in
                    lanes.update(repeating: .zero)
                    let scalars = UnsafeMutableRawPointer(lanes.baseAddress!).assumingMemoryBound(to: Float.self)
                    let transposed = scalars + users &* width
                    let diagonal = transposed + users &* width
                    for receiver in 0..<users {
                        for sender in 0..<users {
                            let value = Float(gain[receiver &* users &+ sender] * scale)
                            scalars[receiver &* width &+ sender] = value
                            transposed[sender &* width &+ receiver] = value
                        }
                        diagonal[receiver] = scalars[receiver &* width &+ receiver]
                        scalars[receiver &* width &+ receiver] = 0
                        transposed[receiver &* width &+ receiver] = 0
                        diagonal[width &+ receiver] = 1
                    }
                }
            }
        }
    }
}
