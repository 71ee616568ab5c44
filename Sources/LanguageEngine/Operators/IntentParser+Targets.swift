internal import Glibc
internal import NetworkModel

/// What a sentence wants.
struct FoundTargets {
    var targets: [Intent.Target] = []
    var savesElsewhere = false
}

/// What a number with its unit measures, in SI units per unit.
enum OperatorUnit: Hashable {
    case delay(Double)
    case rate(Double)
    case dbm
    case watts(Double)
    case frequency(Double)
    case duration
}

extension IntentParser {
    /// Delays that can be promised, seconds.
    private static let delays = 1e-4...60.0
    private static let leastRateBps = 1e3
    /// Factor that a plain "raise" or "lower" of a priority means.
    private static let priorityFactor = 2.0

    private static let unitWords: [(String, OperatorUnit)] = [
        ("ms", .delay(1e-3)), ("millisecond", .delay(1e-3)), ("milliseconds", .delay(1e-3)), ("us", .delay(1e-6)),
        ("s", .delay(1)), ("sec", .delay(1)), ("secs", .delay(1)), ("second", .delay(1)), ("seconds", .delay(1)),
        ("mbit/s", .rate(1e6)), ("mbps", .rate(1e6)), ("mbits/s", .rate(1e6)), ("mb/s", .rate(1e6)),
        ("mbit", .rate(1e6)), ("mbits", .rate(1e6)), ("megabit", .rate(1e6)), ("megabits", .rate(1e6)),
        ("kbit/s", .rate(1e3)), ("kbps", .rate(1e3)), ("kb/s", .rate(1e3)), ("gbit/s", .rate(1e9)),
        ("gbps", .rate(1e9)), ("gb/s", .rate(1e9)), ("dbm", .dbm), ("w", .watts(1)), ("watt", .watts(1)),
        ("watts", .watts(1)), ("mw", .watts(1e-3)), ("ghz", .frequency(1e9)), ("mhz", .frequency(1e6)),
        ("min", .duration), ("mins", .duration), ("minute", .duration), ("minutes", .duration), ("h", .duration),
        ("hour", .duration), ("hours", .duration),
    ]

    /// The unit that a token is, nil where it is none.
    func unit(in sentence: OperatorSentence, at index: Int) -> OperatorUnit? {
        guard index < sentence.count else { return nil }
        let word = sentence.word(index)
        return IntentParser.unitWords.first { $0.0 == word }?.1
    }

    /// All targets; what they are made of is taken.
    func targets(
        in sentence: inout OperatorSentence, scope: FoundScope
    ) throws(OperatorRefusal) -> FoundTargets {
        var found = FoundTargets()
        try takeMCS(in: &sentence, scope: scope, found: &found)
        try takeValues(in: &sentence, scope: scope, found: &found)
        try takePriority(in: &sentence, found: &found)
        try takeEnergy(in: sentence, scope: scope, found: &found)
        return found
    }

    private func add(_ target: Intent.Target, to found: inout FoundTargets) throws(OperatorRefusal) {
        for other in found.targets where IntentParser.isSameKind(other, target) {
            if other == target { return }
            throw OperatorRefusal(
                .contradiction, "two different targets of one kind", accepted: "one value of each kind per sentence")
        }
        found.targets.append(target)
    }

    private static func isSameKind(_ first: Intent.Target, _ second: Intent.Target) -> Bool {
        switch (first, second) {
        case (.delay, .delay), (.rate, .rate), (.uplinkRate, .uplinkRate), (.priority, .priority), (.power, .power),
            (.mcs, .mcs), (.energy, .energy):
            true
        default: false
        }
    }

    // MARK: - Values with units

