internal import LanguageEngine

/// When L3 looks how the twins' forecast comes true, and what it has learnt of that (DESIGN 10): the measured network
/// value of a second beside what the twins see for it, under the policy in force and under it without each action.
struct FollowUp: Sendable {
    /// A look whose forecasts are being played.
    struct Look: Sendable {
        var epoch: UInt64
        var valueMbps: Double
        /// Decisions without each of which the twins are asked, in this order behind the policy in force.
        var numbers: [UInt64]
    }

    private(set) var track = ForecastTrack()
    private var open: Look?
    private var openedEpoch: UInt64?
    private var changedEpoch: UInt64?
    private let epochSeconds: Double

    /// A measured second that an action has begun or ended in says nothing of either.
    private static let settlingSeconds = 1.0
    /// Each that many users make looks rarer by a second, as a forecast takes longer with each.
    private static let usersPerSecond = 1_000
    /// What has not come back by then will not.
    private static let patienceSeconds = 30.0

    init(epochSeconds: Double) { self.epochSeconds = epochSeconds }

    private func seconds(_ from: UInt64, _ to: UInt64) -> Double { Double(to - min(from, to)) * epochSeconds }

    /// What is in force changes in this epoch; a look whose forecasts are being played counts for nothing.
    mutating func noteChange(epoch: UInt64) {
        track.noteChange()
        changedEpoch = epoch
        open = nil
    }

    /// Begins a look at a measured value, where one is due.
    ///
    /// - Parameters:
    ///   - users: of the network.
    ///   - numbers: actions in force.
    /// - Returns: whether the twins are to be asked.
    mutating func begin(valueMbps: Double, users: Int, numbers: [UInt64], epoch: UInt64) -> Bool {
        let half = 0.5 * epochSeconds
        if let changedEpoch, seconds(changedEpoch, epoch) < FollowUp.settlingSeconds - half { return false }
        if let openedEpoch {
            let elapsed = seconds(openedEpoch, epoch)
            if open != nil, elapsed < FollowUp.patienceSeconds { return false }
            let apart = (users + FollowUp.usersPerSecond - 1) / FollowUp.usersPerSecond
            if elapsed < Double(apart) - half { return false }
        }
        open = Look(epoch: epoch, valueMbps: valueMbps, numbers: numbers)
        openedEpoch = epoch
        return true
    }

    /// Takes what the twins see: first under the policy in force, then without each action of the look.
    ///
    /// - Returns: the look, and what the twins see without its actions; nil where nothing is to be judged.
    mutating func finish(_ forecastsMbps: [Double], epoch: UInt64) -> (look: Look, without: ArraySlice<Double>)? {
        guard let look = open, look.epoch == epoch else { return nil }
        open = nil
        guard forecastsMbps.count == look.numbers.count + 1 else { return nil }
        track.observe(
            seconds: seconds(of: look), valueMbps: look.valueMbps, forecastMbps: forecastsMbps[0])
        return (look, forecastsMbps.dropFirst())
    }

    func seconds(of look: Look) -> Double { Double(look.epoch) * epochSeconds }
}
