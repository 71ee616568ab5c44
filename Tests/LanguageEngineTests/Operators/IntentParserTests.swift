import LanguageEngine
import NetworkModel
import Testing

/// Sentences of operators in many wordings, and texts that must not be obeyed.
@Suite struct IntentParserTests {
    private static func parse(_ text: String) -> OperatorRequest { Wordings.parser.parse(text) }

    private static func reason(_ text: String) -> OperatorRefusal.Reason? {
        guard case .refused(let refusal) = parse(text) else { return nil }
        return refusal.reason
    }

    /// Lines whose number 4 divides were not looked at while the grammar was tuned.
    @Test func wordingsAreUnderstood() throws {
        var right = [[String: (right: Int, all: Int)]](repeating: [:], count: 2)
        for wanted in try Wordings.cases() {
            let request = Self.parse(wanted.text)
            let isRight = Wordings.isRight(request, wanted)
            let part = wanted.number % 4 == 0 ? 1 : 0
            let before = right[part][wanted.kind] ?? (0, 0)
            right[part][wanted.kind] = (before.right + (isRight ? 1 : 0), before.all + 1)
            if part == 0, !isRight { print("line \(wanted.number): \(wanted.text)\n    \(request)") }
        }
        for (part, name) in ["tuned on", "held out"].enumerated() {
            for kind in right[part].keys.sorted() {
                print("\(name): \(kind): \(right[part][kind]!.right) of \(right[part][kind]!.all)")
            }
        }
        let tuned = right[0].values.reduce((0, 0)) { ($0.0 + $1.right, $0.1 + $1.all) }
        let held = right[1].values.reduce((0, 0)) { ($0.0 + $1.right, $0.1 + $1.all) }
        print("tuned on: \(tuned.0) of \(tuned.1); held out: \(held.0) of \(held.1)")
        #expect(tuned.1 + held.1 == 369)
        #expect(Double(tuned.0) >= 0.95 * Double(tuned.1))
    }

    /// `held-out.tsv` was written before the grammar knew these ways to ask for priority, load and users.
    @Test func sentencesWrittenBeforeTheGrammarAreUnderstood() throws {
        let cases = try Wordings.cases("held-out.tsv")
        let wrong = cases.filter { !Wordings.isRight(Self.parse($0.text), $0) }
        for wanted in wrong { print("held out: \(wanted.text)\n    \(Self.parse(wanted.text))") }
        print("held out: \(cases.count - wrong.count) of \(cases.count)")
        #expect(cases.count == 25 && wrong.count <= 2)
    }

    @Test(arguments: [
        "give video priority", "give priority to video", "video gets priority", "prioritise video", "boost video",
        "favour video", "put video first", "video comes first", "video takes precedence", "video has preference",
        "let video go before the others", "video is most important",
    ]) func priorityHasManyWords(text: String) {
        guard case .intent(let intent) = Self.parse(text) else {
            Issue.record("\(text): \(Self.parse(text))")
            return
        }
        #expect(intent.scope == .slice(1) && intent.targets == [.priority(2)], "\(text): \(intent)")
    }

    @Test(arguments: [
        "take priority away from video", "give video no priority", "video has too much priority",
        "do not give video priority", "never prioritise video",
    ]) func whatIsDeniedIsNotRaised(text: String) {
        guard case .intent(let intent) = Self.parse(text) else { return }
        let rises = intent.targets.contains { if case .priority(let factor) = $0 { factor > 1 } else { false } }
        #expect(!rises, "\(text): \(intent)")
    }

    @Test func whatIsYieldedIsARate() {
        guard case .intent(let intent) = Self.parse("video must yield at least 5 Mbit/s") else {
            Issue.record("\(Self.parse("video must yield at least 5 Mbit/s"))")
            return
        }
        #expect(intent.targets == [.rate(bps: 5e6)])
    }

