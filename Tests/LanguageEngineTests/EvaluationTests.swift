import LanguageEngine
import NetworkModel
import Testing

/// Cases, the catalogue of what could be done, and how proposals are held against them.
@Suite struct EvaluationTests {
    private static let heard = (0..<7).map { [($0 + 1) % 7, ($0 + 2) % 7] }

    private static func example(
        _ findings: [Finding] = [.idle(cell: CellID(1))], candidates: [EvaluationCase.Candidate]
    ) -> EvaluationCase {
        EvaluationCase(
            id: "sample-sch-1-0", topology: "sample", hierarchy: "sch", seed: 1, epoch: 100, variant: "idle",
            heldOut: false, findings: findings, bounds: Sample.bounds,
            cells: (0..<7).map { EvaluationCase.Cell(users: 5, neighbour: ($0 + 1) % 7) }, leastScore: 0.001,
            candidates: candidates)
    }

    private static func candidate(
        _ form: ActionForm, _ score: Double, keeps: Bool = true
    ) -> EvaluationCase.Candidate {
        EvaluationCase.Candidate(form: form, score: score, gain: score, gainLow: score, keepsGuarantees: keeps)
    }

    private static let cap3 = ActionForm(action: "cap_power", cell: 1, value: 37)
    private static let cap10 = ActionForm(action: "cap_power", cell: 1, value: 30)
    private static let top2 = ActionForm(action: "shift_bandwidth", cell: 2, other: 3, value: 2)
    private static let low2 = ActionForm(action: "blank_subbands", cell: 2, first: 0, value: 2)

    private static let usual = example(candidates: [
        candidate(cap3, 0.02), candidate(cap10, 0.05, keeps: false), candidate(top2, 0.03), candidate(low2, -0.01),
    ])

    @Test func theCatalogueHoldsEveryKindForEveryCellInBounds() {
        let actions = ActionCatalogue(Sample.bounds, heard: Self.heard).actions
        #expect(Set(actions).count == actions.count)
        for kind in Sample.bounds.kinds where kind.actsOnNetwork {
            #expect(actions.contains { $0.kind == kind }, "\(kind)")
        }
        for action in actions {
            let form = ActionForm(action, slices: Sample.bounds.slices)
            #expect(throws: Never.self) { try Sample.bounds.check(form) }
        }
        let capped = actions.compactMap { if case .capPower(let cell, _) = $0 { cell } else { nil } }
        #expect(Set(capped).count == 7)
        // Without anybody who hears another cell nobody can be moved.
        let deaf = ActionCatalogue(Sample.bounds, heard: Self.heard.map { _ in [] }).actions
        #expect(!deaf.contains { $0.kind == .reassociate } && deaf.contains { $0.kind == .blankSubbands })
    }

    @Test func theRightActionIsTheBestThatKeepsTheGuarantees() {
        #expect(Self.usual.right == Self.top2 && Self.usual.bestScore == 0.03)
        let poor = Self.example(candidates: [Self.candidate(Self.cap3, 0.0005)])
        #expect(poor.right == ActionForm(action: "none") && poor.bestScore == 0)
        #expect(poor.isRight(.none) && !poor.isRight(.capPower(cell: CellID(1), dbm: 37)))
        let drift = Self.example(
            [.drift(cell: CellID(4), errorDb: 8, usualDb: 3)], candidates: [Self.candidate(Self.cap3, 0.02)])
        #expect(drift.right == ActionForm(action: "retrain", cell: 4) && drift.isService)
        #expect(drift.isRight(.retrain(cell: CellID(4))) && !drift.isRight(.retrain(cell: CellID(3))))
    }

    @Test func aProposalIsScoredByTheNearestOfItsKindAndCell() {
        let scored = { (action: Action) in Self.usual.candidate(for: action) }
        #expect(scored(.capPower(cell: CellID(1), dbm: 36)) == 0)
        #expect(scored(.capPower(cell: CellID(1), dbm: 31)) == 1)
        #expect(scored(.capPower(cell: CellID(0), dbm: 37)) == nil)
        // Whoever gains by it, a shift empties the highest subbands; blanking the same ones is the same.
        #expect(scored(.shiftBandwidth(from: CellID(2), to: CellID(5), subbands: 2)) == 2)
        #expect(scored(.blankSubbands(cell: CellID(2), first: Sample.bounds.subbands - 2, count: 2)) == 2)
        #expect(scored(.blankSubbands(cell: CellID(2), first: 0, count: 1)) == 3)
        #expect(scored(.retrain(cell: CellID(1))) == nil)
    }

    /// No kind that the twins have tried is scored as one that they refuse.
    @Test func everyActionOfTheCatalogueFindsItself() {
        let actions = ActionCatalogue(Sample.bounds, heard: Self.heard).actions
        let tried = Self.example(
            candidates: actions.map { Self.candidate(ActionForm($0, slices: Sample.bounds.slices), 0.02) })
        #expect(actions.contains { $0.kind == .capMCS })
        for (index, action) in actions.enumerated() {
            #expect(tried.candidate(for: action) == index && !tried.refuses(action), "\(action)")
        }
        let near = Action.capMCS(cell: CellID(3), index: MCSTable.highest64QAM - 1)
        let place = actions.firstIndex(of: .capMCS(cell: CellID(3), index: MCSTable.highest64QAM))
        #expect(place != nil && tried.candidate(for: near) == place)
    }

    @Test func whatTheTwinsRefuseIsWorthNothing() {
        let deep = Action.capPower(cell: CellID(1), dbm: 30)
        #expect(Self.usual.refuses(deep) && Self.usual.value(of: deep) == 0)
        let unheard = Action.reassociate(from: CellID(0), to: CellID(6), users: 1)
        #expect(Self.usual.refuses(unheard) && !Self.usual.refuses(.retrain(cell: CellID(0))))
        let mild = Action.capPower(cell: CellID(1), dbm: 37)
        #expect(Self.usual.adopted(of: [deep, unheard]) == .none)
        #expect(Self.usual.adopted(of: [deep, mild, .none]) == mild)
    }

    @Test func aQuarterIsSetApartWhereverTheNameIsRead() {
        let names = (0..<4_000).map { "plaza-dch-\($0)" }
        let held = names.count(where: EvaluationCase.isHeldOut)
        #expect((850...1_150).contains(held), "\(held)")
        let known = (0..<20).filter { EvaluationCase.isHeldOut("plaza-\($0)") }
        #expect(known == [1, 4, 9, 11, 13, 14, 17])
    }

    @Test func theTallyCountsWhatWasProposedAndLost() {
        var tally = EvaluationTally(isVerified: false)
        tally.add(EvaluationAnswer(forms: [Self.top2]), to: Self.usual)
        tally.add(EvaluationAnswer(forms: [Self.cap10]), to: Self.usual)
        tally.add(EvaluationAnswer(forms: [nil]), to: Self.usual)
        tally.add(EvaluationAnswer(forms: [ActionForm(action: "shut_down")]), to: Self.usual)
        #expect(tally.cases == 4 && tally.proposals == 4 && tally.valid == 2 && tally.right == 1)
        #expect(tally.refused == 1 && tally.unseenViolations == 1 && tally.violations == 0 && tally.adopted == 1)
        #expect(abs(tally.regret - 0.0225) < 1e-12)
        var verified = EvaluationTally(isVerified: true)
        verified.add(EvaluationAnswer(forms: [Self.cap10, nil, Self.cap3, Self.top2]), to: Self.usual)
        #expect(verified.right == 1 && verified.regret == 0 && verified.refused == 1)
    }
}
