import Foundation
import LanguageEngine
import ModelServing
import NetworkModel
import Synchronization
import Testing

/// Adapters of a model server, against one that has `/lora-adapters` as llama.cpp's does, and against some that do not.
@Suite struct AdapterServingTests {
    /// What a server holds of its adapters; it forgets all when it is started again.
    private final class Adapters: Sendable {
        let scales = Mutex([0, 0])

        func act(_ request: ScriptedServer.Request) -> ScriptedServer.Act {
            if request.line.hasPrefix("GET /lora-adapters ") {
                let items = scales.withLock { scales in
                    zip(["dry", "wet"], scales).enumerated().map { index, item in
                        #"{"id":\#(index),"path":"/srv/\#(item.0).gguf","scale":\#(item.1).0,"task_name":""}"#
                    }
                }
                return .answer(body: "[" + items.joined(separator: ",") + "]")
            }
            if request.line.hasPrefix("POST /lora-adapters ") {
                scales.withLock { scales in
                    for index in scales.indices {
                        scales[index] = request.body.contains(#"{"id":\#(index),"scale":1}"#) ? 1 : 0
                    }
                }
                return .answer(body: #"{"success":true}"#)
            }
            return .answer(body: Bodies.completion(#"{"action":"retrain","cell":2}"#))
        }
    }

    private static func desk(_ base: String) -> (network: NetworkConfiguration, worker: LanguageWorker) {
        var network = SampleNetwork.make(cells: 3, server: nil)
        network.language.server = .local
        network.language.adapters = [
            .init(name: "still", file: "a/dry.gguf", conditions: [.dry]),
            .init(name: "wet", file: "a/wet.gguf", conditions: [.rain]),
        ]
        return (network, LanguageWorker(arguments: [], environment: [ChatClient.localBaseVariable: base]))
    }

    private static func think(
        _ desk: (network: NetworkConfiguration, worker: LanguageWorker), _ number: UInt64
    ) -> Thought {
        let findings: [Finding] = [.drift(cell: CellID(2), errorDb: 8, usualDb: 3)]
        let state = NetworkState(epoch: 1, seconds: 1, cells: (0..<3).map { _ in CellState() })
        let menu = ActionMenu(
            for: findings, state: state, bounds: ActionBounds(network: desk.network), allowed: ActionKind.allCases)
        let job = ThinkJob(
            number: number, findings: findings, menu: menu, query: "", passages: 0, proposals: 2, deadlineSeconds: 20,
            meaning: "drift", seed: 5)
        return desk.worker.think(job, desk.network)
    }

    private static func posts(_ server: ScriptedServer) -> [String] {
        server.requests.filter { $0.line.hasPrefix("POST /lora-adapters ") }.map(\.body)
    }

    private static func questions(_ server: ScriptedServer) -> [String] {
        server.requests.filter { $0.line.hasPrefix("POST /v1/chat/completions ") }.map(\.body)
    }

    @Test func oneAdapterAtATimeIsPosted() throws {
        let adapters = Adapters()
        let server = try ScriptedServer { _, request in adapters.act(request) }
        defer { server.stop() }
        let desk = Self.desk(server.base)
        for name in ["wet", "wet", "still", "none", "none"] { #expect(desk.worker.load(name, desk.network) == nil) }
        #expect(
            Self.posts(server) == [
                #"[{"id":0,"scale":0},{"id":1,"scale":1}]"#, #"[{"id":0,"scale":1},{"id":1,"scale":0}]"#,
                #"[{"id":0,"scale":0},{"id":1,"scale":0}]"#,
            ])
    }

    /// What was known is forgotten, on this side and in the server's prompt cache.
    @Test func anotherAdapterAnswersAnew() throws {
        let adapters = Adapters()
        let server = try ScriptedServer { _, request in adapters.act(request) }
        defer { server.stop() }
        let desk = Self.desk(server.base)
        let first = Self.think(desk, 1)
        #expect(first.model == "local" && first.failure == nil && Self.think(desk, 2).reused == 1)
        #expect(desk.worker.load("wet", desk.network) == nil)
        let asked = Self.questions(server).count
        let second = Self.think(desk, 3)
        #expect(second.reused == nil && second.model == "local+wet" && second.answers == first.answers)
        let bodies = Self.questions(server)
        try #require(bodies.count >= asked + 2)
        #expect(bodies[..<asked].allSatisfy { $0.contains(#""cache_prompt":true"#) })
        #expect(bodies[asked].contains(#""cache_prompt":false"#))
        #expect(bodies[asked + 1].contains(#""cache_prompt":true"#))
    }

    /// A server that was started again serves without; before a question it is told once more.
    @Test func aServerThatForgotIsToldAgain() throws {
        let adapters = Adapters()
        let server = try ScriptedServer { _, request in adapters.act(request) }
        defer { server.stop() }
        let desk = Self.desk(server.base)
        #expect(desk.worker.load("wet", desk.network) == nil)
        adapters.scales.withLock { $0 = [0, 0] }
        #expect(Self.think(desk, 1).failure == nil)
        #expect(Self.posts(server).count == 2 && adapters.scales.withLock { $0 } == [0, 1])
    }

    /// Where the adapter cannot be had, no answer passes for one of it.
    @Test func withoutItsAdapterNothingIsAsked() throws {
        let adapters = Adapters()
        let isOther = Mutex(false)
        let server = try ScriptedServer { _, request in
            guard isOther.withLock({ $0 }), request.line.hasPrefix("GET /lora") else { return adapters.act(request) }
            return .answer(body: "[]")
        }
        defer { server.stop() }
        let desk = Self.desk(server.base)
        #expect(desk.worker.load("wet", desk.network) == nil)
        isOther.withLock { $0 = true }
        let thought = Self.think(desk, 1)
        let words = "the server was started with no adapter, not with dry.gguf, wet.gguf"
        #expect(thought.failure == .noAdapter(words) && Self.questions(server).isEmpty)
        #expect(thought.notices.first?.contains("(start it by scripts/llm-server.sh with the files of") == true)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var act: ScriptedServer.Act
        var words: String
    }

    @Test(
        arguments: [
            Refusal(
                testDescription: "no such endpoint", act: .answer(status: 404, body: "{}"),
                words: "/lora-adapters is not there: only llama.cpp's server has adapters"),
            Refusal(
                testDescription: "another server's adapters", act: .answer(body: #"[{"id":0,"path":"x","scale":0}]"#),
                words: "the server was started with x, not with dry.gguf, wet.gguf"),
            Refusal(
                testDescription: "an error", act: .answer(status: 500, body: #"{"error":{"message":"full"}}"#),
                words: "refused (500): full"),
            Refusal(testDescription: "a page", act: .answer(body: Bodies.page), words: "holds no list of adapters"),
            Refusal(testDescription: "silence", act: .stall(""), words: "no whole answer within 0.3 s"),
        ])
    func whatIsRefusedIsNamedAndQuestionsGoOn(refusal: Refusal) throws {
        let server = try ScriptedServer { _, request in
            request.line.contains("/lora-adapters ")
                ? refusal.act : .answer(body: Bodies.completion(#"{"action":"retrain","cell":2}"#))
        }
        defer { server.stop() }
        var desk = Self.desk(server.base)
        desk.network.language.deadline = .milliseconds(300)
        let failure = try #require(desk.worker.load("wet", desk.network))
        #expect(failure.words.contains(refusal.words), "\(failure.words)")
        #expect(Self.posts(server).isEmpty)
        guard case .timedOut = failure else {
            let thought = Self.think(desk, 1)
            #expect(thought.failure == nil && thought.model == "local" && !thought.answers.isEmpty)
            return
        }
    }

    @Test func aNameThatIsNotInTheTopologyIsNamed() throws {
        let server = try ScriptedServer(.answer(body: "[]"))
        defer { server.stop() }
        let desk = Self.desk(server.base)
        #expect(desk.worker.load("odd", desk.network) == .noAdapter("language.adapters has no 'odd'"))
        #expect(server.requests.isEmpty)
        var alone = desk.network
        alone.language.server = .none
        #expect(LanguageWorker(arguments: [], environment: [:]).load("wet", alone) == .absent)
    }
}
