import Benchmarking
import DTNetCommands
import DTNetMessages
import Foundation
import NetworkModel
import Testing
import TwinProtocol

/// `dtnet twins` per engine and cell, from what L3 recorded.
@Suite struct TwinCellLifeTests {
    private static func status(order after: Float) -> TwinStatus {
        var status = TwinStatus()
        status.order = 3
        status.cell = [0, 1, 2]
        status.phase = [.inUse, .retraining, .warmingUp]
        (status.errorBefore, status.error, status.usualError) = ([9, 8, 0], [3.25, 4, 0], [3, 3, 0])
        status.samples = [9_000, 100, 0]
        (status.mobility, status.modelMobility, status.snapshots) = ([2, 3, 0], [2, 2, 0], [0b10, 0, 0])
        status.conditionBefore = [0, 9, 0, 0, 8, 8.5, 0, 0, 0]
        status.conditionAfter = [0, 3, 0, 0, 2.5, 4, 0, 0, 0]
        status.conditionReadings = [0, 9_000, 0, 0, 500, 100, 0, 0, 0]
        (status.lastOrder, status.lastKind, status.orderAgeEpochs) = ([0, 3, 0], [0, 1, 0], [0, 25, 0])
        (status.orderBefore, status.orderAfter) = ([0, 7.5, 0], [0, after, 0])
        return status
    }

    private static func lives(_ statuses: [(UInt64, Float)]) -> TwinLives {
        let run = WrittenRun()
        var bytes = [UInt8](run.history)
        for (epoch, after) in statuses {
            RecordLine.append(
                .twinStatus(
                    TwinStatusRecord(
                        node: NodeID(5), sender: NodeID(1), epoch: epoch, status: status(order: after))),
                process: "orchestrator", to: &bytes)
        }
        return TwinLives(RunRecord(plan: run.plan, history: Data(bytes)), gauges: [:])
    }

    @Test func everyCellHasItsPhaseErrorsAndLastOrder() throws {
        let lives = Self.lives([(100, 0), (110, 4.5)])
        try #require(lives.cells.count == 3)
        #expect(lives.cells.map(\.phase) == ["in use", "retraining", "warming up"])
        #expect(lives.cells.allSatisfy { $0.node == "edge-west" && $0.epoch == 110 && $0.engine == "channel" })
        let condition = try #require(lives.cells[0].conditions.first)
        #expect(condition.mobility == "walking" && condition.error == 3 && condition.isKept)
        #expect(condition.bandGHz > 0 && lives.cells[1].conditions.count == 2 && lives.cells[2].conditions.isEmpty)
        let order = try #require(lives.cells[1].lastOrder)
        #expect(order.decision == 3 && order.kind == "retrain" && order.errorBefore == 7.5 && order.errorAfter == 4.5)
        #expect(order.ageSeconds == 0.5 && lives.cells[0].lastOrder == nil)
        let table = lives.lines.joined(separator: "\n")
        #expect(table.contains("retrain of decision 3, 0 s ago: 7.50 to 4.50") || table.contains("7.50 to 4.50"))
    }

    @Test func errorsAreShownByWeather() throws {
        let run = WrittenRun()
        var status = Self.status(order: 0)
        (status.weather, status.modelWeather) = ([3, 1, 1], [1, 1, 0])
        status.snapshots = [0b10, 0, 0]
        var (before, after, readings) = (
            [Float](repeating: 0, count: 27), [Float](repeating: 0, count: 27), [UInt32](repeating: 0, count: 27)
        )
        for (place, error) in [(1, Float(3)), (7, 6)] {
            (before[place], after[place], readings[place]) = (9, error, 100)
        }
        (status.conditionBefore, status.conditionAfter, status.conditionReadings) = (before, after, readings)
        var bytes = [UInt8](run.history)
        RecordLine.append(
            .twinStatus(TwinStatusRecord(node: NodeID(5), sender: NodeID(1), epoch: 100, status: status)),
            process: "orchestrator", to: &bytes)
        let lives = TwinLives(RunRecord(plan: run.plan, history: Data(bytes)), gauges: [:])
        let cell = try #require(lives.cells.first)
        #expect(cell.weather == "heavy_rain" && cell.conditions.map(\.weather) == ["dry", "heavy_rain"])
        #expect(cell.conditions.map(\.error) == [3, 6] && cell.conditions.map(\.isKept) == [true, false])
        #expect(lives.lines.joined().contains("walking heavy_rain 9.00 to 6.00"))
    }

    /// Where a channel twin errs most, and where the last order held: its errors are of there.
    @Test func placesAreShown() throws {
        let run = WrittenRun()
        var status = Self.status(order: 2.5)
        (status.worstX, status.worstY, status.worstError) = ([175, 0, 0], [-125, 0, 0], [6.5, 0, 0])
        let place = OrderPlace(xMetres: 75, yMetres: -25, radiusMetres: 50)
        var bytes = [UInt8](run.history)
        RecordLine.append(
            .twinStatus(
                TwinStatusRecord(
                    node: NodeID(5), sender: NodeID(1), epoch: 100, status: status, orderPlace: [nil, place, nil])),
            process: "orchestrator", to: &bytes)
        let lives = TwinLives(RunRecord(plan: run.plan, history: Data(bytes)), gauges: [:])
        try #require(lives.cells.count == 3)
        let worst = try #require(lives.cells[0].worstPlace)
        #expect(worst.xMetres == 175 && worst.yMetres == -125 && lives.cells[0].worstError == 6.5)
        #expect(lives.cells[1].worstPlace == nil && lives.cells[1].worstError == nil)
        let order = try #require(lives.cells[1].lastOrder)
        #expect(order.place?.xMetres == 75 && order.place?.yMetres == -25 && order.radiusMetres == 50)
        let table = lives.lines.joined(separator: "\n")
        #expect(table.contains("6.50 at (175, -125)"), "\(table)")
        #expect(table.contains("retrain of decision 3 within 50 m of (75, -25), "), "\(table)")
        #expect(table.contains("s ago: 7.50 to 2.50 (-67 %)"), "\(table)")
        let json = try JSONEncoder().encode(lives.cells)
        #expect(String(decoding: json, as: UTF8.self).contains("\"radiusMetres\":50"))
    }

    @Test func anOrderThatHasNotSettledSaysSo() {
        let lives = Self.lives([(100, 0)])
        #expect(lives.cells[1].lastOrder?.errorAfter == nil)
        #expect(lives.lines.joined().contains("7.50 not settled"))
        #expect(Self.lives([]).cells.isEmpty)
    }
}
