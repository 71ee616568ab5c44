internal import Foundation
internal import NetworkModel
internal import ResourceAllocation

/// One solver on one problem, timed, with what is known of the answer: a row of `compare`, the answer of `solve`.
struct ResourceSolving: Encodable {
    var solver: String
    var reason: String?
    var milliseconds: Double
    var rounds: Int
    var valueMbps: Double
    /// No allocation has a higher value; null where gains are uncertain.
    var boundMbps: Double?
    var isCertified: Bool
    var objective: Double
    var sumRateMbps: Double
    var leastRateMbps: Double
    var consumedWatts: Double
    var mbitPerJoule: Double?
    var followerResidual: Double?
    var violations: [String]
    var relaxations: [ResourceSolver.Relaxation]
    var cellOfUe: [Int32]
    var stateOfCell: [Int32]
    var asleepCells: [Int]
    /// What of the problem the solver left out of its decisions.
    var ignored: [String]
    var powerWatts: [Double]
    var shares: [Double]
    var rateMbps: [Double]
    var uplink: UplinkAnswer?

    /// What open-loop power control came to, on the association of the answer.
    struct UplinkAnswer: Encodable {
        var valueMbps: Double
        var fullPowerValueMbps: Double
        var uniformValueMbps: Double
        var alpha: Double
        var p0Dbm: [Double]
        var powerWatts: [Double]
        var timeShare: [Double]
        var rateMbps: [Double]

        init(_ outcome: UplinkControl.Outcome) {
            valueMbps = outcome.networkValueMbps
            fullPowerValueMbps = outcome.fullPowerValueMbps
            uniformValueMbps = outcome.uniformValueMbps
            alpha = outcome.alpha
            p0Dbm = outcome.p0Dbm
            powerWatts = outcome.powerWatts
            timeShare = outcome.share
            rateMbps = outcome.rateMbps
        }

        var line: String {
            func number(_ value: Double) -> String { String(format: "%.4f", value) }
            let (low, high) = (p0Dbm.min() ?? 0, p0Dbm.max() ?? 0)
            return
                "uplink: M \(number(valueMbps)) Mb/s with alpha \(alpha) and P0 from \(Int(low)) to \(Int(high)) dBm; "
                + "\(number(uniformValueMbps)) with one P0, \(number(fullPowerValueMbps)) at full power"
        }
    }

    /// - Parameters:
    ///   - deadline: nil lets the solver end by itself.
    ///   - bound: what is known already, so that it is not worked out for every solver.
    init(
        _ solver: ResourceSolver, _ problem: ResourceProblem, deadline: Instant.Span?, bound: Double?
    ) {
        let began = MonotonicClock.now
        let outcome = solver.solve(problem, deadline: ResourceSolving.limit(deadline, began: began))
        milliseconds = (MonotonicClock.now - began).seconds * 1e3
        self.solver = outcome.solver.rawValue
        reason = outcome.reason.isEmpty ? nil : outcome.reason
        rounds = outcome.rounds
        let report = outcome.report
        valueMbps = report.networkValueMbps
        boundMbps = [outcome.certifiedBoundMbps, bound].compactMap { $0 }.min()
        isCertified = (outcome.certifiedBoundMbps ?? .infinity) <= report.networkValueMbps * 1.0011
        objective = report.objective
        sumRateMbps = report.sumRateMbps
        leastRateMbps = report.rateMbps.min() ?? 0
        consumedWatts = report.consumedWatts
        mbitPerJoule = report.mbitPerJoule
        followerResidual = AllocationReport.followerResidual(problem, outcome.allocation)
        violations = report.violations.map { ResourceSolving.words($0, problem) }
        relaxations = outcome.relaxations
        cellOfUe = outcome.allocation.choice.cellOfUE
        stateOfCell = outcome.allocation.choice.stateOfCell
        asleepCells = outcome.allocation.choice.asleepCells
        ignored = outcome.solver.ignored(in: problem)
        powerWatts = outcome.allocation.powerWatts
        shares = outcome.allocation.shares
        rateMbps = report.rateMbps
        guard let uplink = problem.uplink else { return }
        // Uplink and downlink do not meet: each has the deadline to itself.
        var budget = ResourceSolving.limit(deadline, began: MonotonicClock.now).budget(until: 1)
        let control = UplinkControl(problem, uplink, cellOfUE: cellOfUe)
        self.uplink = UplinkAnswer(control.solve(&budget))
    }

