package import TwinProtocol

/// Tells from the powers that two leaders use, decision by decision, whether they move against each other, to and fro.
///
/// A move is the change of a leader's power per subband, as a share of all the power that its cells at the border have.
/// Moves are looked at in windows of 32 decisions. In a window the two are opposed where both turned back four times at
/// least, by a twentieth of that power or more, and where the moves of one are contrary to those of the other: their
/// correlation over the window, in the same decision or with either one decision behind, is -0.8 or less. Two windows
/// in a row raise it, and two that are not so end it, so that it takes 64 decisions either way.
///
/// False alarms: of moves that know nothing of each other no two windows in a row were opposed, of 6,000 each with one
/// subband and 2,000 with 4, whether powers were white, AR(1), random walks, two levels, or steps now and then; single
/// windows were in 2 of 6,000 at most. Moves that both owe to a third are not told apart from these.
package struct OpposedMoves: Sendable {
    /// Moves of a window.
    package static let window = 32
    /// A move of less than this share of the power is no turn.
    private static let leastTurn = 0.05
    private static let fewestTurns = 4
    private static let opposed = -0.8
    /// Windows in a row that raise it, and that end it.
    private static let windows = 2

    /// What is kept of one leader.
    private struct Side: Sendable {
        /// Powers of the last decision as shares, and how they had changed by it; empty where there was none.
        var level: [Double] = []
        var move: [Double] = []
        /// The last move that was large enough to be a turn.
        var heading: [Double] = []
        var turns = 0
        var squares = 0.0

        /// Takes powers; returns the move to them, nil for the first.
        mutating func take(_ next: [Double]) -> [Double]? {
            defer { level = next }
            guard level.count == next.count else {
                (move, heading) = ([], [])
                return nil
            }
            let change = zip(next, level).map { $0 - $1 }
            squares += OpposedMoves.product(change, change)
            if change.reduce(0, { $0 + abs($1) }) >= OpposedMoves.leastTurn {
                if OpposedMoves.product(change, heading) < 0 { turns += 1 }
                heading = change
            }
            return change
        }
    }

    private var first = Side()
    private var second = Side()
    private var moves = 0
    /// Sums of products of moves: of one decision, and of one side's with those that the other made one before.
    private var together = 0.0
    private var firstBehind = 0.0
    private var secondBehind = 0.0
    private var streak = 0
    /// Whether it stands.
    package private(set) var isRaised = false

    package init() {}

    /// Takes the powers of one decision of both; says what changed by them.
    ///
    /// - Parameters:
    ///   - own: of one leader per subband, as shares of all that its cells have.
    ///   - other: the same of the other.
    package mutating func note(own: [Double], other: [Double]) -> LastingFault.Change? {
        let (one, two) = (first.take(own), second.take(other))
        guard let one, let two else { return nil }
        together += OpposedMoves.product(one, two)
        firstBehind += OpposedMoves.product(one, second.move)
        secondBehind += OpposedMoves.product(first.move, two)
        (first.move, second.move) = (one, two)
        moves += 1
        guard moves >= OpposedMoves.window else { return nil }
        let isOpposed = self.isOpposed
        (moves, together, firstBehind, secondBehind) = (0, 0, 0, 0)
        (first.turns, first.squares, second.turns, second.squares) = (0, 0, 0, 0)
        streak = isOpposed == isRaised ? 0 : streak + 1
        guard streak >= OpposedMoves.windows else { return nil }
        (isRaised, streak) = (isOpposed, 0)
        return isOpposed ? .raised : .cleared
    }

    /// Whether the window's moves are opposed.
    private var isOpposed: Bool {
        guard min(first.turns, second.turns) >= OpposedMoves.fewestTurns else { return false }
        let scale = (first.squares * second.squares).squareRoot()
        return min(together, firstBehind, secondBehind) <= OpposedMoves.opposed * scale
    }

    /// 0 where one of them is empty.
    private static func product(_ one: [Double], _ other: [Double]) -> Double {
        zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