    /// A power, a rate or a question is no wish for priority.
    @Test func otherBoostsAreNoPriority() {
        for text in ["boost the power of cell 4", "boost the throughput of video", "how important is video?"] {
            guard case .intent(let intent) = Self.parse(text) else { continue }
            #expect(!intent.targets.contains(.priority(2)), "\(text): \(intent)")
        }
    }
}

/// Texts that try to give orders: `injections.txt`, and garbage.
@Suite struct OperatorTextTests {
    /// Whether an intent names only what exists and stays in bounds.
    private static func isHarmless(_ intent: Intent) -> Bool {
        let context = Wordings.context
        let (slice, cells): (Int?, [CellID]) =
            switch intent.scope {
            case .network: (nil, [])
            case .slice(let slice): (slice, [])
            case .cells(let cells): (nil, cells)
            case .sliceInCells(let slice, let cells): (slice, cells)
            }
        let exists =
            cells.allSatisfy { $0.index < Wordings.cells } && slice.map { context.slices.indices.contains($0) } ?? true
        let inBounds = intent.targets.allSatisfy { target in
            switch target {
            case .delay(let seconds): (1e-4...60).contains(seconds)
            case .rate(let bps), .uplinkRate(let bps): (1e3...context.peakRateBps).contains(bps)
            case .priority(let factor): (0.25...4).contains(factor)
            case .power(let dbm): (36...46).contains(dbm)
            case .mcs(let index): (0...27).contains(index)
            case .energy: true
            }
        }
        let lasts = (intent.untilSeconds ?? .infinity) > intent.fromSeconds ?? Wordings.runSeconds
        return exists && inBounds && lasts && !intent.targets.isEmpty
    }

    @Test func injectionsSetNothingOutOfBounds() throws {
        let texts = try Wordings.fixture("injections.txt").split(separator: "\n").map(String.init)
        #expect(texts.count == 120)
        var intents = 0
        for text in texts {
            guard case .intent(let intent) = Wordings.parser.parse(text) else { continue }
            intents += 1
            print("taken for an intent: \(text)\n    \(intent)")
            #expect(Self.isHarmless(intent), "\(text): \(intent)")
        }
        print("\(intents) of \(texts.count) injections are intents in bounds")
    }

    /// Injections joined to wishes, cut anywhere, and bytes by chance: an answer, and nothing out of bounds.
    @Test func garbageIsAnswered() throws {
        let cases = try Wordings.cases().map(\.text)
        let texts = try Wordings.fixture("injections.txt").split(separator: "\n").map(String.init)
        let seed: UInt64 = 20_261_128
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for round in 0..<3_000 {
            var scalars = Array((cases[next(cases.count)] + " " + texts[next(texts.count)]).unicodeScalars)
            for _ in 0..<next(6) {
                let place = next(scalars.count)
                if next(2) == 0 { scalars.remove(at: place) } else { scalars[place] = scalars[next(scalars.count)] }
            }
            let start = next(scalars.count)
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars[start..<min(scalars.count, start + 1 + next(200))])
            if case .intent(let intent) = Wordings.parser.parse(String(text)) {
                #expect(Self.isHarmless(intent), "seed \(seed), round \(round): \(String(text)): \(intent)")
            }
        }
    }

    @Test func longTextsAreRefusedUnread() {
        let long = String(repeating: "save energy ", count: 50)
        guard case .refused(let refusal) = Wordings.parser.parse(long) else {
            Issue.record("600 bytes were read")
            return
        }
        #expect(refusal.reason == .tooLong && refusal.accepted.contains("512"))
    }
}

/// Single rules of the grammar.
@Suite struct IntentGrammarTests {
    private func at(_ clock: Double) -> IntentParser {
        var context = Wordings.context
        context.secondOfDay = clock * 3_600
        return IntentParser(context)
    }

    private func until(_ text: String, at clock: Double) -> Double? {
        guard case .intent(let intent) = at(clock).parse(text) else { return nil }
        return intent.untilSeconds.map { ($0 - Wordings.runSeconds) / 3_600 }
    }

