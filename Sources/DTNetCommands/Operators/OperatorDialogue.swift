internal import Benchmarking
internal import Foundation
internal import Glibc
internal import LanguageEngine
internal import ModelServing
internal import NetworkModel
internal import TwinProtocol

/// What `dtnet ask` reads a sentence against, and what became of intents before.
struct OperatorDialogue {
    let folder: RunFolder
    let record: RunRecord
    let context: OperatorContext
    let inbox: OperatorInbox

    init(_ folder: RunFolder) throws {
        self.folder = folder
        record = try RunRecord(folder)
        let now = time(nil)
        context = OperatorContext(
            network: record.network, secondOfDay: OperatorDialogue.secondOfDay(), runSeconds: record.seconds,
            clockShift: ClockShift.next { OperatorDialogue.offset(at: now + $0) })
        inbox = OperatorInbox(runFolder: folder.path)
    }

    /// Whether anybody of the run still reads what is posted.
    var isLive: Bool { folder.isSupervised }

    /// Intents that were posted and are neither taken back nor over.
    var intents: [(name: String, text: String)] {
        var intents: [(name: String, text: String)] = []
        var last: String?
        while true {
            let reading = inbox.read(
                after: last, slices: context.slices.count, cells: context.cellNames.count, movesAside: false)
            for item in reading.items {
                switch item.entry {
                case .intent(let name, let intent):
                    guard intent.untilSeconds ?? .infinity > context.runSeconds else { break }
                    intents.append((name, intent.text(slices: context.slices.map(\.name))))
                case .cancel(let name): intents.removeAll { $0.name == name }
                case .trial, .approve, .withdraw, .alarm: break
                }
            }
            guard let newest = reading.items.last?.name else { return intents }
            last = newest
        }
    }

    /// Has the twins of the run try what a wish would lead to, and waits for it: the decision with its line; nil where
    /// no answer came in time.
    func trial(
        of intent: Intent, text: String, withinSeconds: Double
    ) throws -> (decision: LanguageDecision, line: Int)? {
        let end = try FileHandle(forReadingAtPath: folder.decisionsPath)?.seekToEnd() ?? 0
        let name = try post(.trial(text: text, intent))
        return try tried(behind: end, withinSeconds: withinSeconds) { $0.hasPrefix("entry \(name): ") }
    }

    /// Gives consent to a proposed decision, has the twins of the run try it from the present state, and waits for it:
    /// the trial with its line; nil where no answer came in time. And the name of the entry.
    func consent(
        to number: UInt64, withinSeconds: Double
    ) throws -> (name: String, tried: (decision: LanguageDecision, line: Int)?) {
        let end = try FileHandle(forReadingAtPath: folder.decisionsPath)?.seekToEnd() ?? 0
        let name = try post(.approve(number: number))
        let finding = LanguageDecision.consentFinding(number)
        return (name, try tried(behind: end, withinSeconds: withinSeconds) { $0 == finding })
    }

    /// Waits for what the twins say of a trial, by its finding, behind a place of the record.
    private func tried(
        behind end: UInt64, withinSeconds: Double, isMeant: (String) -> Bool
    ) throws -> (decision: LanguageDecision, line: Int)? {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(withinSeconds)
        while clock.now < deadline {
            usleep(OperatorDialogue.pollMicroseconds)
            guard let file = FileHandle(forReadingAtPath: folder.decisionsPath) else { continue }
            try file.seek(toOffset: end)
            let news = try file.readToEnd() ?? Data()
            if RecordLine.numbered(news).contains(where: { OperatorDialogue.isTrial($0.record, isMeant) }) {
                let rows = try RunRecord(folder).languageRows
                let found = rows.last { OperatorDialogue.isTrial(.language($0.decision), isMeant) }
                return found.map { ($0.decision, $0.row.line) }
            }
        }
        return nil
    }

    private static let pollMicroseconds: UInt32 = 50_000

    private static func isTrial(_ record: Record, _ isMeant: (String) -> Bool) -> Bool {
        guard case .language(let decision) = record, decision.outcome == .tried else { return false }
        return decision.findings.first.map(isMeant) ?? false
    }

    func post(_ post: OperatorInbox.Post) throws -> String {
        guard isLive else {
            throw ToolFailure(.failed, "\(folder.path): this run is over, nobody applies anything")
        }
        do {
            return try inbox.post(post)
        } catch {
            throw ToolFailure(.failed, error.description)
        }
    }

    /// Local time less UTC at a moment, seconds.
    private static func offset(at seconds: time_t) -> Int {
        var seconds = seconds
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts.tm_gmtoff
    }

    /// Local time of day.
    private static func secondOfDay() -> Double {
        var seconds = time(nil)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return Double(parts.tm_hour * 3_600 + parts.tm_min * 60 + min(parts.tm_sec, 59))
    }
}
