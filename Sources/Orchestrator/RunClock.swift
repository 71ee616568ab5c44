internal import NetworkModel

/// The newest epoch that L3 has heard of, and the time of the run. Epochs of one radio network go up; those of one that
/// was started anew, on a host that was, may begin far below: L3 follows them, and the time of the run goes on.
struct RunClock: Sendable {
    /// Epochs have fallen: those of before count for nothing any more.
    struct Fall: Sendable {
        var from: UInt64
        var to: UInt64
        /// Time that passed meanwhile and that no epoch tells of, in epochs.
        var lost: UInt64
    }

    private(set) var newest: UInt64 = 0
    /// The time of the run at an epoch, since L3 was started again or epochs fell.
    private var origin: (epoch: UInt64, seconds: Double)?
    /// How long L3 was away, until it hears the first epoch.
    private var awaySeconds: Double?
    /// When the newest epoch came.
    private var advanced = Instant.zero
    /// The newest epoch before a fall: who still says it, or less, speaks of a radio network that is gone.
    private var stale: UInt64?
    private let epochSeconds: Double

    /// What lies further below the newest epoch is no late message.
    private static let lateSeconds = 5.0
    /// So long none is above the newest before lower ones are believed.
    private static let patience = Instant.Span.seconds(2)
    /// Epochs beyond are nobody's: a microsecond each, they would last for three centuries.
    static let highest: UInt64 = 1 << 53

    init(epochSeconds: Double) { self.epochSeconds = epochSeconds }

    private var lateEpochs: UInt64 { UInt64(max(1, (RunClock.lateSeconds / epochSeconds).rounded(.up))) }

    /// Goes on from what was kept.
    mutating func goOn(epoch: UInt64, seconds: Double, awaySeconds: Double) {
        guard epoch > 0 else { return }
        newest = min(epoch, RunClock.highest)
        origin = (newest, seconds)
        self.awaySeconds = max(0, min(awaySeconds, 1e9))
    }

    /// Time of the run, seconds.
    ///
    /// - Parameter first: epoch in which it began; nil where nobody has said so.
    func seconds(first: UInt64?) -> Double {
        let (start, before) = origin ?? (min(first ?? newest, newest), 0)
        return before + Double(newest - min(start, newest)) * epochSeconds
    }

    /// Takes the epoch of a message; says where epochs have fallen.
    ///
    /// - Parameter first: epoch in which the run began, as for `seconds`.
    mutating func hear(_ epoch: UInt64, first: UInt64?, at now: Instant) -> Fall? {
        guard epoch <= newest else {
            if let stale, epoch <= stale, epoch - newest > lateEpochs { return nil }
            (newest, advanced, awaySeconds, stale) = (epoch, now, nil, stale.flatMap { epoch > $0 ? nil : $0 })
            return nil
        }
        guard newest - epoch > lateEpochs else {
            awaySeconds = nil
            return nil
        }
        guard awaySeconds != nil || now - advanced >= RunClock.patience else { return nil }
        let away = awaySeconds ?? 0
        let fall = Fall(from: newest, to: epoch, lost: UInt64(min(away / epochSeconds, 1e15)))
        origin = (epoch, seconds(first: first) + away)
        (newest, advanced, awaySeconds, stale) = (epoch, now, nil, fall.from)
        return fall
    }
}
