import DTNetMessages
import EdgeTwin
import Foundation
import LanguageEngine
import NetworkModel
import Orchestrator
import RadioPropagation
import Testing
import TwinProtocol

/// A street whose loss changes: the edge's twin underestimates it there, L3 finds where, and has it learnt anew there
/// only; the record says what that was worth.
@Suite struct ChangedStreetTests {
    private static let epochs = 1_000

    @Test func aStreetThatChangedIsFoundAndLearntAnewThereOnly() throws {
        var town = try Town()
        while town.epoch < Self.epochs, town.settled == nil { town.step() }
        let street = OrderPlace(xMetres: Float(Town.street.x), yMetres: Float(Town.street.y), radiusMetres: 75)
        let (order, then) = try #require(town.ownOrder)
        #expect(then.epoch >= Town.changeEpoch && then.epoch < Town.changeEpoch + 200, "\(then.epoch)")
        #expect(order.kind == .retrain && order.place == street, "\(order)")
        // The loss was underestimated in the street; elsewhere the order changed nothing that was known.
        #expect(then.streetErrorDb > 15, "\(then.streetErrorDb) dB too much expected in the street")
        for (before, after) in zip(then.elsewhereBefore, then.elsewhereAfter) {
            #expect(abs(after - before) < 0.2, "elsewhere \(before) dB became \(after) dB")
        }
        // Two seconds later the street is known, and so is everything else still.
        let soon = try #require(town.soonAfter)
        #expect(abs(soon.streetErrorDb) < 6, "\(soon.streetErrorDb) dB")
        #expect(soon.elsewhereErrorDb.allSatisfy { abs($0) < 4 }, "\(soon.elsewhereErrorDb)")
        // What came of it, at the place.
        let record = try #require(town.settled)
        let index = try #require(record.status.cell.firstIndex(of: town.own.rawValue))
        #expect(record.orderPlace.count == record.status.cell.count && record.orderPlace[index] == street)
        #expect(UInt64(record.status.lastOrder[index]) == order.order)
        let (before, after) = (record.status.orderBefore[index], record.status.orderAfter[index])
        print("changed street: \(before) dB before the order, \(after) dB after it")
        #expect(before > 10 && after > 0 && after < 0.5 * before, "\(before) dB, then \(after) dB")
    }
}

/// Users of the campus's first edge in two places of an invented town, an edge whose twins correct TR 38.901, and L3.
/// Regions, and the other edge, say the same every time, but for the error of the edge's twins.
private struct Town {
    /// What the edge's twins expected when an order came.
    struct Moment {
        var epoch: Int
        var streetErrorDb: Double
        var elsewhereBefore: [Double]
        var elsewhereAfter: [Double]
    }

    let scene: CampusScene
    let own: CellID
    private let cells: [CellConfiguration]
    private let gain: MeanCellGain
    private(set) var edge: EdgeNode
    private var orchestrator: OrchestratorNode
    private(set) var epoch = 0
    private var twinErrorDb: [Float]
    private var orders: [(order: TrainOrder, then: Moment)] = []
    private(set) var soonAfter: (streetErrorDb: Double, elsewhereErrorDb: [Double])?
    /// The record in which the first order for the own cell has settled.
    private(set) var settled: TwinStatusRecord?

    /// The street is in the middle of a tile of errors, in the beam of the edge's first cell, far from the square.
    static let street = SIMD2(175.0, 125.0)
    private static let square = SIMD2(-125.0, -75.0)
    static let changeEpoch = 400
    private static let lossDb = 25.0
    private static let usersPerCell = 8
    private static let streetUsers = 2

    init() throws {
        scene = try CampusScene(.fullyCentralised, epoch: .milliseconds(50)) { $0.network.twin.baseline = .tr38901 }
        let node = scene.node(.edge)
        let network = scene.plan.network
        own = node.cells[0]
        cells = node.cells.map { network.cells[$0.index] }
        gain = MeanCellGain(frequencyHz: network.carrier.frequencyHz)
        edge = EdgeNode(plan: scene.plan, node: node)
        orchestrator = OrchestratorNode(plan: scene.plan, node: scene.node(.orchestrator))
        twinErrorDb = cells.map { _ in 0 }
        _ = edge.start(at: .zero)
        _ = orchestrator.start(at: .zero)
    }

