import DTNetMessages
import Foundation
import LanguageEngine
import NetworkModel
import Orchestrator
import Simulator
import Synchronization
import Testing
import Topology

/// Policies played in the twins, from a mirror that a run has made.
@Suite struct WhatIfTests {
    private static func plan(_ file: String) throws -> WiringPlan {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "topologies/\(file)").path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try TopologyFile.load(text: text, path: path).resolve(TopologyOverrides()).plan
    }

    /// The first question of a run in which an operator keeps asking for something.
    private static func question(_ file: String) throws -> (WhatIfQuestion, NetworkConfiguration) {
        let plan = try plan(file)
        let found = Mutex<WhatIfQuestion?>(nil)
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        let worker = TwinWorker(collect: { _, _ in
            OperatorMail([.intent(name: "000001", Intent(scope: .cells([CellID(0)]), targets: [.power(dbm: 33)]))])
        })
        options.orchestratorJobs = { job in
            if case .whatIf(let question, _, _) = job { found.withLock { $0 = $0 ?? question } }
            return worker.execute(job)
        }
        let simulation = try Simulation(plan: plan, options: options)
        for _ in 0..<10 where found.withLock({ $0 == nil }) { simulation.run(epochs: 100) }
        return (try #require(found.withLock { $0 }), plan.network)
    }

    @Test func theSameWorldsJudgeEveryPolicy() throws {
        var (question, network) = try Self.question("campus.yaml")
        let draft = PolicyDraft(network: network)
        let base = question.policies[0]
        let with = { (actions: [Action]) in
            actions.reduce(into: base) { draft.apply($1, to: &$0, mirror: question.mirror) }
        }
        let blanked = network.cells.map { Action.blankSubbands(cell: $0.id, first: 0, count: 4) }
        question.policies = [base, base, with(blanked), with([.capPower(cell: CellID(0), dbm: 30)])]
        let player = WhatIfPlayer(network: network)
        let outcomes = player.play(question)
        #expect(outcomes == player.play(question))
        #expect(outcomes[0].gain == 0 && outcomes[0].gainDeviation == 0 && outcomes[0].valueMbps > 0)
        // The same policy again is worth the same, to the bit.
        #expect(outcomes[1].gain == 0 && outcomes[1].powerChange == 0)
        // Half of the spectrum everywhere costs about half, in all worlds.
        #expect((-0.6 ... -0.3).contains(outcomes[2].gain), "\(outcomes[2].gain)")
        #expect(outcomes[2].gainLow > -0.7 && outcomes[2].score([]) < 0)
        #expect(outcomes[3].powerChange < 0 && outcomes[3].gain < 0.02)
        // Another seed draws other worlds from the same deviations.
        question.seed &+= 1
        let others = player.play(question)
        #expect(others[2].gain != outcomes[2].gain && abs(others[2].gain - outcomes[2].gain) < 0.05)
    }

    /// A forecast is of one policy, whatever it is asked beside, and repeats itself.
    @Test func aForecastIsOfItsPolicyAlone() throws {
        var (question, network) = try Self.question("campus.yaml")
        let base = question.policies[0]
        var blanked = base
        for cell in network.cells {
            PolicyDraft(network: network).apply(
                .blankSubbands(cell: cell.id, first: 0, count: 4), to: &blanked, mirror: question.mirror)
        }
        question.policies = [base, blanked]
        let player = WhatIfPlayer(network: network)
        let forecasts = player.forecast(question)
        #expect(forecasts.count == 2 && forecasts[0] > 0 && forecasts == player.forecast(question))
        #expect((0.4...0.7).contains(forecasts[1] / forecasts[0]), "\(forecasts)")
        question.policies = [blanked]
        #expect(player.forecast(question) == [forecasts[1]])
        question.mirror.reports = []
        #expect(player.forecast(question).isEmpty)
    }

    /// The twins know what a highest scheme costs a cell, and that its neighbours are disturbed less.
    @Test func aHighestSchemeIsJudgedByWhatItCarries() throws {
        var (question, network) = try Self.question("campus.yaml")
        let draft = PolicyDraft(network: network)
        let base = question.policies[0]
        let everywhere = { (index: Int) in
            network.cells.reduce(into: base) {
                draft.apply(.capMCS(cell: $1.id, index: index), to: &$0, mirror: question.mirror)
            }
        }
        question.policies = [base, everywhere(27), everywhere(16), everywhere(7), everywhere(0)]
        let outcomes = WhatIfPlayer(network: network).play(question)
        #expect(outcomes[1].gain == 0 && outcomes[1].powerChange == 0)
        #expect(outcomes[2].gain > outcomes[3].gain && outcomes[3].gain > outcomes[4].gain)
        #expect(outcomes[4].gain < -0.7 && outcomes[4].score([]) < 0, "\(outcomes.map(\.gain))")
        // What is beyond the scheme is not sent.
        #expect(outcomes[3].powerChange < -0.05, "\(outcomes.map(\.powerChange))")
    }

    /// What a question costs: leaders settle once per start, and every policy is then played with the same effort.
    @Test func workGrowsWithThePoliciesAlone() throws {
        var (question, network) = try Self.question("campus.yaml")
        let player = WhatIfPlayer(network: network)
        let base = question.policies[0]
        func work(_ policies: Int) -> WhatIfPlayer.Work {
            question.policies = Array(repeating: base, count: policies)
            var work = WhatIfPlayer.Work()
            #expect(player.play(question, adding: &work).count == policies)
            return work
        }
        let (one, two, four) = (work(1), work(2), work(4))
        // With and without an action: 16 worlds of 3 moments each.
        #expect(one.moments == 48 && two.moments == 96 && four.moments == 192)
        let each = two.rounds - one.rounds
        #expect(four.rounds - two.rounds == 2 * each && (1...4 * 64).contains(each), "\(one) \(two) \(four)")
        #expect((each + 4...each + 4 * 256).contains(one.rounds), "\(one)")
    }

    @Test func guaranteesAreJudgedPerSlice() throws {
        var (question, network) = try Self.question("plaza.yaml")
        let slices = network.slices.count
        question.policies = [question.policies[0]]
        question.wishes.guaranteedMbps = network.slices.map { _ in 1e-3 }
        let easy = WhatIfPlayer(network: network).play(question)[0]
        // A user who has come to a cell after its slice's part was decided there has nothing until the next policy.
        #expect(easy.held.count == slices && easy.held.allSatisfy { $0 > 0.9 }, "\(easy.held)")
        #expect(easy.held.contains(1) && easy.keepsGuarantees(network.slices.map { _ in true }))
        question.wishes.guaranteedMbps = network.slices.map { _ in 1e4 }
        let hard = WhatIfPlayer(network: network).play(question)[0]
        #expect(hard.held.allSatisfy { $0 < 0.05 })
        // Nothing is kept, and nothing is worse than without: no action could be blamed.
        #expect(hard.keepsGuarantees(network.slices.map { _ in true }))
        // Who asks for 1 kbit/s is owed that, whatever its slice guarantees.
        for index in question.mirror.reports.indices {
            question.mirror.reports[index].demandKbps = question.mirror.reports[index].demandKbps.map { _ in 1 }
        }
        let modest = WhatIfPlayer(network: network).play(question)[0]
        #expect(modest.held.allSatisfy { $0 > 0.9 }, "\(modest.held)")
    }

    /// A wish for a slice in one cell: its weight in policies and in what the operator holds dear is that cell's alone.
    @Test func aSlicesPriorityHoldsWhereItIsAskedFor() throws {
        let plan = try Self.plan("plaza.yaml")
        let (slices, cell, slice) = (plan.network.slices.count, 2, 1)
        let place = cell * slices + slice
        let wish = Intent(scope: .sliceInCells(slice, [CellID(UInt32(cell))]), targets: [.priority(2)])
        let found = Mutex<WhatIfQuestion?>(nil)
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        let worker = TwinWorker(collect: { _, _ in OperatorMail([.intent(name: "000001", wish)]) })
        options.orchestratorJobs = { job in
            if case .whatIf(let question, _, _) = job, question.wishes.sliceWeight.contains(2) {
                found.withLock { $0 = $0 ?? question }
            }
            return worker.execute(job)
        }
        let simulation = try Simulation(plan: plan, options: options)
        for _ in 0..<15 where found.withLock({ $0 == nil }) { simulation.run(epochs: 100) }
        var question = try #require(found.withLock { $0 })
        var expected = [Double](repeating: 1, count: plan.network.cells.count * slices)
        expected[place] = 2
        #expect(question.wishes.sliceWeight == expected && question.wishes.cellWeight.allSatisfy { $0 == 1 })
        #expect(question.policies.contains { $0.sliceWeight == expected.map(Float.init) })

        // Weights that are all one change nothing; those of other cells are not those of this one.
        let base = question.policies[0]
        let shared = question.mirror.reports.flatMap { report in
            report.cell.filter { cell in
                let own = report.ue.indices.filter { report.ueCell[$0] == cell }.map { report.ueSlice[$0] }
                return own.contains(0) && own.contains { $0 != 0 }
            }
        }
        let first = Int(try #require(shared.first)) * slices
        func weighted(_ weight: [Float]) -> Policy {
            var policy = base
            policy.sliceWeight = weight
            return policy
        }
        let ones = [Float](repeating: 1, count: expected.count)
        var (here, everywhere) = (ones, ones)
        here[first] = 8
        for cell in plan.network.cells.indices { everywhere[cell * slices] = 8 }
        question.policies = [weighted(ones), weighted([]), weighted(here), weighted(everywhere)]
        question.wishes = OperatorWishes()
        let player = WhatIfPlayer(network: plan.network)
        let outcomes = player.play(question)
        #expect(outcomes[1].gain == 0 && outcomes[2] != outcomes[0] && outcomes[2] != outcomes[3], "\(outcomes)")
        question.wishes.sliceWeight = here.map(Double.init)
        #expect(player.play(question)[0].valueMbps != outcomes[0].valueMbps)
    }

    /// A rate for one cell is judged by its users, and power by the cells in which it is to be saved: a policy that
    /// switches a cell nearly off keeps what is wished for another.
    @Test func aWishForACellIsJudgedThere() throws {
        var (question, network) = try Self.question("campus.yaml")
        let cells = question.mirror.reports.flatMap(\.ueCell)
        let (dark, other) = (Int(try #require(cells.min())), Int(try #require(cells.max())))
        #expect(dark != other)
        let base = question.policies[0]
        var darkened = base
        darkened.powerBudgetWatts[try #require(base.cell.firstIndex(of: UInt32(dark)))] = 1e-6
        question.policies = [base, darkened]
        let player = WhatIfPlayer(network: network)
        func outcome(_ cell: Int, mbps: Double = 0.05) -> WhatIfOutcome {
            let mask = network.cells.indices.map { $0 == cell }
            question.wishes = OperatorWishes()
            question.wishes.local = [.init(cells: mask, slice: nil, mbps: mbps)]
            question.wishes.energyCells = mask
            return player.play(question)[1]
        }
        let (here, there) = (outcome(dark), outcome(other))
        #expect(here.held.count == 1 && here.held[0] < 0.2 && here.heldChange[0] < -0.5, "\(here)")
        #expect(!here.keepsGuarantees([true]) && there.keepsGuarantees([true]), "\(there)")
        #expect(here.powerChange < -0.9 && there.powerChange > -0.5, "\(here.powerChange) \(there.powerChange)")
        // No cell carries 10 Gbit/s for each of its users.
        #expect(outcome(other, mbps: 1e4).held == [0])
        // Without a place it is all power that counts.
        question.wishes = OperatorWishes()
        let all = player.play(question)[1]
        #expect(all.held.isEmpty && all.powerChange > here.powerChange && all.gain == there.gain)
    }

    @Test func anEmptyMirrorSaysNothing() throws {
        let network = try Self.plan("campus.yaml").network
        let mirror = TwinMirror(epoch: 0, reports: [], loadTrend: network.cells.map { _ in 1 }, driftDb: 1)
        let question = WhatIfQuestion(mirror: mirror, policies: [Policy()], horizonSeconds: 5, seed: 1)
        #expect(WhatIfPlayer(network: network).play(question).isEmpty)
    }
}
