internal import DTNetMessages
internal import Glibc
package import NetworkModel
internal import Numerics
package import Orchestrator
internal import ResourceAllocation

/// Plays the next seconds in the twins with and without an action (DESIGN 10).
///
/// L1 gives gains and deviations, L2 the trend of demand, L3 the policies; the pricing kernel decides the powers on the
/// twin's gains as the network's leaders do, and the joint scheduler shares them out in worlds drawn from the
/// deviations, the same worlds under every policy. A world keeps its errors for the whole horizon, and gains wander on
/// from there. All cells' powers are decided by one kernel; in DCH leaders know a little less.
package struct WhatIfPlayer: Sendable {
    private let network: NetworkConfiguration
    private let assembler: ProblemAssembler
    /// Guaranteed rate of a user of each slice in Mbit/s, delay included; 0 for none.
    private let guaranteedMbps: [Double]
    /// What the leaders' kernel is told of them.
    private let guarantees: GuaranteeTable

    /// Worlds, moments of each, rounds of the kernel and steps of the shares.
    package var worlds = 16
    package var moments = 3
    private static let settlingRounds = 256
    private static let rounds = 64
    private static let forecastRounds = 96
    private static let forecastWorlds = 8
    private static let shareSteps = 24
    /// Errors of links beyond this are not believed: a link that was never heard says 10 dB and more.
    private static let mostDeviationDb: Float = 6
    /// A user that gets this part of what it asks for counts as served: shares settle about a demand, not on it.
    private static let servedPart = 0.98

    package init(network: NetworkConfiguration) {
        self.network = network
        assembler = ProblemAssembler(network: network)
        guarantees = GuaranteeTable(network: network)
        guaranteedMbps = network.slices.map { EffectiveBandwidth.guaranteedBps($0) / 1e6 }
    }

    /// What playing questions has taken.
    package struct Work: Hashable, Sendable {
        /// Rounds of the leaders' kernel.
        package var rounds = 0
        /// Moments that were rated: of every world and policy.
        package var moments = 0

        package init() {}
    }

    /// What the twins say of every policy of a question; as many outcomes as policies, none without users.
    package func play(_ question: WhatIfQuestion) -> [WhatIfOutcome] {
        var work = Work()
        return play(question, adding: &work)
    }

    /// The same, and adds to `work` what it has taken.
    package func play(_ question: WhatIfQuestion, adding work: inout Work) -> [WhatIfOutcome] {
        guard question.mirror.reports.contains(where: { !$0.ue.isEmpty }), !question.policies.isEmpty else { return [] }
        let arms = WhatIfPlayer.starts.map { start in self.arms(of: question, start, &work) }
        let judged = guaranteedMbps.count + question.wishes.local.count
        var played = question.policies.map { _ in Played(judged: judged) }
        let seconds = question.horizonSeconds / Double(moments)
        for world in 0..<worlds {
            for moment in 0..<moments {
                let shift = shift(question, world: world, seconds: (Double(moment) + 0.5) * seconds, moment: moment)
                let settled = arms[world % arms.count]
                for index in settled.indices {
                    let value = value(settled[index], question, shift: shift)
                    played[index].add(value, world: world, isFirst: moment == 0)
                }
                work.moments += settled.count
            }
        }
        return played.indices.map { index in
            played[index].outcome(
                against: played[0], moments: moments, powerWatts: arms.reduce(0) { $0 + $1[index].totalWatts },
                firstPowerWatts: arms.reduce(0) { $0 + $1[0].totalWatts })
        }
    }

    /// What the network is worth under every policy of a question as it is mirrored, Mbit/s; none without users.
    ///
    /// Every policy settles on its own, the first one included, so that what the twins err by in one look is what they
    /// err by in the next, whatever the policy stands beside. It settles from one start alone and in fewer rounds than
    /// for a decision: looks come every second, beside the decisions of the leaders.
    package func forecast(_ question: WhatIfQuestion) -> [Double] {
        guard question.mirror.reports.contains(where: { !$0.ue.isEmpty }), let first = question.policies.first
        else { return [] }
        var work = Work()
        return question.policies.map { policy in
            var kernel = PricingKernel()
            let start = PricingKernel.Start.patterned(shift: 0)
            let rounds = WhatIfPlayer.forecastRounds
            let settled = arm(policy, against: first, question, &kernel, start, rounds: rounds, &work)
            let values = (0..<WhatIfPlayer.forecastWorlds).map { world in
                value(settled, question, shift: shift(question, world: world, seconds: 0, moment: 0)).value
            }
            return values.reduce(0, +) / Double(values.count)
        }
    }

    /// Nobody tells L3 which of the game's equilibria the leaders have settled on: worlds take them in turn, so that an
    /// action counts only for what it gains in all of them.
    private static let starts: [PricingKernel.Start] = [
        .equalPower, .patterned(shift: 0), .patterned(shift: 1), .patterned(shift: 2),
    ]

    /// Leaders have long settled on the policy in force; from there every policy goes on with the same effort.
    private func arms(of question: WhatIfQuestion, _ start: PricingKernel.Start, _ work: inout Work) -> [Arm] {
        var settled = PricingKernel()
        let first = question.policies[0]
        _ = arm(first, against: first, question, &settled, start, rounds: WhatIfPlayer.settlingRounds, &work)
        return question.policies.map { policy in
            var kernel = settled
            return arm(policy, against: first, question, &kernel, .previous, rounds: WhatIfPlayer.rounds, &work)
        }
    }

    // MARK: - Arms

    /// One policy: the reports as it leaves them, and the powers that the leaders decide.
    private struct Arm: Sendable {
        var reports: [ChannelReport]
        var policy: Policy
        var powerWatts: [Double]
        var shares: [Double]
        /// Power that is sent, loads included, by the cells in which energy is to be saved.
        var totalWatts: Double
    }

    private func arm(
        _ policy: Policy, against first: Policy, _ question: WhatIfQuestion, _ kernel: inout PricingKernel,
        _ start: PricingKernel.Start, rounds: Int, _ work: inout Work
    ) -> Arm {
        let mirror = question.mirror
        let reports = mirror.reports.map { moved($0, policy, against: first) }
        let problem = problem(reports, policy, mirror)
        var budget = Budget(rounds: rounds)
        _ = kernel.solve(problem, start: start, budget: &budget)
        work.rounds += budget.spent
        let power = kernel.powerWatts(problem)
        let saving = question.wishes.energyCells
        return Arm(
            reports: reports, policy: policy, powerWatts: power, shares: kernel.shares(problem),
            totalWatts: zip(power.indices, power).reduce(0) { sum, entry in
                let cell = entry.0 / network.carrier.subbands
                return saving.isEmpty || saving[cell] ? sum + entry.1 * load(mirror, cell: cell) : sum
            })
    }

    /// A report with the users moved that the policy moves, in order of serving cell again, and with platforms where
    /// it sends them.
    private func moved(_ report: ChannelReport, _ policy: Policy, against first: Policy) -> ChannelReport {
        var report = PlatformShift(network).applied(to: report, from: first, to: policy)
        guard !policy.moveUE.isEmpty, report.links > 0 else { return report }
        let (links, width) = (report.links, report.reportSubbands)
        for (ue, cell) in zip(policy.moveUE, policy.moveCell) {
            guard let row = report.ue.firstIndex(of: ue),
                let link = (1..<links).first(where: { report.linkCell[row * links + $0] == cell })
            else { continue }
            report.linkCell.swapAt(row * links, row * links + link)
            for k in 0..<width { report.gainDb.swapAt(row * links * width + k, (row * links + link) * width + k) }
            if report.deviationDb.count == report.linkCell.count {
                report.deviationDb.swapAt(row * links, row * links + link)
            }
            report.ueCell[row] = cell
        }
        return report
    }

    private func policyWeights(_ policy: Policy) -> (ChannelReport) -> [Float] {
        { report in
            report.ue.indices.map { row in
                guard let index = policy.cell.firstIndex(of: report.ueCell[row]) else { return 1 }
                guard !policy.sliceWeight.isEmpty, !report.ueSlice.isEmpty else { return policy.weight[index] }
                return policy.weight[index]
                    * policy.sliceWeight[index * policy.slices + Int(report.ueSlice[row])]
            }
        }
    }

    private func load(_ mirror: TwinMirror, cell: Int) -> Double {
        for report in mirror.reports {
            if let index = report.cell.firstIndex(of: UInt32(cell)) { return Double(report.load[index]) }
        }
        return 1
    }

    /// The resource problem of an arm, with loads and demands as they are forecast half-way through the horizon.
    private func problem(_ reports: [ChannelReport], _ policy: Policy, _ mirror: TwinMirror) -> Problem {
        let weights = policyWeights(policy)
        let growth = mirror.loadTrend.map { 1 + 0.5 * ($0 - 1) }
        let subbands = network.carrier.subbands
        var load = Array(repeating: 1.0, count: network.cells.count)
        for report in reports {
            for (index, cell) in report.cell.enumerated() {
                load[Int(cell)] = min(1, max(0.05, Double(report.load[index]) * growth[Int(cell)]))
            }
        }
        var budgets = assembler.maxPowerWatts
        for (index, cell) in policy.cell.enumerated() {
            budgets[Int(cell)] = min(budgets[Int(cell)], Double(policy.powerBudgetWatts[index]))
        }
        let snapshots = reports.map { report in
            ChannelSnapshot(
                links: report.links, reportSubbands: report.reportSubbands, ueCell: report.ueCell,
                weight: weights(report),
                demandKbps: zip(report.demandKbps, report.ueCell).map { demand, cell in
                    demand < 0 ? -1 : demand * Float(growth[Int(cell)])
                },
                guaranteeMbps: guarantees.mbps(slice: report.ueSlice), linkCell: report.linkCell,
                gainDb: report.gainDb, backgroundDbm: report.backgroundDbm, beamGainDb: report.beamGainDb)
        }
        let caps = policy.subbands == subbands && !policy.capWatts.isEmpty
        return assembler.assemble(
            snapshots, powerBudgetWatts: budgets, load: load,
            powerCapWatts: { cell in
                guard caps, let index = policy.cell.firstIndex(of: UInt32(cell)) else { return nil }
                return policy.capWatts[index * subbands..<(index + 1) * subbands]
            },
            highestMCS: { cell in
                guard !policy.highestMCS.isEmpty, let index = policy.cell.firstIndex(of: UInt32(cell)) else {
                    return MCSTable.uncapped
                }
                return policy.highestMCS[index]
            })
    }

    // MARK: - Worlds

    /// What a world adds to every link's gain at a moment, dB, per report [U x links]; keyed by user and cell, so that
    /// it is the same whoever serves the user.
    private func shift(_ question: WhatIfQuestion, world: Int, seconds: Double, moment: Int) -> [[Float]] {
        let errors = CounterGenerator(seed: question.seed, purpose: 0x7768_6174 &+ UInt64(world))
        let wander = Float(question.mirror.driftDb * seconds.squareRoot())
        return question.mirror.reports.map { report in
            var result = [Float](repeating: 0, count: report.linkCell.count)
            for link in result.indices where report.linkCell[link] != .max {
                let key = UInt64(report.ue[link / report.links]) << 20 | UInt64(report.linkCell[link])
                let deviation =
                    report.deviationDb.count == result.count
                    ? min(report.deviationDb[link], WhatIfPlayer.mostDeviationDb) : 2
                result[link] =
                    deviation * Float(errors.normal(key)) + wander * Float(errors.normal(key, UInt64(moment + 1)))
            }
            return result
        }
    }

    /// Rates of one arm in one world at one moment.
    private func value(_ arm: Arm, _ question: WhatIfQuestion, shift: [[Float]]) -> Moment {
        var reports = arm.reports
        for index in reports.indices {
            let original = question.mirror.reports[index]
            let (links, width) = (original.links, original.reportSubbands)
            for row in original.ue.indices {
                for link in 0..<links {
                    let cell = reports[index].linkCell[row * links + link]
                    // A moved user's links stand in another order than in the mirror.
                    let source =
                        original.linkCell[row * links + link] == cell
                        ? link : (0..<links).first { original.linkCell[row * links + $0] == cell } ?? link
                    let add = shift[index][row * links + source]
                    for k in 0..<width { reports[index].gainDb[(row * links + link) * width + k] += add }
                }
            }
        }
        // Shares go by the policy's weights, the value by the operator's: no action is worth what it weighs itself.
        let problem = problem(reports, arm.policy, question.mirror)
        var solver = ShareSolver(steps: WhatIfPlayer.shareSteps, tolerance: 1e-3)
        var shares = solver.solve(problem, powerWatts: arm.powerWatts, shares: arm.shares)
        let slices = slices(reports, problem)
        if !slices.isEmpty, !arm.policy.sliceShare.isEmpty {
            let claims = sliceClaims(problem, slices)
            shares = SliceShares.fit(shares.map { Float(max(0, $0)) }, of: problem, slice: slices) { cell in
                arm.policy.cell.firstIndex(of: cell).map { sliceParts(arm.policy, index: $0, claims[Int(cell)])[...] }
            }.map(Double.init)
        }
        let rates = Evaluation.rates(problem, powerWatts: arm.powerWatts, shares: shares)
        let wishes = question.wishes
        let serving = problem.servingCell
        let weight = serving.enumerated().map { ue, cell in
            (wishes.cellWeight.isEmpty ? 1 : wishes.cellWeight[Int(cell)])
                * (wishes.sliceWeight.isEmpty || slices.isEmpty
                    ? 1 : wishes.sliceWeight[Int(cell) * network.slices.count + Int(slices[ue])])
        }
        let value = Evaluation.networkValue(rateMbps: rates, weight: weight, alpha: network.game.alpha)
        let guaranteed = wishes.guaranteedMbps.isEmpty ? guaranteedMbps : wishes.guaranteedMbps
        var held = guaranteed.map { _ in (kept: 0, users: 0) }
        for (ue, slice) in slices.enumerated() {
            held[Int(slice)].users += 1
            // Who asks for less than its guarantee is owed no more than that.
            let owed = min(guaranteed[Int(slice)], WhatIfPlayer.servedPart * problem.demandMbps(of: ue))
            held[Int(slice)].kept += rates[ue] >= owed ? 1 : 0
        }
        let parts = held.map { $0.users == 0 ? 1 : Double($0.kept) / Double($0.users) }
        return Moment(
            value: value,
            held: parts + wishes.local.map { WhatIfPlayer.held($0, rates, serving, slices) })
    }

    /// What the slices of every cell claim: weight times users, C x S.
    private func sliceClaims(_ problem: Problem, _ slices: [UInt32]) -> [[Float]] {
        var claims = Array(
            repeating: Array(repeating: Float(0), count: network.slices.count), count: network.cells.count)
        for (ue, cell) in problem.servingCell.enumerated() {
            claims[Int(cell)][Int(slices[ue])] += Float(network.slices[Int(slices[ue])].weight)
        }
        return claims
    }

    /// A cell's parts of slices by a policy. One whose first user has come since the policy was made has none yet: it
    /// counts with the part that it claims, since parts are divided anew every second.
    private func sliceParts(_ policy: Policy, index: Int, _ claims: [Float]) -> [Float] {
        var parts = Array(policy.sliceShare[(index * policy.slices)..<((index + 1) * policy.slices)])
        let all = claims.reduce(0, +)
        for s in parts.indices where parts[s] <= 0 && claims[s] > 0 {
            // The others add up to 1: the claimed part of it all, once they are scaled.
            parts[s] = claims[s] < all ? claims[s] / (all - claims[s]) : 1
        }
        return parts
    }

    /// Part of the users whom a local wish means that have their rate, 1 where there is none.
    ///
    /// - Parameters:
    ///   - rates: of each user in Mbit/s [U].
    ///   - cells: that serve them [U].
    ///   - slices: of each, empty where there are none.
    private static func held(
        _ wish: OperatorWishes.LocalRate, _ rates: [Double], _ cells: [Int32], _ slices: [UInt32]
    ) -> Double {
        var (kept, users) = (0, 0)
        for (ue, cell) in cells.enumerated() where wish.cells[Int(cell)] {
            guard wish.slice.map({ !slices.isEmpty && Int(slices[ue]) == $0 }) ?? true else { continue }
            users += 1
            kept += rates[ue] >= wish.mbps ? 1 : 0
        }
        return users == 0 ? 1 : Double(kept) / Double(users)
    }

    /// Slice of each user in the problem's order; empty where there are none.
    private func slices(_ reports: [ChannelReport], _ problem: Problem) -> [UInt32] {
        guard !guaranteedMbps.isEmpty, reports.allSatisfy({ $0.ueSlice.count == $0.ue.count }) else { return [] }
        var next = problem.cellStart.map(Int.init)
        var slices = [UInt32](repeating: 0, count: problem.ues)
        for report in reports {
            for row in report.ue.indices {
                let cell = Int(report.ueCell[row])
                slices[next[cell]] = report.ueSlice[row]
                next[cell] += 1
            }
        }
        return slices
    }
}

