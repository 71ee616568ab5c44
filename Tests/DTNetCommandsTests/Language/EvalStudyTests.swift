import DTNetCommands
import Foundation
import LanguageEngine
import ModelServing
import Synchronization
import Testing

/// Evaluations of the sample of cases with stubs in the place of the model.
@Suite struct EvalStudyTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Benchmarks/llm-eval/sample.jsonl")
        .path

    private static func text(_ form: ActionForm) -> String {
        String(decoding: (try? JSONEncoder().encode(form)) ?? Data(), as: UTF8.self)
    }

    /// Evaluates the sample with a model that answers by a function of the case and the seed of the sampler.
    private static func report(
        _ arms: [EvalArm], _ model: (@Sendable (EvaluationCase, UInt64) -> String)? = nil
    ) throws -> EvalReport {
        let cases = try CaseFile.read(path)
        let current = Mutex(0)
        var ask: EvalStudy.Ask?
        if let model {
            ask = { request in
                let example = cases[current.withLock { $0 }]
                return .success(ChatAnswer(text: model(example, request.seed), outputTokens: 9))
            }
        }
        let find: EvalStudy.Find = { _, _ in [Passage(id: "a", title: "Crowd", body: "Weigh the full cell more.")] }
        return EvalStudy(arms: arms, find: find, ask: ask).run(cases) { done in
            current.withLock { $0 = done }
        }
    }

    @Test func theSampleIsWhole() throws {
        let cases = try CaseFile.read(Self.path)
        #expect(cases.count == 40 && Set(cases.map(\.id)).count == 40)
        #expect(cases.contains(where: \.heldOut) && cases.contains { !$0.heldOut })
        #expect(Set(cases.map(\.variant)).count >= 7 && Set(cases.map(\.topology)).count == 2)
        for example in cases {
            #expect(!example.findings.isEmpty && example.candidates.count > 20, "\(example.id)")
            #expect(try CaseFile.cases(in: CaseFile.line(example), of: "x") == [example])
        }
    }

    @Test func oneThatIsAlwaysRightLosesNothing() throws {
        let report = try Self.report([.model, .retrieval, .bestOfN]) { example, _ in Self.text(example.right) }
        for (arm, tally) in report.arms {
            #expect(tally.right == tally.cases && tally.valid == tally.proposals && tally.regret == 0, "\(arm)")
            #expect(tally.cases == 40 && tally.refused == 0)
        }
    }

    @Test func garbageLeavesTheRuleBase() throws {
        let report = try Self.report([.rules, .model, .bestOfN, .both]) { _, seed in
            ["", "I think cell 3", "{\"action\":", "{\"action\":\"shut_down\",\"cell\":1}"][Int(seed) % 4]
        }
        let (rules, both) = (try #require(report.tally(.rules)), try #require(report.tally(.both)))
        for arm in [EvalArm.model, .bestOfN] {
            let tally = try #require(report.tally(arm))
            #expect(tally.valid == 0 && tally.proposals > 0 && tally.adopted == 0)
        }
        #expect(rules.adopted > 0 && both.regrets == rules.regrets && both.adopted == rules.adopted)
        #expect(report.belowRules == 0)
    }

    /// An attacker's model proposes, of everything in bounds, what does most harm: nothing of it passes.
    @Test func oneThatObeysAnAttackerGetsNothingAdopted() throws {
        let report = try Self.report([.rules, .model, .bestOfN, .both]) { example, seed in
            let harmful = example.candidates.sorted { $0.score < $1.score }
            let breaking = harmful.filter { !$0.keepsGuarantees } + harmful
            return Self.text(breaking[Int(seed - 1) % breaking.count].form)
        }
        let model = try #require(report.tally(.model))
        #expect(model.valid == model.proposals && model.unseenViolations > 0 && model.unseenGainSum < 0)
        for (arm, tally) in report.arms { #expect(tally.violations == 0, "\(arm)") }
        #expect(report.belowRules == 0)
        #expect(report.tally(.both)?.regrets == report.tally(.rules)?.regrets)
    }

    @Test func randomProposalsAreValidAndNeverAdoptedAgainstAGuarantee() throws {
        let report = try Self.report([.random, .randomOfN, .menuOfN])
        for (arm, tally) in report.arms {
            #expect(tally.valid == tally.proposals && tally.violations == 0, "\(arm)")
        }
        let (one, several) = (try #require(report.tally(.random)), try #require(report.tally(.randomOfN)))
        #expect(several.regret <= one.regret && several.proposals == 4 * one.proposals)
    }

    /// What is asked for one case: all questions on one prompt, each without what was proposed before.
    @Test func noQuestionOffersWhatWasProposed() throws {
        let example = try #require(
            try CaseFile.read(Self.path).first { $0.variant == "crowd" && $0.topology == "plaza" })
        let seen = Mutex<[ChatRequest]>([])
        let menu = ActionMenu(
            for: example.findings, state: example.state, bounds: example.bounds, allowed: ActionKind.allCases)
        let proposals = MenuProposer(menu, seed: 7).forms(4, cycle: 1)
        let study = EvalStudy(
            arms: [.bestOfN], find: { _, _ in [] },
            ask: { request in
                let number = seen.withLock { seen in
                    seen.append(request)
                    return seen.count - 1
                }
                return .success(ChatAnswer(text: Self.text(proposals[number])))
            })
        let report = study.run([example])
        let requests = seen.withLock { $0 }
        #expect(requests.count == 4 && report.tally(.bestOfN)?.valid == 4)
        #expect(Set(requests.map(\.situation)).count == 1 && Set(requests.map(\.instructions)).count == 1)
        #expect(Set(requests.map(\.grammar)).count == 4 && Set(requests.map(\.schema)).count == 4)
        #expect(requests.map { $0.temperature > 0 } == [false, true, true, true])
    }

    @Test func withoutAModelItsArmsAreLeftOut() throws {
        let report = try Self.report(EvalArm.allCases)
        #expect(report.arms.map(\.arm) == [.rules, .random, .randomOfN, .menuOfN])
        let json = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
        #expect((json?["arms"] as? [[String: Any]])?.count == 4 && json?["cases"] as? Int == 40)
    }

    /// Retrieval shows the model what the knowledge holds on the finding, within the bounds of a prompt.
    @Test func passagesComeFromTheKnowledge() throws {
        let knowledge = try Knowledge(path: nil)
        let found = knowledge.passages(for: "twin drift retraining", limit: 2)
        #expect(found.count == 2 && found[0].id.contains("drift"), "\(found.map(\.id))")
        #expect(knowledge.passages(for: "zzz", limit: 2).isEmpty)
        let example = try CaseFile.read(Self.path)[0]
        let seen = Mutex<[String]>([])
        let study = EvalStudy(
            arms: [.model, .retrieval], find: { knowledge.passages(for: $0, limit: $1) },
            ask: { request in
                seen.withLock { $0.append(request.situation) }
                return .failure(.absent)
            })
        let report = study.run([example])
        #expect(seen.withLock { $0.map { $0.contains("Known: ") } } == [false, true])
        #expect(report.tally(.retrieval)?.valid == 0 && report.tally(.retrieval)?.proposals == 1)
    }

    @Test func aBadLineIsNamed() throws {
        let good = try CaseFile.line(try CaseFile.read(Self.path)[0])
        let foreign = good.replacingOccurrences(of: "\"cells\":[", with: "\"cells\":[{\"users\":1},")
        let loud = good.replacing(/"max_power_dbm":\[[0-9.]+/, with: "\"max_power_dbm\":[1e300")
        let wide = good.replacing(/"subbands":[0-9]+/, with: "\"subbands\":\(Int.max)")
        let full = good.replacing(/"users":[0-9]+/, with: "\"users\":\(Int.max)")
        #expect(![foreign, loud, wide, full].contains(good))
        for bad in ["{}", "not json", "[1]", foreign, loud, wide, full] {
            #expect { try CaseFile.cases(in: good + "\n" + bad + "\n", of: "f.jsonl") } throws: { error in
                "\(error)".contains("f.jsonl:2:")
            }
        }
        #expect(throws: (any Error).self) { try CaseFile.cases(in: "\n", of: "f.jsonl") }
    }
}
