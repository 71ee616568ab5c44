import DTNetMessages
import EdgeTwin
import Foundation
import NetworkModel
import RadioAccessNetwork
import Testing
import TwinProtocol

/// Gains that a leader is given where they fade between the measurement and the decision that acts on it.
@Suite struct FadingForecastTests {
    private static let epochs = 60
    /// Twelve epochs in a row come first; until then gains go up as measured.
    private static let first = 30

    /// What one edge measured, and the gains of its reports to its leader, epoch by epoch.
    private static func reports(
        _ hierarchy: Hierarchy, leavingOut missing: Int? = nil
    ) throws -> [(measured: Telemetry, report: ChannelReport)] {
        let scene = try CampusScene(hierarchy)
        var ran = try scene.radioNetwork()
        let leader = scene.node(.rrm).id
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        var result: [(Telemetry, ChannelReport)] = []
        for (epoch, envelopes) in CampusScene.epochs(epochs, of: &ran).enumerated() where epoch != missing {
            let envelope = try #require(envelopes.first { $0.recipient == edge.node })
            guard case .telemetry(let telemetry) = envelope.body else { continue }
            let now = Instant.zero + scene.plan.network.epoch * Int64(epoch)
            let effects = edge.take(envelope, at: now) + edge.followUp(at: now) + edge.fireThrough(TimerID(2), at: now)
            for sent in effects.sends where sent.recipient == leader {
                if case .channelReport(let report) = sent.body { result.append((telemetry, report)) }
            }
        }
        #expect(result.count == epochs - (missing == nil ? 0 : 1), "a report of every epoch")
        return result
    }

    /// Mean square of the distance between gains in parts of the later ones' mean, over links that both hold.
    private static func error(_ gains: [Float], of now: Telemetry, _ later: [Telemetry]) -> Double {
        guard later.allSatisfy({ $0.ue == now.ue && $0.linkCell == now.linkCell }) else { return .nan }
        var (sum, count) = (0.0, 0.0)
        let width = now.reportSubbands
        for link in now.linkCell.indices where now.linkCell[link] != .max {
            let truth = (link * width..<(link + 1) * width).map { place in
                later.reduce(0) { $0 + Self.linear($1.gainDb[place]) } / Double(later.count)
            }
            let mean = truth.reduce(0, +) / Double(width)
            for (k, value) in truth.enumerated() {
                let departure = (Self.linear(gains[link * width + k]) - value) / mean
                sum += departure * departure
                count += 1
            }
        }
        return sum / count
    }

    private static func linear(_ db: Float) -> Double { pow(10, Double(db) / 10) }

    /// Leaders that decide within the epoch are given the gains of its end, leaders whose offers act in the next one
    /// those of its two ends.
    @Test(arguments: Hierarchy.allCases)
    func aReportHoldsTheGainsThatTheDecisionWillMeet(hierarchy: Hierarchy) throws {
        let all = try Self.reports(hierarchy)
        var (held, foreseen) = (0.0, 0.0)
        for epoch in Self.first..<Self.epochs - 2 {
            let now = all[epoch].measured
            let ends = hierarchy == .decentralised ? [epoch + 1, epoch + 2] : [epoch + 1]
            let later = ends.map { all[$0].measured }
            let error = Self.error(all[epoch].report.gainDb, of: now, later)
            guard error.isFinite else { continue }
            foreseen += error
            held += Self.error(now.gainDb, of: now, later)
        }
        #expect(held > 0 && foreseen < 0.5 * held, "\(foreseen) beside \(held)")
    }

    /// New links go up as they were measured, and an epoch that was left out begins all of them anew.
    @Test func whatIsNotKnownLongEnoughStaysAsMeasured() throws {
        let all = try Self.reports(.semiCentralised)
        #expect(all[..<10].allSatisfy { $0.report.gainDb == $0.measured.gainDb })
        #expect(all[Self.first].report.gainDb != all[Self.first].measured.gainDb)
        let afterGap = try Self.reports(.semiCentralised, leavingOut: 40)
        #expect(afterGap[39].report.gainDb != afterGap[39].measured.gainDb)
        #expect(afterGap[40..<50].allSatisfy { $0.report.gainDb == $0.measured.gainDb })
    }
}
