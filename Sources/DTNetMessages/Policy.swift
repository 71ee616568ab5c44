/// L3 down: bounds and weights, with an expiry. No move of the game: the same in all three hierarchies.
package struct Policy: Hashable, Sendable {
    /// Grows with each change.
    package var revision: UInt64 = 0
    /// First epoch in which the policy is no longer valid.
    package var expiresEpoch: UInt64 = 0
    /// Cells [C].
    package var cell: [UInt32] = []
    /// Total power of each cell, at most [C].
    package var powerBudgetWatts: [Float] = []
    /// Weight of the cell's UEs in the network value [C].
    package var weight: [Float] = []
    /// Why, in words; 256 bytes at most.
    package var reason = ""

    package init() {}
}