    private func takeValues(
        in sentence: inout OperatorSentence, scope: FoundScope, found: inout FoundTargets
    ) throws(OperatorRefusal) {
        for index in 0..<sentence.count where !sentence.isUsed(index) {
            guard let value = sentence.number(index), let unit = unit(in: sentence, at: index + 1) else { continue }
            if ["MB/s", "GB/s", "kB/s", "KB/s", "MB"].contains(sentence.tokens[index + 1].raw) {
                throw OperatorRefusal(.noUnit, "bytes or bits?", accepted: "Mbit/s; 1 MB/s is 8 Mbit/s")
            }
            sentence.use(index..<index + 2)
            switch unit {
            case .delay(let factor):
                try refuseWrongSide(sentence, at: index, isUpper: true, scope: scope)
                try add(.delay(seconds: try bounded(value, factor, IntentParser.delays, "ms", 1e-3)), to: &found)
            case .rate(let factor):
                try refuseWrongSide(sentence, at: index, isUpper: false, scope: scope)
                let bps = try bounded(value, factor, IntentParser.leastRateBps...context.peakRateBps, "Mbit/s", 1e6)
                let isUplink = sentence.says("uplink", "upload", "ul", "upstream")
                guard !isUplink || context.hasUplink else {
                    throw OperatorRefusal(.unsupported, "this network has no uplink", accepted: "downlink rates")
                }
                try add(isUplink ? .uplinkRate(bps: bps) : .rate(bps: bps), to: &found)
            case .dbm: try add(try cap(value, sentence: sentence, scope: scope), to: &found)
            case .watts(let factor):
                guard value > 0 else {
                    throw OperatorRefusal(.outOfBounds, "a power of 0 W or less", accepted: powerRange(scope))
                }
                let dbm = 10 * log10(value * factor * 1e3)
                try add(try cap((10 * dbm).rounded() / 10, sentence: sentence, scope: scope), to: &found)
            case .frequency, .duration: break
            }
        }
    }

    private func bounded(
        _ value: Double, _ factor: Double, _ range: ClosedRange<Double>, _ unit: String, _ shown: Double
    ) throws(OperatorRefusal) -> Double {
        // One part in 10^12 away from what the operator wrote, so that 0.005 s is 5 ms.
        let product = (value * factor * 1e9).rounded() / 1e9
        guard product.isFinite, range.contains(product) else {
            let (low, high) = (range.lowerBound / shown, range.upperBound / shown)
            throw OperatorRefusal(.outOfBounds, "a value that is out of range", accepted: "\(low) to \(high) \(unit)")
        }
        return product
    }

    /// A bound from the other side: a delay from below, a rate from above.
    private func refuseWrongSide(
        _ sentence: OperatorSentence, at index: Int, isUpper: Bool, scope: FoundScope
    ) throws(OperatorRefusal) {
        let below = ["below", "under", "<", "most", "maximum", "max"]
        let above = ["above", "over", ">", "least", "minimum", "min"]
        let wrong = isUpper ? above : below
        let before = max(0, index - 2)..<index
        let isNegated = sentence.negates(max(0, index - 12)..<index)
        var isWrong = sentence.has(wrong, in: before) && !isNegated
        if !isUpper {
            let after = sentence.word(index + 2) + " " + sentence.word(index + 3)
            if ["at most", "or less", "max ", "maximum "].contains(after), sentence.number(index + 4) == nil {
                isWrong = true
            }
        }
        guard isWrong else { return }
        if let slice = scope.slices.first.map({ context.slices[$0] }),
            let guarantee = isUpper ? IntentParser.guaranteedDelay(slice) : IntentParser.guaranteedRate(slice)
        {
            throw IntentParser.broken(guarantee, of: slice)
        }
        throw OperatorRefusal(
            .contradiction, isUpper ? "a delay cannot be kept from below" : "a rate is not limited by an intent",
            accepted: "a delay at most, a rate at least")
    }

    // MARK: - Guarantees

    /// Throws where a target is weaker than what its slice is guaranteed: the guarantee holds in any case.
    func refuseWeaker(_ targets: [Intent.Target], than slice: SliceConfiguration) throws(OperatorRefusal) {
        for target in targets {
            switch target {
            case .delay(let seconds):
                guard let guaranteed = slice.delaySeconds, let text = IntentParser.guaranteedDelay(slice),
                    seconds > guaranteed * (1 + IntentParser.sameValue)
                else { continue }
                throw IntentParser.broken(text, of: slice)
            case .rate(let bps):
                guard let text = IntentParser.guaranteedRate(slice),
                    bps < slice.rateBps * (1 - IntentParser.sameValue)
                else { continue }
                throw IntentParser.broken(text, of: slice)
            // Guarantees are of the downlink; a lower priority breaks none, they hold beside it.
            case .uplinkRate, .priority, .power, .mcs, .energy: continue
            }
        }
    }