    /// Rounds of a stage where no deadline ends it.
    private static let mostRounds = 50_000

    /// A deadline that began at `began`; nil lets a solver end by itself.
    static func limit(_ deadline: Instant.Span?, began: Instant) -> Deadline {
        guard let deadline else { return Deadline(rounds: mostRounds) }
        return Deadline(rounds: .max) { part in
            let end = began + Instant.Span(nanoseconds: Int64(part * Double(deadline.nanoseconds)))
            return { MonotonicClock.now >= end }
        }
    }

    private static func words(_ violation: Violation, _ problem: ResourceProblem) -> String {
        func number(_ value: Double) -> String { String(format: "%.4g", value) }
        switch violation {
        case .budget(let cell, let watts):
            return "cells[\(cell)] sends \(number(watts)) W, its budget is "
                + "\(number(problem.cells[cell].powerBudgetWatts)) W"
        case .cap(let cell, let subband, let watts):
            return "cells[\(cell)] sends \(number(watts)) W on subband \(subband), "
                + "\(number(problem.powerCapsWatts[cell * problem.subbands + subband])) W are allowed"
        case .shares(let cell, let subband, let sum):
            return "cells[\(cell)] gives away \(number(sum)) of subband \(subband)"
        case .guarantee(let ue, let promised, let rate):
            return "ues[\(ue)] gets \(number(rate)) Mb/s, \(number(promised)) Mb/s are promised"
        case .incumbent(let incumbent, let subband, let dbm):
            return "incumbents[\(incumbent)] hears \(number(dbm)) dBm on subband \(subband), "
                + "\(number(problem.incumbents[incumbent].limitDbm)) dBm are allowed"
        case .backhaul(let cell, let mbps):
            return "cells[\(cell)] delivers \(number(mbps)) Mb/s, its backhaul carries "
                + "\(number(problem.cells[cell].backhaulMbps ?? 0)) Mb/s"
        case .wakefulness(let cell):
            return "cells[\(cell)] may not sleep, or does not"
        case .coverage(let ue):
            return "ues[\(ue)] is covered by no cell that is awake"
        }
    }

    // MARK: Printing

    static func table(_ rows: [ResourceSolving], best: Double) -> [String] {
        var table = TextTable(
            [
                "solver", "M Mb/s", "of best %", "of bound %", "least Mb/s", "W", "Mbit/J", "residual", "broken", "ms",
            ], numeric: [1, 2, 3, 4, 5, 6, 7, 8, 9])
        func text(_ value: Double?, _ format: String) -> String { value.map { String(format: format, $0) } ?? "-" }
        for row in rows {
            table.add([
                row.solver, text(row.valueMbps, "%.4f"), text(best > 0 ? 100 * row.valueMbps / best : nil, "%.2f"),
                text(row.boundMbps.flatMap { $0 > 0 ? 100 * row.valueMbps / $0 : nil }, "%.2f"),
                text(row.leastRateMbps, "%.4g"), text(row.consumedWatts, "%.4g"), text(row.mbitPerJoule, "%.4g"),
                text(row.followerResidual, "%.2g"), "\(row.violations.count)", text(row.milliseconds, "%.2f"),
            ])
        }
        return table.lines
    }

    /// What is broken and what a smallest relaxation gives up, as lines.
    var complaints: [String] {
        ignored.map { "not decided by \(solver): \($0)" } + violations.map { "not met: \($0)" }
            + relaxations.map {
                let percent = String(format: "%.2f", 100 * $0.keptPart)
                return "smallest relaxation at these powers: ues[\($0.ue)] keeps \(percent) %"
            }
    }
}
