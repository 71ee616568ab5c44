import NetworkModel
import RadioAccessNetwork
import Testing

struct ControlTests {
    private let half = [Float](repeating: 1, count: 8)

    @Test func controlsThatCannotActAreRefused() throws {
        var network = EmulatedNetwork(configuration: Scenarios.campus())
        let before = network.appliedPower(cell: CellID(0))
        #expect(throws: ControlRefusal.unknownCell(CellID(7))) {
            try network.applyPower(cell: CellID(7), wattsPerSubband: half)
        }
        #expect(throws: ControlRefusal.wrongCount(found: 7, expected: 8)) {
            try network.applyPower(cell: CellID(0), wattsPerSubband: [Float](repeating: 1, count: 7))
        }
        for bad in [Float.nan, .infinity, -1] {
            #expect(throws: ControlRefusal.outOfRange(index: 3)) {
                try network.applyPower(cell: CellID(0), wattsPerSubband: [1, 1, 1, bad, 1, 1, 1, 1])
            }
        }
        #expect(throws: ControlRefusal.self) {
            try network.applyPower(cell: CellID(0), wattsPerSubband: [Float](repeating: 2.6, count: 8))
        }
        #expect(throws: ControlRefusal.unknownUE(UEID(70))) {
            try network.applyAssociation(ue: UEID(70), cell: CellID(0))
        }
        #expect(network.appliedPower(cell: CellID(0)) == before)
    }

    @Test func sharesThatCannotActAreRefused() throws {
        var network = EmulatedNetwork(configuration: Scenarios.campus())
        let ue = UEID(0)
        let cell = network.servingCell(ue: ue)
        let other = CellID((cell.rawValue + 1) % 7)
        #expect(throws: ControlRefusal.notServed(ue, by: other)) {
            try network.applyShares(cell: other, ues: [ue], shares: half)
        }
        #expect(throws: ControlRefusal.overShare(subband: 2)) {
            try network.applyShares(cell: cell, ues: [ue], shares: [1, 1, 1.1, 1, 1, 1, 1, 1])
        }
        #expect(throws: ControlRefusal.wrongCount(found: 8, expected: 0)) {
            try network.applyShares(cell: cell, ues: [], shares: half)
        }
    }

    @Test func powerActsFromTheNextSlotAndNotOnRsrp() throws {
        let configuration = Scenarios.campus(seed: 2) { $0.fastFading = false }
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 10)
        let before = network.measurements(cells: [CellID(0)])
        for cell in Scenarios.cells(configuration).dropFirst() {
            try network.applyPower(cell: cell, wattsPerSubband: [Float](repeating: 0, count: 8))
        }
        network.step()
        let after = network.measurements(cells: [CellID(0)])
        #expect(after.ues == before.ues)
        #expect(zip(before.sinrDb, after.sinrDb).allSatisfy { $0 < $1 })
        #expect(zip(before.cqi, after.cqi).allSatisfy { $0 <= $1 })
        #expect(before.rsrpDbm == after.rsrpDbm)
        #expect(before.gainDb == after.gainDb)
    }

    @Test func safeDefaultIsTheNetworkWithoutControl() throws {
        let configuration = Scenarios.campus(seed: 7)
        let untouched = EmulatedNetwork(configuration: configuration)
        var network = untouched
        for cell in Scenarios.cells(configuration) {
            try network.applyPower(cell: cell, wattsPerSubband: half)
            try network.applySafeDefault(cell: cell)
            #expect(network.appliedPower(cell: cell) == untouched.appliedPower(cell: cell))
        }
        var free = untouched
        free.advance(toSlot: 1_000)
        network.advance(toSlot: 1_000)
        #expect(free.takeCompletedWindows() == network.takeCompletedWindows())
    }

    @Test func usersOnTheMoveAreHandedOverToStrongerCells() throws {
        let configuration = Scenarios.row(sites: 3, seed: 5) { $0.carFraction = 1 }
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 20_000)
        #expect(network.handoversIn.reduce(0, +) > 20)
        let report = network.measurements(cells: Scenarios.cells(configuration))
        var far = 0
        for ue in report.ues.indices {
            let row = report.rsrpDbm[ue * report.linksPerUE..<(ue + 1) * report.linksPerUE]
            let strongest = try #require(row.max())
            if strongest > row.first! + 6 { far += 1 }
        }
        // Within the time to trigger a neighbour may be well above; hardly ever for many at once.
        #expect(far <= report.ues.count / 10)
    }

    @Test func anImposedCellHoldsUntilItIsReleased() throws {
        let configuration = Scenarios.row(sites: 3, seed: 5) { $0.carFraction = 1 }
        var network = EmulatedNetwork(configuration: configuration)
        let count = UInt32(network.ueCount)
        for ue in 0..<count { try network.applyAssociation(ue: UEID(ue), cell: CellID(ue % 9)) }
        let moved = network.handoversIn
        network.advance(toSlot: 5_000)
        for ue in 0..<count { #expect(network.servingCell(ue: UEID(ue)) == CellID(ue % 9)) }
        #expect(network.handoversIn == moved)
        for cell in Scenarios.cells(configuration) { try network.applySafeDefault(cell: cell) }
        network.advance(toSlot: 6_000)
        #expect(network.handoversIn.reduce(0, +) > moved.reduce(0, +) + 20)
    }

    @Test func aUserThatJoinsACellWithImposedSharesIsServed() throws {
        var network = EmulatedNetwork(configuration: Scenarios.campus(seed: 9))
        let ue = UEID(0)
        let target = CellID((network.servingCell(ue: ue).rawValue + 1) % 7)
        let members = (0..<70 as Range<UInt32>).map { UEID($0) }.filter { network.servingCell(ue: $0) == target }
        let shares = [Float](repeating: 1 / Float(members.count), count: members.count * 8)
        try network.applyShares(cell: target, ues: members, shares: shares)
        try network.applyAssociation(ue: ue, cell: target)
        network.advance(toSlot: 1_000)
        let window = try #require(network.takeCompletedWindows().last)
        #expect(window.throughputKbps[0] > 0)
    }
}
