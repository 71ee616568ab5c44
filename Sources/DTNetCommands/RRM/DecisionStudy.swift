internal import Foundation
internal import NetworkModel
internal import ResourceAllocation

/// Decisions over the epochs of a moving drop, timed, and what they are worth beside decisions without a deadline.
struct DecisionStudy: Encodable {
    /// One way to decide.
    struct Row: Encodable {
        /// `full`, one controller of all cells, or `region`, four side by side.
        var decision: String
        var cells: [Int]
        var deadlineMs: Double?
        var decisions = 0
        var medianMs = 0.0
        var p99Ms = 0.0
        var worstMs = 0.0
        /// Processor time of the thread: what a decision takes where nobody else runs on its processor.
        var ownMedianMs = 0.0
        var ownP99Ms = 0.0
        /// Medians of the stages: association, power, shares.
        var stagesMs: [Double] = []
        /// M over that of the decision without a deadline, mean and least over the epochs.
        var valuePart = 0.0
        var leastValuePart = 0.0
        /// Value of the association over that of a cold auction, mean and least; and over the bound, mean.
        var associationPart = 0.0
        var leastAssociationPart = 0.0
        var boundPart = 0.0
    }

    var cells: Int
    var ues: Int
    var subbands: Int
    var epochs: Int
    var epochMs: Double
    var seed: UInt64
    /// Mean M of the decision without a deadline.
    var valueMbps: Double
    var rows: [Row]

    /// Lists that become a row.
    private struct Record {
        var row: Row
        var total: [Double] = []
        var own: [Double] = []
        var stages = [[Double]](repeating: [], count: EpochDecision.Stage.allCases.count)
        var value: [Double] = []
        var association: [Double] = []
        var bound: [Double] = []

        init(_ decision: String, _ cells: [Int], _ deadline: Instant.Span?) {
            row = Row(decision: decision, cells: cells, deadlineMs: deadline.map { $0.seconds * 1e3 })
        }

