import DTNetMessages
import EdgeTwin
import Foundation
import NetworkModel
import RadioPropagation
import Testing
import TwinProtocol

/// Readings that a radio network repeats until it has new ones: what the game is given in their place, and what twins
/// learn of them.
@Suite struct StaleReadingTests {
    /// What one epoch of a drive came to.
    private struct Step {
        var ageMs: Float
        var readingDb: Double
        var truthDb: Double
        var usedDb: Double
        var deviationDb: Float
        var errorBeforeDb: Float
    }

    private static let epochMs = 50
    private static let metresPerSecond = 12.0
    private static let startMetres = 60.0

    /// Drives one user out along a sector's boresight while its reading is renewed every `holdEpochs`.
    ///
    /// - Parameter truth: gain of the sector at a distance on the ground, dB.
    private static func drive(
        _ twin: TwinConfiguration, seconds: Int, holdEpochs hold: Int,
        truth: (NetworkConfiguration, CellConfiguration, Double) -> Double
    ) throws -> [Step] {
        let scene = try CampusScene(.semiCentralised, epoch: .milliseconds(Int64(epochMs))) { $0.network.twin = twin }
        let network = scene.plan.network
        let plan = scene.node(.edge)
        let cell = network.cells[plan.cells[0].index]
        let heading = (cell.azimuthDegrees ?? 0) * .pi / 180
        var edge = EdgeNode(plan: scene.plan, node: plan)
        var steps: [Step] = []
        for epoch in 0..<(seconds * 1_000 / epochMs) {
            let metres = { (epoch: Int) in startMetres + metresPerSecond * Double(epoch * epochMs) / 1_000 }
            let reading = truth(network, cell, metres(epoch - epoch % hold))
            var telemetry = Self.telemetry(network, plan.cells, serving: cell, gainDb: Float(reading))
            telemetry.xMetres = [Float(cell.xMetres + metres(epoch) * cos(heading))]
            telemetry.yMetres = [Float(cell.yMetres + metres(epoch) * sin(heading))]
            telemetry.readingAgeMs = [Float(epoch % hold * epochMs)]
            let now = Instant.zero + network.epoch * Int64(epoch + 1)
            let envelope = Envelope(
                sender: scene.node(.ran).id, recipient: edge.node, epoch: UInt64(epoch), body: .telemetry(telemetry))
            let effects = edge.take(envelope, at: now)
            for sent in effects.sends {
                guard case .channelReport(let report) = sent.body, report.links > 0 else { continue }
                let slot = try #require(report.cell.firstIndex(of: cell.id.rawValue))
                steps.append(
                    Step(
                        ageMs: telemetry.readingAgeMs[0], readingDb: Double(telemetry.gainDb[0]),
                        truthDb: truth(network, cell, metres(epoch)), usedDb: Double(report.gainDb[0]),
                        deviationDb: report.deviationDb[0], errorBeforeDb: report.errorBeforeDb[slot]))
            }
            _ = edge.followUp(at: now)
            _ = edge.fireThrough(TimerID(2), at: now)
        }
        #expect(steps.count == seconds * 1_000 / epochMs, "a report of every epoch")
        return steps
    }

    /// One user with one link of one gain.
    private static func telemetry(
        _ network: NetworkConfiguration, _ cells: [CellID], serving cell: CellConfiguration, gainDb: Float
    ) -> Telemetry {
        var telemetry = Telemetry()
        (telemetry.subbands, telemetry.links) = (network.carrier.subbands, 1)
        telemetry.reportSubbands = network.reportedSubbands
        telemetry.cell = cells.map(\.rawValue)
        telemetry.powerWatts = Array(repeating: 1, count: cells.count * network.carrier.subbands)
        telemetry.prbUsedPercent = cells.map { _ in 100 }
        telemetry.throughputKbps = cells.map { _ in 1_000 }
        (telemetry.ue, telemetry.ueCell, telemetry.linkCell) = ([3], [cell.id.rawValue], [cell.id.rawValue])
        telemetry.positionDeviationMetres = [0]
        (telemetry.ueThroughputKbps, telemetry.backlogBytes) = ([1_000], [-1])
        (telemetry.cqi, telemetry.sinrDb) = ([8], [10])
        let reference = cell.transmitPowerDbm - 10 * log10(network.carrier.bandwidthHz / 30_000)
        telemetry.rsrpDbm = [gainDb + Float(reference)]
        telemetry.gainDb = Array(repeating: gainDb, count: network.reportedSubbands)
        telemetry.backgroundDbm = Array(repeating: -110, count: network.reportedSubbands)
        return telemetry
    }

