internal import Foundation
internal import LanguageEngine
internal import ModelServing
internal import NetworkModel

/// Questions of two kinds, a situation alone and one with a new passage, to a model that knows the instructions.
struct PingStudy: Sendable {
    let questions: Int
    let deadlineSeconds: Double

    /// Read once and then in the server's cache.
    static let instructions = """
        You run the radio resources of a mobile network. You get findings of its digital twins and choose one action. \
        Actions: cap_power lowers the power of a cell, slice_shares gives a slice a part of the PRBs, reassociate \
        moves users to another cell, raise_priority favours the users of a cell. Choose what raises the rate of the \
        worst users without breaking a guarantee. Answers look like {"action":"cap_power","cell":0,"value":35}.
        """

    private static let bounds: ActionBounds = {
        let cells = (0..<7).map { index in
            CellConfiguration(
                id: CellID(UInt32(index)), name: "\(index)", region: RegionID(0), xMetres: 0, yMetres: 0,
                transmitPowerDbm: 40)
        }
        var game = GameConfiguration()
        game.association = .leader
        return ActionBounds(
            network: NetworkConfiguration(
                name: "ping", seed: 1, hierarchy: .semiCentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
                cells: cells, regionNames: ["all"], game: game,
                slices: [SliceConfiguration(name: "urgent", fraction: 1, rateBps: 1e6)]))
    }()

    /// What the language engine would offer about a full cell of seven.
    private static let menu: ActionMenu = {
        let cells = (0..<7).map { index in
            var cell = CellState()
            (cell.ueCount, cell.neighbour) = (10, (index + 1) % 7)
            return cell
        }
        return ActionMenu(
            for: [.starved(cell: CellID(3), userKbps: 100, medianKbps: 1_000)],
            state: NetworkState(epoch: 0, seconds: 0, cells: cells), bounds: bounds, allowed: ActionKind.allCases)
    }()
    private static let grammar = ActionGrammar(menu)
    private static let schema = ActionSchema(menu).text

    /// About 48 tokens, none of them known but the first few.
    static func situation(_ number: Int) -> String {
        let (a, b, c) = (number % 7, (number * 3 + 1) % 7, (number * 5 + 2) % 7)
        return """
            traffic twin: +\(10 + number % 80) % load in cell \(a); radio twin: interference from cell \(b) at \
            -\(70 + number % 30) dBm; slice urgent \(number % 9) ms late in cell \(c); \
            \(number % 5) users of cell \(b) wait
            """
    }

    /// About 150 tokens, new with every number.
    static func passage(_ number: Int) -> String {
        let facts = (0..<7).map { fact in
            "case \(number * 7 + fact): cell \(fact) lost \(5 + (number + fact) % 20) % after its neighbour rose by "
                + "\(1 + fact) dB"
        }
        return facts.joined(separator: "; ") + "."
    }

    /// Asks the server, without and with a passage; throws where it is not there, or has not the model.
    func run(_ client: ChatClient) throws -> PingReport {
        if let failure = client.health(withinSeconds: deadlineSeconds) {
            throw ToolFailure(.failed, "\(client.base): \(failure.words)")
        }
        let models = (try? client.models(withinSeconds: deadlineSeconds).get()) ?? []
        // The instructions are read before anything is counted.
        _ = client.complete(request(Self.situation(1_000)))
        let plain = kind("situation", client) { Self.situation($0) }
        let passage = kind("situation and passage", client) { "\(Self.passage($0))\n\(Self.situation($0))" }
        return PingReport(base: client.base, models: models, kinds: [plain, passage])
    }

    private func kind(_ name: String, _ client: ChatClient, _ situation: (Int) -> String) -> PingReport.Kind {
        var kind = PingReport.Kind(name: name)
        for number in 0..<questions {
            switch client.complete(request(situation(number))) {
            case .success(let answer): kind.add(answer, isValid: Self.isValid(answer.text))
            case .failure(let failure): kind.failures.append(failure.words)
            }
        }
        return kind
    }

    private func request(_ situation: String) -> ChatRequest {
        ChatRequest(
            instructions: Self.instructions, situation: situation, schema: Self.schema, grammar: Self.grammar.text,
            maxOutputTokens: Self.grammar.longestBytes, deadlineSeconds: deadlineSeconds)
    }

    /// Whether an answer is an action in bounds.
    static func isValid(_ text: String) -> Bool { LanguageWorker.fault(in: text, bounds) == nil }
}
