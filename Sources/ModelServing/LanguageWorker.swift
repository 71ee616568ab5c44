internal import ContextStore
internal import Foundation
package import LanguageEngine
package import NetworkModel
internal import Synchronization

/// Thinks for the global twin: retrieves knowledge, asks the model, reads its answers, and looks what operators have
/// left. The shell of the language engine; it runs on a job's thread and blocks it.
///
/// Nothing that it returns is trusted: forms are checked by the cycle again.
package final class LanguageWorker: Sendable {
    private struct State {
        var isReady = false
        var client: ChatClient?
        /// Place among the topology's adapters of the one that the model is to answer with; nil for none.
        var adapter: Int?
        var setupFault: String?
        var breaker = CircuitBreaker()
        var watch = ServerWatch()
        var budget: TokenBudget?
        var cache = AnswerCache()
        var knowledge: Knowledge?
        /// Where the run's processes keep their rows, and the server that they share, once it is connected.
        var context: ContextConfiguration?
        var server: (any ContextRepository)?
        var hasServerFault = false
    }

    private let state = Mutex(State())
    private let runFolder: String?
    private let environment: [String: String]
    private let report: @Sendable (String) -> Void

    /// Tokens of a prompt that one proposal may cost.
    private static let promptTokens = 700

    /// - Parameters:
    ///   - arguments: of the process: the folder of its run is behind `--run`.
    ///   - environment: holds keys, and the address of a local server.
    ///   - report: told, once each, what cannot be set up. How the server fares later is in the thoughts' notices.
    package init(
        arguments: [String], environment: [String: String], report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        let flag = arguments.firstIndex(of: "--run")
        runFolder = flag.flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
        self.environment = environment
        self.report = report
    }

    /// Says where the processes of the run keep their rows; until then, only the files of its folder are read.
    package func readRows(_ context: ContextConfiguration) { state.withLock { $0.context = context } }

    // MARK: - Thinking

    /// Asks the model about findings; without one, or where it fails, the thought says why and proposes nothing.
    package func think(_ job: ThinkJob, _ network: NetworkConfiguration) -> Thought {
        state.withLock { state in
            prepare(&state, network)
            let bounds = ActionBounds(network: network)
            let prompts = PromptBuilder(bounds)
            var thought = Thought(number: job.number)
            let (recorded, past, rows) = job.passages > 0 ? kept(job, &state, network) : ([], [], [])
            let known = recorded + past
            let passages = known + (state.knowledge?.passages(for: job.query, limit: job.passages - known.count) ?? [])
            // A spectrum that has been recorded since is another situation. Rows change all the time and are none.
            let meaning = recorded.reduce(job.meaning) { $0 + "|" + $1.id }
            thought.passages = (passages + rows).map(\.id)
            thought.instructions = prompts.instructions
            thought.prompt = prompts.situation(
                job.findings, menu: job.menu, passages: passages, weather: job.weather, rows: rows)
            guard let client = state.client else {
                thought.failure = state.setupFault.map { .incompatible($0) } ?? .absent
                return thought
            }
            let adapter = state.adapter.map { "+" + network.language.adapters[$0].name } ?? ""
            thought.model = (client.model.isEmpty ? "local" : client.model) + adapter
            if let answers = state.cache.answers(to: meaning) {
                for answer in answers { LanguageWorker.read(answer.text, into: &thought) }
                thought.reused = answers.first?.decision
                return thought
            }
            let series = ProposalSeries(
                prompts, menu: job.menu, situation: thought.prompt, seed: job.seed &* 8, count: job.proposals)
            var answers = ask(series, of: client, network.language, &state, for: job, into: &thought)
            if thought.failure == nil, !answers.isEmpty {
                for index in answers.indices { answers[index].decision = job.number }
                state.cache.insert(answers, for: meaning)
            }
            return thought
        }
    }

    /// What the run's stores hold of the cells that findings are about: of the spectrum, and in their newest rows; and
    /// what was, of incidents and policies, in the place of half of the knowledge at most.
    private func kept(
        _ job: ThinkJob, _ state: inout State, _ network: NetworkConfiguration
    ) -> (recorded: [LanguageEngine.Passage], past: [LanguageEngine.Passage], rows: [LanguageEngine.Passage]) {
        guard let runFolder else { return ([], [], []) }
        connect(&state)
        let run = RunStores(folder: runFolder, server: state.server)
        defer { run.closeFiles() }
        let spectrum = RecordedSpectrum(stores: run.stores).passage(cells: job.findings.compactMap(\.cell))
        let past = PastRecords(stores: run.stores).passages(for: job.query, limit: job.passages / 2)
        let rows = LatestRows(stores: run.stores, cellCount: network.cells.count).passages(about: job.findings)
        let recorded = spectrum.map { [$0] } ?? []
        return (recorded, Array(past.prefix(job.passages - recorded.count)), rows)
    }

    /// Connects to the server that the run's processes share, where they do and that is not done; it is tried again
    /// with every question.
    private func connect(_ state: inout State) {
        guard let context = state.context, context.store == .postgresql, state.server == nil,
            let address = environment[context.connectionVariable]
        else { return }
        do {
            state.server = try PostgreSQLOpening.open(address)
        } catch {
            if !state.hasServerFault {
                report("the language engine goes on without the rows of the run, and tries again: \(error.message)")
            }
            state.hasServerFault = true
        }
    }

    /// Asks all questions of a series for which there is time and budget; the answers that can be used. One that
    /// cannot is a failure of the server, and the thought's where there is no other.
    private func ask(
        _ series: ProposalSeries, of client: ChatClient, _ language: LanguageConfiguration, _ state: inout State,
        for job: ThinkJob, into thought: inout Thought
    ) -> [ChatAnswer] {
        var series = series
        var answers: [ChatAnswer] = []
        var unusable: ChatFailure?
        let start = now
        let bounds = job.menu.bounds
        while thought.failure == nil {
            let left = job.deadlineSeconds - (now - start).seconds
            guard left > 0.05, let request = series.next(deadlineSeconds: left) else { break }
            let tokens = request.maxOutputTokens + LanguageWorker.promptTokens
            if let refusal = state.breaker.admit(at: now) ?? state.budget?.refusal(ofTokens: tokens, at: now) {
                thought.failure = refusal
                break
            }
            let asked = now
            switch answer(of: client, to: request, state.adapter, language.adapters, bounds) {
            case .success(let answer):
                let fault = LanguageWorker.fault(in: answer.text, bounds).map { words in
                    ChatFailure.unusable(words.cut(toBytes: ChatRequest.repeatedFaultBytes))
                }
                state.breaker.note(fault, at: now)
                state.budget?.spend(answer, at: now)
                if let fault {
                    unusable = fault
                } else {
                    answers.append(answer)
                    if let notice = state.watch.note(nil, of: client.base, language) { thought.notices.append(notice) }
                }
                thought.questions.append(AskedQuestion(request, answer))
                thought.promptTokens += answer.promptTokens
                thought.outputTokens += answer.outputTokens
                thought.seconds += answer.seconds
                series.take(LanguageWorker.read(answer.text, into: &thought))
            case .failure(let failure):
                state.breaker.note(failure, at: now)
                state.budget?.spend(tokens: 0, busy: now - asked, at: now)
                thought.failure = failure
                // Behind other answers it is the time for all of them that ended.
                if case .timedOut = failure, !thought.questions.isEmpty { break }
                if let notice = state.watch.note(failure, of: client.base, language) { thought.notices.append(notice) }
            }
        }
        if answers.isEmpty, let unusable {
            thought.failure = thought.failure ?? unusable
            if let notice = state.watch.note(unusable, of: client.base, language) { thought.notices.append(notice) }
        }
        return answers
    }

    /// The answer with the adapter that is to be in force: a server that was started again has forgotten it.
    private func answer(
        of client: ChatClient, to request: ChatRequest, _ adapter: Int?,
        _ adapters: [LanguageConfiguration.Adapter], _ bounds: ActionBounds
    ) -> Result<ChatAnswer, ChatFailure> {
        var request = request
        if !adapters.isEmpty {
            let start = now
            let failure = client.serve(
                adapter: adapter, of: adapters.map(\.file), withinSeconds: request.deadlineSeconds)
            // Without one the question itself tells how the server is.
            if let failure, adapter != nil { return .failure(failure) }
            request.deadlineSeconds -= (now - start).seconds
        }
        return client.complete(request) { LanguageWorker.fault(in: $0, bounds) }
    }

    /// Has the model server answer with an adapter of the topology, or with none; nil where it does. What is known of
    /// answers is forgotten.
    package func load(_ adapter: String, _ network: NetworkConfiguration) -> ChatFailure? {
        state.withLock { state in
            prepare(&state, network)
            guard let client = state.client else { return state.setupFault.map { .incompatible($0) } ?? .absent }
            let adapters = network.language.adapters
            let place = adapters.firstIndex { $0.name == adapter }
            guard place != nil || adapter == LanguageConfiguration.Adapter.unloaded else {
                return .noAdapter("language.adapters has no '\(adapter)'")
            }
            state.cache.removeAll()
            let failure = client.serve(
                adapter: place, of: adapters.map(\.file), withinSeconds: network.language.deadline.seconds)
            if failure == nil { state.adapter = place }
            return failure
        }
    }

    /// Adds an answer to a thought, and its form where that is new; the form, nil where there is none.
    @discardableResult
    private static func read(_ text: String, into thought: inout Thought) -> ActionForm? {
        thought.answers.append(text)
        guard let form = form(in: text) else { return nil }
        if !thought.forms.contains(form) { thought.forms.append(form) }
        return form
    }

    /// The action that an answer holds; nil where it is no JSON object of that form.
    package static func form(in text: String) -> ActionForm? {
        try? JSONDecoder().decode(ActionForm.self, from: Data(text.utf8))
    }

    /// What is wrong with an answer, in words; nil where it is an action in bounds.
    package static func fault(in text: String, _ bounds: ActionBounds) -> String? {
        guard let form = form(in: text) else { return "not a JSON object with an action" }
        do throws(ActionFlaw) {
            _ = try bounds.check(form)
            return nil
        } catch {
            return error.description
        }
    }

    private func prepare(_ state: inout State, _ network: NetworkConfiguration) {
        guard !state.isReady else { return }
        state.isReady = true
        state.budget = TokenBudget(
            tokensPerMinute: network.language.tokensPerMinute, busyPerMinute: network.language.busyPerMinute)
        do throws(ChatSetupError) {
            state.client = try ChatClient.configured(by: network.language, environment: environment)
        } catch {
            state.setupFault = error.description
            report(error.description)
        }
        let path = runFolder.map { $0 + "/knowledge.sqlite" }
        do {
            let knowledge = try Knowledge(path: path, documents: network.language.documents)
            if let name = knowledge.setAside {
                report("the index of the knowledge was damaged: it is now \(name), and made anew")
            }
            for flaw in knowledge.flaws { report("language.documents: \(flaw)") }
            state.knowledge = knowledge
        } catch {
            report("the language engine goes on without knowledge: \(error)")
        }
    }

    private var now: Instant { Instant(nanoseconds: Int64(DispatchTime.now().uptimeNanoseconds)) }

    /// For the process that this is; what cannot be set up is said on standard error, which its log takes.
    package static func ofThisProcess() -> LanguageWorker {
        LanguageWorker(arguments: CommandLine.arguments, environment: ProcessInfo.processInfo.environment) { text in
            FileHandle.standardError.write(Data("language engine: \(text)\n".utf8))
        }
    }

    // MARK: - Operators, and what is kept: neither waits for a model

    /// What operators have left in the run's inbox behind the entry of a name; nil takes the first on.
    package func collect(_ network: NetworkConfiguration, after name: String?) -> OperatorMail {
        guard let runFolder else { return OperatorMail() }
        let reading = OperatorInbox(runFolder: runFolder).read(
            after: name, slices: network.slices.count, cells: network.cells.count)
        for malformed in reading.malformed { report("operator entry \(malformed.name): \(malformed.reason)") }
        return OperatorMail(reading.items.map(\.entry), last: reading.last)
    }

    /// Keeps in the run folder what an L3 that is started again goes on from; why it could not, nil where it did.
    package func keep(_ state: KeptEngineState) -> String? {
        guard let runFolder else { return "there is no run folder" }
        return EngineStateFile(runFolder: runFolder).write(state)
    }

    /// What an earlier process of the run has kept and how long ago; nothing where there was none, or what it has left
    /// cannot be used, which is said.
    package func kept() -> (state: KeptEngineState, awaySeconds: Double) {
        guard let runFolder else { return (KeptEngineState(), 0) }
        switch EngineStateFile(runFolder: runFolder).read() {
        case .none: return (KeptEngineState(), 0)
        case .kept(let state, let away): return (state, away)
        case .setAside(let reason, let path):
            report("goes on from nothing: what was kept is now \(path): \(reason)")
            return (KeptEngineState(), 0)
        }
    }
}
