/// Which epochs belong to the numbering in force, for all who fence on epochs that others tell them.
///
/// The radio network counts epochs of its own monotonic clock. They fall where its host is started again, and then all
/// that fences know is of a numbering that is over. A single wrong number must not be taken for that, nor lift a fence
/// over the true ones: where a source's numbers fall, or jump by more than `maxStep`, its next message has to go on
/// from there before the fence moves.
///
/// Each source (a wire) is judged by its own last number: one that was held up, and now sends what waited, goes on
/// where it was and moves nothing.
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
    }

    /// Epochs by which the next one may be ahead, or a late one behind, without being doubted. An outage that is longer
    /// costs one more epoch, and a wrong number that is nearer holds the true ones up for as many epochs at most.
    package static let maxStep: UInt64 = 1_024

    /// Highest epoch of the numbering in force; nil before any.
    package private(set) var newest: UInt64?
    private var sources: [Source]

    /// - Parameter sources: number of wires that epochs come over, addressed 0 ..< sources; at least 1.
    package init(sources: Int) { self.sources = Array(repeating: Source(), count: max(1, sources)) }

    /// Judges the epoch of a message of one source.
    ///
    /// - Parameter incarnation: of the radio network, where the source is the radio network itself: what a later start
    ///   of it says holds at once.
    package mutating func observe(_ epoch: UInt64, from source: Int = 0, incarnation: UInt64 = 0) -> Verdict {
        let before = sources[source]
        sources[source] = Source(last: epoch, incarnation: max(incarnation, before.incarnation))
        guard let newest else {
            self.newest = epoch
            return .inForce
        }
        if incarnation > before.incarnation, before.last != nil { return begin(at: epoch, after: newest) }
        let follows = before.last.map { epoch >= $0 && epoch - $0 <= EpochNumbering.maxStep } ?? false
        if before.hasJumped, follows {
            guard epoch != before.last else {
                sources[source].hasJumped = true
                return .doubtful
            }
            return begin(at: epoch, after: newest)
        }
        let hasFallen = before.last.map { epoch < $0 && EpochNumbering.isNear($0, newest) } ?? false
        guard EpochNumbering.isNear(epoch, newest), !hasFallen else {
            sources[source].hasJumped = !follows
            return .doubtful
        }
        self.newest = max(newest, epoch)
        return .inForce
    }

    /// The numbering goes on from this epoch.
    private mutating func begin(at epoch: UInt64, after newest: UInt64) -> Verdict {
        self.newest = epoch
        // Sources that said the same need no third message.
        for index in sources.indices where sources[index].last.map({ EpochNumbering.isNear($0, epoch) }) ?? false {
            sources[index].hasJumped = false
        }
        return epoch > newest ? .inForce : .restarted
    }

    private static func isNear(_ one: UInt64, _ other: UInt64) -> Bool {
        max(one, other) - min(one, other) <= EpochNumbering.maxStep
    }
}
