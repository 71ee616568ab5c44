package import Foundation
package import NetworkModel
internal import TwinProtocol

extension LatencyLedger {
    /// The ledger of a recorded history, as `RecordLine` wrote it, finished.
    ///
    /// - Parameters:
    ///   - history: lines of all processes of the run.
    ///   - plan: the plan that was run.
    ///   - measuredFrom: end of the warm-up on the clock of the radio network.
    ///   - measuredUntil: end of the measured time; later epochs and directives are left out.
    /// - Returns: nil where no epoch was recorded.
    package init?(history: Data, plan: WiringPlan, measuredFrom: Instant, measuredUntil: Instant) {
        var ledger: LatencyLedger?
        for record in RecordLine.read(history) {
            switch record {
            case .epochStarted(let start):
                if ledger == nil {
                    let warmUp = max(measuredFrom - start.scheduled, .zero)
                    ledger = LatencyLedger(LedgerConfiguration(plan, warmUp: warmUp))
                }
                if start.scheduled >= measuredUntil { continue }
            case .directive(let directive) where directive.at >= measuredUntil: continue
            default: break
            }
            ledger?.add(record)
        }
        guard var ledger else { return nil }
        ledger.finish(at: measuredUntil)
        self = ledger
    }
}
