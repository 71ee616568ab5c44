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
}
