import LanguageEngine
import NetworkModel
import Testing

/// Adapters of the model server: which are called for, and that nothing else is on a menu.
@Suite struct AdapterTests {
    private static let adapters: [LanguageConfiguration.Adapter] = [
        .init(name: "wet", file: "wet.gguf", conditions: [.heavyRain]),
        .init(name: "crowd", file: "crowd.gguf", conditions: [.starved, .surge]),
    ]
    private static let surge = Finding.surge(cell: CellID(1), load: 0.5, forecastLoad: 0.9)

    private static var bounds: ActionBounds {
        var network = Sample.network()
        network.language.adapters = adapters
        return ActionBounds(network: network)
    }

    @Test func whatItWasTrainedForCallsForAnAdapter() {
        var choice = AdapterChoice(Self.adapters)
        #expect(choice.change([.idle(cell: CellID(1))], weather: nil, seconds: 0) == nil)
        let form = choice.change([.idle(cell: CellID(1)), Self.surge], weather: .rain, seconds: 0)
        #expect(form == ActionForm(action: "load_adapter", name: "crowd"))
        // Of two the first, and nothing while it is there for something.
        #expect(choice.change([Self.surge], weather: .heavyRain, seconds: 0)?.name == "wet")
        choice.take("wet", number: 4, seconds: 10)
        #expect(choice.change([Self.surge], weather: .heavyRain, seconds: 20) == nil && choice.number == 4)
    }

    @Test func anAdapterStaysForAMinute() {
        var choice = AdapterChoice(Self.adapters)
        choice.take("wet", number: 4, seconds: 10)
        #expect(choice.change([Self.surge], weather: .heavyRain, seconds: 20) == nil)
        #expect(choice.change([Self.surge], weather: .dry, seconds: 79) == nil)
        #expect(choice.change([Self.surge], weather: .dry, seconds: 80)?.name == "crowd")
        #expect(choice.change([], weather: .dry, seconds: 80)?.name == "none")
        choice.take("none", number: 5, seconds: 80)
        #expect(choice.change([], weather: .dry, seconds: 200) == nil)
    }

    @Test func onlyNamesOfTheTopologyAreInBounds() throws {
        for name in ["wet", "crowd", "none"] {
            #expect(try Self.bounds.check(ActionForm(action: "load_adapter", name: name)) == .loadAdapter(name))
        }
        let flaw = #expect(throws: ActionFlaw.self) {
            _ = try Self.bounds.check(ActionForm(action: "load_adapter", name: "../../etc/shadow"))
        }
        #expect(flaw?.description == "name: no adapter '../../etc/shadow'; wet, crowd, none")
        #expect(PromptBuilder(Self.bounds).instructions.contains("\nload_adapter: answer with the adapter name"))
    }

    @Test func aMenuOffersTheOneThatIsCalledFor() {
        func offered(_ adapter: String?, _ allowed: [ActionKind] = ActionKind.allCases) -> [ActionMenu.Entry] {
            ActionMenu(
                for: [Self.surge], state: Sample.state(), bounds: Self.bounds, allowed: allowed, adapter: adapter
            ).entries.filter { $0.kind == .loadAdapter }
        }
        #expect(offered("crowd") == [.init(.loadAdapter, .adapter("crowd"))] && offered(nil).isEmpty)
        #expect(offered("crowd", [.raisePriority]).isEmpty)
        let menu = ActionMenu(all: Self.bounds)
        #expect(menu.entries.count { $0.kind == .loadAdapter } == 3)
        let grammar = ActionGrammar(menu).text
        #expect(grammar.contains(#"load_adapter\",\"name\":" ("\"wet\"" | "\"crowd\"" | "\"none\"")"#), "\(grammar)")
    }
}
