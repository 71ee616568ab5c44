internal import LanguageEngine
internal import NetworkModel

/// The newest epoch that L3 has heard of, and the time of the run. Epochs of one radio network go up; those of one that
/// was started anew, on a host that was, may begin far below (`EpochNumbering` says when): L3 follows them, and the
/// time of the run goes on.
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
    private let epochSeconds: Double

    /// What lies further below the epoch that L3 had before it was started again is no late message.
    private static let lateSeconds = 5.0

    init(epochSeconds: Double) { self.epochSeconds = epochSeconds }

    private var lateEpochs: UInt64 { UInt64(max(1, (RunClock.lateSeconds / epochSeconds).rounded(.up))) }

    /// Goes on from what was kept.
    mutating func goOn(epoch: UInt64, seconds: Double, awaySeconds: Double) {
        guard epoch > 0 else { return }
        newest = min(epoch, KeptEngineState.highestEpoch)
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
    /// - Parameters:
    ///   - first: epoch in which the run began, as for `seconds`.
    ///   - isAnew: epochs are numbered anew from this one on.
    mutating func hear(_ epoch: UInt64, first: UInt64?, isAnew: Bool) -> Fall? {
        let fell = awaySeconds != nil && epoch < newest && newest - epoch > lateEpochs
        guard epoch < newest, isAnew || fell else {
            (newest, awaySeconds) = (max(newest, epoch), nil)
            return nil
        }
        let away = awaySeconds ?? 0
        let fall = Fall(from: newest, to: epoch, lost: UInt64(min(away / epochSeconds, 1e15)))
        origin = (epoch, seconds(first: first) + away)
        (newest, awaySeconds) = (epoch, nil)
        return fall
    }
}
