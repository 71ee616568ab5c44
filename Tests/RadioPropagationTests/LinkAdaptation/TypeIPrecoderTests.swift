import Glibc
import NetworkModel
import RadioPropagation
import Testing

/// Precoders of a row of eight crossed pairs from the ways out of it.
@Suite struct TypeIPrecoderTests {
    private func precoder(_ ways: [PrecoderWay], sinrDb: Float) throws -> TypeIPrecoder {
        try #require(TypeIPrecoder(elements: 8, ways: ways, sinrDb: sinrDb))
    }

    private func pair(_ first: Float, _ second: Float, _ real: Float, _ imaginary: Float) -> CrossedPair {
        CrossedPair(firstPower: first, secondPower: second, coherenceReal: real, coherenceImaginary: imaginary)
    }

    @Test func oneWayHasOneLayerOnTheNearestBeam() throws {
        // 32 beams at steps of 1/16.
        for sine: Float in [-0.9, -0.31, 0, 0.13, 0.74] {
            let found = try precoder([PrecoderWay(sine: sine, share: 1)], sinrDb: 20)
            #expect(found.rank == 1 && found.coPhasing == nil)
            #expect(abs(Float(found.beams[0]) / 16 - 1 - sine) <= 1 / 32 + 1e-5, "beam \(found.beams[0]) of \(sine)")
        }
    }

    @Test func bothEndsOfTheRowAreOneBeam() throws {
        let found = try precoder([PrecoderWay(sine: 0.96, share: 1)], sinrDb: 20)
        #expect(found.beams == [31] && found.codebookBeam(layer: 0) == 0)
    }

    @Test func coPhasingTurnsTheSecondPolarisation() throws {
        // All that is sent is coherent: c the first's amplitude times the conjugate of the second's.
        let turns: [(real: Float, imaginary: Float, expected: Int)] = [
            (0.5, 0, 0), (0, 0.5, 1), (-0.5, 0, 2), (0, -0.5, 3),
        ]
        for turn in turns {
            let way = PrecoderWay(sine: 0, share: 1, pair: pair(0.5, 0.5, turn.real, turn.imaginary))
            let found = try precoder([way], sinrDb: 30)
            #expect(found.rank == 1 && found.coPhasing == turn.expected && found.beams == [16])
        }
    }

    @Test func twoPolarisationsThatAreApartCarryTwoLayers() throws {
        let found = try precoder([PrecoderWay(sine: 0, share: 1, pair: pair(1, 1, 0, 0))], sinrDb: 10)
        #expect(found.beams == [16, 16] && found.coPhasing.map { $0 <= 1 } == true)
    }

    @Test func twoWaysCarryTwoLayersWherePowerAllows() throws {
        let even = [PrecoderWay(sine: 0, share: 0.5), PrecoderWay(sine: 0.25, share: 0.5)]
        let two = try precoder(even, sinrDb: 20)
        #expect(two.beams.sorted() == [16, 20] && two.coPhasing == nil)
        // log2(1 + 1) = 1 beside log2(1.5) + log2(1 + 0.5 / 9) = 0.66.
        let uneven = [PrecoderWay(sine: 0, share: 0.9), PrecoderWay(sine: 0.25, share: 0.1)]
        #expect(try precoder(uneven, sinrDb: 0).rank == 1)
        #expect(try precoder(uneven, sinrDb: 30).rank == 2)
    }

    /// Two ways within one beam are one to the row: the second eigenvalue says so.
    @Test func waysThatTheRowCannotTellApartCarryOneLayer() throws {
        let near = [PrecoderWay(sine: 0, share: 0.5), PrecoderWay(sine: 0.005, share: 0.5)]
        #expect(try precoder(near, sinrDb: 20).rank == 1)
    }

    @Test func nothingIsPrecodedWithoutAWay() {
        #expect(TypeIPrecoder(elements: 8, ways: [], sinrDb: 20) == nil)
        #expect(TypeIPrecoder(elements: 8, ways: [PrecoderWay(sine: 0.1, share: 0)], sinrDb: 20) == nil)
    }
}
