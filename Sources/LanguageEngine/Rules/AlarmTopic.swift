/// What an alarm in words is about, by the words of the playbooks; nothing in it is an order.
enum AlarmTopic: Hashable, Sendable, CaseIterable {
    case interference
    case twin
    case crowd
    case heat

    /// Beginnings of the words that name it.
    private var stems: [String] {
        switch self {
        case .interference: ["interfer", "jam", "noise", "uplink"]
        case .twin: ["drift", "model", "twin", "predict"]
        case .crowd: ["overload", "congest", "crowd", "surge", "full", "slow"]
        case .heat: ["heat", "temperature", "overheat", "power", "energy"]
        }
    }

    /// The first topic that the words name; nil for none.
    init?(_ words: [String]) {
        let named = AlarmTopic.allCases.first { topic in
            words.contains { word in topic.stems.contains { word.hasPrefix($0) } }
        }
        guard let named else { return nil }
        self = named
    }
}
