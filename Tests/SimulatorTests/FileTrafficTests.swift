import Benchmarking
import DTNetMessages
import NetworkModel
import Simulator
import Synchronization
import Testing
import TwinProtocol

/// Users that come and go with their files (FTP model 3): most of the time many cells serve nobody.
struct FileTrafficTests {
    /// A cell that serves nobody is sent its power all the same: the next file comes before the next directive.
    @Test(arguments: Hierarchy.allCases)
    func controlLeavesNoCellWithoutPower(hierarchy: Hierarchy) throws {
        var plan = try Campus.plan(hierarchy, epochMs: 20)
        guard case .emulated(var emulation) = plan.network.scenario else {
            Issue.record("the campus is emulated")
            return
        }
        emulation.ftpFraction = 1
        plan.network.scenario = .emulated(emulation)
        let dark = Mutex((cells: 0, all: 0))
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.onRecord = { record, _ in
            guard case .directive(let directive) = record else { return }
            let (watts, width) = (directive.directive.powerWatts, directive.directive.subbands)
            dark.withLock { dark in
                for first in stride(from: 0, to: watts.count, by: width) {
                    dark.all += 1
                    if watts[first..<(first + width)].allSatisfy({ $0 == 0 }) { dark.cells += 1 }
                }
            }
        }
        let row = try Simulation.run(plan: plan, epochs: 300, options: options).row
        let (value, equal) = (try #require(row.valueMbps.value), try #require(row.valueEqualPowerMbps.value))
        // A user whose last bytes would take next to nothing may be left without.
        let (cells, all) = dark.withLock { ($0.cells, $0.all) }
        #expect(all > 1_000 && 100 * cells < all, "\(cells) of \(all)")
        #expect(value > 0.97 * equal, "\(value) Mbit/s, \(equal) at equal power")
    }

    /// Two files of 100 kB in ten seconds and user: hardly anybody waits when the game is looked at.
    @Test(arguments: [(0.2, true), (0, false)]) func aGameOfFewUsersIsNotJudged(files: Double, isLight: Bool) throws {
        var plan = try Campus.plan(.semiCentralised, epochMs: 20)
        guard case .emulated(var emulation) = plan.network.scenario else {
            Issue.record("the campus is emulated")
            return
        }
        (emulation.ftpFraction, emulation.ftpFilesPerSecond, emulation.ftpFileBytes) = (isLight ? 1 : 0, files, 100_000)
        plan.network.scenario = .emulated(emulation)
        var options = SimulationOptions()
        options.judgedEpochs = 4
        options.runsEqualPower = false
        let result = try Simulation.run(plan: plan, epochs: 100, options: options)
        let row = result.row
        let share = try #require(row.details["backlogged_share"])
        guard isLight else {
            #expect(share == 1 && result.judged == 4 && row.details["judged_epochs"] == 4)
            #expect(row.followerResidual.value != nil && row.details["gain_over_equal_power_twin"] != nil)
            return
        }
        #expect(share < 0.5 && result.judged == 0 && row.details["judged_epochs"] == 0)
        for figure in [row.efficiency, row.followerResidual, row.leaderResidual] {
            let reason = try #require(figure.reason)
            #expect(reason.hasPrefix("few users have something to receive: "), "\(reason)")
            #expect(reason.hasSuffix(" % at the 4 epochs looked at, 50 % are needed to judge one"), "\(reason)")
        }
        for name in ["efficiency_true", "gain_over_equal_power_twin", "leader_residual_true"] {
            #expect(row.details[name] == nil, "\(name)")
        }
    }
}
