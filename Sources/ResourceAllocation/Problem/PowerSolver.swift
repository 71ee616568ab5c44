/// A solver of the power problem: the best powers that it finds within a budget.
package protocol PowerSolver: Sendable {
    /// Powers (C x K watts) within caps and budgets, found from `startWatts` (C x K); the best seen when `budget` ends.
    mutating func solve(_ problem: Problem, startWatts: [Double], budget: inout Budget) -> [Double]
}