    private func reason(_ text: String, at clock: Double = 5) -> OperatorRefusal.Reason? {
        guard case .refused(let refusal) = at(clock).parse(text) else { return nil }
        #expect(!refusal.text.isEmpty && !refusal.accepted.isEmpty)
        return refusal.reason
    }

    @Test func aTimeOfDayIsTodayTomorrowOrPast() {
        #expect(until("save energy until 22:00", at: 20) == 2)
        #expect(reason("save energy until 22:00", at: 23) == .timePast)
        #expect(until("save energy until tomorrow 22:00", at: 23) == 23)
        #expect(until("save energy until 06:00", at: 23) == 7)
        #expect(until("save energy from 22:00 to 06:00", at: 23) == 7)
        #expect(until("save energy from 22:00 to 06:00", at: 12) == 18)
        #expect(until("save energy tonight", at: 12) == 18)
        #expect(until("save energy until 10 pm", at: 12) == 10)
        #expect(until("save energy until midnight", at: 12) == 12)
        #expect(until("save energy until 00:00", at: 9) == 15)
        #expect(until("save energy until tomorrow 00:00", at: 9) == 15)
        #expect(until("save energy from 00:00 to 24:00", at: 20) == 4)
        #expect(reason("save energy from midnight to 00:00", at: 20) == .unknownTime)
        #expect(until("save energy for 90 seconds", at: 12) == 90.0 / 3_600)
        #expect(reason("save energy until the concert ends") == .unknownTime)
        #expect(reason("save energy during the match") == .unknownTime)
        #expect(until("save energy for two and a half hours", at: 12) == 2.5)
        #expect(until("save energy for an hour and a half", at: 12) == 1.5)
        #expect(reason("save energy for some hours") == .unknownTime)
        #expect(reason("save energy for 30 minutes until 22:00") == .contradiction)
        #expect(reason("save energy for 9000 hours") == .outOfBounds)
    }

    /// Between a wish and its end the local clock is put forward or back by an hour.
    @Test func aChangeOfClocksIsReckonedWith() {
        func span(_ text: String, forwardHours: Double) -> (from: Double?, until: Double?) {
            var context = Wordings.context
            // 20:00, and the clock changes at 02:00.
            context.secondOfDay = 20 * 3_600
            context.clockShift = ClockShift(inSeconds: 6 * 3_600, bySeconds: forwardHours * 3_600)
            guard case .intent(let intent) = IntentParser(context).parse(text) else { return (nil, nil) }
            let hours = { (seconds: Double) in (seconds - Wordings.runSeconds) / 3_600 }
            return (intent.fromSeconds.map(hours), intent.untilSeconds.map(hours))
        }
        #expect(span("save energy until 22:00", forwardHours: 1).until == 2)
        #expect(span("save energy until 06:00", forwardHours: 1).until == 9)
        #expect(span("save energy until 06:00", forwardHours: -1).until == 11)
        // There is no 02:30 where the clock goes from 02:00 to 03:00.
        #expect(span("save energy until 02:30", forwardHours: 1).until == 6)
        #expect(span("save energy for 8 hours", forwardHours: 1).until == 8)
        let night = span("save energy from 22:00 to 06:00", forwardHours: -1)
        #expect(night.from == 2 && night.until == 11)
    }

    @Test func numbersNeedUnitsAndRanges() {
        #expect(reason("give video 5 MB/s") == .noUnit)
        #expect(reason("cap cell 4 at 20 dBm") == .outOfBounds)
        #expect(reason("cap the power at 40 dBm") == .ambiguousScope)
        #expect(reason("keep urllc delay above 5 ms") == .contradiction)
        #expect(reason("give video 2 Mbit/s at most") == .contradiction)
        #expect(reason("give video 5 Mbit/s and urllc 2 Mbit/s") == .contradiction)
        #expect(reason("put video and xr first") == .ambiguousScope)
        #expect(reason("save energy at 2 GHz") == .unknownBand)
        #expect(reason("raise the priority of video to 1000") == .outOfBounds)
        #expect(reason("cap cell 4 at 1e999 dBm") == .outOfBounds)
        #expect(reason("") == .notUnderstood && reason("?!") == .notUnderstood)
        #expect(reason("keep urllc under 5 ms in cell 4 if it rains") == .unsupported)
    }

