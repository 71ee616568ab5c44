/// Leader to follower: prices, and the powers of the others that the follower is to assume.
package struct Offer: Hashable, Sendable {
    /// Epoch of the reports that the offer was computed from.
    package var offerEpoch: UInt64 = 0
    /// Oldest epoch among them.
    package var oldestEpoch: UInt64 = 0
    /// First epoch in which the offer is no longer valid.
    package var expiresEpoch: UInt64 = 0
    /// Round of the game within the epoch.
    package var round: UInt32 = 0
    /// Width of the row-major arrays.
    package var subbands = 0
    /// Followers' cells, ascending [C].
    package var cell: [UInt32] = []
    /// Price per watt, in utility [C x subbands].
    package var price: [Float] = []
    /// Total power of each cell, at most [C].
    package var powerBudgetWatts: [Float] = []
    /// Cells outside whose powers the followers are to assume [N].
    package var neighbourCell: [UInt32] = []
    /// Mean power, weighted with the cell's load [N x subbands].
    package var neighbourPowerWatts: [Float] = []
    /// Powers that the leader expects of the followers [C x subbands].
    package var expectedPowerWatts: [Float] = []
    /// UEs that the followers' cells are to serve [A]; empty where association is not decided.
    package var associationUE: [UInt32] = []
    package var associationCell: [UInt32] = []

    package init() {}
}

/// Follower to leader: the best response that it actuated.
package struct Response: Hashable, Sendable {
    /// Round of the offer answered.
    package var round: UInt32 = 0
    package var subbands = 0
    package var cell: [UInt32] = []
    /// [C x subbands].
    package var powerWatts: [Float] = []

    package init() {}
}

/// Leader to leader: what the receiver's cells cost the sender's users, and the sender's own powers.
package struct LeaderSync: Hashable, Sendable {
    /// Region of the sender.
    package var region: UInt32 = 0
    package var subbands = 0
    /// Cells of the receiver [N].
    package var chargedCell: [UInt32] = []
    /// Marginal harm per watt of a cell that always sends [N x subbands].
    package var charge: [Float] = []
    /// Cells of the sender [C].
    package var ownCell: [UInt32] = []
    /// Powers that the sender expects of its cells, times their loads [C x subbands].
    package var ownPowerWatts: [Float] = []

    package init() {}
}
