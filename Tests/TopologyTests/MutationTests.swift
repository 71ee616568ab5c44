import NetworkModel
import Testing
import Topology

/// Damaged files end in diagnostics or in a plan, never in a crash; every diagnostic stays one line.
@Suite struct MutationTests {
    @Test(arguments: ["campus.yaml", "metro.yaml", "drive-replay.yaml", "vehicle-replay.yaml"], 0..<6)
    func damagedFilesAreRefusedInWords(name: String, seed: Int) throws {
        let original = Array(try Fixtures.text(name).utf8)
        var state = UInt64(seed &* 7919 &+ name.utf8.count)
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = [
            "-", "1e999s", "{", "]", ":", "\u{0}", "ö", "\n", "  ", "*a", "&a", "~", "99999999999999999999", ".inf",
            "-0",
        ]
        for round in 0..<150 {
            var bytes = original
            for _ in 0...next(3) {
                let place = next(bytes.count)
                switch next(3) {
                case 0: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(12)))
                case 1: bytes.insert(contentsOf: Array(pieces[next(pieces.count)].utf8), at: place)
                default: bytes[place] = UInt8(next(128))
                }
            }
            let sources = TraceSources(replayCells: Fixtures.replayCells(4)) { _ in "delay(ms)\n20\n" }
            let found = Fixtures.diagnostics(String(decoding: bytes, as: UTF8.self), traces: sources)
            for line in found {
                #expect(!line.contains("\n") && line.hasPrefix("t.yaml"), "seed \(seed), round \(round): \(line)")
            }
        }
    }
}
