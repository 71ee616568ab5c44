internal import NetworkModel

extension IntentParser {
    private static let openers = [
        "what", "which", "how", "is", "are", "any", "do", "does", "did", "who", "when", "where", "list", "show",
        "count", "status", "was", "were", "why", "has", "have",
    ]

    private static let whyPhrases = [
        "why", "how come", "what made", "reason", "explain", "what drives", "what happened to", "what put",
        "who took", "what caused",
    ]

    /// Whether the sentence wants to know rather than to change something.
    static func asks(_ sentence: OperatorSentence) -> Bool {
        if sentence.says(anyOf: whyPhrases) || sentence.says("tell me", "show me", "overview") { return true }
        let start = (0..<sentence.count).first { !["please", "so", "and", "hello", "hi"].contains(sentence.word($0)) }
        if openers.contains(sentence.word(start ?? 0)) { return true }
        if sentence.says("give me the", "give me an", "status of") { return true }
        guard sentence.word(sentence.count - 1) == "?" else { return false }
        // `could you keep ...?` is a polite order.
        return !["could", "can", "would", "will", "may"].contains(sentence.word(start ?? 0))
    }

    /// The question in a sentence; nil where it asks for nothing that a record could hold.
    func question(in sentence: OperatorSentence, scope: FoundScope) -> OperatorQuestion? {
        let (slice, cells) = (scope.slices.first, scope.cells ?? [])
        let build = { (kind: OperatorQuestion.Kind) in OperatorQuestion(kind, slice: slice, cells: cells) }
        if sentence.says(anyOf: IntentParser.whyPhrases), let cause = IntentParser.cause(sentence, slice: slice) {
            return build(.why(cause))
        }
        if let subject = IntentParser.namedSubject(sentence) { return build(.status(subject)) }
        if let kpi = IntentParser.kpi(sentence) { return build(.kpi(kpi)) }
        guard let subject = IntentParser.subject(sentence, scope: scope) else { return nil }
        return build(.status(subject))
    }

    // MARK: - Why

    /// What the question is about: the first line with one of its words.
    private static let causes: [(OperatorQuestion.Cause, [String])] = [
        (.retrain, ["retrain", "retrained", "retraining", "trained", "training"]),
        (.platform, ["platform", "drone", "flying", "fly", "uav"]),
        (.mcs, ["mcs", "modulation"]),
        (.sleep, ["asleep", "sleep", "sleeping", "sleeps", "off the air"]),
        (.blanking, ["blanked", "blanking", "blank", "mute", "muted", "not use all"]),
        (
            .association,
            [
                "reassociated", "reassociate", "association", "moved", "moves", "move", "hand over", "handed",
                "handover", "handovers", "its users",
            ]
        ),
        (.bandwidth, ["bandwidth", "spectrum", "subbands", "subband"]),
        (.share, ["share", "shares", "prbs", "prb", "resources"]),
        (.delay, ["late", "delay", "latency", "slow", "delays"]),
        (.power, ["power", "cap", "capped", "sending less", "sends less", "dbm", "transmit", "energy"]),
    ]

    private static func cause(_ sentence: OperatorSentence, slice: Int?) -> OperatorQuestion.Cause? {
        // `use` between a negation and `all its subbands` is blanking, whatever stands between.
        if let all = sentence.first("all its subbands"), sentence.negates(max(0, all - 3)..<all) { return .blanking }
        for (cause, phrases) in causes where sentence.says(anyOf: phrases) { return cause }
        return nil
    }

    // MARK: - Values

    private static let values: [(OperatorQuestion.KPI, [String])] = [
        (.handoverSuccess, ["handover success", "successful handovers", "ho success", "handovers"]),
        (.networkValue, ["network value", "value m", "is m", "of m", "value of m"]),
        (.sinr, ["sinr", "signal quality", "signal"]),
        (.energy, ["energy", "kwh", "power bill", "consumption"]),
        (.delay, ["delay", "latency", "how late", "ms"]),
        (.throughput, ["throughput", "how fast", "rate", "speed", "mbit/s", "mbps"]),
        (
            .load,
            [
                "load", "loaded", "overloaded", "busy", "prb", "prbs", "how full", "utilisation", "utilization",
                "usage",
                "in use", "share of its resources", "share of the resources",
            ]
        ),
        (.power, ["power", "dbm", "transmitting"]),
        (
            .users,
            [
                "how many users", "how many devices", "how many ues", "user count", "number of", "count", "users",
                "devices", "people", "subscribers", "crowded",
            ]
        ),
    ]

    private static func kpi(_ sentence: OperatorSentence) -> OperatorQuestion.KPI? {
        for (kpi, phrases) in values where sentence.says(anyOf: phrases) { return kpi }
        return nil
    }

    // MARK: - Status

    private static func namedSubject(_ sentence: OperatorSentence) -> OperatorQuestion.Subject? {
        if sentence.says("intents", "intent", "policies", "promise", "promised", "promises") { return .intents }
        if sentence.says("twins", "ai engines", "ai engine", "digital twin") { return .twins }
        if sentence.says("alarm", "alarms", "incident", "incidents") { return .alarms }
        return nil
    }

    private static func subject(_ sentence: OperatorSentence, scope: FoundScope) -> OperatorQuestion.Subject? {
        let isAsked =
            asks(sentence)
            || sentence.says("status", "state", "situation", "overview", "problems", "doing", "going on", "all right")
        guard isAsked else { return nil }
        if sentence.says("slices") || (!scope.slices.isEmpty && scope.cells == nil) { return .slices }
        if scope.cells != nil { return .cells }
        let isNetwork = sentence.says(
            "network", "everything", "problems", "problem", "going on", "status", "things", "situation")
        return isNetwork ? .network : nil
    }
}
