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
    /// Gain of the network value over doing nothing, what 95 of 100 worlds exceed, and the change of power, as shares.
    package var gain: Double
    package var gainLow: Double?
    package var powerChange: Double?
    /// Part of users and seconds that keep their guarantee, of the slice with a guarantee, or of the wish for some
    /// cells, that fares worst; nil where there is none.
    package var guaranteesHeld: Double?
    /// What became of it there, or would become of it.
    package var verdict: String

    /// What a decision's twins said of its candidates; empty where none was tried.
    static func of(_ decision: LanguageDecision, line: Int) -> [PredictedEffect] {
        decision.candidates.compactMap { PredictedEffect($0, of: decision, line: line) }
    }

    /// The newest trial of each action that the rule base proposes for the intent; empty where none was ever tried.
    package static func of(_ intent: Intent, in record: RunRecord) -> [PredictedEffect] {
        let bounds = ActionBounds(network: record.network)
        // Which cells save energy for the whole network goes by their users.
        let users = record.newestFigures?.figures.users ?? []
        let cells = record.network.cells.indices.map { index in
            var cell = CellState()
            if index < users.count { cell.ueCount = users[index] }
            return cell
        }
        let actions = RuleBase(bounds).proposals(
            for: [.intent(intent)], state: NetworkState(epoch: record.lastEpoch, seconds: record.seconds, cells: cells))
        let forms = actions.map { ActionForm($0, slices: bounds.slices) }
        return forms.compactMap { form in newest(form, in: record) }
    }

    private static func newest(_ form: ActionForm, in record: RunRecord) -> PredictedEffect? {
        for (row, decision) in record.languageRows.reversed() {
            for candidate in decision.candidates {
                guard let effect = PredictedEffect(candidate, of: decision, line: row.line),
                    let tried = try? JSONDecoder().decode(ActionForm.self, from: Data(candidate.action.utf8)),
                    tried == form
                else { continue }
                return effect
            }
        }
        return nil
    }

    /// nil where it was not tried.
    private init?(_ candidate: LanguageDecision.Candidate, of decision: LanguageDecision, line: Int) {
        guard let gain = candidate.gain else { return nil }
        self.decision = decision.number
        self.line = line
        epoch = decision.epoch
        action = candidate.action
        self.gain = gain
        gainLow = candidate.gainLow
        powerChange = candidate.powerChange
        guaranteesHeld = candidate.trial.flatMap { trial in
            zip(trial.held, decision.guaranteed).filter(\.1).map(\.0).min()
        }
        verdict = candidate.verdict
    }

    /// One line for people.
    package var text: String {
        let percent = { (share: Double) in String(format: "%+.2f %%", share * 100) }
        let low = gainLow.map { ", \(percent($0)) in 95 of 100 worlds" } ?? ""
        let power = powerChange.map { ", power \(percent($0))" } ?? ""
        let held = guaranteesHeld.map { String(format: ", guarantees kept for %.1f %%", $0 * 100) } ?? ""
        return "\(action): M \(percent(gain))\(low)\(power)\(held); \(verdict); "
            + "as tried in decision \(decision) of epoch \(epoch) [line \(line)]"
    }
}
