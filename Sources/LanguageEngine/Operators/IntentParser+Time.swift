internal import NetworkModel

/// When an intent is to be kept, in seconds from the start of the run.
struct FoundTime {
    var fromSeconds: Double?
    var untilSeconds: Double?
    /// An end is announced but cannot be read.
    var isVague = false
}

extension IntentParser {
    /// An intent lasts a week at most.
    private static let longestSeconds = 7 * 86_400.0
    /// A time of day that passed less than this ago is meant as past, else it is tomorrow's.
    private static let pastSeconds = 43_200.0
    /// A range over midnight that began less than this ago is the one that is meant, else the coming one.
    private static let freshSeconds = 21_600.0
    /// `tonight` and `at night`, minutes of the day.
    private static let night = (from: 22 * 60, until: 6 * 60)
    private static let untilWords = ["until", "till", "by", "to", "ending", "ends", "before"]
    private static let fromWords = ["from", "after", "since", "starting", "starts", "between"]

    /// The time that a sentence names; what it names is taken.
    func time(in sentence: inout OperatorSentence) throws(OperatorRefusal) -> FoundTime {
        try refusePast(sentence)
        let duration = try duration(in: &sentence)
        let clocks = takeClocks(in: &sentence)
        let isTomorrow = sentence.says("tomorrow")
        let saysUntil = sentence.says("until", "till") && !sentence.says("until further", "till further")
        if let duration {
            guard clocks.isEmpty else {
                throw OperatorRefusal(
                    .contradiction, "a length of time and a time of day",
                    accepted: "'until 22:00', 'from 18:00 to 20:00' or 'for 30 minutes'")
            }
            return FoundTime(untilSeconds: context.runSeconds + duration)
        }
        switch clocks.count {
        case 0:
            if sentence.says("tonight", "at night", "overnight") {
                return try range(from: IntentParser.night.from, until: IntentParser.night.until, isTomorrow: false)
            }
            return FoundTime(isVague: saysUntil || IntentParser.namesUnknownEvent(sentence))
        case 1:
            let before = max(0, clocks[0].position - 6)..<clocks[0].position
            if sentence.has(IntentParser.untilWords, in: before) || sentence.says("ending at") {
                // The day ends at 00:00, too.
                let minutes = clocks[0].minutes == 0 && !isTomorrow ? 1_440 : clocks[0].minutes
                return FoundTime(untilSeconds: try moment(minutes, isTomorrow: isTomorrow))
            }
            guard sentence.has(IntentParser.fromWords, in: before) else {
                throw IntentParser.unknownTime(
                    "'\(sentence.tokens[clocks[0].position].raw)' is neither a start nor an end")
            }
            return FoundTime(fromSeconds: try moment(clocks[0].minutes, isTomorrow: isTomorrow))
        case 2:
            let between = clocks[0].position + 1..<clocks[1].position
            let joins = between.filter { sentence.word($0) != "," && !["am", "pm"].contains(sentence.word($0)) }
            guard !joins.isEmpty, joins.allSatisfy({ ["to", "until", "till", "and", "-"].contains(sentence.word($0)) })
            else { throw IntentParser.unknownTime("two times of day that are no range") }
            return try range(from: clocks[0].minutes, until: clocks[1].minutes, isTomorrow: isTomorrow)
        default: throw IntentParser.unknownTime("more than two times of day")
        }
    }

    // MARK: - Past

