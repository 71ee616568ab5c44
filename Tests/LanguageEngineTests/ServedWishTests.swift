import LanguageEngine
import NetworkModel
import Testing

/// Which actions serve a wish: of its kind, in its place, and at least as far as it asks.
@Suite struct ServedWishTests {
    private static let (here, there) = (CellID(2), CellID(3))

    private static func serves(_ action: Action, _ scope: Intent.Scope, _ target: Intent.Target) -> Bool {
        Intent(scope: scope, targets: [target]).isServed(by: action)
    }

    @Test func aLimitIsServedByOneThatIsNoHigher() {
        let scope = Intent.Scope.cells([Self.here])
        #expect(Self.serves(.capPower(cell: Self.here, dbm: 35), scope, .power(dbm: 35)))
        #expect(Self.serves(.capPower(cell: Self.here, dbm: 33), scope, .power(dbm: 35)))
        #expect(!Self.serves(.capPower(cell: Self.here, dbm: 36), scope, .power(dbm: 35)))
        #expect(!Self.serves(.capPower(cell: Self.there, dbm: 33), scope, .power(dbm: 35)))
        #expect(!Self.serves(.raiseCellPriority(cell: Self.here, factor: 2), scope, .power(dbm: 35)))
        #expect(Self.serves(.capMCS(cell: Self.here, index: 6), .network, .mcs(index: 8)))
        #expect(!Self.serves(.capMCS(cell: Self.here, index: 9), .network, .mcs(index: 8)))
    }

    @Test func aSliceIsServedByItsShareAndItsWeight() {
        let scope = Intent.Scope.sliceInCells(1, [Self.here])
        let rate = Intent.Target.rate(bps: 8e6)
        #expect(Self.serves(.sliceShare(slice: 1, cells: [Self.here], share: 0.3), scope, rate))
        #expect(Self.serves(.sliceShare(slice: 1, cells: [], share: 0.3), scope, rate))
        #expect(Self.serves(.raiseSlicePriority(slice: 1, cells: [Self.here, Self.there], factor: 3), scope, rate))
        #expect(!Self.serves(.sliceShare(slice: 1, cells: [Self.there], share: 0.3), scope, rate))
        #expect(!Self.serves(.sliceShare(slice: 0, cells: [Self.here], share: 0.3), scope, rate))
        #expect(!Self.serves(.sliceShare(slice: 1, cells: [], share: 0), scope, rate))
        // A cell that counts for more gives to all of its slices.
        #expect(!Self.serves(.raiseCellPriority(cell: Self.here, factor: 2), scope, rate))
    }

    @Test func aCellIsServedByWhatGivesToIt() {
        let scope = Intent.Scope.cells([Self.here])
        let delay = Intent.Target.delay(seconds: 0.01)
        #expect(Self.serves(.raiseCellPriority(cell: Self.here, factor: 1.5), scope, delay))
        #expect(Self.serves(.reassociate(from: Self.here, to: Self.there, users: 2), scope, delay))
        #expect(Self.serves(.shiftBandwidth(from: Self.there, to: Self.here, subbands: 2), scope, delay))
        #expect(!Self.serves(.reassociate(from: Self.there, to: Self.here, users: 2), scope, delay))
        #expect(!Self.serves(.raiseSlicePriority(slice: 0, cells: [Self.here], factor: 2), scope, delay))
        #expect(!Self.serves(.retrain(cell: Self.here), scope, delay))
    }

    @Test func aPriorityIsServedByNoLessThanIsAsked() {
        let scope = Intent.Scope.cells([Self.here])
        #expect(Self.serves(.raiseCellPriority(cell: Self.here, factor: 3), scope, .priority(2)))
        #expect(!Self.serves(.raiseCellPriority(cell: Self.here, factor: 1.5), scope, .priority(2)))
        #expect(!Self.serves(.raiseCellPriority(cell: Self.here, factor: 2), scope, .priority(0.5)))
    }

    @Test func energyIsSavedWhereItIsAskedFor() {
        let cap = { (cell: CellID) in Action.capPower(cell: cell, dbm: 35) }
        #expect(Self.serves(cap(Self.here), .cells([Self.here]), .energy))
        #expect(!Self.serves(cap(Self.there), .cells([Self.here]), .energy))
        let elsewhere = Intent(scope: .cells([Self.here]), targets: [.rate(bps: 1e6)], savesElsewhere: true)
        #expect(elsewhere.isServed(by: cap(Self.there)) && !elsewhere.isServed(by: cap(Self.here)))
    }
}
