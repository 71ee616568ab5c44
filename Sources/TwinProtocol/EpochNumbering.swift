/// Which epochs belong to the numbering in force, for all who fence on epochs that others tell them.
///
/// The radio network counts epochs of its own monotonic clock. They fall where its host is started again, and then all
/// that fences know is of a numbering that is over. A single wrong number must not be taken for that, nor lift a fence
/// over the true ones: where a source's numbers fall, or jump by more than `maxStep`, its next message has to go on
/// from there before the fence moves.
///
/// Each source (a wire) is judged by its own last number: one that was held up, and now sends what waited, goes on
/// where it was and moves nothing. Where one source has begun a new numbering the others join it: it restarts once.
package struct EpochNumbering: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        /// Of the numbering in force; whether it is new to the caller is for the caller's own fence to say.
        case inForce
        /// The first of a new numbering, which begins below the old one: what the caller holds of the old one is over.
        case restarted
        /// Not of the numbering in force: must have no effect on a fence.
        case doubtful
    }

    private struct Source: Hashable, Sendable {
        var last: UInt64?
        var incarnation: UInt64 = 0
        /// Its last number did not follow from the one before.
        var hasJumped = false
        /// Count of the numbering that its last number was of, save where that was doubted.
        var numbering = 0
        /// Where it goes on in a numbering that is over: numbers in a row that the one in force kept up with, and the
        /// newest epoch when the last of them came.
        var steady = 0
        var newest: UInt64 = 0
    }

    /// Epochs by which the next one may be ahead, or a late one behind, without being doubted. An outage that is longer
    /// costs one more epoch, and a wrong number that is nearer holds the true ones up for as many epochs at most.
    package static let maxStep: UInt64 = 1_024

    /// A source that seems to go on in a numbering that is over, and does so in step with the one in force for more
    /// than so many numbers, has missed the fall.
    private static let steadyNumbers = 8

    /// Highest epoch of the numbering in force; nil before any.
    package private(set) var newest: UInt64?
    private var sources: [Source]
    /// Numberings so far.
    private var numbering = 0

    /// - Parameter sources: number of wires that epochs come over, addressed 0 ..< sources; at least 1.
    package init(sources: Int) { self.sources = Array(repeating: Source(), count: max(1, sources)) }

    /// Judges the epoch of a message of one source.
    ///
    /// - Parameter incarnation: of the radio network, where the source is the radio network itself: what a later start
    ///   of it says holds at once.
    package mutating func observe(_ epoch: UInt64, from source: Int = 0, incarnation: UInt64 = 0) -> Verdict {
        let before = sources[source]
        sources[source] = Source(
            last: epoch, incarnation: max(incarnation, before.incarnation),
            numbering: before.last == nil ? numbering : before.numbering)
        guard let newest else {
            self.newest = epoch
            return .inForce
        }
        if incarnation > before.incarnation, before.last != nil { return begin(at: epoch, by: source, after: newest) }
        let follows = before.last.map { epoch >= $0 && epoch - $0 <= EpochNumbering.maxStep } ?? false
        if sources[source].numbering < numbering, joins(epoch, source, before, follows: follows, newest) {
            sources[source].numbering = numbering
            self.newest = max(newest, epoch)
            return .inForce
        }
        if before.hasJumped, follows {
            guard epoch != before.last else {
                sources[source].hasJumped = true
                return .doubtful
            }
            return begin(at: epoch, by: source, after: newest)
        }
        let hasFallen = before.last.map { epoch < $0 && EpochNumbering.isNear($0, newest) } ?? false
        guard sources[source].numbering == numbering, EpochNumbering.isNear(epoch, newest), !hasFallen else {
            sources[source].hasJumped = !follows
            return .doubtful
        }
        self.newest = max(newest, epoch)
        return .inForce
    }

    /// Whether a source whose numbering is over has come to the one in force.
    private mutating func joins(
        _ epoch: UInt64, _ source: Int, _ before: Source, follows: Bool, _ newest: UInt64
    ) -> Bool {
        guard EpochNumbering.isNear(epoch, newest) else { return false }
        if !follows || before.hasJumped { return true }
        // What goes on from its last number may be left over of the old numbering.
        let keepsUp = newest > before.newest && epoch > before.last ?? epoch
        sources[source].steady = keepsUp ? before.steady + 1 : 0
        sources[source].newest = newest
        return sources[source].steady > EpochNumbering.steadyNumbers
    }

    /// The numbering goes on from this epoch.
    private mutating func begin(at epoch: UInt64, by source: Int, after newest: UInt64) -> Verdict {
        self.newest = epoch
        numbering += 1
        sources[source].numbering = numbering
        // Sources that said the same need no third message.
        for index in sources.indices where sources[index].hasJumped {
            guard let last = sources[index].last, EpochNumbering.isNear(last, epoch) else { continue }
            (sources[index].hasJumped, sources[index].numbering) = (false, numbering)
        }
        return epoch > newest ? .inForce : .restarted
    }

    private static func isNear(_ one: UInt64, _ other: UInt64) -> Bool {
        max(one, other) - min(one, other) <= EpochNumbering.maxStep
    }
}
