/// What a controller of beams may do in a step: which beams are probed beside the serving one, whose level comes with
/// its data. What serves follows: of all beams measured in the step, the one with the highest level.
package enum BeamManoeuvre: Int, CaseIterable, Sendable {
    /// No probe: the serving beam stays.
    case hold
    /// The neighbour on the side of the last move to a neighbour.
    case ahead
    /// Both neighbours.
    case neighbours
    /// Two beams on both sides.
    case wide
    /// Of the beams apart from the serving one, that with the highest last level.
    case recalled
    /// Of the beams apart from the serving one, that which was best of late, and its neighbours.
    case former
    /// All beams.
    case sweep
}