        var finished: Row {
            func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
            func percentile(_ values: [Double], _ percent: Int) -> Double {
                let sorted = values.sorted()
                return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * percent / 100)]
            }
            var row = row
            row.decisions = total.count
            (row.medianMs, row.p99Ms) = (percentile(total, 50), percentile(total, 99))
            row.worstMs = total.max() ?? 0
            (row.ownMedianMs, row.ownP99Ms) = (percentile(own, 50), percentile(own, 99))
            row.stagesMs = stages.map { percentile($0, 50) }
            (row.valuePart, row.leastValuePart) = (mean(value), value.min() ?? 0)
            (row.associationPart, row.leastAssociationPart) = (mean(association), association.min() ?? 0)
            row.boundPart = mean(bound)
            return row
        }
    }

    /// - Parameters:
    ///   - warmUp: epochs decided before the first that counts.
    ///   - deadlines: of a full decision and of a region's; nil lets them end by themselves.
    init(
        _ drop: MovingDrop, regions: Int, epochs: Int, warmUp: Int, rounds: Int,
        deadlines: (full: Instant.Span?, region: Instant.Span?)
    ) {
        let masks = DecisionStudy.regions(drop, regions)
        var full = Record("full", [drop.cells], deadlines.full)
        var region = Record("region", masks.map { $0.count { $0 } }, deadlines.region)
        var controller = EpochDecision(seed: drop.seed)
        controller.powerRounds = rounds
        var leaders = RegionalDecisions(masks, seed: drop.seed)
        leaders.powerRounds = rounds
        var values: [Double] = []
        for epoch in 0..<(warmUp + epochs) {
            let input = drop.input(epoch: epoch)
            let isCounted = epoch >= warmUp
            let answer = DecisionStudy.timed(deadlines.full, isCounted, &full) { deadline, ended in
                controller.decide(input, deadline: deadline, ended: ended)
            }
            let regional = leaders.decide(input) { _, body in
                DecisionStudy.timed(deadlines.region, isCounted, &region, body)
            }
            guard isCounted else { continue }
            let free = DecisionStudy.withoutDeadline(input, seed: drop.seed)
            values.append(free.value)
            full.value.append(
                DecisionStudy.value(input, answer.cellOfUE, answer.powerWatts, answer.shares) / free.value)
            full.association.append(answer.associationValue / free.association)
            full.bound.append(answer.associationValue / answer.associationBound)
            region.value.append(
                DecisionStudy.value(input, regional.cellOfUE, regional.powerWatts, regional.shares) / free.value)
            region.association.append(regional.associationValue / free.association)
            region.bound.append(regional.associationValue / answer.associationBound)
        }
        (cells, ues, subbands) = (drop.cells, drop.ues, drop.subbands)
        self.epochs = epochs
        epochMs = drop.epochSeconds * 1e3
        seed = drop.seed
        valueMbps = values.reduce(0, +) / Double(max(1, values.count))
        rows = [full.finished, region.finished]
    }

    private static func value(
        _ input: DecisionInput, _ cellOfUE: [Int32], _ powerWatts: [Double], _ shares: [Double]
    ) -> Double {
        EpochDecision.networkValueMbps(input, cellOfUE: cellOfUE, powerWatts: powerWatts, shares: shares)
    }

    /// A decision made anew with all the time it wants, its shares solved out.
    private static func withoutDeadline(_ input: DecisionInput, seed: UInt64) -> (value: Double, association: Double) {
        var decision = EpochDecision(seed: seed)
        decision.powerRounds = 1_000
        let answer = decision.decide(input, deadline: Deadline(rounds: .max))
        let value = EpochDecision.networkValueMbps(
            input, cellOfUE: answer.cellOfUE, powerWatts: answer.powerWatts, shares: nil)
        return (value, answer.associationValue)
    }

    /// Runs a decision and books its time and its stages'.
    private static func timed(
        _ deadline: Instant.Span?, _ isCounted: Bool, _ record: inout Record,
        _ body: (Deadline, (EpochDecision.Stage) -> Void) -> EpochDecision.Answer
    ) -> EpochDecision.Answer {
        var ends = [Instant](repeating: .zero, count: EpochDecision.Stage.allCases.count)
        let began = MonotonicClock.now
        let ownBegan = MonotonicClock.thread
        let answer = body(ResourceSolving.limit(deadline, began: began)) { ends[$0.rawValue] = MonotonicClock.now }
        let own = (MonotonicClock.thread - ownBegan).seconds * 1e3
        let total = (MonotonicClock.now - began).seconds * 1e3
        guard isCounted else { return answer }
        record.total.append(total)
        record.own.append(own)
        var last = began
        for (stage, end) in ends.enumerated() {
            record.stages[stage].append((end - last).seconds * 1e3)
            last = end
        }
        return answer
    }

    /// Sites by their angle from the centre, in equal numbers: whose cells are whose.
    private static func regions(_ drop: MovingDrop, _ count: Int) -> [[Bool]] {
        let order = drop.sitesByBearing
        return (0..<count).map { region in
            var own = [Bool](repeating: false, count: drop.cells)
            for place in (order.count * region / count)..<(order.count * (region + 1) / count) {
                for sector in 0..<drop.sectors { own[order[place] * drop.sectors + sector] = true }
            }
            return own
        }
    }

    func show() {
        func text(_ value: Double) -> String { String(format: "%.2f", value) }
        func percent(_ value: Double) -> String { String(format: "%.2f", 100 * value) }
        Terminal.result(
            "\(cells) cells, \(ues) UEs, \(subbands) subbands, seed \(seed): \(epochs) epochs of \(text(epochMs)) ms, "
                + "one thread; M without a deadline \(text(valueMbps)) Mb/s")
        var table = TextTable(
            [
                "decision", "cells", "deadline", "decisions", "median ms", "p99 ms", "own p99", "assoc.", "power",
                "shares", "M %", "least", "assoc. %", "least",
            ], numeric: Set(2...13))
        for row in rows {
            table.add(
                [
                    row.decision, row.cells.map(String.init).joined(separator: "+"), row.deadlineMs.map(text) ?? "-",
                    "\(row.decisions)", text(row.medianMs), text(row.p99Ms), text(row.ownP99Ms),
                ] + row.stagesMs.map(text) + [
                    percent(row.valuePart), percent(row.leastValuePart), percent(row.associationPart),
                    percent(row.leastAssociationPart),
                ])
        }
        for line in table.lines { Terminal.result(line) }
    }
}
