import LanguageEngine
import NetworkModel
import Testing

/// Places by the names that a topology has for them.
@Suite struct PlaceWordingTests {
    /// What a sentence asks for, without the words of a refusal: those name places.
    private static func meaning(_ request: OperatorRequest) -> OperatorRequest {
        guard case .refused(let refusal) = request else { return request }
        return .refused(OperatorRefusal(refusal.reason, "", accepted: ""))
    }

    /// Every wording about the stadium means the same of a place that goes by another name, of one word or of two.
    @Test(arguments: ["arena", "Main Street"]) func wordingsHoldForAnyPlace(name: String) throws {
        var context = Wordings.context
        let place = try #require(context.places.firstIndex { $0.name == "stadium" })
        context.places[place].name = name
        let parser = IntentParser(context)
        let cases = try Wordings.cases().filter { $0.text.contains("stadium") }
        var different = 0
        for wanted in cases {
            let text = wanted.text.split(separator: " ", omittingEmptySubsequences: false).map { word in
                word.contains("stadium") ? name + word.drop { $0.isLetter } : String(word)
            }.joined(separator: " ")
            let (first, second) = (Wordings.parser.parse(wanted.text), parser.parse(text))
            guard Self.meaning(first) != Self.meaning(second) else { continue }
            different += 1
            print("line \(wanted.number): \(text)\n    \(second)\n    not \(first)")
        }
        #expect(cases.count >= 40 && different <= 2)
    }

    private static let network: NetworkConfiguration = {
        let cells = (0..<4).map { index in
            CellConfiguration(
                id: CellID(UInt32(index)), name: index < 3 ? "hall-\(index + 1)" : "gym",
                region: RegionID(index < 3 ? 0 : 1), xMetres: 0, yMetres: 0, transmitPowerDbm: 40)
        }
        return NetworkConfiguration(
            name: "t", seed: 1, hierarchy: .decentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: cells, regionNames: ["west", "east"],
            slices: [
                SliceConfiguration(name: "broadband", fraction: 0.9),
                SliceConfiguration(name: "urllc", fraction: 0.1, rateBps: 1e5, delaySeconds: 0.02),
            ],
            places: [
                PlaceConfiguration(name: "Main Street", cells: [CellID(1), CellID(3)]),
                PlaceConfiguration(name: "gym", cells: [CellID(2), CellID(3)]),
            ])
    }()

    /// A topology's own names come first, and one that is a site's, too, means what the topology says.
    @Test func aTopologysPlacesAreKnown() {
        let context = OperatorContext(network: Self.network, secondOfDay: 0, runSeconds: 0)
        #expect(context.places.map(\.name) == ["Main Street", "gym", "west", "east", "hall"])
        let parser = IntentParser(context)
        func scope(_ text: String) -> Intent.Scope? {
            guard case .intent(let intent) = parser.parse(text) else { return nil }
            return intent.scope
        }
        #expect(scope("save energy on Main Street") == .cells([CellID(1), CellID(3)]))
        #expect(scope("keep urllc delay under 5 ms on main street") == .sliceInCells(1, [CellID(1), CellID(3)]))
        #expect(scope("save energy in the hall") == .cells([CellID(0), CellID(1), CellID(2)]))
        #expect(scope("save energy outside main street") == .cells([CellID(0), CellID(2)]))
    }

    @Test func anUnknownPlaceIsToldWhatThereIs() {
        let parser = IntentParser(OperatorContext(network: Self.network, secondOfDay: 0, runSeconds: 0))
        guard case .refused(let refusal) = parser.parse("save energy in Atlantis") else {
            Issue.record("\(parser.parse("save energy in Atlantis"))")
            return
        }
        #expect(refusal.reason == .unknownPlace && refusal.text == "no place 'Atlantis'")
        #expect(refusal.accepted == "places: Main Street, gym, west, east, hall")
    }
}
