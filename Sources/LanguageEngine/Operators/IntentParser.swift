internal import NetworkModel

/// Reads what an operator writes: a deterministic grammar over field terms, units and times of day.
///
/// Whatever is not understood is refused with what would be accepted; nothing is guessed that would change the network.
/// The text is data: it can name what exists and set targets in bounds, and no more.
package struct IntentParser: Sendable {
    let context: OperatorContext
    /// Words of slices, cells and places.
    private let names: [String]

    /// UTF-8 bytes of one sentence, at most.
    package static let limitBytes = 512
    /// Tokens of a question without a word that asks, at most.
    private static let mostBareWords = 8

    package init(_ context: OperatorContext) {
        self.context = context
        let all = context.slices.map(\.name) + context.cellNames + context.places.map(\.name)
        names = all.flatMap { OperatorTokens.split($0) }.filter { $0.kind == .word }.map(\.text)
    }

    /// The request in a sentence; any text gives one of the three.
    package func parse(_ text: String) -> OperatorRequest {
        guard text.utf8.count <= IntentParser.limitBytes else {
            return .refused(
                OperatorRefusal(
                    .tooLong, "\(text.utf8.count) bytes", accepted: "a sentence of \(IntentParser.limitBytes) bytes"))
        }
        var sentence = OperatorSentence(text, names: names)
        do throws(OperatorRefusal) {
            try refuseSecrets(sentence)
            let isQuestion = IntentParser.asks(sentence)
            if !isQuestion { try refuseOrders(sentence) }
            let scope = try scope(in: &sentence)
            if isQuestion, let question = question(in: sentence, scope: scope) { return .question(question) }
            if let intent = try intent(in: &sentence, scope: scope) { return .intent(intent) }
            // `stadium urllc delay please`: a few words that only name a value ask for it.
            if sentence.count <= IntentParser.mostBareWords, let question = question(in: sentence, scope: scope) {
                return .question(question)
            }
            throw OperatorRefusal(.notUnderstood, "no target and no question found", accepted: IntentParser.examples)
        } catch {
            return .refused(error)
        }
    }

    /// Words of a sentence that say nothing to the grammar, cleaned, in their order, 16 at most: who confirms an intent
    /// sees what was not read.
    package func unread(in text: String) -> [String] {
        guard text.utf8.count <= IntentParser.limitBytes else { return [] }
        let sentence = OperatorSentence(text, names: names)
        let unknown = sentence.tokens.filter { $0.kind == .word && !sentence.isKnown($0.text) }
        return unknown.prefix(16).map { UntrustedText.cleaned($0.raw, limit: 32) }
    }

    static let examples =
        "e.g. 'keep urllc delay under 5 ms in cell 4 until 22:00', 'save energy for 30 minutes', "
        + "'why did cell 4 lose power?', 'what is the load of cell 3?'"

    // MARK: - What words cannot do

    /// Orders that contradict how the network is run, whoever gives them.
    private static let forbidden = [
        "ignore", "disregard", "forget", "bypass", "override", "disable", "disabled", "skip", "unrestricted",
        "instructions", "instruction", "shutdown", "guard", "veto", "mask", "radar", "incumbent", "incumbents",
        "rollback", "assistant", "developer", "debug", "decode", "approved", "authorisation", "authority", "adapter",
        "action", "actions", "unlimited",
    ]

    private static let offPhrases = [
        "shut down", "turn off", "switch off", "switched off", "turned off", "cease transmission", "power off",
    ]

    private func refuseSecrets(_ sentence: OperatorSentence) throws(OperatorRefusal) {
        let secrets = ["keys", "password", "passwords", "secret", "secrets", "credentials", "prompt", "api"]
        guard sentence.says(anyOf: secrets) else { return }
        throw OperatorRefusal(
            .notPermitted, "keys, prompts and passwords are not told", accepted: "targets, and questions on the record")
    }

    private func refuseOrders(_ sentence: OperatorSentence) throws(OperatorRefusal) {
        let accepted = "targets within guarantees, masks and bounds; the guard, the veto and masks stay"
        if let word = IntentParser.forbidden.first(where: { sentence.first($0) != nil }) {
            throw OperatorRefusal(.notPermitted, "'\(word)' is nothing that a sentence can order", accepted: accepted)
        }
        if let index = sentence.first("exceed"), !sentence.negates(index - 3..<index) {
            throw OperatorRefusal(.notPermitted, "limits are not exceeded", accepted: accepted)
        }
        if sentence.says("everything to") {
            throw OperatorRefusal(.notPermitted, "nobody gets everything: guarantees hold", accepted: accepted)
        }
    }

    /// Whether a cell is to be switched off: never done by a sentence.
    static func switchesOff(_ sentence: OperatorSentence) -> Bool {
        if sentence.says(anyOf: offPhrases) { return true }
        guard let off = sentence.first("off") else { return false }
        return sentence.has(["switch", "turn", "shut", "switched", "power"], in: off - 5..<off)
    }

    // MARK: - Intent

    private func intent(
        in sentence: inout OperatorSentence, scope: FoundScope
    ) throws(OperatorRefusal) -> Intent? {
        let time = try time(in: &sentence)
        let found = try targets(in: &sentence, scope: scope)
        if IntentParser.switchesOff(sentence) {
            guard found.targets.isEmpty else {
                throw OperatorRefusal(
                    .contradiction, "a cell that is off keeps no target", accepted: "either, and cells stay on air")
            }
            throw OperatorRefusal(
                .notPermitted, "cells are not switched off by a sentence", accepted: "'save energy in cell 4'")
        }
        try refuseLeftNumbers(sentence)
        try scope.refuseVague(sentence, places: context)
        guard !found.targets.isEmpty else { return nil }
        if time.isVague { throw IntentParser.unknownTime("no end that can be read") }
        if let condition = ["if", "unless", "whenever"].first(where: { sentence.first($0) != nil }) {
            throw OperatorRefusal(
                .unsupported, "conditions such as '\(condition)' are not kept", accepted: "a target with a time")
        }
        let meant = try intentScope(scope, found: found)
        if let slice = RuleBase.parts(meant).slice {
            try refuseWeaker(found.targets, than: context.slices[slice])
        }
        return Intent(
            scope: meant, targets: found.targets,
            savesElsewhere: found.savesElsewhere, fromSeconds: time.fromSeconds, untilSeconds: time.untilSeconds)
    }

    private func intentScope(_ scope: FoundScope, found: FoundTargets) throws(OperatorRefusal) -> Intent.Scope {
        guard scope.slices.count <= 1 else {
            throw OperatorRefusal(
                .ambiguousScope, "more than one slice", accepted: "one slice per sentence; \(context.sliceList)")
        }
        var cells = scope.cells
        if scope.isElsewhere, !found.savesElsewhere {
            guard let named = cells else {
                throw OperatorRefusal(
                    .ambiguousScope, "'elsewhere' of no place", accepted: "a place or cells; \(context.placeList)")
            }
            cells = context.cellNames.indices.map { CellID(UInt32($0)) }.filter { !named.contains($0) }
        }
        if let cells, cells.isEmpty {
            throw OperatorRefusal(.ambiguousScope, "no cell is meant", accepted: context.cellList)
        }
        switch (scope.slices.first, cells) {
        case (nil, nil): return .network
        case (let slice?, nil): return .slice(slice)
        case (nil, let cells?): return .cells(cells)
        case (let slice?, let cells?): return .sliceInCells(slice, cells)
        }
    }

    /// A number that nothing has taken has no unit, or one that is not known.
    private func refuseLeftNumbers(_ sentence: OperatorSentence) throws(OperatorRefusal) {
        for index in 0..<sentence.count where !sentence.isUsed(index) {
            switch sentence.tokens[index].kind {
            case .number:
                let raw = sentence.tokens[index].raw.prefix(24)
                throw OperatorRefusal(
                    .noUnit, "'\(raw)' has no unit that is known",
                    accepted: "ms, s, kbit/s, Mbit/s, Gbit/s, dBm, W, GHz, minutes, hours")
            case .clock:
                throw IntentParser.unknownTime("'\(sentence.tokens[index].raw)' is neither a start nor an end")
            case .badClock:
                throw OperatorRefusal(
                    .outOfBounds, "'\(sentence.tokens[index].raw.prefix(16))' is no time of day",
                    accepted: "00:00 to 24:00")
            case .word, .sign: break
            }
        }
    }

    static func unknownTime(_ text: String) -> OperatorRefusal {
        OperatorRefusal(
            .unknownTime, text, accepted: "'until 22:00', 'from 18:00 to 20:00', 'for 30 minutes' or 'tonight'")
    }
}
