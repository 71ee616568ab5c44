internal import Benchmarking
internal import DTNetMessages
internal import NetworkModel
internal import TwinProtocol

/// What a simulation keeps of what happened: hash, latencies, the reports that it is judged by. Entries are booked in
/// order: at once, or some at a time beside the simulation where there is a lane.
final class HistoryBooks {
    /// Entries that are booked together.
    private static let batch = 64

    /// What has been booked.
    private struct Books {
        var hash = HistoryHash()
        var ledger: LatencyLedger
        var pool: ReportPool
        var mirroredBytes: UInt64 = 0
    }

    private enum Entry {
        case delivered(Envelope)
        case recorded(Record)
    }

    private let isOrchestrator: [Bool]
    private let keepsReports: Bool
    private let lane: (any AsideLane)?
    private var books: Books
    private var entries: [Entry] = []
    private var booking: AsideWork?

    /// - Parameter keepsReports: whether the newest reports are kept, for judging.
    init(plan: WiringPlan, warmUp: Instant.Span, keepsReports: Bool, lane: (any AsideLane)?) {
        isOrchestrator = plan.nodes.map { $0.role == .orchestrator }
        self.keepsReports = keepsReports
        self.lane = lane
        books = Books(
            ledger: LatencyLedger(LedgerConfiguration(plan, warmUp: warmUp)),
            pool: ReportPool(plan: plan))
    }

    var hash: HistoryHash { settled.hash }
    var ledger: LatencyLedger { settled.ledger }
    var pool: ReportPool { settled.pool }
    /// Bytes that edges have mirrored to L3.
    var mirroredBytes: UInt64 { settled.mirroredBytes }

    func add(_ envelope: Envelope) {
        if lane == nil { note(envelope) } else { add(.delivered(envelope)) }
    }

    func add(_ record: Record) {
        if lane == nil { note(record) } else { add(.recorded(record)) }
    }

    private func add(_ entry: Entry) {
        entries.append(entry)
        if entries.count >= HistoryBooks.batch { book() }
    }

    /// Begins to book what has been added, once what was added before is booked.
    private func book() {
        booking?.finish()
        let batch = entries
        entries = []
        entries.reserveCapacity(HistoryBooks.batch)
        let work = AsideWork { [self] in
            for entry in batch {
                switch entry {
                case .delivered(let envelope): note(envelope)
                case .recorded(let record): note(record)
                }
            }
        }
        booking = work
        lane?.offer(work)
    }

    private func note(_ envelope: Envelope) {
        books.hash.add(envelope)
        if isOrchestrator[Int(envelope.recipient.rawValue)] {
            switch envelope.body {
            case .channelReport, .twinStatus: books.mirroredBytes += UInt64(EnvelopeSize.bytes(envelope))
            default: break
            }
        }
        if keepsReports { books.pool.note(envelope) }
    }

    private func note(_ record: Record) {
        books.ledger.add(record)
        if case .directive(let directive) = record { books.hash.add(directive) }
    }

    /// The books with everything in them that was added.
    private var settled: Books {
        if !entries.isEmpty { book() }
        booking?.finish()
        booking = nil
        return books
    }
}
