import LanguageEngine
import NetworkModel
import Testing

/// What a twin needs, by what its error looks like.
@Suite struct TwinCureTests {
    private func cure(_ change: (inout TwinCure.Signs) -> Void) -> TwinCure {
        var signs = TwinCure.Signs()
        change(&signs)
        return TwinCure(signs)
    }

    @Test func theErrorsLookDecides() {
        #expect(cure { $0.isLocal = true } == .retrain)
        #expect(cure { _ in } == .tune(.memory, factor: 0.1))
        #expect(cure { $0.mobility = .still } == .tune(.readingNoise, factor: 2))
        #expect(cure { ($0.mobility, $0.modelMobility) = (.driving, .walking) } == .tune(.residualTime, factor: 0.25))
        #expect(
            cure { ($0.mobility, $0.modelMobility, $0.snapshots) = (.driving, .walking, 0b110) }
                == .recall(TwinCondition(.driving)))
        // The model is of this condition already: going back to it changes nothing.
        #expect(
            cure { ($0.mobility, $0.modelMobility, $0.snapshots) = (.walking, .walking, 0b10) }
                == .tune(.memory, factor: 0.1))
    }

    @Test func theWeatherIsACondition() {
        // Bit 7 is walking in heavy rain.
        let rain = cure {
            ($0.mobility, $0.modelMobility, $0.snapshots) = (.walking, .walking, 0b10 | 1 << 7)
            ($0.weather, $0.modelWeather) = (.heavyRain, .dry)
        }
        #expect(rain == .recall(TwinCondition(.walking, .heavyRain)))
        // Not seen before: the law is to follow faster, whoever moves faster.
        let first = cure {
            ($0.mobility, $0.modelMobility, $0.snapshots) = (.driving, .walking, 0b10)
            ($0.weather, $0.modelWeather) = (.rain, .dry)
        }
        #expect(first == .tune(.memory, factor: 0.1))
        #expect(TwinCondition.all.map(\.index) == Array(0..<9))
        #expect(TwinCondition.all.allSatisfy { TwinCondition(name: $0.name) == $0 })
        #expect(TwinCondition(.walking, .heavyRain).name == "walking_heavy_rain")
    }

    /// Conditions of the weather are offered and taken only where a station is named.
    @Test func ordersKnowTheWeatherOfTheirNetwork() throws {
        var network = Sample.network()
        let form = ActionForm(action: "recall_twin", cell: 1, name: "walking_rain")
        #expect(throws: ActionFlaw.self) { _ = try ActionBounds(network: network).check(form) }
        #expect(ActionBounds(network: network).conditions.count == 3)
        network.weather = [RainPeriod(fromSeconds: 0, untilSeconds: 1, millimetresPerHour: 1)]
        let bounds = ActionBounds(network: network)
        #expect(try bounds.check(form) == .recallTwin(cell: CellID(1), TwinCondition(.walking, .rain)))
        let offered = ActionMenu(all: bounds).entries.filter { $0.kind == .recallTwin }
        #expect(offered.count == 9 * bounds.cells)
    }

    @Test func whatDidNotHelpIsNotTriedAgainAtOnce() {
        #expect(cure { ($0.last, $0.lastFailed) = (.tune, true) } == .retrain)
        #expect(cure { ($0.last, $0.lastFailed) = (.tune, false) } == .tune(.memory, factor: 0.1))
        #expect(cure { ($0.isLocal, $0.last, $0.lastFailed) = (true, .retrain, true) } == .tune(.memory, factor: 0.1))
        let recalled = cure {
            ($0.mobility, $0.modelMobility, $0.snapshots) = (.driving, .walking, 0b110)
            ($0.last, $0.lastFailed) = (.recall, true)
        }
        #expect(recalled == .tune(.residualTime, factor: 0.25))
    }

    @Test func formsOfOrdersAreChecked() throws {
        let bounds = Sample.bounds
        let tune = try bounds.check(ActionForm(action: "tune_twin", cell: 1, value: 0.1, name: "memory"))
        #expect(tune == .tuneTwin(cell: CellID(1), .memory, factor: 0.1) && !tune.kind.actsOnNetwork)
        #expect(
            try bounds.check(ActionForm(action: "recall_twin", cell: 1, name: "driving"))
                == .recallTwin(cell: CellID(1), TwinCondition(.driving)))
        for form in [
            ActionForm(action: "tune_twin", cell: 1, value: 0.01, name: "memory"),
            ActionForm(action: "tune_twin", cell: 1, value: 2, name: "weights"),
            ActionForm(action: "recall_twin", cell: 1, name: "rain"),
        ] { #expect(throws: ActionFlaw.self) { _ = try bounds.check(form) } }
    }
}
