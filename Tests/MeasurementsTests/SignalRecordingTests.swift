import Foundation
import Measurements
import Numerics
import Testing

/// Recordings in SigMF: what of them becomes tiles, and what is said of those that cannot be read.
@Suite struct SignalRecordingTests {
    private static let rateHz = 1e6
    private static let centreHz = 3.5e9

    /// A folder with one recording, gone with this value.
    private final class Recorded {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dtnet-signal-\(UUID().uuidString)")
        var path: String { folder.appending(path: "lab.sigmf-meta").path }

        init(_ meta: String, _ data: Data) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(meta.utf8).write(to: folder.appending(path: "lab.sigmf-meta"))
            try data.write(to: folder.appending(path: "lab.sigmf-data"))
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func open(begin: Int64? = nil) throws -> SignalRecording {
            try SignalRecording(path: path, begin: begin) { text in text == "2026-11-29T10:00:00Z" ? 5_000_000 : nil }
        }
    }

    private static func meta(
        type: String, captures: String? = nil, annotations: String = "[]", global: String = ""
    ) -> String {
        let capture =
            #"[{"core:sample_start":0,"core:frequency":3.5e9,"core:datetime":"2026-11-29T10:00:00Z"}]"#
        return """
            {"global":{"core:datatype":"\(type)","core:sample_rate":1e6,"core:version":"1.2.0"\(global)},
            "captures":\(captures ?? capture),"annotations":\(annotations)}
            """
    }

    /// White noise of a mean power of 1e-4 with a tone of power 0.01 at +200 kHz, from sample `onset` on.
    private static func samples(_ count: Int, onset: Int = 0) -> [Complex] {
        let generator = CounterGenerator(seed: 11)
        return (0..<count).map { index in
            let deviation = (1e-4 / 2).squareRoot()
            let draws = (0..<2).map { deviation * generator.normal(UInt64(index), $0) }
            let noise = Complex(draws[0], draws[1])
            guard index >= onset else { return noise }
            let angle = 2 * Double.pi * 0.2 * Double(index)
            return noise + Complex(0.1 * cos(angle), 0.1 * sin(angle))
        }
    }

    private static func bytes(_ samples: [Complex], _ format: SampleFormat) -> Data {
        var data = Data()
        for value in samples.flatMap({ [$0.real, $0.imaginary] }) {
            switch format {
            case .float32: withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { data.append(contentsOf: $0) }
            case .integer16:
                withUnsafeBytes(of: Int16((value * 32_768).rounded()).littleEndian) { data.append(contentsOf: $0) }
            case .integer8: data.append(UInt8(bitPattern: Int8((value * 128).rounded())))
            case .unsigned8: data.append(UInt8((value * 127.5 + 127.5).rounded()))
            }
        }
        return data
    }

    private static func tiles(_ recording: SignalRecording, seconds: Double) throws -> [SignalTile] {
        var tiles: [SignalTile] = []
        _ = try recording.tiles(ofSeconds: seconds) { tiles.append($0) }
        return tiles
    }

    @Test(arguments: SampleFormat.allCases) func aToneOverNoiseIsDescribed(format: SampleFormat) throws {
        let data = Self.bytes(Self.samples(64 * 256 * 4), format)
        let recorded = try Recorded(Self.meta(type: format.rawValue), data)
        let found = try Self.tiles(recorded.open(), seconds: 0.065536)
        let tile = try #require(found.first)
        #expect(found.count == 1 && tile.rows == 64 && tile.levels.count == 64 * 256)
        #expect(tile.at == 5_000_000 && tile.centreHz == Self.centreHz && abs(tile.durationSeconds - 0.065536) < 1e-9)
        let descriptor = tile.descriptor
        #expect(abs(descriptor.meanDbfs - -19.96) < 0.1, "\(descriptor.meanDbfs)")
        #expect(descriptor.peakDbfs > descriptor.meanDbfs && descriptor.peakDbfs < -16)
        // 1e-4 over 1 MHz; eight bits add what they round, 2 x 1/12 of a step squared.
        let step = format == .integer8 ? 1.0 / 128 : format == .unsigned8 ? 1 / 127.5 : 0
        let floor = 10 * log10((1e-4 + step * step / 6) / Self.rateHz)
        #expect(abs(descriptor.noiseFloorDbfsPerHz - floor) < 0.5, "\(descriptor.noiseFloorDbfsPerHz) \(floor)")
        // A tone takes three bins of a Hann window.
        #expect(descriptor.occupiedHz <= 5 * Self.rateHz / 256 && descriptor.occupiedHz > 0)
        let low = try #require(descriptor.occupiedLowHz)
        let high = try #require(descriptor.occupiedHighHz)
        #expect(low < Self.centreHz + 2e5 && Self.centreHz + 2e5 < high, "\(low) \(high)")
        let first = tile.levels[..<256]
        let strongest = try #require(first.indices.max { first[$0] < first[$1] })
        #expect(abs(strongest - (128 + 51)) <= 1)
        #expect(tile.excerpt.count == 2 * 1_024)
    }

    @Test func noiseAloneOccupiesNothing() throws {
        let data = Self.bytes(Self.samples(64 * 256, onset: .max), .float32)
        let recorded = try Recorded(Self.meta(type: "cf32_le"), data)
        let tile = try #require(try Self.tiles(recorded.open(), seconds: 0.016384).first)
        #expect(tile.descriptor.occupiedHz == 0 && tile.descriptor.occupiedLowHz == nil)
        #expect(abs(tile.descriptor.meanDbfs - -40) < 0.2)
    }

