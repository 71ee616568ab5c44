/// Controllers of beams by fixed rules, to hold a learned one against. The serving beam is measured in every step and
/// the best beam measured serves, as for all.
package enum BeamBaseline: Sendable, Equatable {
    /// All beams every `period` steps, 1 or more.
    case sweep(period: Int)
    /// Both neighbours every `period` steps, 1 or more.
    case tracking(period: Int)
    /// Tracking, and a sweep where the level has fallen by `fallDb` or lies below `leastDb`, at most every `pause`
    /// steps: beam failure recovery (TS 38.321 section 5.17) in short.
    case recovery(period: Int, fallDb: Float, leastDb: Float, pause: Int)

    /// The manoeuvre for what is known.
    package func choose(_ memory: BeamMemory) -> BeamManoeuvre {
        switch self {
        case .sweep(let period): return memory.step % period == 0 ? .sweep : .hold
        case .tracking(let period): return memory.step % period == 0 ? .neighbours : .hold
        case .recovery(let period, let fallDb, let leastDb, let pause):
            let isLost = memory.fallDb >= fallDb || memory.level < leastDb
            if isLost && memory.stepsSinceSweep >= pause { return .sweep }
            return memory.step % period == 0 ? .neighbours : .hold
        }
    }
}
