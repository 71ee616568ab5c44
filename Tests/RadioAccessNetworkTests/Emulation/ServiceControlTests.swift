import NetworkModel
import RadioAccessNetwork
import Testing

/// Masks, slices, beams and platforms of the emulated radio network.
struct ServiceControlTests {
    private func sliced(_ seed: UInt64 = 1, averaged: Bool = false) -> NetworkConfiguration {
        var configuration = Scenarios.campus(seed: seed) { $0.averagedGains = averaged }
        configuration.slices = [
            SliceConfiguration(name: "a", fraction: 0.5), SliceConfiguration(name: "b", fraction: 0.5),
        ]
        return configuration
    }

    @Test func aMaskBoundsThePowerWhateverIsAskedFor() throws {
        var network = EmulatedNetwork(configuration: Scenarios.campus())
        let cell = CellID(2)
        let equal = network.appliedPower(cell: cell)
        try network.applyMask(cell: cell, capWatts: [0, 0, 0.1, 9, 9, 9, 9, 9])
        #expect(network.appliedPower(cell: cell) == [0, 0, 0.1] + equal.dropFirst(3))
        try network.applyPower(cell: cell, wattsPerSubband: [1, 1, 1, 1, 0, 0, 0, 0])
        #expect(network.appliedPower(cell: cell) == [0, 0, 0.1, 1, 0, 0, 0, 0])
        try network.releaseMask(cell: cell)
        #expect(network.appliedPower(cell: cell) == [1, 1, 1, 1, 0, 0, 0, 0])
        #expect(throws: ControlRefusal.wrongCount(found: 1, expected: 8)) {
            try network.applyMask(cell: cell, capWatts: [1])
        }
        #expect(throws: ControlRefusal.outOfRange(index: 0)) {
            try network.applyMask(cell: cell, capWatts: [.nan, 1, 1, 1, 1, 1, 1, 1])
        }
    }

    /// What the users of a cell get in a second at most: the bandwidth times what the scheme carries, bit/s/Hz.
    @Test(arguments: [false, true]) func aHighestSchemeBoundsWhatACellCarries(averaged: Bool) throws {
        let configuration = Scenarios.campus { $0.averagedGains = averaged }
        let cell = CellID(2)
        func rate(_ index: UInt32?, then later: UInt32? = nil) throws -> Float {
            var network = EmulatedNetwork(configuration: configuration)
            for index in [index, later].compactMap({ $0 }) { try network.applyHighestMCS(cell: cell, index: index) }
            network.advance(toSlot: 2_000)
            return network.measurements(cells: [cell]).throughputKbps.reduce(0, +)
        }
        let free = try rate(nil)
        let bound = Float(configuration.carrier.bandwidthHz / 1e3 * MCSTable.spectralEfficiency[5])
        let capped = try rate(5)
        #expect(capped <= bound * 1.01 && capped > 0.5 * bound && capped < 0.9 * free, "\(capped), \(free)")
        #expect(try rate(0) < 0.25 * capped)
        // The highest scheme of all is what there is without a cap; and a cap that is taken back leaves nothing.
        #expect(try rate(27) == free)
        #expect(try rate(5, then: MCSTable.uncapped) == free)
        var network = EmulatedNetwork(configuration: configuration)
        #expect(throws: ControlRefusal.unknownScheme(28)) { try network.applyHighestMCS(cell: cell, index: 28) }
        #expect("\(ControlRefusal.unknownScheme(28))".contains("MCS 28 is none of 0 to 27"))
        // Whoever judges powers reads the same ceiling: none before, the scheme's behind a cap.
        #expect(network.trueGains().ceiling.isEmpty && network.highestMCS(cell: cell) == MCSTable.uncapped)
        for index in UInt32(0)...26 {
            try network.applyHighestMCS(cell: cell, index: index)
            #expect(network.highestMCS(cell: cell) == index)
            #expect(network.trueGains().ceiling[2] == Float(MCSTable.spectralEfficiency[Int(index)]))
        }
    }

    /// What all users of a slice got in a second, kbit/s.
    private func rates(_ network: EmulatedNetwork) -> (a: Float, b: Float) {
        var network = network
        network.advance(toSlot: network.slot + 2_000)
        let cells = Scenarios.cells(sliced())
        let report = network.measurements(cells: cells)
        return zip(report.slice, report.throughputKbps).reduce((0, 0)) { sum, user in
            user.0 == 0 ? (sum.0 + user.1, sum.1) : (sum.0, sum.1 + user.1)
        }
    }

    @Test(arguments: [false, true]) func slicesGetTheirShares(averaged: Bool) throws {
        var network = EmulatedNetwork(configuration: sliced(averaged: averaged))
        for cell in Scenarios.cells(sliced()) { try network.applySlices(cell: cell, shares: [0.9, 0.1]) }
        let first = rates(network)
        for cell in Scenarios.cells(sliced()) { try network.applySlices(cell: cell, shares: [0.1, 0.9]) }
        let second = rates(network)
        // Nine times the PRBs, up to what other users' channels and the choice among them make of it.
        #expect((5...16).contains(first.a / second.a) && (5...16).contains(second.b / first.b))
        for cell in Scenarios.cells(sliced()) { try network.releaseSlices(cell: cell) }
        let free = rates(network)
        #expect(free.a < first.a && free.a > second.a && free.b < second.b && free.b > first.b)
    }

    @Test func aSliceWithNothingToSendLeavesItsShare() throws {
        var configuration = sliced()
        configuration.slices = [
            SliceConfiguration(name: "all", fraction: 1), SliceConfiguration(name: "nobody", fraction: 0),
        ]
        var network = EmulatedNetwork(configuration: configuration)
        let free = rates(network)
        for cell in Scenarios.cells(configuration) { try network.applySlices(cell: cell, shares: [0.1, 0.9]) }
        let shared = rates(network)
        #expect(shared.a == free.a && shared.b == 0)
    }

    @Test func sharesOfSlicesThatCannotActAreRefused() throws {
        var network = EmulatedNetwork(configuration: sliced())
        #expect(throws: ControlRefusal.overShare(subband: 0)) {
            try network.applySlices(cell: CellID(0), shares: [0.6, 0.6])
        }
        #expect(throws: ControlRefusal.wrongCount(found: 3, expected: 2)) {
            try network.applySlices(cell: CellID(0), shares: [0.1, 0.1, 0.1])
        }
        var plain = EmulatedNetwork(configuration: Scenarios.campus())
        #expect(throws: ControlRefusal.self) { try plain.applySlices(cell: CellID(0), shares: []) }
    }

    @Test func theRightBeamRaisesTheSINRAndTheWrongOneLowersIt() throws {
        let configuration = Scenarios.row(sites: 2) { ($0.beams, $0.fastFading) = (8, false) }
        var network = EmulatedNetwork(configuration: configuration)
        let cell = CellID(0)
        network.step()
        let before = network.measurements(cells: [cell])
        var best = [Float](repeating: -.infinity, count: before.ues.count)
        var worst = [Float](repeating: .infinity, count: before.ues.count)
        for beam in 0..<UInt32(8) {
            var tried = network
            try tried.applyBeams(cell: cell, ues: before.ues.map(UEID.init), beams: before.ues.map { _ in beam })
            tried.step()
            for (index, sinr) in tried.measurements(cells: [cell]).sinrDb.enumerated() {
                best[index] = max(best[index], sinr)
                worst[index] = min(worst[index], sinr)
            }
        }
        for index in before.ues.indices {
            // The best of eight beams has between 10 log10(8) dB and 3.9 dB less; the sector has none.
            let gain = best[index] - before.sinrDb[index]
            #expect(gain > 4.5 && gain < 9.6, "user \(before.ues[index]): \(gain) dB")
            #expect(worst[index] < before.sinrDb[index])
        }
        #expect(throws: ControlRefusal.outOfRange(index: 0)) {
            try network.applyBeams(cell: cell, ues: [UEID(before.ues[0])], beams: [8])
        }
        #expect(throws: ControlRefusal.notServed(UEID(before.ues[0]), by: CellID(1))) {
            try network.applyBeams(cell: CellID(1), ues: [UEID(before.ues[0])], beams: [0])
        }
    }

    @Test func aPlatformFliesWhereItIsSentAndNoFaster() throws {
        var configuration = Scenarios.campus { $0.fastFading = false }
        let limits = PlatformConfiguration(speedKmh: 36, lowestMetres: 50, highestMetres: 150, rangeMetres: 500)
        let cell = CellID(UInt32(configuration.cells.count))
        configuration.cells.append(
            CellConfiguration(
                id: cell, name: "kite", region: RegionID(0), xMetres: 100, yMetres: 0, heightMetres: 80,
                transmitPowerDbm: 30, platform: limits))
        var network = EmulatedNetwork(configuration: configuration)
        let ue = UEID(3)
        let before = network.meanGain(ue: ue, cell: cell)
        try network.applyPlatform(cell: cell, xMetres: 160, yMetres: 80, heightMetres: 80)
        network.advance(toSlot: 5_000)
        let half = try #require(network.platformPosition(cell: cell))
        // 10 m/s for 5 s, on the straight line to 100 m away.
        #expect(abs(half.x - 130) < 0.7 && abs(half.y - 40) < 0.9 && half.height == 80)
        network.advance(toSlot: 12_000)
        let end = try #require(network.platformPosition(cell: cell))
        #expect(end == (160, 80, 80))
        #expect(network.meanGain(ue: ue, cell: cell) != before)
        #expect(throws: ControlRefusal.outOfRange(index: 0)) {
            try network.applyPlatform(cell: cell, xMetres: 700, yMetres: 0, heightMetres: 80)
        }
        #expect(throws: ControlRefusal.outOfRange(index: 0)) {
            try network.applyPlatform(cell: cell, xMetres: 100, yMetres: 0, heightMetres: 200)
        }
        #expect(throws: ControlRefusal.noPlatform(CellID(0))) {
            try network.applyPlatform(cell: CellID(0), xMetres: 0, yMetres: 0, heightMetres: 80)
        }
    }
}
