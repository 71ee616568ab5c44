import Learning
import Numerics
import Testing

@Suite struct SnapshotTests {
    func taught() -> ChannelEngine {
        var settings = ChannelEngine.Settings()
        settings.inducingPoints = 40
        var engine = ChannelEngine(cells: 2, parameters: PlantedWorld.parameters, settings: settings)
        PlantedWorld(seed: 9).teach(&engine, 0..<60, phones: 3)
        return engine
    }

    @Test func comesBackAsItWasAndGoesOnAlike() throws {
        var engine = taught()
        var restored = try ChannelEngine(snapshot: engine.snapshot())
        #expect(restored.predict(PlantedWorld(seed: 9).query(7)) == engine.predict(PlantedWorld(seed: 9).query(7)))
        PlantedWorld(seed: 9).teach(&engine, 60..<90, phones: 3)
        PlantedWorld(seed: 9).teach(&restored, 60..<90, phones: 3)
        #expect(restored.snapshot() == engine.snapshot())
    }

    @Test func everyCutAndEveryFlippedBitIsRefused() {
        let bytes = taught().snapshot()
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: SnapshotError.self) { try ChannelEngine(snapshot: Array(bytes[..<length])) }
        }
        let generator = CounterGenerator(seed: 3)
        for trial in 0..<400 {
            var damaged = bytes
            let at = Int(generator.uniform(UInt64(trial), 1, in: 0..<Double(bytes.count)))
            damaged[at] ^= 1 << UInt8(trial % 8)
            #expect(throws: SnapshotError.self, "bit \(trial % 8) of byte \(at)") {
                try ChannelEngine(snapshot: damaged)
            }
        }
    }

    @Test func aForgedBodyWithAFittingDigestIsCheckedToo() {
        let bytes = taught().snapshot()
        let generator = CounterGenerator(seed: 4)
        var taken = 0
        for trial in 0..<600 {
            var forged = Array(bytes.dropLast(8))
            let at = 6 + Int(generator.uniform(UInt64(trial), 1, in: 0..<Double(forged.count - 6)))
            forged[at] = UInt8(generator.uniform(UInt64(trial), 2, in: 0..<256))
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in forged { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            for shift in 0..<8 { forged.append(UInt8(truncatingIfNeeded: hash >> UInt64(8 * shift))) }
            // Whatever is taken must be usable: no trap, finite or refused.
            guard var engine = try? ChannelEngine(snapshot: forged) else { continue }
            taken += 1
            PlantedWorld(seed: 9).teach(&engine, 0..<3)
        }
        #expect(taken < 600)
    }

    @Test func saysWhatItIsNot() {
        #expect(throws: SnapshotError.notASnapshot) { try ChannelEngine(snapshot: Array("hello, world".utf8)) }
        var other = taught().snapshot()
        other[4] = 9
        #expect(throws: SnapshotError.version(9, reads: 2)) { try ChannelEngine(snapshot: other) }
    }

    @Test func aSavedModelKeepsItsFrameAndAnOldFormatIsNamed() throws {
        let frames: [Frame?] = [
            nil, .metres(originX: 691_600, originY: 5_334_760), .geodetic(latitude: 48.137, longitude: 11.575),
        ]
        func bytes(_ frame: Frame?) -> [UInt8] {
            SavedChannelModel(cells: ["a", "b"], frame: frame, logDistance: nil, engine: taught()).bytes()
        }
        for frame in frames { #expect(try SavedChannelModel(bytes: bytes(frame)).frame == frame) }
        #expect(throws: SnapshotError.self) {
            try SavedChannelModel(bytes: bytes(.geodetic(latitude: 91, longitude: 0)))
        }
        var old = bytes(nil)
        old[4] = 2
        #expect(throws: SnapshotError.version(2, reads: SavedChannelModel.format)) {
            try SavedChannelModel(bytes: old)
        }
        let text = SnapshotError.version(2, reads: SavedChannelModel.format).description
        #expect(text.contains("format 2") && text.contains("reads 4") && text.contains("fit it anew"), "\(text)")
    }

    /// A file of the format before says nothing of rays, and is read all the same.
    @Test func aSavedModelKeepsHowItsRaysWereTraced() throws {
        let tracing = TracingConditions(frequencyHz: 3.5e9, depth: 2, interactions: "los,specular")
        func model(_ tracing: TracingConditions?) -> SavedChannelModel {
            SavedChannelModel(cells: ["a", "b"], logDistance: nil, tracing: tracing, engine: taught())
        }
        let told = try SavedChannelModel(bytes: model(tracing).bytes())
        #expect(told.tracing == tracing && told.engine == taught())
        #expect(try SavedChannelModel(bytes: model(nil).bytes()).tracing == nil)
        #expect(throws: SnapshotError.self) {
            let none = TracingConditions(frequencyHz: .infinity, depth: 2, interactions: "los")
            return try SavedChannelModel(bytes: model(none).bytes())
        }
        // Magic, format, two cells (u32; length and name each), frame and kind of baseline come before it.
        var old = Array(model(nil).bytes().dropLast(8))
        let flag = old.remove(at: 4 + 2 + 4 + 2 * 2 + 1 + 1)
        #expect(flag == 0)
        old[4] = 3
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in old { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        for shift in 0..<8 { old.append(UInt8(truncatingIfNeeded: hash >> UInt64(8 * shift))) }
        let read = try SavedChannelModel(bytes: old)
        #expect(read.tracing == nil && read.engine == taught())
    }

    @Test func twoCellsOfOneNameAreRefused() {
        let model = SavedChannelModel(cells: ["a", "a"], logDistance: nil, engine: taught())
        #expect(throws: SnapshotError.outOfRange("two cells named 'a'")) {
            try SavedChannelModel(bytes: model.bytes())
        }
    }
}
