import Glibc
import NetworkModel
import RadioAccessNetwork
import Testing

/// Averaged gains: the closed form stands for many slots of the scheduler on a channel that does not fade.
struct AveragedGainsTests {
    private func averaged(
        seed: UInt64 = 1, _ change: (inout EmulationConfiguration) -> Void = { _ in }
    ) -> NetworkConfiguration {
        var configuration = Scenarios.campus(seed: seed, epochMs: 100) {
            change(&$0)
            $0.averagedGains = true
        }
        configuration.slot = .milliseconds(10)
        return configuration
    }

    /// Powers that differ between subbands and cells, within every budget of 20 W.
    private func unevenPower(_ network: inout EmulatedNetwork) throws {
        for cell in 0..<network.cellCount {
            let watts = (0..<8).map { Float(($0 * 5 + cell * 3) % 8) * 0.7 }
            try network.applyPower(cell: CellID(UInt32(cell)), wattsPerSubband: watts)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func closedFormIsWhatTheSlotSchedulerComesTo(seed: UInt64) throws {
        var slots = EmulatedNetwork(
            configuration: Scenarios.campus(seed: seed, epochMs: 100) {
                $0.fastFading = false
                $0.pedestrianSpeedKmh = 0
            })
        var closed = EmulatedNetwork(configuration: averaged(seed: seed) { $0.pedestrianSpeedKmh = 0 })
        try unevenPower(&slots)
        try unevenPower(&closed)
        slots.advance(toSlot: 5_000)
        closed.advance(toSlot: 500)
        let expected = try #require(slots.takeCompletedWindows().last)
        let window = try #require(closed.takeCompletedWindows().last)
        #expect(window.slots == 100)
        let (M, reference) = (try #require(window.networkValueMbps()), try #require(expected.networkValueMbps()))
        #expect(abs(M / reference - 1) < 0.01, "seed \(seed): \(M) beside \(reference)")
        for ue in 0..<closed.ueCount {
            let ratio = window.throughputKbps[ue] / expected.throughputKbps[ue]
            #expect(abs(ratio - 1) < 0.08, "seed \(seed), user \(ue): \(ratio)")
        }
    }

    /// Walking users: the same world in ten times fewer slots. Single seconds differ by when a user is handed over.
    @Test func valueFollowsTheMeansAsUsersWalk() throws {
        var slots = EmulatedNetwork(configuration: Scenarios.campus(seed: 5, epochMs: 100) { $0.fastFading = false })
        var closed = EmulatedNetwork(configuration: averaged(seed: 5))
        slots.advance(toSlot: 20_000)
        closed.advance(toSlot: 2_000)
        let expected = slots.takeCompletedWindows().compactMap { $0.networkValueMbps() }
        let values = closed.takeCompletedWindows().compactMap { $0.networkValueMbps() }
        #expect(values.count == 20 && expected.count == 20)
        for (value, reference) in zip(values, expected) {
            #expect(abs(value / reference - 1) < 0.1, "seed 5: \(value) beside \(reference)")
        }
        let ratio = values.reduce(0, +) / expected.reduce(0, +)
        #expect(abs(ratio - 1) < 0.03, "seed 5: \(ratio) over 20 s")
    }

    @Test func imposedSharesDivideTheSlot() throws {
        var configuration = Scenarios.single {
            $0.uesPerCell = 3
            $0.averagedGains = true
            $0.pedestrianSpeedKmh = 0
        }
        configuration.epoch = .milliseconds(100)
        configuration.slot = .milliseconds(10)
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 100)
        let even = try #require(network.takeCompletedWindows().last).throughputKbps
        let shares: [Float] = Array(repeating: 0.75, count: 8) + Array(repeating: 0.25, count: 8)
        try network.applyShares(cell: CellID(0), ues: [UEID(0), UEID(1)], shares: shares)
        network.advance(toSlot: 200)
        let imposed = try #require(network.takeCompletedWindows().last).throughputKbps
        #expect(abs(imposed[0] / even[0] - 2.25) < 0.01)
        #expect(abs(imposed[1] / even[1] - 0.75) < 0.01)
        #expect(imposed[2] == 0)
        try network.releaseShares(cell: CellID(0))
        network.advance(toSlot: 300)
        let released = try #require(network.takeCompletedWindows().last).throughputKbps
        #expect(zip(released, even).allSatisfy { abs($0 / $1 - 1) < 0.01 })
    }

    @Test func reportsCarryTheMeansThatNothingFadesAbout() {
        let configuration = averaged(seed: 7)
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 250)
        let report = network.measurements(cells: Scenarios.cells(configuration))
        #expect(report.reportedSubbands == 1)
        for (row, ue) in report.ues.enumerated() {
            for link in 0..<report.linksPerUE {
                let index = row * report.linksPerUE + link
                let mean = network.meanGain(ue: UEID(ue), cell: CellID(report.linkCell[index]))
                #expect(abs(Double(report.gainDb[index]) - 10 * log10(Double(mean))) <= 0.26)
            }
        }
        #expect(report.prbUsedPercent.allSatisfy { $0 == 100 })
        #expect(report.readingAgeMs.allSatisfy { $0 == 1 })
    }

    @Test func usersOfACellWithoutBacklogTakeNoPart() {
        let configuration = averaged {
            $0.ftpFraction = 0.5
            $0.ftpFilesPerSecond = 0
        }
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 200)
        let report = network.measurements(cells: Scenarios.cells(configuration))
        for index in report.ues.indices {
            #expect((report.throughputKbps[index] > 0) == report.isFullBuffer[index])
        }
    }

