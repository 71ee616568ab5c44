import Benchmarking
import DTNetMessages
import NetworkModel
import TwinProtocol

/// A hand-made history: times in milliseconds, epochs of 10 ms that start at 0.
struct History {
    static let radio = NodeID(0)
    static let edge = NodeID(1)

    var ledger: LatencyLedger

    init(cells: Int = 1, warmUpMs: Double = 0) {
        ledger = LatencyLedger(
            LedgerConfiguration(
                cells: cells, epoch: .milliseconds(10), warmUp: .seconds(warmUpMs / 1_000),
                radioNetwork: History.radio))
    }

    static func at(_ milliseconds: Double) -> Instant { .zero + .seconds(milliseconds / 1_000) }

    mutating func epoch(_ epoch: UInt64) {
        ledger.add(.epochStarted(EpochStart(epoch: epoch, scheduled: History.at(Double(epoch) * 10))))
    }

    /// Applies a directive to the cells, or refuses it with `outcome`.
    mutating func directive(
        _ epoch: UInt64, at milliseconds: Double, cells: [UInt32] = [0], offer: UInt64? = nil, oldest: UInt64? = nil,
        expires: UInt64 = 1_000_000, outcome: DirectiveOutcome = .applied, hops: [Hop] = []
    ) {
        var directive = Directive()
        directive.offerEpoch = offer ?? epoch
        directive.oldestEpoch = oldest ?? epoch
        directive.expiresEpoch = expires
        directive.cell = cells
        var result = DirectiveResult()
        result.cell = cells
        result.kind = cells.map { _ in .power }
        result.outcome = cells.map { _ in outcome }
        ledger.add(
            .directive(
                DirectiveRecord(
                    at: History.at(milliseconds), sender: History.edge, epoch: epoch, term: 1, directive: directive,
                    hops: hops, result: result)))
    }

    mutating func end(at milliseconds: Double) -> LedgerSummary {
        ledger.finish(at: History.at(milliseconds))
        return ledger.summary
    }
}

func isClose(_ left: Double?, _ right: Double, within tolerance: Double = 1e-9) -> Bool {
    guard let left else { return false }
    return (left - right).magnitude <= tolerance * max(1, right.magnitude)
}
