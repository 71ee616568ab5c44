extension SolverSelector {
    /// Records that ship, from `dtnet rrm compare` on generated problems (docs/RESULTS.md names the commands).
    package static let shipped: [SolverRecord] = []
}