    private var now: Instant { Instant.zero + scene.plan.network.epoch * Int64(epoch) }
    private var seconds: Double { Double(epoch) * scene.plan.network.epoch.seconds }

    // MARK: - The world

    /// Where a user is: it walks 15 m to and fro, at 1 m/s.
    private func position(_ user: Int) -> SIMD2<Double> {
        let phase = (seconds + 7 * Double(user)).truncatingRemainder(dividingBy: 60)
        let walk = phase < 30 ? phase - 15 : 45 - phase
        if user < Town.streetUsers { return Town.street + SIMD2(walk, user == 0 ? 5 : -5) }
        return Town.square + SIMD2(walk + 8 * Double(user * 7 % 9 - 4), 10 * Double(user * 5 % 7 - 3))
    }

    /// Gain of a cell at a place without noise, dB: the formula that the twins start from, shadows, and the loss that
    /// comes to the street.
    private func truthDb(_ cell: CellConfiguration, _ place: SIMD2<Double>) -> Double {
        let mean = gain.db(of: cell, eastMetres: place.x - cell.xMetres, northMetres: place.y - cell.yMetres)
        let shadow = 3 * sin(place.x / 25) * cos(place.y / 25)
        let away = place - Town.street
        let isInStreet = abs(away.x) < 40 && abs(away.y) < 40
        return mean + shadow - (isInStreet && epoch >= Town.changeEpoch ? Town.lossDb : 0)
    }

    /// Noise of a reading, even within 1 dB.
    private func noiseDb(_ user: Int, _ cell: Int) -> Double {
        let draw = sin(12.9898 * Double(user) + 78.233 * Double(epoch) + 37.719 * Double(cell)) * 43_758.5453
        return 2 * (draw - draw.rounded(.down)) - 1
    }

    private func telemetry() -> Telemetry {
        let network = scene.plan.network
        let elementsDb = 10 * log10(network.carrier.bandwidthHz / 30_000)
        var telemetry = Telemetry()
        (telemetry.subbands, telemetry.links, telemetry.reportSubbands) = (network.carrier.subbands, cells.count, 1)
        telemetry.cell = cells.map(\.id.rawValue)
        telemetry.powerWatts = Array(repeating: 1, count: cells.count * network.carrier.subbands)
        telemetry.prbUsedPercent = cells.map { _ in 60 }
        telemetry.throughputKbps = cells.map { _ in 20_000 }
        for (index, serving) in cells.enumerated() {
            for user in (index * Town.usersPerCell)..<((index + 1) * Town.usersPerCell) {
                let place = position(user)
                telemetry.ue.append(UInt32(user))
                telemetry.ueCell.append(serving.id.rawValue)
                telemetry.xMetres.append(Float(place.x))
                telemetry.yMetres.append(Float(place.y))
                telemetry.positionDeviationMetres.append(0)
                telemetry.ueThroughputKbps.append(2_000)
                telemetry.backlogBytes.append(-1)
                telemetry.cqi.append(10)
                telemetry.sinrDb.append(10)
                telemetry.readingAgeMs.append(1)
                telemetry.backgroundDbm.append(-100)
                for cell in [serving] + cells.filter({ $0.id != serving.id }) {
                    let gainDb = truthDb(cell, place) + noiseDb(user, cell.id.index)
                    telemetry.linkCell.append(cell.id.rawValue)
                    telemetry.gainDb.append(Float(gainDb))
                    telemetry.rsrpDbm.append(Float(gainDb + cell.transmitPowerDbm - elementsDb))
                }
            }
        }
        return telemetry
    }

    // MARK: - The hierarchy

    /// One epoch: the edge hears, reports and learns; L3 hears of it, renews its policy and looks for findings.
    mutating func step() {
        epoch += 1
        let sent = Envelope(
            sender: scene.node(.ran).id, recipient: edge.node, epoch: UInt64(epoch), body: .telemetry(telemetry()))
        for due in edge.take(sent, at: now).timers.sorted() {
            for envelope in edge.fireThrough(TimerID(2), at: due).sends { hand(up: envelope) }
        }
        _ = edge.followUp(at: now)
        if epoch % 10 == 0 { report() }
        if epoch % 20 == 0 { note(orchestrator.fire(TimerID(1), at: now)) }
        if epoch % 2 == 0 {
            for case .run(.collect) in orchestrator.fire(TimerID(2), at: now) {
                note(orchestrator.finish(.collected(OperatorMail(), after: nil), at: now))
            }
        }
        if let first = ownOrder, epoch == first.then.epoch + 40 {
            soonAfter = (errorDb(Town.street), elsewhere.map { errorDb($0) })
        }
    }