    /// Values that differ by less, relative to each other, are the same one in different units.
    private static let sameValue = 1e-9

    /// The delay that a slice is guaranteed, in words; nil where it is guaranteed none.
    private static func guaranteedDelay(_ slice: SliceConfiguration) -> String? {
        slice.delaySeconds.map { "a delay of at most \(Intent.number($0 * 1e3)) ms" }
    }

    /// The rate that each user of a slice is guaranteed, in words; nil where none is.
    private static func guaranteedRate(_ slice: SliceConfiguration) -> String? {
        slice.rateBps > 0 ? "at least \(Intent.number(slice.rateBps / 1e6)) Mbit/s per user" : nil
    }

    private static func broken(_ guarantee: String, of slice: SliceConfiguration) -> OperatorRefusal {
        OperatorRefusal(
            .contradiction, "slice \(slice.name) has a guarantee that this would break: \(guarantee)",
            accepted: "a target no weaker than the guarantee, \(guarantee)")
    }

    // MARK: - Power and schemes

    private func cap(
        _ dbm: Double, sentence: OperatorSentence, scope: FoundScope
    ) throws(OperatorRefusal) -> Intent.Target {
        guard scope.slices.isEmpty, let cells = scope.cells ?? allIfNetwork(scope), !scope.isElsewhere else {
            throw OperatorRefusal(
                .ambiguousScope, "a power of no cell", accepted: "a cell or place; \(context.cellList)")
        }
        let most = cells.map { context.maxPowerDbm[$0.index] }.min() ?? 0
        guard dbm.isFinite, dbm <= most, dbm >= most - ActionBounds.deepestCapDb else {
            throw OperatorRefusal(.outOfBounds, "a power that is out of range", accepted: powerRange(scope))
        }
        return .power(dbm: dbm)
    }

    private func allIfNetwork(_ scope: FoundScope) -> [CellID]? {
        scope.isNetwork ? context.cellNames.indices.map { CellID(UInt32($0)) } : nil
    }

    private func powerRange(_ scope: FoundScope) -> String {
        let cells = scope.cells ?? context.cellNames.indices.map { CellID(UInt32($0)) }
        let most = cells.map { context.maxPowerDbm[$0.index] }.min() ?? 0
        return "\(most - ActionBounds.deepestCapDb) to \(most) dBm"
    }

    private func takeMCS(
        in sentence: inout OperatorSentence, scope: FoundScope, found: inout FoundTargets
    ) throws(OperatorRefusal) {
        guard let word = sentence.first("mcs") ?? sentence.first("modulation") else { return }
        let free = (word..<sentence.count).first { index in
            sentence.number(index) != nil && !sentence.isUsed(index) && unit(in: sentence, at: index + 1) == nil
        }
        guard let free, let value = sentence.number(free) else { return }
        guard let index = Int(exactly: value), MCSTable.indices.contains(index) else {
            throw OperatorRefusal(.outOfBounds, "no such scheme", accepted: "MCS 0 to 27")
        }
        guard scope.cells != nil else {
            throw OperatorRefusal(.ambiguousScope, "a scheme of no cell", accepted: context.cellList)
        }
        sentence.use(free..<free + 1)
        try add(.mcs(index: index), to: &found)
    }

    // MARK: - Priority and energy

