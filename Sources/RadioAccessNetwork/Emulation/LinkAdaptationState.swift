internal import NetworkModel
internal import Numerics
internal import RadioPropagation

/// What the radio network knows of its UEs' channels and how their blocks have fared, where it does not know the SINR
/// that a block will meet.
///
/// Outer-loop link adaptation: an offset per UE, raised by every block that arrives and lowered by every lost one, in
/// the ratio in which a tenth of the blocks is lost (Sampath, Kumar, Holtzman 1997). It stands still where the scheme
/// is at the end of the table that it would push it beyond.
struct LinkAdaptationState: Sendable {
    /// Step of the offset after a lost block, dB.
    static let lossStepDb: Float = 0.5
    /// Step after one that arrived, dB.
    static let arrivalStepDb =
        lossStepDb * Float(BlockErrorCurve.rateAtThreshold / (1 - BlockErrorCurve.rateAtThreshold))
    /// Bound of the offset either way, dB.
    static let mostOffsetDb: Float = 15
    /// Stands for a subband without a recommendation.
    static let none = UInt8.max

    /// Whether schemes are chosen by reports; without, nothing here is used.
    let isReported: Bool
    /// Whether recommendations know the fading of each subband.
    let knowsFading: Bool
    let draw: CounterGenerator
    /// Spectral efficiency that a block on the subband would bear, bit/s/Hz, without ceiling, `[U x vectors]`.
    var truth: [SIMD8<Float>] = []
    /// Reported SINR over the gap at equal power, and power over it when that was measured, dB, `[U x K]`.
    var reportedDb: [Float] = []
    var reportedPowerDb: [Float] = []
    /// Recommended schemes, and those that were in force when the report was measured, `[U x K]`.
    var advised: [UInt8] = []
    var advisedAtReport: [UInt8] = []
    /// Users whose recommendations are valid, and those of them that have reported since.
    var isAdvised: [Bool] = []
    var hasReportedSince: [Bool] = []
    /// Outer loop by the network's own estimate, and relative to recommendations that stand for it, dB.
    var offsetDb: [Float] = []
    var advisedOffsetDb: [Float] = []
    /// The user's block of the slot: its subbands, and the sums over them of bits expected and of `truth`.
    var blockSubbands: [Int32] = []
    var blockBits: [Float] = []
    var blockTruth: [Float] = []
    /// Whether a report or a recommendation is new.
    var isStale = true
    /// Blocks sent and lost by each cell since the start.
    var blocks: [UInt64]
    var lostBlocks: [UInt64]

    init(_ configuration: NetworkConfiguration, _ emulation: EmulationConfiguration, users: Int, vectors: Int) {
        isReported = emulation.linkAdaptation == .reported
        knowsFading = configuration.reportedSubbands > 1 || !emulation.fades
        draw = CounterGenerator(seed: configuration.seed, purpose: RandomPurpose.blockError)
        blocks = [UInt64](repeating: 0, count: configuration.cells.count)
        lostBlocks = blocks
        guard isReported else { return }
        let entries = users * configuration.carrier.subbands
        truth = [SIMD8<Float>](repeating: .zero, count: users * vectors)
        reportedDb = [Float](repeating: 0, count: entries)
        reportedPowerDb = reportedDb
        advised = [UInt8](repeating: LinkAdaptationState.none, count: entries)
        advisedAtReport = advised
        isAdvised = [Bool](repeating: false, count: users)
        hasReportedSince = isAdvised
        offsetDb = [Float](repeating: 0, count: users)
        advisedOffsetDb = offsetDb
        blockSubbands = [Int32](repeating: 0, count: users)
        blockBits = offsetDb
        blockTruth = offsetDb
    }

    /// Whether recommendations stand for the user's own report.
    func followsAdvice(_ ue: Int) -> Bool { knowsFading && isAdvised[ue] && !hasReportedSince[ue] }

    /// Expected SINR over the gap of a user on a subband, dB.
    ///
    /// The newest word counts: a recommendation until the user's next report, which has met the powers that it was made
    /// for. One that knows the fading of the subband stands for the report before it. One from gains averaged over the
    /// carrier knows that less than the report does: what it says is the change of interference since, as the step
    /// from the scheme that was recommended when the report was measured. At the ends of the table it is only a bound.
    ///
    /// - Parameters:
    ///   - entry: place of user and subband, `[U x K]`.
    ///   - powerDb: power over equal power, dB.
    func expectedDb(_ ue: Int, _ entry: Int, powerDb: Float) -> Float {
        let own = reportedDb[entry] + powerDb
        let index = advised[entry]
        guard isAdvised[ue], !hasReportedSince[ue], index != LinkAdaptationState.none else { return own }
        let threshold = BlockErrorCurve.thresholdDb
        let scheme = Int(index)
        if knowsFading {
            if scheme == MCSTable.indices.upperBound { return max(own, threshold[scheme]) }
            return scheme == MCSTable.indices.lowerBound ? min(own, threshold[scheme]) : threshold[scheme]
        }
        let inside = UInt8(MCSTable.indices.lowerBound + 1)..<UInt8(MCSTable.indices.upperBound)
        let before = advisedAtReport[entry]
        guard inside.contains(index), inside.contains(before), reportedPowerDb[entry].isFinite else { return own }
        return reportedDb[entry] + reportedPowerDb[entry] + threshold[scheme] - threshold[Int(before)]
    }

    /// Forgets what was recommended to a user.
    mutating func forgetAdvice(_ ue: Int) {
        isAdvised[ue] = false
        isStale = true
    }

    /// Takes what became of a block.
    mutating func note(_ ue: Int, cell: Int, mcs: Int, highest: Int, isLost: Bool) {
        blocks[cell] += 1
        if isLost { lostBlocks[cell] += 1 }
        if isLost ? mcs == 0 : mcs >= highest { return }
        let step = isLost ? -LinkAdaptationState.lossStepDb : LinkAdaptationState.arrivalStepDb
        let bound = LinkAdaptationState.mostOffsetDb
        if followsAdvice(ue) {
            advisedOffsetDb[ue] = min(bound, max(-bound, advisedOffsetDb[ue] + step))
        } else {
            offsetDb[ue] = min(bound, max(-bound, offsetDb[ue] + step))
        }
    }
}