    /// One cell with slots of 100 ms and users that stand still.
    private func coarse(users: Int, _ change: (inout EmulationConfiguration) -> Void) -> NetworkConfiguration {
        var configuration = Scenarios.single(seed: 11) {
            $0.uesPerCell = users
            $0.pedestrianSpeedKmh = 0
            $0.averagedGains = true
            change(&$0)
        }
        (configuration.epoch, configuration.slot) = (.milliseconds(1_000), .milliseconds(100))
        return configuration
    }

    /// Files of 1,000 bytes take less than a thousandth of the time of slots that they come in: users get them at the
    /// pace of a full buffer, and the cell is idle the rest of the time.
    @Test func aFileTakesThePartOfASlotThatItNeeds() throws {
        var full = EmulatedNetwork(configuration: coarse(users: 1) { $0.ftpFraction = 0 })
        var files = EmulatedNetwork(
            configuration: coarse(users: 1) {
                $0.ftpFraction = 1
                $0.ftpFileBytes = 1_000
                $0.ftpFilesPerSecond = 1
            })
        full.advance(toSlot: 10)
        files.advance(toSlot: 200)
        let pace = try #require(full.takeCompletedWindows().last).throughputKbps[0]
        let windows = files.takeCompletedWindows().filter { $0.isBacklogged[0] }
        #expect(windows.count > 5)
        for window in windows { #expect(abs(window.throughputKbps[0] / pace - 1) < 0.01) }
        #expect(files.measurements(cells: [CellID(0)]).prbUsedPercent[0] < 1)
    }

    @Test func aSlotHoldsAllFilesThatComeInIt() {
        var network = EmulatedNetwork(
            configuration: coarse(users: 10) {
                $0.ftpFraction = 1
                $0.ftpFileBytes = 100
                $0.ftpFilesPerSecond = 50
            })
        network.advance(toSlot: 200)
        let count = (0..<UInt32(10)).reduce(0) { $0 + network.arrivedFiles(ue: UEID($1)) }
        // 10 users, 20 s, 50 files per second each.
        #expect(abs(Double(count) - 10_000) < 5 * 100, "seed 11: \(count)")
        #expect(network.measurements(cells: [CellID(0)]).backlogBytes.allSatisfy { $0 == 0 })
    }

    /// A share of somebody who has nothing to receive goes to the others, as it does slot by slot.
    @Test func sharesOfIdleUsersGoToTheOthers() throws {
        let configuration = coarse(users: 10) {
            $0.ftpFraction = 0.5
            $0.ftpFilesPerSecond = 0
        }
        var network = EmulatedNetwork(configuration: configuration)
        let report = network.measurements(cells: [CellID(0)])
        let busy = UEID(report.ues[try #require(report.isFullBuffer.firstIndex(of: true))])
        let idle = UEID(report.ues[try #require(report.isFullBuffer.firstIndex(of: false))])
        var alone = network
        let none = [Float](repeating: 0, count: 4)
        let half = [Float](repeating: 0.5, count: 4)
        try network.applyShares(cell: CellID(0), ues: [busy, idle], shares: half + none + half + half)
        try alone.applyShares(cell: CellID(0), ues: [busy], shares: half.map { 2 * $0 } + none)
        network.advance(toSlot: 20)
        alone.advance(toSlot: 20)
        let (shared, whole) = (network.takeCompletedWindows(), alone.takeCompletedWindows())
        let kbps = try #require(shared.last).throughputKbps[busy.index]
        let expected = try #require(whole.last).throughputKbps[busy.index]
        #expect(kbps > 0 && abs(kbps / expected - 1) < 1e-4)
        // Half of the subbands are in use, all of the time; of the others the idle user's shares use nothing.
        #expect(network.measurements(cells: [CellID(0)]).prbUsedPercent == [50])
    }

    @Test func aForkMeetsTheSameWorld() {
        var network = EmulatedNetwork(configuration: averaged(seed: 9) { $0.carFraction = 0.5 })
        network.advance(toSlot: 100)
        var fork = network
        network.advance(toSlot: 400)
        fork.advance(toSlot: 400)
        #expect(network.trueGains() == fork.trueGains())
        #expect(network.takeCompletedWindows() == fork.takeCompletedWindows())
    }
}
