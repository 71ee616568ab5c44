internal import LanguageEngine
internal import NetworkModel

/// Which actions operators' wishes ask for, and which serve them.
extension LanguageCycle {
    /// An intent that is in force while a cycle is open.
    struct Asking: Sendable {
        let name: String
        let intent: Intent
        /// Epoch in which it ends; nil where it never does.
        let untilEpoch: UInt64?
    }

    func asking(_ state: NetworkState) -> [Asking] {
        intents.filter { $0.intent.isInForce(atSeconds: state.seconds) }.map { name, intent in
            let end = intent.untilSeconds.map { seconds in
                state.epoch + epochs(min(seconds - state.seconds, LanguageCycle.barredSeconds))
            }
            return Asking(name: name, intent: intent, untilEpoch: end)
        }
    }

    /// Actions that operators ask for, each with the intents that do. An action in force is asked for by these too,
    /// where intents alone did before.
    mutating func wishes(_ findings: [Finding], _ state: NetworkState) -> [Wish] {
        let others = rules.proposals(for: findings.filter { !$0.isIntent }, state: state)
        let asking = asking(state)
        var wishes: [Wish] = []
        for asked in asking {
            for action in rules.proposals(for: [.intent(asked.intent)], state: state) {
                LanguageCycle.add(action, isOnly: !others.contains(action), asked, to: &wishes)
            }
        }
        for index in active.indices where !active[index].intents.isEmpty {
            let action = active[index].action
            var names = wishes.first { $0.action == action }?.intents ?? []
            names += asking.filter { $0.intent.isServed(by: action) }.map(\.name)
            for name in names where !active[index].intents.contains(name) { active[index].intents.append(name) }
        }
        return wishes
    }

    /// Ties what the model proposes to the wishes that it serves, as what the rules propose for them is: it ends with
    /// them and not before. Where nothing but wishes is found, all that is proposed is for them. It takes the place of
    /// nothing that the rules propose for a wish: the model may serve one wish at the cost of another.
    func tie(_ actions: [Action], in cycle: inout Open) {
        let isForWishes = cycle.findings.allSatisfy(\.isIntent)
        let ruled = cycle.wishes.map(\.action)
        for action in actions where action.kind.actsOnNetwork && !ruled.contains(action) {
            let served = cycle.asking.filter { $0.intent.isServed(by: action) }
            let isOnly = !cycle.elsewhere.holds(action) && !cycle.ruled.contains(action)
            for asked in served.isEmpty && isForWishes ? cycle.asking : served {
                LanguageCycle.add(action, isOnly: isOnly, asked, to: &cycle.wishes)
            }
        }
        for name in cycle.takenBack { cycle.forget(name) }
    }

    private static func add(_ action: Action, isOnly: Bool, _ asked: Asking, to wishes: inout [Wish]) {
        if let place = wishes.firstIndex(where: { $0.action == action }) {
            wishes[place].join(asked.name, untilEpoch: asked.untilEpoch)
        } else {
            wishes.append(Wish(action: action, isOnly: isOnly, asked.name, untilEpoch: asked.untilEpoch))
        }
    }
}
