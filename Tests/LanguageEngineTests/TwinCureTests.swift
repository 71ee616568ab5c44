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
            cure { ($0.mobility, $0.modelMobility, $0.snapshots) = (.driving, .walking, 0b110) } == .recall(.driving))
        // The model is of this condition already: going back to it changes nothing.
        #expect(
            cure { ($0.mobility, $0.modelMobility, $0.snapshots) = (.walking, .walking, 0b10) }
                == .tune(.memory, factor: 0.1))
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
                == .recallTwin(cell: CellID(1), .driving))
        for form in [
            ActionForm(action: "tune_twin", cell: 1, value: 0.01, name: "memory"),
            ActionForm(action: "tune_twin", cell: 1, value: 2, name: "weights"),
            ActionForm(action: "recall_twin", cell: 1, name: "rain"),
        ] { #expect(throws: ActionFlaw.self) { _ = try bounds.check(form) } }
    }
}