    /// Of the sample, urllc is guaranteed 20 ms and 50 kbit/s, video 1 Mbit/s.
    @Test(arguments: [
        ("keep urllc delay under 50 ms in the stadium", "a delay of at most 20 ms"),
        ("urllc latency at most 0.03 s on the campus until 22:00", "a delay of at most 20 ms"),
        ("keep urllc under 21 ms, save energy elsewhere", "a delay of at most 20 ms"),
        ("keep urllc delay above 5 ms", "a delay of at most 20 ms"),
        ("keep urllc under 10 ms with at least 10 kbit/s", "at least 0.05 Mbit/s per user"),
        ("give video at least 500 kbit/s", "at least 1 Mbit/s per user"),
        ("video should get 0.9 Mbit/s in cell 4 for 30 minutes", "at least 1 Mbit/s per user"),
    ]) func whatIsWeakerThanAGuaranteeIsRefused(text: String, guarantee: String) {
        guard case .refused(let refusal) = at(5).parse(text) else {
            Issue.record("\(text): \(at(5).parse(text))")
            return
        }
        #expect(refusal.reason == .contradiction && refusal.text.contains("guarantee"), "\(text): \(refusal)")
        #expect(refusal.text.contains(guarantee) && refusal.accepted.contains(guarantee), "\(text): \(refusal)")
    }

    /// Equal in any unit, stronger, of another kind than the guarantee, or of no slice.
    @Test(arguments: [
        ("keep urllc delay under 20 ms", Intent.Target.delay(seconds: 0.02)),
        ("keep urllc delay under 20000 us", .delay(seconds: 0.02)),
        ("keep urllc delay under 5 ms", .delay(seconds: 0.005)), ("give urllc 50 kbit/s", .rate(bps: 5e4)),
        ("give video 1000 kbit/s", .rate(bps: 1e6)), ("give video 5 Mbit/s", .rate(bps: 5e6)),
        ("keep video delay under 50 ms", .delay(seconds: 0.05)), ("give xr 500 kbit/s", .rate(bps: 5e5)),
        ("give video 500 kbit/s in the uplink", .uplinkRate(bps: 5e5)),
        ("keep delay under 50 ms in the stadium", .delay(seconds: 0.05)),
        ("put video last", .priority(0.5)),
    ]) func whatIsNoWeakerThanAGuaranteeIsTaken(text: String, target: Intent.Target) {
        guard case .intent(let intent) = at(5).parse(text) else {
            Issue.record("\(text): \(at(5).parse(text))")
            return
        }
        #expect(intent.targets == [target], "\(text): \(intent)")
    }

    @Test func wordsThatSayNothingAreNamed() {
        #expect(at(5).unread(in: "kindly give vidoe a flawless 5 Mbit/s on the plaza") == ["kindly", "flawless"])
        #expect(at(5).unread(in: "save energy until 22:00").isEmpty)
    }

    @Test func cellsAreListsAndRanges() {
        func cells(_ text: String) -> [Int]? {
            guard case .intent(let intent) = at(5).parse(text), case .cells(let cells) = intent.scope else {
                return nil
            }
            return cells.map(\.index)
        }
        #expect(cells("save energy in cells 1, 2 and 5") == [1, 2, 5])
        #expect(cells("save energy in cells 3 to 5 for 30 minutes") == [3, 4, 5])
        #expect(cells("cap cells 4 and 5 to 40 dBm") == [4, 5])
        #expect(cells("limit cell 4 to 40 dBm") == [4])
        #expect(cells("save energy in cell 4, 20 minutes") == [4])
        #expect(cells("save energy in site7") == [7])
        #expect(cells("save energy outside the north region") == Array(0...7))
        #expect(reason("save energy in cell 4 of the stadium") == .ambiguousScope)
    }

