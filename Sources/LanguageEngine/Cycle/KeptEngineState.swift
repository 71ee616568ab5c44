/// What an L3 that is started again goes on from. It comes from a file: nothing of it is trusted before `flaw` has
/// looked at its figures, and what takes it up at its actions and intents.
package struct KeptEngineState: Hashable, Sendable, Codable {
    /// An intent under the name of its entry.
    package struct Named: Hashable, Sendable, Codable {
        package var name: String
        package var intent: Intent

        package init(name: String, intent: Intent) {
            self.name = name
            self.intent = intent
        }
    }

    /// An action in force.
    package struct InForce: Hashable, Sendable, Codable {
        /// Decision that adopted it.
        package var number: UInt64
        package var form: ActionForm
        package var expiresEpoch: UInt64
        package var isWished: Bool
        /// Names of the intents that asked for it, where nothing else did; nil for none.
        package var intents: [String]?
        /// Evidence so far; nil where it is gathered anew.
        package var monitor: EffectMonitor.Kept?

        package init(
            number: UInt64, form: ActionForm, expiresEpoch: UInt64, isWished: Bool, intents: [String] = [],
            monitor: EffectMonitor.Kept? = nil
        ) {
            self.number = number
            self.form = form
            self.expiresEpoch = expiresEpoch
            self.isWished = isWished
            self.intents = intents.isEmpty ? nil : intents
            self.monitor = monitor
        }
    }

    /// An action in force, and what it took the place of.
    package struct Standing: Hashable, Sendable, Codable {
        package var action: InForce
        package var instead: [InForce]

        package init(action: InForce, instead: [InForce]) {
            self.action = action
            self.instead = instead
        }
    }

    /// A decision that waits for an operator, or an action that is not tried again, until an epoch.
    package struct Waiting: Hashable, Sendable, Codable {
        /// 0 for what is barred.
        package var number: UInt64
        package var form: ActionForm
        package var untilEpoch: UInt64
        /// When the action ends at the latest, once it is consented to; nil for the usual time.
        package var endsEpoch: UInt64?
        /// Names of the intents that asked for it, where nothing else did; nil for none.
        package var intents: [String]?
        /// An operator has consented, and the twins are to try it again; nil where nobody has.
        package var isConsented: Bool?

        package init(
            number: UInt64 = 0, form: ActionForm, untilEpoch: UInt64, endsEpoch: UInt64? = nil,
            intents: [String] = [], isConsented: Bool = false
        ) {
            self.number = number
            self.form = form
            self.untilEpoch = untilEpoch
            self.endsEpoch = endsEpoch
            self.intents = intents.isEmpty ? nil : intents
            self.isConsented = isConsented ? true : nil
        }
    }

    /// The adapter that the model server answers with.
    package struct Adapter: Hashable, Sendable, Codable {
        package var name: String
        /// Decision that loaded it.
        package var number: UInt64

        package init(name: String, number: UInt64) {
            self.name = name
            self.number = number
        }
    }

    /// Version of the form that this build writes and reads.
    package static let newestVersion = 1
    /// Entries of each list, at most; epochs and numbers, at most; bytes of a text.
    package static let mostEntries = 64
    package static let highestEpoch: UInt64 = 1 << 53
    package static let highestNumber: UInt64 = 1 << 48
    private static let mostTextBytes = 4_096

    package var version = KeptEngineState.newestVersion
    /// The last decision, the last question to an engine and the last policy.
    package var decision: UInt64 = 0
    package var question: UInt64 = 0
    package var revision: UInt64 = 0
    /// Name of the last entry of operators that was taken; nil before the first.
    package var entry: String?
    /// The newest epoch that was heard of, 0 for none, and the time of the run then in seconds.
    package var epoch: UInt64 = 0
    package var seconds = 0.0
    package var intents: [Named] = []
    /// Wishes that the twins have still to try.
    package var trials: [Named] = []
    /// Alarms of operators that no cycle has looked at.
    package var alarms: [String] = []
    package var actions: [Standing] = []
    package var proposals: [Waiting] = []
    package var barred: [Waiting] = []
    /// nil where the server answers with none.
    package var adapter: Adapter?

    package init() {}

    /// What is wrong with its version or figures, in words; nil where nothing is.
    package var flaw: String? {
        guard version == KeptEngineState.newestVersion else {
            return "it has version \(version), this build knows \(KeptEngineState.newestVersion)"
        }
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "no time of a run" }
        let inForce = actions.flatMap { [$0.action] + $0.instead }
        let wishes = inForce.compactMap(\.intents) + proposals.compactMap(\.intents)
        let lists =
            [intents.count, trials.count, alarms.count, inForce.count, proposals.count, barred.count]
            + wishes.map(\.count)
        guard lists.allSatisfy({ $0 <= KeptEngineState.mostEntries }) else { return "a list is too long" }
        let waiting = proposals + barred
        let epochs = [epoch] + inForce.map(\.expiresEpoch) + waiting.map(\.untilEpoch) + waiting.compactMap(\.endsEpoch)
        guard epochs.allSatisfy({ $0 <= KeptEngineState.highestEpoch }) else { return "an epoch is out of range" }
        let numbers =
            [decision, question, revision] + inForce.map(\.number) + waiting.map(\.number)
            + [adapter?.number ?? 0]
        guard numbers.allSatisfy({ $0 <= KeptEngineState.highestNumber }) else { return "a number is out of range" }
        let texts =
            alarms + [entry ?? ""] + (intents + trials).map(\.name) + [adapter?.name ?? ""]
            + wishes.flatMap { $0 }
        guard texts.allSatisfy({ $0.utf8.count <= KeptEngineState.mostTextBytes }) else { return "a text is too long" }
        return nil
    }
}
