/// The three wirings of the same parts (DESIGN 6; Haider et al., section II-B).
package enum Hierarchy: String, Hashable, Sendable, Codable, CaseIterable {
    /// Fully centralised: twins and the one leader in the cloud; single leader, single follower.
    case fullyCentralised = "fch"
    /// Semi-centralised: twins at the edge, one leader in the cloud announces prices; single leader, many followers.
    case semiCentralised = "sch"
    /// Decentralised: a leader per region, border charges between leaders; many leaders, many followers.
    case decentralised = "dch"
}

/// When the followers of the game answer.
package enum GameTiming: String, Hashable, Sendable, Codable, CaseIterable {
    /// An edge waits for the offer computed from the epoch's own reports (at most one period).
    case synchronous
    /// An edge acts at once on the last offer that it holds.
    case asynchronous
}

/// What a node is. A process hosts any number of nodes of the roles that its executable links.
package enum RoleKind: String, Hashable, Sendable, Codable, CaseIterable {
    case ran, edge, region, orchestrator, rrm
}

/// A kind of control that a directive carries; fences are kept per cell and kind.
package enum ControlKind: UInt32, Hashable, Sendable, Codable, CaseIterable {
    case power = 1
    case schedulingShare = 2
    case association = 3
    case sliceShare = 4
    case beam = 5
    /// Highest power per subband.
    case mask = 6
    /// Position of a platform.
    case platform = 7
    /// Highest modulation and coding scheme of a cell's users.
    case highestMCS = 8
    /// Modulation and coding scheme that is recommended to a UE per subband.
    case recommendedMCS = 9
}
