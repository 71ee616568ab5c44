import LanguageEngine
import NetworkModel
import Testing

/// Which actions are not both to be had, and why.
@Suite struct ActionConflictTests {
    private static func cell(_ index: UInt32) -> CellID { CellID(index) }

    @Test func theSameControlOfTheSamePlaceIsDecidedOnce() {
        let pairs: [(Action, Action)] = [
            (.capPower(cell: Self.cell(4), dbm: 33), .capPower(cell: Self.cell(4), dbm: 40)),
            (.capMCS(cell: Self.cell(4), index: 9), .capMCS(cell: Self.cell(4), index: 20)),
            (.raiseCellPriority(cell: Self.cell(1), factor: 2), .raiseCellPriority(cell: Self.cell(1), factor: 3)),
            (
                .blankSubbands(cell: Self.cell(1), first: 0, count: 2),
                .shiftBandwidth(from: Self.cell(1), to: Self.cell(2), subbands: 1)
            ),
            (.sliceShare(slice: 1, share: 0.2), .sliceShare(slice: 1, share: 0.4)),
            (
                .reassociate(from: Self.cell(1), to: Self.cell(2), users: 3),
                .reassociate(from: Self.cell(1), to: Self.cell(2), users: 5)
            ),
            (
                .deployPlatform(platform: Self.cell(6), cell: Self.cell(1)),
                .deployPlatform(platform: Self.cell(6), cell: Self.cell(2))
            ),
        ]
        for (one, two) in pairs {
            #expect(one.decidesSame(as: two) && two.decidesSame(as: one), "\(one) \(two)")
            guard case .same? = one.conflict(with: two), case .same? = two.conflict(with: one) else {
                Issue.record("\(one) and \(two) are in no conflict")
                continue
            }
        }
    }

    @Test func whatOneGivesTheOtherDoesNotTake() {
        let gives: [Action] = [
            .raiseCellPriority(cell: Self.cell(3), factor: 2),
            .shiftBandwidth(from: Self.cell(1), to: Self.cell(3), subbands: 2),
            .reassociate(from: Self.cell(3), to: Self.cell(5), users: 4),
            .deployPlatform(platform: Self.cell(6), cell: Self.cell(3)),
        ]
        let takes: [Action] = [
            .capPower(cell: Self.cell(3), dbm: 30), .capMCS(cell: Self.cell(3), index: 5),
            .blankSubbands(cell: Self.cell(3), first: 1, count: 1),
            .shiftBandwidth(from: Self.cell(3), to: Self.cell(2), subbands: 1),
            .reassociate(from: Self.cell(2), to: Self.cell(3), users: 4),
        ]
        for one in gives {
            for two in takes {
                #expect(one.conflict(with: two) == .opposed(Self.cell(3)), "\(one) \(two)")
                #expect(two.conflict(with: one) == .opposed(Self.cell(3)), "\(two) \(one)")
                #expect(!one.decidesSame(as: two))
            }
        }
    }

    @Test func whatIsSharedOutIsSharedOnce() {
        #expect(
            Action.sliceShare(slice: 0, share: 0.3).conflict(with: .sliceShare(slice: 1, share: 0.3))
                == .shared("the PRBs among slices"))
        #expect(
            Action.raiseSlicePriority(slice: 0, factor: 2).conflict(with: .raiseSlicePriority(slice: 1, factor: 2))
                == .shared("the weight among slices"))
        let local = { (cells: [UInt32]) in
            Action.raiseSlicePriority(slice: 1, cells: cells.map { CellID($0) }, factor: 2)
        }
        #expect(local([1, 2]).conflict(with: local([2, 3])) == .shared("the weight among slices"))
        let everywhere = Action.raiseSlicePriority(slice: 0, factor: 2)
        #expect(local([1]).conflict(with: everywhere) == .shared("the weight among slices"))
        #expect(local([1]).conflict(with: local([2, 3])) == nil && !local([1]).decidesSame(as: local([2])))
        #expect(
            local([1, 2]).decidesSame(as: .raiseSlicePriority(slice: 1, cells: [CellID(1), CellID(2)], factor: 4)))
        #expect(local([4]).conflict(with: .capPower(cell: CellID(4), dbm: 30)) == .opposed(CellID(4)))
    }

    @Test func othersGoTogether() {
        let actions: [Action] = [
            .capPower(cell: Self.cell(1), dbm: 30), .raiseCellPriority(cell: Self.cell(2), factor: 2),
            .capMCS(cell: Self.cell(3), index: 9), .sliceShare(slice: 0, share: 0.3),
            .reassociate(from: Self.cell(4), to: Self.cell(5), users: 1), .retrain(cell: Self.cell(1)),
            .askEngine(.channel, cell: Self.cell(1)), .none,
        ]
        for (place, one) in actions.enumerated() {
            for two in actions[(place + 1)...] { #expect(one.conflict(with: two) == nil, "\(one) \(two)") }
        }
        // Orders to twins decide nothing of the network.
        #expect(!Action.retrain(cell: Self.cell(1)).decidesSame(as: .retrain(cell: Self.cell(1))))
        #expect(!Action.none.decidesSame(as: .none))
    }

    @Test func everyKindFollowsALayer() {
        #expect(ActionKind.capPower.layer == .radio && ActionKind.reassociate.layer == .traffic)
        #expect(ActionKind.sliceShares.layer == .policy && ActionKind.raisePriority.layer.rawValue == "L3")
    }
}
