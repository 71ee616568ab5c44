import LanguageEngine
import NetworkModel
import Orchestrator
import Testing

/// What operators hold dear, and where: by these a what-if is judged.
@Suite struct OperatorWishesTests {
    private static func wishes(_ intents: [Intent]) throws -> (OperatorWishes, [SliceConfiguration]) {
        let scene = try CampusScene(.semiCentralised) {
            $0.network.slices = [
                SliceConfiguration(name: "video", fraction: 0.5, rateBps: 1e6),
                SliceConfiguration(name: "sensors", fraction: 0.5),
            ]
        }
        let network = scene.plan.network
        return (OperatorWishes(intents, network: network, seconds: 0), network.slices)
    }

    private static func cells(_ indices: Int...) -> [CellID] { indices.map { CellID(UInt32($0)) } }
    private static func mask(_ indices: Int...) -> [Bool] { (0..<7).map { indices.contains($0) } }

    @Test func ratesForSomeCellsAreJudgedThereAlone() throws {
        let (wishes, slices) = try Self.wishes([
            Intent(scope: .sliceInCells(0, Self.cells(2)), targets: [.rate(bps: 4e6)]),
            Intent(scope: .cells(Self.cells(1, 6)), targets: [.rate(bps: 2e6)]),
            Intent(scope: .slice(0), targets: [.rate(bps: 3e6)]),
        ])
        // The slice has what is wished for it everywhere, not what is for one cell.
        #expect(wishes.guaranteedMbps == [3, 0])
        #expect(
            wishes.local == [
                .init(cells: Self.mask(2), slice: 0, mbps: 4), .init(cells: Self.mask(1, 6), slice: nil, mbps: 2),
            ])
        #expect(wishes.isGuaranteed(slices) == [true, false, true, true])
        #expect(wishes.energyWeight == 0 && wishes.energyCells.isEmpty)
    }

    /// A bound on the delay in a place is one of every slice there: 1500 bytes in 10 ms, one packet in 1,000 late.
    @Test func aDelayForSomeCellsIsOneOfEverySliceThere() throws {
        let (wishes, _) = try Self.wishes([Intent(scope: .cells(Self.cells(3)), targets: [.delay(seconds: 0.01)])])
        #expect(wishes.guaranteedMbps == [1, 0] && wishes.local.map(\.slice) == [0, 1])
        #expect(wishes.local.allSatisfy { $0.cells == Self.mask(3) })
        for (wish, mbps) in zip(wishes.local, [9.2893, 8.2893]) { #expect(abs(wish.mbps - mbps) < 1e-3) }
    }

    @Test func energyCountsWhereItIsToBeSaved() throws {
        let own = try Self.wishes([Intent(scope: .cells(Self.cells(5)), targets: [.energy])]).0
        #expect(own.energyWeight > 0 && own.energyCells == Self.mask(5))
        let elsewhere = Intent(scope: .cells(Self.cells(0, 5)), targets: [.priority(2)], savesElsewhere: true)
        #expect(try Self.wishes([elsewhere]).0.energyCells == Self.mask(1, 2, 3, 4, 6))
        let everywhere = Intent(scope: .network, targets: [.energy])
        #expect(try Self.wishes([everywhere]).0.energyCells.isEmpty)
        #expect(try Self.wishes([everywhere, elsewhere]).0.energyCells.isEmpty)
    }
}
