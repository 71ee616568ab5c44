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
        let worker = TwinWorker(collect: { _ in
            [.intent(name: "000001", Intent(scope: .cells([CellID(0)]), targets: [.power(dbm: 33)]))]
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

    /// Five seconds with and without an action, on one core: printed, not asserted.
    @Test func whatIfIsQuick() throws {
        let (question, network) = try Self.question("campus.yaml")
        let player = WhatIfPlayer(network: network)
        var pair = question
        pair.policies = Array(question.policies.prefix(2))
        let clock = ContinuousClock()
        var times: [Double] = []
        for _ in 0..<9 {
            let time = clock.measure { #expect(player.play(pair).count == 2) }
            times.append(Double(time.components.attoseconds) / 1e15 + Double(time.components.seconds) * 1e3)
        }
        print("what-if of \(pair.horizonSeconds) s for campus, with and without: median \(times.sorted()[4]) ms")
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
    }

    @Test func anEmptyMirrorSaysNothing() throws {
        let network = try Self.plan("campus.yaml").network
        let mirror = TwinMirror(epoch: 0, reports: [], loadTrend: network.cells.map { _ in 1 }, driftDb: 1)
        let question = WhatIfQuestion(mirror: mirror, policies: [Policy()], horizonSeconds: 5, seed: 1)
        #expect(WhatIfPlayer(network: network).play(question).isEmpty)
    }
}