/// One arm in one world at one moment.
private struct Moment: Sendable {
    var value: Double
    var held: [Double]
}

/// One arm over all worlds.
private struct Played: Sendable {
    private var values: [Double] = []
    private var held: [[Double]]

    /// - Parameter judged: slices and local wishes.
    init(judged: Int) { held = Array(repeating: [], count: judged) }

    mutating func add(_ moment: Moment, world: Int, isFirst: Bool) {
        if isFirst {
            values.append(moment.value)
            for index in held.indices { held[index].append(moment.held[index]) }
        } else {
            values[world] += moment.value
            for index in held.indices { held[index][world] += moment.held[index] }
        }
    }

    func outcome(against first: Played, moments: Int, powerWatts: Double, firstPowerWatts: Double) -> WhatIfOutcome {
        let gains = zip(values, first.values).map { $1 > 0 ? $0 / $1 - 1 : 0 }
        let parts = held.map { $0.map { $0 / Double(moments) } }
        let changes = zip(parts, first.held).map { mine, other in
            zip(mine, other).map { $0 - $1 / Double(moments) }
        }
        return WhatIfOutcome(
            valueMbps: Played.mean(values) / Double(moments), gain: Played.mean(gains),
            gainDeviation: Played.deviation(gains),
            powerChange: firstPowerWatts > 0 ? powerWatts / firstPowerWatts - 1 : 0, held: parts.map(Played.mean),
            heldChange: changes.map(Played.mean), heldChangeDeviation: changes.map(Played.deviation),
            heldDeviation: parts.map(Played.deviation))
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    private static func deviation(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        let mean = mean(values)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
}
