/// The ways to solve a `ResourceProblem`, by the name under which the tool knows them.
package enum SolverName: String, Sendable, Hashable, Codable, CaseIterable {
    /// Equal power under the fair scheduler: no control.
    case equal
    /// Random power: below it no solver may fall.
    case random
    /// Marginal-harm prices and best responses, then moves of the leader.
    case pricing
    /// Weighted minimum mean square error.
    case wmmse
    /// Dual decomposition over subbands: iterative spectrum balancing.
    case dual
    /// Single powers up and down, from WMMSE's.
    case localSearch = "local-search"
    /// Simulated annealing of association and states; powers by pricing.
    case annealing
    /// Tabu search of association and states; powers by pricing.
    case tabu
    /// Powers of an interference channel read off by a trained network, finished by WMMSE.
    case network
    /// Links of an interference channel switched on and off, from WMMSE's powers rounded and from silence.
    case onOff = "on-off"
    /// Certified optimum of the interference channel.
    case branchAndBound = "branch-and-bound"
    /// Highest least rate.
    case maxMin = "max-min"
    /// Most bits per joule: Dinkelbach's method over successive convex approximations.
    case energy

    /// One line for a user.
    package var summary: String {
        switch self {
        case .equal: "equal power, fair shares: no control"
        case .random: "random power: the bar that no solver may miss"
        case .pricing: "marginal-harm prices and best responses"
        case .wmmse: "weighted minimum mean square error"
        case .dual: "dual decomposition, levels per subband"
        case .localSearch: "WMMSE, then single powers up and down"
        case .annealing: "annealed association and states, then pricing"
        case .tabu: "tabu search of association and states, then pricing"
        case .network: "trained network, finished by WMMSE, interference channels"
        case .onOff: "links switched on and off, interference channels"
        case .branchAndBound: "certified optimum, interference channels of up to 10 links"
        case .maxMin: "highest least rate"
        case .energy: "most bits per joule"
        }
    }

    /// What the solver makes large; answers are compared by it.
    package var aim: Aim {
        switch self {
        case .maxMin: .leastRate
        case .energy: .bitsPerJoule
        default: .utility
        }
    }

    package enum Aim: Sendable, Hashable { case utility, leastRate, bitsPerJoule }

    /// Most links of an interference channel that branch and bound takes.
    package static let mostLinksOfBranchAndBound = 10

    /// Most links that are switched on and off, where a pass costs their number cubed, or read off by the network,
    /// which was trained on up to 30.
    package static let mostLinks = 256

    /// What of the problem the solver leaves out of its own decisions; its answer is judged with it all the same.
    package func ignored(in problem: ResourceProblem) -> [String] {
        var words: [String] = []
        if !decidesChoices, problem.maySleep { words.append("sleep: every cell stays awake") }
        if !decidesChoices, problem.hasFreeChoice { words.append("association and states: as they are given") }
        let hasCaps =
            problem.ues.contains { $0.maxEfficiencyBpsPerHz != nil }
            || problem.cells.contains { $0.maxEfficiencyBpsPerHz != nil }
        if self == .wmmse, hasCaps {
            words.append(
                "caps of the spectral efficiency: its sweeps do not know them, the best is kept by rates that do")
        }
        return words
    }

    /// Whether association, states and sleep are decided beside powers.
    var decidesChoices: Bool { self != .equal && self != .random }

    /// Why the solver cannot take this problem; nil where it can.
    package func refusal(_ problem: ResourceProblem) -> String? {
        guard self == .branchAndBound || self == .onOff || self == .network else { return nil }
        guard let channel = LinkChannel(problem) else {
            return "\(rawValue) takes interference channels only: one subband, at most one full-buffer UE per cell,"
                + " alpha 0, equal weights, full loads, no promise, incumbent, energy weight or short code words,"
                + " no free choice"
        }
        let links = channel.channel.users
        let most = self == .branchAndBound ? SolverName.mostLinksOfBranchAndBound : SolverName.mostLinks
        return links <= most ? nil : "\(rawValue) takes at most \(most) links, not \(links)"
    }
}
