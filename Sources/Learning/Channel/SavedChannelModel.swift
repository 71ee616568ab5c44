/// What `dtnet radio fit --save` writes and an edge loads, in path gains (dB): names of cells, their frame,
/// the baseline, the engine.
///
/// `DTCM`, format (u16), cells (u32; name each), frame (u8: 0 none, 1 metres, 2 geodetic; then the origin's x and y, or
/// latitude and longitude, f64 each), kind of baseline (u8: 0 log-distance, 1 given from outside, 2 the
/// same with what was learnt of its scene, as `SceneCorrection` puts it, 3 a solved map, as `SolvedMap` puts it), for
/// log-distance the mean and trust (f64 each) and per cell 0, or 1 with site flag, x, y, intercept, exponent (u8, u8,
/// 4 f64), 0, or 1 and how its rays were traced (u8; carrier f64, depth u32, interactions), the engine (u32 bytes, as
/// `ChannelEngine.snapshot`), FNV-1a of all before it (u64); little-endian.
package struct SavedChannelModel: Sendable {
    /// Format written. The one before it is read too: it does not say how rays were traced.
    package static let format: UInt16 = 4
    private static let formatWithoutTracing: UInt16 = 3
    private static let magic: [UInt8] = Array("DTCM".utf8)

    /// Names of cells by the engine's index.
    package var cells: [String]
    /// Where its metres have their origin; nil where no reading had a place.
    package var frame: Frame?
    /// nil where the baseline is a map, or given from outside: ray tracing, in the scene that the edge holds.
    package var logDistance: LogDistanceBaseline?
    /// The baseline where it is a map of readings.
    package var map: SolvedMap?
    /// What the drawing of that scene lacks; empty where nothing was learnt of it.
    package var scene: SceneCorrection
    /// How the rays of its baseline were traced; nil where it has none, or its file does not say.
    package var tracing: TracingConditions?
    package var engine: ChannelEngine

    package init(
        cells: [String], frame: Frame? = nil, logDistance: LogDistanceBaseline?, map: SolvedMap? = nil,
        scene: SceneCorrection = SceneCorrection(), tracing: TracingConditions? = nil, engine: ChannelEngine
    ) {
        precondition(cells.count == engine.cells && (logDistance == nil || map == nil))
        precondition(map == nil || map?.sites.count == cells.count)
        self.cells = cells
        self.frame = frame
        self.logDistance = logDistance
        self.map = map
        self.scene = scene
        self.tracing = tracing
        self.engine = engine
    }

    package func bytes() -> [UInt8] {
        var writer = SnapshotWriter()
        for byte in SavedChannelModel.magic { writer.put(byte) }
        writer.put(SavedChannelModel.format)
        writer.put(UInt32(cells.count))
        for name in cells { writer.put(name) }
        switch frame {
        case nil: writer.put(UInt8(0))
        case .metres(let x, let y):
            writer.put(UInt8(1))
            writer.put([x, y])
        case .geodetic(let latitude, let longitude):
            writer.put(UInt8(2))
            writer.put([latitude, longitude])
        }
        writer.put(UInt8(logDistance != nil ? 0 : map != nil ? 3 : scene.hypotheses.isEmpty ? 1 : 2))
        if let logDistance {
            writer.put([logDistance.meanDb, logDistance.trust])
            for index in cells.indices {
                guard index < logDistance.laws.count, let law = logDistance.laws[index] else {
                    writer.put(UInt8(0))
                    continue
                }
                writer.put(UInt8(1))
                writer.put(UInt8(law.site == nil ? 0 : 1))
                writer.put([law.site?.x ?? 0, law.site?.y ?? 0, law.interceptDb, law.exponent])
            }
        }
        if let map { map.put(into: &writer) }
        if logDistance == nil, map == nil, !scene.hypotheses.isEmpty { scene.put(into: &writer) }
        writer.put(UInt8(tracing == nil ? 0 : 1))
        tracing?.put(into: &writer)
        let snapshot = engine.snapshot()
        writer.put(UInt32(snapshot.count))
        writer.put(snapshot)
        writer.seal()
        return writer.bytes
    }

    /// A model from bytes, which may come from anywhere: everything is checked before it is used.
    package init(bytes: [UInt8]) throws(SnapshotError) {
        guard bytes.count <= 2 * ChannelEngine.largestSnapshotBytes else { throw .outOfRange("more than 128 MiB") }
        guard bytes.count >= 6, Array(bytes[..<4]) == SavedChannelModel.magic else { throw .notASnapshot }
        guard bytes.count >= 14 else { throw .truncated }
        var reader = SnapshotReader(bytes[4..<(bytes.count - 8)])
        let format = try reader.integer(UInt16.self)
        guard format == SavedChannelModel.format || format == SavedChannelModel.formatWithoutTracing else {
            throw .version(format, reads: SavedChannelModel.format)
        }
        var seal = SnapshotReader(bytes[(bytes.count - 8)...])
        guard try seal.integer(UInt64.self) == SnapshotReader.digest(bytes[..<(bytes.count - 8)]) else {
            throw .damaged
        }
        var names: [String] = []
        var known: Set<String> = []  // lookup only
        for _ in 0..<(try reader.count(atMost: 65_536, "cells")) {
            let name = try reader.text()
            guard known.insert(name).inserted else { throw .outOfRange("two cells named '\(name)'") }
            names.append(name)
        }
        frame = try SavedChannelModel.frame(&reader)
        scene = SceneCorrection()
        switch try reader.integer(UInt8.self) {
        case 0: logDistance = try SavedChannelModel.laws(&reader, cells: names.count)
        case 1: logDistance = nil
        case 2:
            logDistance = nil
            scene = try SceneCorrection(from: &reader)
        case 3:
            logDistance = nil
            map = try SolvedMap(from: &reader, cells: names.count)
        case let kind: throw .outOfRange("baseline of kind \(kind)")
        }
        tracing = nil
        if format == SavedChannelModel.format, try reader.integer(UInt8.self) == 1 {
            tracing = try TracingConditions(from: &reader)
        }
        let length = try reader.count(atMost: ChannelEngine.largestSnapshotBytes, "bytes of an engine")
        engine = try ChannelEngine(snapshot: try reader.bytes(length))
        guard engine.cells == names.count, reader.isAtEnd else { throw .outOfRange("cells of the engine") }
        cells = names
    }

    private static func frame(_ reader: inout SnapshotReader) throws(SnapshotError) -> Frame? {
        let kind = try reader.integer(UInt8.self)
        guard kind != 0 else { return nil }
        let origin = try reader.doubles(2, "an origin")
        switch kind {
        case 1: return .metres(originX: origin[0], originY: origin[1])
        case 2 where abs(origin[0]) <= 90 && abs(origin[1]) <= 180:
            return .geodetic(latitude: origin[0], longitude: origin[1])
        default: throw .outOfRange("frame of kind \(kind) at \(origin[0]), \(origin[1])")
        }
    }

    private static func laws(
        _ reader: inout SnapshotReader, cells: Int
    ) throws(SnapshotError) -> LogDistanceBaseline {
        let mean = try reader.double("a mean")
        let trust = try reader.double("trust")
        guard (0...1).contains(trust) else { throw .outOfRange("trust \(trust)") }
        var laws: [LogDistanceLaw?] = []
        for _ in 0..<cells {
            guard try reader.integer(UInt8.self) == 1 else {
                laws.append(nil)
                continue
            }
            let hasSite = try reader.integer(UInt8.self) == 1
            let values = try reader.doubles(4, "a law")
            laws.append(
                LogDistanceLaw(
                    site: hasSite ? SIMD2(values[0], values[1]) : nil, interceptDb: values[2], exponent: values[3]))
        }
        return LogDistanceBaseline(laws: laws, meanDb: mean, trust: trust)
    }
}