    /// The excerpt is of the strongest moment, and its samples are those of the file.
    @Test func theExcerptIsOfTheStrongestMoment() throws {
        let samples = Self.samples(64 * 256, onset: 60 * 256)
        let recorded = try Recorded(Self.meta(type: "cf32_le"), Self.bytes(samples, .float32))
        let tile = try #require(try Self.tiles(recorded.open(), seconds: 0.016384).first)
        #expect(tile.excerptStart >= 60 * 256 && tile.excerptStart % 256 == 0)
        let first = samples[tile.excerptStart]
        #expect(tile.excerpt[..<2] == [Float(first.real), Float(first.imaginary)])
        // Of single spectra of noise e^-4 or so stand 6 dB above their mean.
        #expect(tile.descriptor.occupancy < 0.05)
    }

    @Test func capturesHaveTheirFrequencyTimeAndCell() throws {
        let captures = """
            [{"core:sample_start":0,"core:frequency":3.5e9,"core:datetime":"2026-11-29T10:00:00Z"},
            {"core:sample_start":20000,"core:frequency":3.6e9,"dtnet:cell":4}]
            """
        let notes = """
            [{"core:sample_start":1000,"core:sample_count":10,"core:label":"radar","dtnet:cell":2},
            {"core:sample_start":30000,"core:label":"ours"}]
            """
        let recorded = try Recorded(
            Self.meta(type: "ci8", captures: captures, annotations: notes),
            Self.bytes(Self.samples(40_100), .integer8))
        let recording = try recorded.open()
        let tiles = try Self.tiles(recording, seconds: 0.016384)
        #expect(tiles.map(\.descriptor.sampleStart) == [0, 16_384, 20_000, 36_384])
        #expect(tiles.map(\.descriptor.sampleCount) == [16_384, 3_616, 16_384, 3_716])
        #expect(tiles.map(\.at) == [5_000_000, 5_016_384, 5_020_000, 5_036_384])
        #expect(tiles.map(\.centreHz) == [3.5e9, 3.5e9, 3.6e9, 3.6e9])
        #expect(tiles.map(\.cell) == [2, nil, 4, 4])
        #expect(tiles.map(\.descriptor.labels) == [["radar"], [], ["ours"], ["ours"]])
        #expect(tiles.map(\.rows) == [64, 14, 64, 14])
    }

    @Test(arguments: [
        (#"{"core:datatype":"rf64_le","core:sample_rate":1}"#, "[]", "global.core:datatype: 'rf64_le'"),
        (#"{"core:sample_rate":1}"#, "[]", "global.core:datatype: it is missing"),
        (#"{"core:datatype":"ci8"}"#, "[]", "global.core:sample_rate: a number"),
        (#"{"core:datatype":"ci8","core:sample_rate":-3}"#, "[]", "global.core:sample_rate: -3"),
        (#"{"core:datatype":"ci8","core:sample_rate":true}"#, "[]", "global.core:sample_rate: a number"),
        (#"{"core:datatype":"ci8","core:sample_rate":1,"core:num_channels":2}"#, "[]", "core:num_channels"),
        (#"{"core:datatype":"cf32_le","core:sample_rate":1}"#, "[]", "lab.sigmf-data: 10 bytes are no whole number"),
        (#"{"core:datatype":"ci8","core:sample_rate":1,"core:dataset":"gone.bin"}"#, "[]", "gone.bin: no file"),
        (#"{"core:datatype":"ci8","core:sample_rate":1}"#, "[]", "captures: a recording has one"),
        (#"{"core:datatype":"ci8","core:sample_rate":1}"#, "3", "captures: a list"),
        (#"{"core:datatype":"ci8","core:sample_rate":1}"#, "[{}]", "captures[0].core:sample_start: it is missing"),
        (
            #"{"core:datatype":"ci8","core:sample_rate":1}"#, #"[{"core:sample_start":5}]"#,
            "captures[0].core:sample_start: 5 is not among the 5 samples"
        ),
        (
            #"{"core:datatype":"ci8","core:sample_rate":1}"#, #"[{"core:sample_start":0}]"#,
            "captures[0].core:datetime: it is missing; say when the recording began with --begin"
        ),
        (
            #"{"core:datatype":"ci8","core:sample_rate":1}"#, #"[{"core:sample_start":0,"core:datetime":"noon"}]"#,
            "captures[0].core:datetime: 'noon' is no time"
        ),
        (
            #"{"core:datatype":"ci8","core:sample_rate":1}"#,
            #"[{"core:sample_start":0,"core:datetime":"2026-11-29T10:00:00Z"}]"#,
            "captures[0].core:frequency: a number"
        ),
    ]) func badInputIsNamed(global: String, captures: String, named: String) throws {
        let meta = #"{"global":\#(global),"captures":\#(captures),"annotations":[]}"#
        let recorded = try Recorded(meta, Data(repeating: 1, count: 10))
        #expect {
            _ = try recorded.open()
        } throws: { error in
            "\(error)".contains(recorded.folder.path) && "\(error)".contains(named)
        }
    }

    @Test func whatIsNoDescriptionIsNamed() throws {
        let recorded = try Recorded("[1, 2", Data(repeating: 1, count: 10))
        #expect { _ = try recorded.open() } throws: { "\($0)".contains("it holds no JSON object") }
        #expect {
            _ = try SignalRecording(path: "lab.wav") { _ in nil }
        } throws: { "\($0)".contains(".sigmf-meta") }
    }
}