    /// Shadowing along the way, dB.
    private static func shadow(_ metres: Double) -> Double { 2 * sin(metres / 45) + 1.5 * sin(metres / 23 + 1) }

    /// A distance law over the way to the antenna.
    private static func law(
        _ cell: CellConfiguration, _ metres: Double, atOneMetre: Double, exponent: Double
    ) -> Double {
        let rise = cell.heightMetres - 1.5
        return atOneMetre - 5 * exponent * log10(metres * metres + rise * rise)
    }

    private static func rms(_ errors: [Double]) -> Double {
        (errors.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))).squareRoot()
    }

    /// From the second reading on; the first finds twins that know nothing.
    private static func errors(_ steps: [Step]) -> (raw: Double, used: Double) {
        let late = steps.dropFirst(10_000 / epochMs)
        return (rms(late.map { $0.readingDb - $0.truthDb }), rms(late.map { $0.usedDb - $0.truthDb }))
    }

    @Test func aDistanceLawBringsStaleReadingsUpToNow() throws {
        let steps = try Self.drive(TwinConfiguration(), seconds: 60, holdEpochs: 200) { _, cell, metres in
            Self.law(cell, metres, atOneMetre: -26, exponent: 3.9) + Self.shadow(metres)
        }
        let (raw, used) = Self.errors(steps)
        #expect(raw > 3 && used < 0.7 * raw, "raw \(raw) dB, used \(used) dB")
        // What is fresh is used as it came, and a stale reading says that it is one.
        #expect(steps.allSatisfy { $0.ageMs > Float(Self.epochMs) || $0.usedDb == $0.readingDb })
        let (first, last) = (steps[steps.count - 200], steps[steps.count - 1])
        #expect(first.ageMs == 0 && last.ageMs > 9_000)
        #expect(last.deviationDb > first.deviationDb + 2, "\(first.deviationDb), then \(last.deviationDb) dB")
    }

    @Test func theChannelEngineBringsStaleReadingsUpToNow() throws {
        var twin = TwinConfiguration()
        twin.baseline = .tr38901
        let steps = try Self.drive(twin, seconds: 60, holdEpochs: 200) { network, cell, metres in
            let heading = (cell.azimuthDegrees ?? 0) * .pi / 180
            let mean = MeanCellGain(frequencyHz: network.carrier.frequencyHz)
            return mean.db(of: cell, eastMetres: metres * cos(heading), northMetres: metres * sin(heading))
                + Self.shadow(metres)
        }
        let (raw, used) = Self.errors(steps)
        #expect(raw > 3 && used < 0.8 * raw, "raw \(raw) dB, used \(used) dB")
        #expect(steps.allSatisfy { $0.ageMs > Float(Self.epochMs) || $0.usedDb == $0.readingDb })
    }

    /// Readings within one learning period are the game's as they came, for as long as none was older.
    @Test func freshReadingsAreUsedAsTheyCame() throws {
        let steps = try Self.drive(TwinConfiguration(), seconds: 5, holdEpochs: 2) { _, cell, metres in
            Self.law(cell, metres, atOneMetre: -26, exponent: 3.9)
        }
        #expect(steps.allSatisfy { $0.usedDb == $0.readingDb })
    }

    /// A user drives on while its reading, once on the law that twins begin with, stays: learnt again and again at
    /// other places, it would be tens of decibels off that law.
    @Test func repeatedReadingsTeachNothing() throws {
        let steps = try Self.drive(TwinConfiguration(), seconds: 30, holdEpochs: 600) { network, cell, metres in
            let atOneMetre = -(13.54 + 20 * log10(network.carrier.frequencyHz / 1e9))
            return Self.law(cell, metres, atOneMetre: atOneMetre, exponent: 3.908)
        }
        let last = try #require(steps.last)
        #expect(last.truthDb < last.readingDb - 20)
        #expect(last.errorBeforeDb < 1, "\(last.errorBeforeDb) dB")
    }
}
