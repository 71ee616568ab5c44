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
    /// Width of `capWatts`.
    package var subbands = 0
    /// Highest power per subband [C x subbands], 0 vacates it; empty where nothing is capped.
    package var capWatts: [Float] = []
    /// Slices S, the width of `sliceShare` and `sliceWeight`.
    package var slices = 0
    /// Part of a cell's PRBs that a slice gets at least while it has something to send [C x S]; empty where there are
    /// no slices.
    package var sliceShare: [Float] = []
    /// Cells of the platforms, ascending [P], and where they are to fly.
    package var platformCell: [UInt32] = []
    package var platformX: [Float] = []
    package var platformY: [Float] = []
    package var platformHeight: [Float] = []
    /// Weight of the UEs of each slice in each cell, beside that of the cell [C x S]; empty where slices count alike.
    package var sliceWeight: [Float] = []
    /// UEs that are to be served by another cell [M], where the leader decides association.
    package var moveUE: [UInt32] = []
    package var moveCell: [UInt32] = []
    /// Epochs between two channel reports of an edge to L3; 0 sends none.
    package var mirrorPeriodEpochs: UInt32 = 0
    /// Epochs between two of them with links, of which an edge takes the shortest of its cells; those between have
    /// figures only. Empty or [C]: every report has links.
    package var mirrorLinkPeriodEpochs: [UInt32] = []
    /// 1 where links come with their deviations. Empty or [C]: everywhere.
    package var mirrorDeviations: [UInt32] = []
    /// Highest MCS of each cell's users [C], `MCSTable.uncapped` where none is set; empty where no cell is capped.
    package var highestMCS: [UInt32] = []

    package init() {}
}
