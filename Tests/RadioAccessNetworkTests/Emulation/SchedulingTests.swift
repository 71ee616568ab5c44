import Glibc
import NetworkModel
import RadioAccessNetwork
import Testing

struct SchedulingTests {
    /// Rates in bit/s that a user would get with a whole subband, from the truth alone (DESIGN 11).
    private func subbandRates(_ network: EmulatedNetwork, _ carrier: CarrierConfiguration) -> [[Double]] {
        let truth = network.trueGains()
        let (links, subbands) = (truth.linksPerUE, truth.subbands)
        var rates: [[Double]] = []
        for ue in truth.ues.indices {
            rates.append(
                (0..<subbands).map { subband in
                    var disturbance = Double(truth.backgroundWatts[ue * subbands + subband])
                    var own = 0.0
                    for link in 0..<links {
                        let cell = CellID(truth.linkCell[ue * links + link])
                        let watts = Double(network.appliedPower(cell: cell)[subband])
                        let power = watts * Double(truth.gains[(ue * links + link) * subbands + subband])
                        if link == 0 { own = power } else { disturbance += power }
                    }
                    let gap = pow(10, carrier.snrGapDb / 10)
                    let efficiency = min(log2(1 + own / (gap * disturbance)), carrier.maxSpectralEfficiency)
                    return efficiency * carrier.subbandBandwidthHz
                })
        }
        return rates
    }

    @Test(arguments: [5, 8, 12])
    func flatChannelsAreSharedEvenlyAtTheRatesOfTheFormula(subbands: Int) throws {
        let configuration = Scenarios.campus(seed: 4, subbands: subbands) {
            $0.fastFading = false
            $0.pedestrianSpeedKmh = 0
        }
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 3_000)
        let window = try #require(network.takeCompletedWindows().last)
        let rates = subbandRates(network, configuration.carrier)
        var users = [Int](repeating: 0, count: network.cellCount)
        for ue in 0..<network.ueCount { users[network.servingCell(ue: UEID(UInt32(ue))).index] += 1 }
        for ue in 0..<network.ueCount {
            let cell = network.servingCell(ue: UEID(UInt32(ue)))
            let even = rates[ue].reduce(0, +) / Double(users[cell.index]) / 1_000
            #expect(abs(Double(window.throughputKbps[ue]) / even - 1) < 0.05, "seed 4, user \(ue)")
        }
    }

    @Test func fadingIsExploited() throws {
        var flat = EmulatedNetwork(configuration: Scenarios.single(seed: 3) { $0.fastFading = false })
        var fading = EmulatedNetwork(configuration: Scenarios.single(seed: 3))
        flat.advance(toSlot: 3_000)
        fading.advance(toSlot: 3_000)
        let without = try #require(flat.takeCompletedWindows().last?.networkValueMbps())
        let with = try #require(fading.takeCompletedWindows().last?.networkValueMbps())
        #expect(with > 1.05 * without)
    }

    @Test func imposedSharesAreKept() throws {
        var network = EmulatedNetwork(
            configuration: Scenarios.single {
                $0.uesPerCell = 3
                $0.fastFading = false
                $0.pedestrianSpeedKmh = 0
            })
        var shares = [Float](repeating: 0, count: 16)
        for subband in 0..<8 {
            shares[subband] = 0.7
            shares[8 + subband] = 0.3
        }
        try network.applyShares(cell: CellID(0), ues: [UEID(0), UEID(1)], shares: shares)
        network.advance(toSlot: 2_000)
        let window = try #require(network.takeCompletedWindows().last)
        let rates = subbandRates(network, .init())
        for (ue, share) in [0.7, 0.3, 0].enumerated() {
            let expected = rates[ue].reduce(0, +) * share / 1_000
            #expect(abs(Double(window.throughputKbps[ue]) - expected) <= 0.01 * expected)
        }
        try network.releaseShares(cell: CellID(0))
        network.advance(toSlot: 4_000)
        let released = try #require(network.takeCompletedWindows().last)
        #expect(released.throughputKbps[2] > 0)
    }

    @Test func aSubbandWithoutSharesStaysEmpty() throws {
        let configuration = Scenarios.campus(seed: 6) { $0.fastFading = false }
        var network = EmulatedNetwork(configuration: configuration)
        for cell in Scenarios.cells(configuration).dropFirst() {
            let ues = (0..<UInt32(network.ueCount)).map { UEID($0) }.filter { network.servingCell(ue: $0) == cell }
            var shares = [Float](repeating: 1 / Float(ues.count), count: ues.count * 8)
            for row in ues.indices { shares[row * 8] = 0 }
            try network.applyShares(cell: cell, ues: ues, shares: shares)
        }
        let before = network.measurements(cells: [CellID(0)]).sinrDb
        network.advance(toSlot: 2)
        let after = network.measurements(cells: [CellID(0)]).sinrDb
        #expect(zip(before, after).allSatisfy { $0 < $1 })
    }

    @Test func aCellWithoutBacklogIsSilent() {
        let configuration = Scenarios.campus {
            $0.ftpFraction = 1
            $0.ftpFilesPerSecond = 0
            $0.fastFading = false
        }
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 1_000)
        let report = network.measurements(cells: Scenarios.cells(configuration))
        #expect(report.prbUsedPercent.allSatisfy { $0 == 0 })
        #expect(report.throughputKbps.allSatisfy { $0 == 0 })
        #expect(network.takeCompletedWindows().last?.networkValueMbps() == nil)
        // Alone with noise: SINR is the gain over the noise of a subband.
        let noiseDbm = -174 + 9 + 10 * log10(2.5e6)
        for ue in report.ues.indices {
            let gain = report.gainDb[ue * report.linksPerUE * 8]
            let expected = 43 - 10 * log10(8.0) + Double(gain) - noiseDbm
            #expect(abs(Double(report.sinrDb[ue]) - expected) <= 0.51)
        }
    }

    @Test func filesOfALightLoadAreCarried() throws {
        let configuration = Scenarios.campus(seed: 8) {
            $0.ftpFraction = 1
            $0.ftpFileBytes = 20_000
            $0.ftpFilesPerSecond = 1
        }
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 20_000)
        let files = (0..<UInt32(network.ueCount)).reduce(0) { $0 + network.arrivedFiles(ue: UEID($1)) }
        // 70 users, 20 s, one file per second each.
        #expect(abs(Double(files) - 1_400) < 5 * 1_400.0.squareRoot())
        let report = network.measurements(cells: Scenarios.cells(configuration))
        #expect(report.backlogBytes.reduce(0, +) < 20 * 20_000)
        #expect(report.prbUsedPercent.allSatisfy { $0 < 50 })
    }

    @Test func windowsCountOnlyUsersWithBacklog() throws {
        var network = EmulatedNetwork(
            configuration: Scenarios.single(seed: 2) {
                $0.uesPerCell = 20
                $0.ftpFraction = 0.5
                $0.ftpFilesPerSecond = 0
            })
        network.advance(toSlot: 1_000)
        let window = try #require(network.takeCompletedWindows().first)
        let report = network.measurements(cells: [CellID(0)])
        #expect(window.isBacklogged == report.isFullBuffer)
        #expect(window.slots == 1_000 && window.firstSlot == 1)
        let rates = zip(window.throughputKbps, window.isBacklogged).filter(\.1).map { log(Double($0.0)) }
        let expected = exp(rates.reduce(0, +) / Double(rates.count)) / 1_000
        #expect(abs(try #require(window.networkValueMbps()) / expected - 1) < 1e-9)
    }
}
