internal import Foundation
package import LanguageEngine
internal import NetworkModel
internal import TwinProtocol

/// What the twins said of an action that an intent would lead to, the last time that they tried it in this run.
package struct PredictedEffect: Hashable, Sendable, Encodable {
    /// The decision in which it was tried, its line, and its epoch.
    package var decision: UInt64
    package var line: Int
    package var epoch: UInt64
    /// The action as JSON.
    package var action: String
    /// Gain of the network value over doing nothing, and what 95 of 100 worlds exceed, as shares.
    package var gain: Double
    package var gainLow: Double?

    /// The newest trial of each action that the rule base proposes for the intent; empty where none was ever tried.
    package static func of(_ intent: Intent, in record: RunRecord) -> [PredictedEffect] {
        let bounds = ActionBounds(network: record.network)
        let actions = RuleBase(bounds).proposals(
            for: [.intent(intent)], state: NetworkState(epoch: record.lastEpoch, seconds: record.seconds, cells: []))
        let forms = actions.map { ActionForm($0, slices: bounds.slices) }
        return forms.compactMap { form in newest(form, in: record) }
    }

    private static func newest(_ form: ActionForm, in record: RunRecord) -> PredictedEffect? {
        for (row, decision) in record.languageRows.reversed() {
            for candidate in decision.candidates {
                guard let gain = candidate.gain,
                    let tried = try? JSONDecoder().decode(ActionForm.self, from: Data(candidate.action.utf8)),
                    tried == form
                else { continue }
                return PredictedEffect(
                    decision: decision.number, line: row.line, epoch: decision.epoch, action: candidate.action,
                    gain: gain, gainLow: candidate.gainLow)
            }
        }
        return nil
    }

    /// One line for people.
    package var text: String {
        let low = gainLow.map { String(format: ", %+.2f %% in 95 of 100 worlds", $0 * 100) } ?? ""
        return "\(action): M " + String(format: "%+.2f %%", gain * 100) + low
            + " as tried in decision \(decision) of epoch \(epoch) [line \(line)]"
    }
}