    private mutating func hand(up envelope: Envelope) {
        if case .channelReport(let report) = envelope.body, report.errorAfterDb.count == cells.count {
            twinErrorDb = report.errorAfterDb
        }
        guard envelope.recipient == orchestrator.node else { return }
        note(orchestrator.take(envelope, at: now))
    }

    private mutating func deliver(_ body: Body, from sender: NodeID) {
        note(
            orchestrator.take(
                Envelope(sender: sender, recipient: orchestrator.node, epoch: UInt64(epoch), body: body), at: now))
    }

    /// Both regions report, and every second the other edge.
    private mutating func report() {
        for region in scene.plan.nodes(of: .region) {
            let report = RegionReport.usual(of: region) { id in
                cells.firstIndex { $0.id.rawValue == id }.map { twinErrorDb[$0] } ?? 3
            }
            deliver(.regionReport(report), from: region.id)
        }
        guard epoch % 20 == 0 else { return }
        for other in scene.plan.nodes(of: .edge) where other.id != edge.node {
            var report = ChannelReport()
            (report.links, report.reportSubbands) = (1, 1)
            report.cell = other.cells.map(\.rawValue)
            report.load = report.cell.map { _ in 1 }
            (report.throughputKbps, report.errorBeforeDb, report.errorAfterDb) = (report.load, report.load, report.load)
            deliver(.channelReport(report), from: other.id)
        }
    }

    /// Carries out what L3 asks for: jobs of which nothing comes, and messages to the edge.
    private mutating func note(_ effects: [Effect<OrchestratorJob>]) {
        for effect in effects {
            switch effect {
            case .run(.think(let job, _)):
                note(orchestrator.finish(.thought(Thought(number: job.number)), at: now))
            case .run(.whatIf(let question, let number, _)):
                let outcome = WhatIfOutcome(
                    valueMbps: 2, gain: 0, gainDeviation: 0, powerChange: 0, held: [], heldChange: [],
                    heldChangeDeviation: [], heldDeviation: [])
                note(orchestrator.finish(.played(question.policies.map { _ in outcome }, number: number), at: now))
            case .send(let envelope) where envelope.recipient == edge.node: tell(envelope)
            case .record(.twinStatus(let record)): keep(record)
            default: break
            }
        }
    }

    private mutating func tell(_ envelope: Envelope) {
        guard case .trainOrder(let order) = envelope.body else {
            _ = edge.take(envelope, at: now)
            return
        }
        var moment = Moment(
            epoch: epoch, streetErrorDb: errorDb(Town.street), elsewhereBefore: elsewhere.map { expectedDb($0) },
            elsewhereAfter: [])
        let answer = edge.take(envelope, at: now).sends
        moment.elsewhereAfter = elsewhere.map { expectedDb($0) }
        orders.append((order, moment))
        for status in answer { hand(up: status) }
    }

    private mutating func keep(_ record: TwinStatusRecord) {
        guard settled == nil, let first = ownOrder,
            let index = record.status.cell.firstIndex(of: own.rawValue), !record.status.lastOrder.isEmpty,
            UInt64(record.status.lastOrder[index]) == first.order.order, record.status.orderAfter[index] > 0
        else { return }
        settled = record
    }

    /// The first order for the own cell.
    var ownOrder: (order: TrainOrder, then: Moment)? { orders.first { $0.order.cell == [own.rawValue] } }

    // MARK: - What the twin expects of the own cell

    private var elsewhere: [SIMD2<Double>] { [SIMD2(0, 0), SIMD2(-20, 10), SIMD2(15, -15)].map { Town.square + $0 } }

    private func expectedDb(_ place: SIMD2<Double>) -> Double {
        edge.expectedGainDb(own: own, of: cells[0], xMetres: place.x, yMetres: place.y, seconds: seconds)
    }

    /// What is expected too much.
    private func errorDb(_ place: SIMD2<Double>) -> Double { expectedDb(place) - truthDb(cells[0], place) }
}
