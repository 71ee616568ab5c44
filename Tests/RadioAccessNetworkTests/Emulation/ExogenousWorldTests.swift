import NetworkModel
import RadioAccessNetwork
import Testing

/// The world is the same under any directive, and the same again for the same seed.
struct ExogenousWorldTests {
    private let change: (inout EmulationConfiguration) -> Void = {
        $0.carFraction = 0.4
        $0.ftpFraction = 0.3
        $0.ftpFilesPerSecond = 3
    }

    /// A speed so low that no segment would end in any slot that can be counted.
    @Test(arguments: [0, 1e-300, 1e-12])
    func whoHardlyMovesStandsStill(kmh: Double) {
        var network = EmulatedNetwork(
            configuration: Scenarios.single {
                $0.pedestrianSpeedKmh = kmh
                $0.carSpeedKmh = kmh
                $0.carFraction = 0.5
            })
        let places = (0..<UInt32(network.ueCount)).map { network.position(ue: UEID($0)).x }
        network.advance(toSlot: 100)
        #expect((0..<UInt32(network.ueCount)).map { network.position(ue: UEID($0)).x } == places)
    }

    @Test func sameSeedSameHistory() {
        let configuration = Scenarios.campus(seed: 11, change)
        var a = EmulatedNetwork(configuration: configuration)
        var b = EmulatedNetwork(configuration: configuration)
        a.advance(toSlot: 700)
        for _ in 0..<700 { b.step() }
        let cells = Scenarios.cells(configuration)
        #expect(a.measurements(cells: cells) == b.measurements(cells: cells))
        #expect(a.trueGains() == b.trueGains())
        var other = EmulatedNetwork(configuration: Scenarios.campus(seed: 12, change))
        other.advance(toSlot: 700)
        #expect(a.trueGains() != other.trueGains())
    }

    @Test func readingChangesNothing() {
        let configuration = Scenarios.campus(seed: 3, change)
        var a = EmulatedNetwork(configuration: configuration)
        var b = a
        for _ in 0..<200 {
            a.step()
            b.step()
            _ = b.measurements(cells: Scenarios.cells(configuration))
            _ = b.trueGains()
        }
        #expect(a.trueGains() == b.trueGains())
    }

    @Test func directivesLeaveTheWorldAsItIs() throws {
        let configuration = Scenarios.row(sites: 4, seed: 21, change)
        var free = EmulatedNetwork(configuration: configuration)
        var steered = free
        let cells = Scenarios.cells(configuration)
        var checked = 0
        for round in 0..<60 {
            for cell in cells {
                let factor = Float((round + cell.index) % 4) / 4
                try steered.applyPower(cell: cell, wattsPerSubband: free.appliedPower(cell: cell).map { $0 * factor })
            }
            let ue = UEID(UInt32(round % steered.ueCount))
            try steered.applyAssociation(ue: ue, cell: cells[(round * 5) % cells.count])
            if round % 7 == 0 { try steered.applySafeDefault(cell: cells[round % cells.count]) }
            free.advance(toSlot: free.slot + 50)
            steered.advance(toSlot: steered.slot + 50)
            checked += try compareWorlds(free, steered)
        }
        #expect(free.slot == 3_000)
        #expect(checked > 50_000)
    }

    /// Number of gains that were compared, all equal to the bit.
    private func compareWorlds(_ a: EmulatedNetwork, _ b: EmulatedNetwork) throws -> Int {
        for ue in 0..<UInt32(a.ueCount) {
            let (here, there) = (a.position(ue: UEID(ue)), b.position(ue: UEID(ue)))
            try #require(here.x == there.x && here.y == there.y)
            try #require(a.arrivedFiles(ue: UEID(ue)) == b.arrivedFiles(ue: UEID(ue)))
            for cell in 0..<UInt32(a.cellCount) {
                let gain = a.meanGain(ue: UEID(ue), cell: CellID(cell))
                try #require(gain == b.meanGain(ue: UEID(ue), cell: CellID(cell)))
            }
        }
        let (left, right) = (a.trueGains(), b.trueGains())
        let (links, subbands) = (left.linksPerUE, left.subbands)
        var count = 0
        for ue in 0..<a.ueCount {
            for i in 0..<links {
                for j in 0..<links where left.linkCell[ue * links + i] == right.linkCell[ue * links + j] {
                    let (first, second) = ((ue * links + i) * subbands, (ue * links + j) * subbands)
                    let same = left.gains[first..<first + subbands].elementsEqual(
                        right.gains[second..<second + subbands])
                    try #require(same)
                    count += subbands
                }
            }
        }
        return count
    }

    @Test func aForkGoesItsOwnWay() throws {
        let configuration = Scenarios.campus(seed: 5)
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 100)
        let before = network
        var fork = network
        try fork.applyPower(cell: CellID(0), wattsPerSubband: [Float](repeating: 0, count: 8))
        fork.advance(toSlot: 300)
        #expect(network.slot == 100)
        #expect(network.trueGains() == before.trueGains())
        #expect(network.appliedPower(cell: CellID(0)) == before.appliedPower(cell: CellID(0)))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func usersStayNearTheCells(seed: UInt64) {
        let configuration = Scenarios.campus(seed: seed) {
            $0.carFraction = 0.5
            $0.carSpeedKmh = 100
            $0.fastFading = false
        }
        var network = EmulatedNetwork(configuration: configuration)
        for round in 1...40 as ClosedRange<Int64> {
            network.advance(toSlot: round * 500)
            for ue in 0..<UInt32(network.ueCount) {
                let place = network.position(ue: UEID(ue))
                #expect((place.x * place.x + place.y * place.y).squareRoot() < 330, "seed \(seed)")
            }
        }
    }

    @Test func walkersWalkAtTheirSpeed() {
        let configuration = Scenarios.campus(seed: 2) { $0.fastFading = false }
        var network = EmulatedNetwork(configuration: configuration)
        let before = network.position(ue: UEID(0))
        network.advance(toSlot: 1_000)
        let after = network.position(ue: UEID(0))
        let moved = ((after.x - before.x) * (after.x - before.x) + (after.y - before.y) * (after.y - before.y))
        #expect(abs(moved.squareRoot() - 3 / 3.6) < 0.01)
    }
}