    private static let days = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "night", "week", "month", "year",
        "weekend",
    ]

    private func refusePast(_ sentence: OperatorSentence) throws(OperatorRefusal) {
        var isPast = sentence.says("yesterday", "ago")
        for index in 0..<sentence.count {
            if sentence.word(index) == "last", IntentParser.days.contains(sentence.word(index + 1)) { isPast = true }
            if sentence.word(index) == "year", let year = sentence.number(index + 1) {
                guard year < 2026 else { throw IntentParser.unknownTime("a year is no time of day") }
                isPast = true
            }
        }
        if isPast { throw past("the sentence speaks of the past") }
    }

    private func past(_ text: String) -> OperatorRefusal {
        OperatorRefusal(
            .timePast, text, accepted: "times after \(IntentParser.clockText(context.secondOfDay)), or 'tomorrow 06:00'"
        )
    }

    /// `until the concert ends`, `during the match`: an event that no calendar here knows.
    private static func namesUnknownEvent(_ sentence: OperatorSentence) -> Bool {
        guard let index = sentence.first("during") else { return false }
        var next = index + 1
        while ["the", "this", "our"].contains(sentence.word(next)) { next += 1 }
        return !["next", "coming", "day", "operation"].contains(sentence.word(next))
    }

    // MARK: - Times of day

    private func takeClocks(in sentence: inout OperatorSentence) -> [(minutes: Int, position: Int)] {
        var clocks: [(minutes: Int, position: Int)] = []
        for index in 0..<sentence.count where !sentence.isUsed(index) {
            var minutes = sentence.clock(index)
            var width = 1
            let half = sentence.word(index + 1)
            if minutes == nil, half == "pm" || half == "am", let hour = sentence.number(index), (1...12).contains(hour)
            {
                minutes = 60 * (Int(hour) % 12 + (half == "pm" ? 12 : 0))
                width = 2
            } else if let clock = minutes, half == "pm", clock < 720 {
                minutes = clock + 720
                width = 2
            }
            if sentence.word(index) == "noon" { minutes = 720 }
            if sentence.word(index) == "midnight" { minutes = 1_440 }
            guard let minutes else { continue }
            sentence.use(index..<index + width)
            // `noon (12:00)` says it twice.
            if clocks.last?.minutes == minutes, index - (clocks.last?.position ?? 0) <= 2 { continue }
            clocks.append((minutes, index))
        }
        return clocks
    }

    /// Seconds of the run at a time of day to come.
    private func moment(_ minutes: Int, isTomorrow: Bool) throws(OperatorRefusal) -> Double {
        var ahead = Double(minutes) * 60 - context.secondOfDay
        if isTomorrow {
            ahead += 86_400
        } else if ahead <= 0 {
            guard ahead <= -IntentParser.pastSeconds else {
                throw past("\(IntentParser.clockText(Double(minutes) * 60)) has passed")
            }
            ahead += 86_400
        }
        return context.runSeconds + context.realSeconds(ahead: ahead)
    }

    private func range(from: Int, until: Int, isTomorrow: Bool) throws(OperatorRefusal) -> FoundTime {
        let now = context.secondOfDay
        let isWholeDay = from == 0 && until == 1_440
        let length = isWholeDay ? 86_400 : Double((until - from + 1_440) % 1_440) * 60
        guard length > 0 else { throw IntentParser.unknownTime("a start that is the end") }
        var start = Double(from) * 60 - now + (isTomorrow ? 86_400 : 0)
        // The night that began a short while ago is meant, not the next one.
        let began = start - 86_400
        if began > -IntentParser.freshSeconds, began + length > 0, !isTomorrow { start = began }
        if start + length <= 0 {
            guard start + length <= -IntentParser.pastSeconds || start <= -IntentParser.pastSeconds else {
                throw past("\(IntentParser.clockText(Double(until) * 60)) has passed")
            }
            start += 86_400
        }
        let end = context.realSeconds(ahead: start + length)
        let begin = start <= 0 ? start : context.realSeconds(ahead: start)
        guard end > begin else { throw IntentParser.unknownTime("a time of day that the change of clocks leaves out") }
        return FoundTime(
            fromSeconds: begin <= 0 ? nil : context.runSeconds + begin, untilSeconds: context.runSeconds + end)
    }

    /// `22:00` of seconds after midnight.
    static func clockText(_ seconds: Double) -> String {
        let minutes = Int((seconds / 60).rounded(.down)) % 1_440
        let (hour, minute) = (minutes / 60, minutes % 60)
        return (hour < 10 ? "0\(hour)" : "\(hour)") + ":" + (minute < 10 ? "0\(minute)" : "\(minute)")
    }

    // MARK: - Lengths of time

    private static let units = [
        ("minute", 60.0), ("minutes", 60), ("min", 60), ("mins", 60), ("hour", 3_600), ("hours", 3_600), ("h", 3_600),
    ]

    private func duration(in sentence: inout OperatorSentence) throws(OperatorRefusal) -> Double? {
        var found: Double?
        for index in 0..<sentence.count where !sentence.isUsed(index) {
            guard let (seconds, range) = try length(in: sentence, at: index) else { continue }
            guard seconds > 0, seconds <= IntentParser.longestSeconds else {
                throw OperatorRefusal(
                    .outOfBounds, "no such length of time", accepted: "1 minute to 7 days, e.g. 'for 30 minutes'")
            }
            guard found == nil || found == seconds else {
                throw OperatorRefusal(.contradiction, "two lengths of time", accepted: "one, e.g. 'for 30 minutes'")
            }
            found = seconds
            sentence.use(range)
        }
        return found
    }

    /// The length of time whose unit stands at `index`.
    private func length(
        in sentence: OperatorSentence, at index: Int
    ) throws(OperatorRefusal) -> (seconds: Double, range: Range<Int>)? {
        let word = sentence.word(index)
        if let unit = IntentParser.units.first(where: { $0.0 == word }) {
            var end = index + 1
            var extra = 0.0
            if sentence.word(end) == "and", sentence.word(end + 1) == "a", sentence.word(end + 2) == "half" {
                (end, extra) = (end + 3, unit.1 / 2)
            }
            let before = sentence.word(index - 1)
            if before == "half", sentence.word(index - 2) == "a", sentence.word(index - 3) == "and" {
                guard let whole = IntentParser.amount(in: sentence, at: index - 4) else {
                    throw IntentParser.unknownTime("'and a half \(word)'")
                }
                return ((whole + 0.5) * unit.1, index - 4..<end)
            }
            if before == "half" { return (unit.1 / 2, index - 1..<end) }
            if before == "an", sentence.word(index - 2) == "half" { return (unit.1 / 2, index - 2..<end) }
            if before == "an", sentence.word(index - 2) == "of", sentence.word(index - 3) == "quarter" {
                return (unit.1 / 4, index - 3..<end)
            }
            if let number = IntentParser.amount(in: sentence, at: index - 1) {
                return (number * unit.1 + extra, index - 1..<end)
            }
            if ["a", "an", "next", "coming", "the"].contains(before) { return (unit.1 + extra, index..<end) }
            throw IntentParser.unknownTime("'\(before) \(word)'")
        }
        // Seconds are a length of time only where the sentence says so: else they are a delay.
        guard ["s", "sec", "secs", "seconds", "second"].contains(word),
            let number = IntentParser.amount(in: sentence, at: index - 1),
            sentence.word(index - 2) == "for" || ["next", "coming"].contains(sentence.word(index - 2))
        else { return nil }
        return (number, index - 1..<index + 1)
    }

    private static let amounts = [
        ("one", 1.0), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8),
        ("nine", 9), ("ten", 10), ("eleven", 11), ("twelve", 12), ("fifteen", 15), ("twenty", 20), ("thirty", 30),
        ("forty", 40), ("fifty", 50), ("sixty", 60), ("ninety", 90),
    ]

    /// A number in digits or as a word.
    static func amount(in sentence: OperatorSentence, at index: Int) -> Double? {
        if let number = sentence.number(index) { return sentence.isUsed(index) ? nil : number }
        return amounts.first { $0.0 == sentence.word(index) }?.1
    }
}
