import Numerics
import ResourceAllocation
import Testing

@Suite struct SliceSharesTests {
    @Test func guaranteesThatFitAreKept() {
        let shares = SliceShares(need: [0.2, 0.3, 0, 0.1], ues: [4, 2, 5, 5], weight: [1, 2])
        #expect(shares.kept == [1, 1])
        // The first cell is divided 4 to 4, the second 5 to 10: either keeps what is needed.
        #expect(zip(shares.share, [0.5, 0.5, 1 / 3.0, 2 / 3.0]).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    /// What one slice needs beyond its part the others lack, in proportion to their claims.
    @Test func aNeedIsMetAndNoMore() {
        let shares = SliceShares(need: [0.5, 0.1, 0], ues: [1, 2, 2], weight: [1, 1, 3])
        #expect(shares.kept == [1, 1, 1])
        #expect(zip(shares.share, [0.5, 0.125, 0.375]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(shares.share)")
        let both = SliceShares(need: [0.5, 0.2, 0], ues: [1, 2, 2], weight: [1, 1, 3])
        #expect(zip(both.share, [0.5, 0.2, 0.3]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(both.share)")
    }

    @Test func guaranteesThatDoNotFitAreLoweredWhereItCostsLeast() {
        let shares = SliceShares(need: [0.7, 0.6], ues: [5, 5], weight: [1, 100])
        #expect(shares.kept[1] == 1 && abs(shares.kept[0] - 0.35 / 0.7) < 1e-6)
        #expect(shares.share[1] >= 0.6 - 1e-9 && shares.share.reduce(0, +) <= 1 + 1e-12)
    }

    @Test func alwaysAPartOfTheCell() {
        for seed in 0..<UInt64(200) {
            let draw = CounterGenerator(seed: seed, purpose: 3)
            let (cells, slices) = (1 + Int(draw.bits(0) % 5), 1 + Int(draw.bits(1) % 4))
            let need = (0..<cells * slices).map { 3 * draw.uniform(UInt64($0), 2) * draw.uniform(UInt64($0), 3) }
            let ues = (0..<cells * slices).map { Int(draw.bits(UInt64($0), 4) % 6) }
            let shares = SliceShares(need: need, ues: ues, weight: (0..<slices).map { Double($0 + 1) })
            for cell in 0..<cells {
                let row = shares.share[cell * slices..<(cell + 1) * slices]
                #expect(row.allSatisfy { $0 >= 0 } && row.reduce(0, +) <= 1 + 1e-9, "seed \(seed)")
            }
            #expect(shares.kept.allSatisfy { (0...1).contains($0) }, "seed \(seed)")
        }
    }

    @Test func sharesOfUEsAreFittedToTheirSlices() {
        // Two UEs in the first slice, one in the second, none in the third; two subbands, the second half full.
        let fitted = SliceShares.fit(
            [0.25, 0.1, 0.25, 0.2, 0.5, 0.2], slice: [0, 0, 1], part: [0.6, 0.2, 0.2], subbands: 2)
        let expected: [Float] = [0.375, 0.125, 0.375, 0.25, 0.25, 0.125]
        #expect(zip(fitted, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(fitted)")
    }
}