    private func takePriority(
        in sentence: inout OperatorSentence, found: inout FoundTargets
    ) throws(OperatorRefusal) {
        let isNamed = sentence.says("priority", "prio", "precedence", "preference")
        let falls = isNamed && sentence.says("lower", "less", "down", "reduce", "low", "decrease", "lowest")
        // `give video priority` says by itself that it rises, `give video a lower priority` does not.
        let rises =
            isNamed
            && (sentence.says("raise", "higher", "more", "up", "increase", "boost", "high", "top", "raised")
                || (!falls && sentence.says(anyOf: IntentParser.givingWords)))
        let first =
            sentence.says(anyOf: IntentParser.firstPhrases) || IntentParser.ranks("first", in: sentence)
            || IntentParser.boosts(sentence)
        // `video must yield 5 Mbit/s` is a rate.
        let hasRate = found.targets.contains { target in
            if case .rate = target { true } else if case .uplinkRate = target { true } else { false }
        }
        let last =
            sentence.says(anyOf: IntentParser.lastPhrases) || IntentParser.ranks("last", in: sentence)
            || (!hasRate && sentence.says("yield", "yields"))
        let isDenied = sentence.says("no", "not", "never", "without", "away") || sentence.says("too much")
        let (isUp, isDown) = (rises || first, falls || last)
        guard !(isUp && isDenied) else {
            throw OperatorRefusal(
                .unsupported, "a priority that is denied", accepted: "whose priority is to be raised, or lowered")
        }
        guard isUp || isDown else { return }
        guard isUp != isDown else {
            throw OperatorRefusal(.contradiction, "a priority both higher and lower", accepted: "one of the two")
        }
        var factor = IntentParser.priorityFactor
        let free = (0..<sentence.count).first { index in
            sentence.number(index) != nil && !sentence.isUsed(index) && unit(in: sentence, at: index + 1) == nil
        }
        if let free, let value = sentence.number(free) {
            guard value.isFinite, value > 1, ActionBounds.priority.contains(value) else {
                throw OperatorRefusal(
                    .outOfBounds, "no such factor on a priority",
                    accepted: "above \(ActionBounds.priority.lowerBound), to \(ActionBounds.priority.upperBound)")
            }
            factor = value
            sentence.use(free..<free + 1)
        }
        try add(.priority(isUp ? factor : 1 / factor), to: &found)
    }

    private static let givingWords = [
        "give", "gives", "given", "get", "gets", "has", "have", "take", "takes", "needs", "deserve", "deserves",
        "highest", "over",
    ]

    private static let firstPhrases = [
        "prefer", "preferred", "prioritise", "prioritize", "comes first", "goes first", "come first", "go first",
        "ahead of", "favour", "favor", "matter most", "matters most", "most important", "more important",
        "front of the queue", "head of the queue", "before everybody", "before everyone", "before all", "before others",
        "before the others", "before the rest", "before anything",
    ]

    private static let lastPhrases = [
        "deprioritise", "deprioritize", "may wait", "can wait", "let it wait", "let them wait", "should wait",
        "less important", "least important", "back of the queue", "end of the queue",
        "behind the others", "behind the rest", "after the others",
    ]

    /// `boost video`: users, not a power or a rate.
    private static func boosts(_ sentence: OperatorSentence) -> Bool {
        sentence.says("boost") && !sentence.says("power", "dbm", "signal", "energy", "throughput", "rate", "coverage")
    }

    /// `video first`: the word as a rank, not as in `first of all`.
    private static func ranks(_ word: String, in sentence: OperatorSentence) -> Bool {
        guard let index = sentence.first(word), index > 0 else { return false }
        return sentence.word(index + 1) != "of" && !["the", "at", "for", "last"].contains(sentence.word(index - 1))
    }

    private func takeEnergy(
        in sentence: OperatorSentence, scope: FoundScope, found: inout FoundTargets
    ) throws(OperatorRefusal) {
        guard IntentParser.savesEnergy(sentence) else {
            guard scope.isElsewhere, !found.targets.isEmpty, scope.cells == nil else { return }
            throw OperatorRefusal(.ambiguousScope, "'elsewhere' of no place", accepted: context.placeList)
        }
        if sentence.says("full power", "maximum power", "highest power") {
            throw OperatorRefusal(.contradiction, "least energy at full power", accepted: "one of the two")
        }
        if scope.isElsewhere, !found.targets.isEmpty {
            found.savesElsewhere = true
        } else {
            try add(.energy, to: &found)
        }
    }

    static func savesEnergy(_ sentence: OperatorSentence) -> Bool {
        if sentence.says("may sleep", "can sleep", "should sleep") { return true }
        let verbs = [
            "save", "saves", "saving", "less", "reduce", "cut", "little", "easy", "lower", "conserve", "minimise",
            "minimize", "least", "low",
        ]
        for index in 0..<sentence.count where ["energy", "power"].contains(sentence.word(index)) {
            let before = max(0, index - 3)..<index
            let after = index + 1..<min(sentence.count, index + 2)
            // `at most 40 dBm of power` and `power at or below` are caps.
            if sentence.has(verbs, in: before) || sentence.word(index + 1) == "saving" { return true }
            if sentence.has(["saved", "down"], in: after) { return true }
        }
        return false
    }
}
