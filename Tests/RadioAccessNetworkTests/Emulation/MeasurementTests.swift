import Glibc
import NetworkModel
import RadioAccessNetwork
import Testing

struct MeasurementTests {
    @Test func shapesAgree() {
        let configuration = Scenarios.row(sites: 5, seed: 3)
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 150)
        let cells = [CellID(4), CellID(0)]
        let report = network.measurements(cells: cells)
        let (users, links, subbands) = (report.ues.count, report.linksPerUE, report.reportedSubbands)
        #expect(links == 9 && subbands == 8 && report.subbands == 8 && report.slot == 150)
        #expect(report.cells == [4, 0] && report.powersWatts.count == 16)
        #expect(report.prbUsedPercent.count == 2 && report.cellThroughputKbps.count == 2)
        #expect(report.servingCell.allSatisfy { $0 == 4 || $0 == 0 })
        for count in [
            report.servingCell.count, report.xMetres.count, report.yMetres.count, report.throughputKbps.count,
            report.positionDeviationMetres.count, report.backlogBytes.count, report.isFullBuffer.count,
            report.cqi.count, report.sinrDb.count, report.readingAgeMs.count,
        ] {
            #expect(count == users)
        }
        #expect(report.linkCell.count == users * links && report.rsrpDbm.count == users * links)
        #expect(report.gainDb.count == users * links * subbands && report.backgroundDbm.count == users * subbands)
        let levels = report.gainDb + report.rsrpDbm + report.backgroundDbm
        #expect(levels.allSatisfy { $0.isFinite })
    }

    @Test func everyUserIsReportedOnceOverAllCells() {
        let configuration = Scenarios.campus(seed: 4)
        let network = EmulatedNetwork(configuration: configuration)
        let report = network.measurements(cells: Scenarios.cells(configuration))
        #expect(report.ues.sorted() == (0..<70).map { UInt32($0) })
    }

    @Test func gainsAreTheTrueOnesQuantised() {
        let configuration = Scenarios.row(sites: 5, seed: 6)
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 77)
        let report = network.measurements(cells: Scenarios.cells(configuration))
        let truth = network.trueGains()
        let (links, subbands) = (report.linksPerUE, report.subbands)
        for (row, ue) in report.ues.enumerated() {
            #expect(report.linkCell[row * links] == report.servingCell[row])
            for link in 0..<links {
                #expect(report.linkCell[row * links + link] == truth.linkCell[Int(ue) * links + link])
            }
            for index in 0..<links * subbands {
                let reported = report.gainDb[row * links * subbands + index]
                let exact = 10 * log10(truth.gains[Int(ue) * links * subbands + index])
                #expect(abs(reported - exact) <= 0.2501)
                #expect((reported * 2).rounded() == reported * 2)
            }
            for subband in 0..<subbands {
                let watts = truth.backgroundWatts[Int(ue) * subbands + subband]
                #expect(abs(report.backgroundDbm[row * subbands + subband] - 10 * log10(watts) - 30) < 1e-3)
            }
        }
    }

    @Test func linksAreTheStrongestCells() {
        let configuration = Scenarios.row(sites: 6, seed: 2)
        let network = EmulatedNetwork(configuration: configuration)
        let report = network.measurements(cells: Scenarios.cells(configuration))
        for (row, ue) in report.ues.enumerated() {
            let gains = (0..<UInt32(18)).map { network.meanGain(ue: UEID(ue), cell: CellID($0)) }
            let strongest = gains.indices.sorted { gains[$0] > gains[$1] }.prefix(9)
            #expect(report.linkCell[row * 9..<(row + 1) * 9].map { Int($0) } == Array(strongest))
        }
    }

    @Test func backgroundHoldsTheCellsThatAreNotReported() throws {
        let configuration = Scenarios.row(sites: 6, seed: 2)
        var network = EmulatedNetwork(configuration: configuration)
        let before = network.trueGains().backgroundWatts
        for cell in Scenarios.cells(configuration) {
            try network.applyPower(cell: cell, wattsPerSubband: [Float](repeating: 0, count: 8))
        }
        network.step()
        let noise = Float(pow(10, (-174.0 + 9 - 30) / 10) * 2.5e6)
        let after = network.trueGains().backgroundWatts
        #expect(after.allSatisfy { abs($0 / noise - 1) < 1e-5 })
        #expect(zip(before, after).contains { $0 > 1.5 * $1 })
    }

    @Test func longEpochsReportAverages() {
        let configuration = Scenarios.campus(seed: 3, epochMs: 100)
        var network = EmulatedNetwork(configuration: configuration)
        network.advance(toSlot: 400)
        let report = network.measurements(cells: Scenarios.cells(configuration))
        #expect(report.reportedSubbands == 1 && report.subbands == 8)
        #expect(report.gainDb.count == 70 * 7 && report.backgroundDbm.count == 70)
        // Twenty readings over eight subbands: a few decibels about the mean, and about it in the mean.
        var sum: Float = 0
        for (row, ue) in report.ues.enumerated() {
            for link in 0..<7 {
                let cell = CellID(report.linkCell[row * 7 + link])
                let mean = 10 * log10(network.meanGain(ue: UEID(ue), cell: cell))
                sum += report.gainDb[row * 7 + link] - mean
                #expect(abs(report.gainDb[row * 7 + link] - mean) < 8)
            }
        }
        #expect(abs(sum / 490) < 1, "seed 3: \(sum / 490) dB")
    }

    @Test func positionsAreNoisyOrMissingAsConfigured() {
        let configuration = Scenarios.campus(seed: 5)
        var network = EmulatedNetwork(configuration: configuration)
        var (missing, count, square) = (0.0, 0.0, 0.0)
        for _ in 0..<60 {
            network.advance(toSlot: network.slot + 10)
            let report = network.measurements(cells: Scenarios.cells(configuration))
            for (row, ue) in report.ues.enumerated() {
                count += 1
                guard report.positionDeviationMetres[row] >= 0 else {
                    missing += 1
                    continue
                }
                let error = Double(report.xMetres[row]) - network.position(ue: UEID(ue)).x
                square += error * error
            }
        }
        #expect(abs(missing / count - 0.1) < 0.02, "seed 5: \(missing / count)")
        #expect(abs((square / (count - missing)).squareRoot() - 3) < 0.15, "seed 5")
    }

    @Test func ageIsThatOfTheFading() {
        var network = EmulatedNetwork(configuration: Scenarios.campus(seed: 1))
        network.advance(toSlot: 50)
        let ages = network.measurements(cells: [CellID(0)]).readingAgeMs
        // Coherence time 43.5 ms: renewed every 5 slots; the report adds 1 ms.
        #expect(abs(network.coherenceSeconds - 0.0435) < 0.0002)
        #expect(ages.allSatisfy { $0 >= 1 && $0 <= 6 })
    }

    /// Their channel is read again and again, and is what it was: twins must not take the reading for an old one.
    @Test func readingsOfUsersAtRestAreFresh() {
        var network = EmulatedNetwork(configuration: Scenarios.campus(seed: 1) { $0.pedestrianSpeedKmh = 0 })
        network.advance(toSlot: 500)
        let ages = network.measurements(cells: [CellID(0)]).readingAgeMs
        #expect(!ages.isEmpty && ages.allSatisfy { $0 == 1 }, "\(ages)")
    }
}
