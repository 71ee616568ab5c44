import Learning
import Numerics
import Testing

/// The links of users at one place are learnt anew: the distance law and all other links stay as they are.
@Suite struct LinkForgettingTests {
    private static func gainDb(_ ue: UInt32) -> Float { ue == 1 ? -112 : -119 }
    private static func metres(_ ue: UInt32) -> Float { ue == 1 ? 100 : 200 }

    private static func taught(seed: UInt64) -> LogDistanceModel {
        let generator = CounterGenerator(seed: seed)
        var model = LogDistanceModel(cells: 1, interceptDb: -28, maxUEs: 8)
        for reading in 0..<400 {
            for ue in 1...2 as ClosedRange<UInt32> {
                let noise = Float(0.5 * generator.normal(UInt64(ue), UInt64(reading)))
                model.update(
                    ue: ue, cell: 0, distanceMetres: metres(ue), gainDb: gainDb(ue) + noise, readingDeviationDb: 1)
            }
        }
        return model
    }

    private static func known(_ model: LogDistanceModel, _ ue: UInt32) throws -> Double {
        try #require(model.trackedGainDb(ue: ue, cell: 0, distanceMetres: metres(ue)))
    }

    @Test(arguments: [UInt64(1), 2, 3]) func aLinkThatIsBegunAnewFollowsAtOnce(seed: UInt64) throws {
        var idle = Self.taught(seed: seed)
        var told = idle
        told.forgetLinks { $0 == 1 }
        for ue in 1...2 as ClosedRange<UInt32> {
            #expect(try Self.known(told, ue) == Self.known(idle, ue), "seed \(seed): nothing else is known yet")
        }
        #expect(told.deviationDb(ue: 1, cell: 0) == 8 && idle.deviationDb(ue: 1, cell: 0) < 2, "seed \(seed)")
        #expect(told.deviationDb(ue: 2, cell: 0) == idle.deviationDb(ue: 2, cell: 0))
        #expect(told.parameters(ofCell: 0) == idle.parameters(ofCell: 0))
        // The street is 20 dB darker: one reading tells it.
        let dark = Self.gainDb(1) - 20
        idle.update(ue: 1, cell: 0, distanceMetres: Self.metres(1), gainDb: dark, readingDeviationDb: 1)
        told.update(ue: 1, cell: 0, distanceMetres: Self.metres(1), gainDb: dark, readingDeviationDb: 1)
        #expect(abs(try Self.known(told, 1) - Double(dark)) < 2, "seed \(seed)")
        #expect(try Self.known(idle, 1) - Double(dark) > 10, "seed \(seed)")
    }

    @Test func aLinkThatWasNeverHeardHasNoTrack() {
        let model = Self.taught(seed: 4)
        #expect(model.trackedGainDb(ue: 3, cell: 0, distanceMetres: 100) == nil)
        #expect(model.predict(ue: 3, cell: 0, distanceMetres: 100) != nil)
    }
}
