internal import LanguageEngine
internal import NetworkModel
internal import TwinProtocol

/// What is in force, what it took the place of, and what comes back.
extension LanguageCycle {
    /// An action in force.
    struct Active: Sendable {
        var number: UInt64
        var action: Action
        var expiresEpoch: UInt64
        /// An operator asked for it or consented to it, or it serves what one asked for.
        var isWished: Bool
        /// Names of the intents that asked for it or that it serves, where nothing else called for it: it ends with the
        /// last that is taken back.
        var intents: [String] = []
        var monitor: EffectMonitor
        /// What it took the place of, as it was then: in force without it, until their time is up.
        var instead: [Active] = []
        /// Users that it has moved to other cells, a bounded number.
        var moved: [PolicyDraft.Move] = []
        /// When it was last tried again, as a wish asks for it beyond its end; nil where it has not been.
        var triedEpoch: UInt64?

        /// An intent is taken back; whether it was the last of those that asked for the action, and nothing else did.
        mutating func forget(_ intent: String) -> Bool {
            guard let place = intents.firstIndex(of: intent) else { return false }
            intents.remove(at: place)
            return intents.isEmpty
        }
    }

    /// An action that operators' intents ask for.
    struct Wish: Sendable {
        let action: Action
        /// Epoch in which the last of these intents ends; nil where one never does.
        private(set) var untilEpoch: UInt64?
        /// Names of these intents; empty where something else that is found asks for the action too.
        private(set) var intents: [String]
        /// All of these intents were taken back, and nothing else asks for the action.
        private(set) var isTakenBack = false
        private let isOnly: Bool

        /// - Parameter isOnly: whether nothing else that is found asks for the action.
        init(action: Action, isOnly: Bool, _ intent: String, untilEpoch: UInt64?) {
            self.action = action
            self.isOnly = isOnly
            self.untilEpoch = untilEpoch
            intents = isOnly ? [intent] : []
        }

        /// Another intent asks for the same.
        mutating func join(_ intent: String, untilEpoch: UInt64?) {
            self.untilEpoch = untilEpoch.flatMap { end in self.untilEpoch.map { max($0, end) } }
            if isOnly { intents.append(intent) }
        }

        mutating func forget(_ intent: String) {
            guard let place = intents.firstIndex(of: intent) else { return }
            intents.remove(at: place)
            isTakenBack = intents.isEmpty
        }
    }

    /// A decision that waits for an operator.
    struct Proposed: Sendable {
        var number: UInt64
        var action: Action
        /// Consent counts until then.
        var untilEpoch: UInt64
        /// The action ends then at the latest; nil for the usual time.
        var endsEpoch: UInt64?
        /// Names of the intents that asked for the action, where nothing else did.
        var intents: [String] = []
        /// An operator has consented, and the twins are to try it again.
        var isConsented = false
    }

    /// An adopted action holds for so long; what is still needed is decided anew, and what a wish asks for is tried
    /// again before.
    static let lifetimeSeconds = 60.0
    static let mostActive = 16

    /// The actions in force beside which a candidate is tried: those that decide the same give way to it.
    ///
    /// - Parameter isWished: whether it is what an operator asks for; nil asks the cycle that is open.
    func inForce(beside action: Action, isWished: Bool? = nil) -> [Active] {
        let isWished = isWished ?? isWishedOfOpen(action)
        return active.filter { !LanguageCycle.gives(way: $0, to: action, isWished: isWished) }
    }

    /// What an operator asked for gives way to what an operator asks for only.
    static func gives(way old: Active, to action: Action, isWished: Bool) -> Bool {
        old.action.decidesSame(as: action) && (isWished || !old.isWished)
    }

    /// - Parameters:
    ///   - isWished: it takes the place of what an operator asked for.
    ///   - isTied: it serves what an operator asked for, though the rules would not propose it.
    ///   - endsEpoch: when it ends at the latest, with the wish that asks for it; nil for the usual time.
    ///   - intents: that ask for it, where nothing else does.
    mutating func adopt(
        _ action: Action, number: UInt64, epoch: UInt64, isWished: Bool, isTied: Bool = false, endsEpoch: UInt64?,
        intents: [String]
    ) {
        var instead = active.filter { LanguageCycle.gives(way: $0, to: action, isWished: isWished) }
        replaced += instead.map { effect($0, epoch: epoch, state: .ended) }
        active.removeAll { LanguageCycle.gives(way: $0, to: action, isWished: isWished) }
        if active.count >= LanguageCycle.mostActive {
            replaced.append(effect(active.removeFirst(), epoch: epoch, state: .ended))
        }
        // A row of replacements is as long as the time of its first.
        for index in instead.indices { instead[index].instead.removeAll { $0.expiresEpoch <= epoch } }
        let monitor = followUp.track.monitor
        noteChange(epoch: epoch)
        active.append(
            Active(
                number: number, action: action,
                expiresEpoch: min(epoch + epochs(LanguageCycle.lifetimeSeconds), endsEpoch ?? .max),
                isWished: isWished || isTied, intents: intents, monitor: monitor, instead: instead))
    }

    /// Puts in force again what an action took the place of that was taken back for the harm that it did; each is
    /// followed up as before, until its time is up. What is decided otherwise by now, or barred, stays away.
    mutating func restore(_ replaced: [Active], epoch: UInt64) -> [LanguageEffect] {
        var effects: [LanguageEffect] = []
        for var old in replaced where old.expiresEpoch > epoch && active.count < LanguageCycle.mostActive {
            guard !active.contains(where: { $0.action.decidesSame(as: old.action) }),
                !barred.contains(where: { $0.action == old.action && epoch < $0.untilEpoch })
            else { continue }
            old.monitor.noteChange()
            active.append(old)
            effects.append(effect(old, epoch: epoch, state: .restored))
        }
        return effects
    }

    func effect(_ active: Active, epoch: UInt64, state: LanguageEffect.State) -> LanguageEffect {
        let measured = active.monitor.effect
        return LanguageEffect(
            node: node, number: active.number, epoch: epoch, state: state, effect: measured.mean,
            deviation: measured.deviation, samples: active.monitor.samples)
    }

    /// The cell that an action is about, nil where it is about none or all.
    static func cell(of action: Action) -> CellID? {
        switch action {
        case .shiftBandwidth(let cell, _, _), .raiseCellPriority(let cell, _), .capMCS(let cell, _),
            .capPower(let cell, _), .reassociate(let cell, _, _), .blankSubbands(let cell, _, _),
            .deployPlatform(let cell, _), .retrain(let cell), .retrainForecast(let cell), .tuneTwin(let cell, _, _),
            .recallTwin(let cell, _), .askEngine(_, let cell):
            cell
        case .raiseSlicePriority(_, let cells, _), .sliceShare(_, let cells, _): cells.first
        case .loadAdapter, .none: nil
        }
    }
}
