internal import DTNetMessages

/// Whether the followers do what the leader announced: the distance of their answers from the powers that it expected
/// of them, as seen on the wire. A twin that is right about its followers sees a share near 0.
struct ResponseCheck: Sendable {
    private var epoch: UInt64?
    private var movedWatts = 0.0
    private var budgetWatts = 0.0

    /// Watts that the answers differ from the announcement, as a share of the budgets of the cells that answered; nil
    /// while nobody has answered the newest offer.
    var gap: Double? { budgetWatts > 0 ? movedWatts / budgetWatts : nil }

    /// An offer for the epoch goes out: answers to earlier ones no longer count.
    mutating func expect(epoch: UInt64) { self = ResponseCheck(epoch: epoch) }

    private init(epoch: UInt64?) { self.epoch = epoch }

    init() { self.init(epoch: nil) }

    /// Takes the answer of one follower.
    ///
    /// - Parameters:
    ///   - cells: those that the follower answers for, ascending; an answer for others does not count.
    ///   - expectedWatts: powers announced, C x K of the network, K being the answer's width.
    ///   - budgets: of each cell of the network, W.
    mutating func note(
        _ response: Response, epoch: UInt64, cells: [UInt32], expectedWatts: [Double], budgets: [Double]
    ) {
        let width = response.subbands
        guard epoch == self.epoch, response.cell == cells, expectedWatts.count == budgets.count * width else { return }
        for (index, cell) in cells.enumerated() {
            for k in 0..<width {
                let expected = expectedWatts[Int(cell) * width + k]
                movedWatts += abs(Double(response.powerWatts[index * width + k]) - expected)
            }
            budgetWatts += budgets[Int(cell)]
        }
    }
}