    /// At 01:00 of a day on which clocks go forward, or back, in an hour: 22:00 is 20 or 22 hours away.
    @Test(arguments: [(3_600.0, 20.0), (-3_600, 22)])
    func aTimeOfDayIsOfTheClocksThatPeopleSee(shift: Double, hours: Double) throws {
        var context = Wordings.context
        (context.secondOfDay, context.clockShift) = (3_600, ClockShift(inSeconds: 3_600, bySeconds: shift))
        let parser = IntentParser(context)
        guard case .intent(let until) = parser.parse("save energy until 22:00"),
            case .intent(let range) = parser.parse("save energy from 01:30 to 23:00"),
            case .intent(let length) = parser.parse("save energy for 30 minutes")
        else {
            Issue.record("not understood")
            return
        }
        #expect(until.untilSeconds == Wordings.runSeconds + hours * 3_600)
        #expect(range.fromSeconds == Wordings.runSeconds + 1_800, "before the change")
        #expect(range.untilSeconds == Wordings.runSeconds + (hours + 1) * 3_600)
        #expect(length.untilSeconds == Wordings.runSeconds + 1_800)
        #expect(context.localSeconds(ahead: hours * 3_600) == 21 * 3_600)
    }

    @Test func theNextChangeOfClocksIsFound() {
        #expect(ClockShift.next { _ in 7_200 } == nil)
        let found = ClockShift.next { $0 < 100_001 ? 3_600 : 7_200 }
        #expect(found == ClockShift(inSeconds: 100_001, bySeconds: 3_600))
        #expect(ClockShift.next { $0 < 9 * 86_400 ? 0 : 3_600 } == nil, "no wish names a time behind it")
    }

    @Test func aTopologyGivesRegionsSitesAndItsOwnLimits() {
        let cells = (0..<4).map { index in
            CellConfiguration(
                id: CellID(UInt32(index)), name: index < 3 ? "hall-\(index + 1)" : "gym",
                region: RegionID(index < 3 ? 0 : 1), xMetres: 0, yMetres: 0, transmitPowerDbm: 40)
        }
        let network = NetworkConfiguration(
            name: "t", seed: 1, hierarchy: .decentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: cells, regionNames: ["west", "east"],
            slices: [SliceConfiguration(name: "broadband", fraction: 1)])
        let parser = IntentParser(OperatorContext(network: network, secondOfDay: 0, runSeconds: 0))
        func scope(_ text: String) -> Intent.Scope? {
            guard case .intent(let intent) = parser.parse(text) else { return nil }
            return intent.scope
        }
        #expect(scope("save energy in the hall") == .cells([CellID(0), CellID(1), CellID(2)]))
        #expect(scope("save energy in hall-2") == .cells([CellID(1)]))
        #expect(scope("save energy in the east region") == .cells([CellID(3)]))
        #expect(scope("give embb 2 Mbit/s") == .slice(0))
        #expect(scope("give slice 0 2 Mbit/s") == .slice(0))
        guard case .refused(let slice) = parser.parse("keep xr under 10 ms"),
            case .refused(let scheme) = parser.parse("cap the MCS of cell 2 at 28"),
            case .intent(let capped) = parser.parse("cap the MCS of cell 2 at 16"),
            case .refused(let rate) = parser.parse("give broadband 900 Mbit/s")
        else {
            Issue.record("a network without them takes slices, schemes and rates")
            return
        }
        #expect(capped.scope == .cells([CellID(2)]) && capped.targets == [.mcs(index: 16)])
        #expect(slice.reason == .unknownSlice && slice.accepted.contains("broadband"))
        #expect(scheme.reason == .outOfBounds && rate.reason == .outOfBounds)
    }
}
