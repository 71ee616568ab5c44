internal import Foundation

/// What paces the epochs of a process that begins them.
package enum EpochPace {
    /// Whether an epoch begins as soon as the one before is decided (`DTNET_CLOSED_LOOP`), not by the clock: asked for
    /// by `dtnet bench --closed-loop`.
    package static var isClosedLoop: Bool { ProcessInfo.processInfo.environment["DTNET_CLOSED_LOOP"] == "1" }
}
