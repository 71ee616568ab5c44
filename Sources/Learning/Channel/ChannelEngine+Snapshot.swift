/// The saved engine: `DTCE`, format (u16), a body, and FNV-1a of all before it (u64); little-endian throughout.
///
/// Body: cells (u32); parameters (u32; name, deviation, bound each); settings; theta and covariance; the factor of
/// calibration; counts; phones and cells (u32; id, mean, variance, stamp each); last readings (u32; device, cell,
/// level, seconds each); inducing points (u32, then array by array).
extension ChannelEngine {
    /// Format written, and the only one read.
    package static let format: UInt16 = 2
    private static let magic: [UInt8] = Array("DTCE".utf8)
    /// Bytes of a snapshot at most: 100,000 points of 64 parameters.
    package static let largestSnapshotBytes = 64 << 20

    /// The engine as bytes; the same engine gives the same bytes.
    package func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        for byte in ChannelEngine.magic { writer.put(byte) }
        writer.put(ChannelEngine.format)
        writer.put(UInt32(cells))
        writer.put(UInt32(parameters.count))
        for parameter in parameters {
            writer.put(parameter.name)
            writer.put(parameter.deviation)
            writer.put(parameter.bound)
        }
        writer.put(UInt32(settings.inducingPoints))
        writer.put(UInt32(settings.phones))
        writer.put(UInt32(settings.pathGroups))
        writer.put([settings.phoneDeviationDb, settings.cellDeviationDb, settings.mergeMetres])
        writer.put([settings.forgetting, settings.mergeSeconds])
        writer.put(settings.kernel.values)
        writer.put([settings.persistence.sameCell, settings.persistence.otherCell, settings.persistence.seconds])
        writer.put(filter.theta)
        writer.put(filter.covariance)
        writer.put(calibration.factor)
        for count in [readings, refused, outliers, outlierRun, points.turn] { writer.put(UInt64(count)) }
        for table in [phoneBias, cellOffset] {
            writer.put(UInt32(table.rows.count))
            for row in table.rows {
                writer.put(row.id)
                writer.put(row.mean)
                writer.put(row.variance)
                writer.put(row.stamp)
            }
        }
        writer.put(UInt32(latest.rows.count))
        for row in latest.rows {
            writer.put(row.phone)
            writer.put(row.cell)
            writer.put(row.level)
            writer.put(row.seconds)
        }
        writer.put(UInt32(points.count))
        for array in points.floats { writer.put(array) }
        writer.put(points.cell)
        writer.put(points.phone)
        writer.put(points.seconds)
        writer.seal()
        return writer.bytes
    }

    /// An engine from bytes, which may come from anywhere: everything is checked before it is used.
    package init(snapshot bytes: [UInt8]) throws(SnapshotError) {
        guard bytes.count <= ChannelEngine.largestSnapshotBytes else { throw .outOfRange("more than 64 MiB") }
        guard bytes.count >= 6, Array(bytes[..<4]) == ChannelEngine.magic else { throw .notASnapshot }
        guard bytes.count >= 14 else { throw .truncated }
        var reader = SnapshotReader(bytes[4..<(bytes.count - 8)])
        let format = try reader.integer(UInt16.self)
        guard format == ChannelEngine.format else { throw .version(format, reads: ChannelEngine.format) }
        var seal = SnapshotReader(bytes[(bytes.count - 8)...])
        let digest = try seal.integer(UInt64.self)
        guard digest == SnapshotReader.digest(bytes[..<(bytes.count - 8)]) else { throw .damaged }
        self = try ChannelEngine(head: &reader)
        try readState(&reader)
        guard reader.isAtEnd else { throw .outOfRange("bytes after the end") }
    }

    /// Cells, parameters and settings.
    private init(head reader: inout SnapshotReader) throws(SnapshotError) {
        let cells = try reader.count(atMost: 65_536, "cells")
        guard cells > 0 else { throw .outOfRange("no cells") }
        var parameters: [ChannelParameter] = []
        for _ in 0..<(try reader.count(atMost: 64, "parameters")) {
            let name = try reader.text()
            let (deviation, bound) = (try reader.float("a deviation"), try reader.float("a bound"))
            guard deviation > 0, bound > 0 else { throw .outOfRange("deviation or bound of '\(name)' not above 0") }
            parameters.append(ChannelParameter(name, deviation: deviation, bound: bound))
        }
        var settings = Settings()
        settings.inducingPoints = try reader.count(atMost: 100_000, "inducing points")
        settings.phones = try reader.count(atMost: 1 << 20, "phones")
        settings.pathGroups = try reader.count(atMost: 64, "groups of paths")
        settings.phoneDeviationDb = try reader.float("a deviation")
        settings.cellDeviationDb = try reader.float("a deviation")
        settings.mergeMetres = try reader.float("a distance")
        settings.forgetting = try reader.double("forgetting")
        settings.mergeSeconds = try reader.double("a time")
        settings.kernel.values = try reader.floats(settings.kernel.values.count, "the kernel")
        settings.persistence.sameCell = try reader.float("a share")
        settings.persistence.otherCell = try reader.float("a share")
        settings.persistence.seconds = try reader.float("a time")
        guard settings.inducingPoints > 0, settings.phones > 0, settings.pathGroups > 0, settings.kernel.isUsable,
            settings.persistence.isUsable
        else {
            throw .outOfRange("settings")
        }
        guard settings.forgetting > 0, settings.forgetting <= 1 else { throw .outOfRange("forgetting") }
        self.init(cells: cells, parameters: parameters, settings: settings)
    }

    /// What was learnt.
    private mutating func readState(_ reader: inout SnapshotReader) throws(SnapshotError) {
        let theta = try reader.doubles(parameters.count, "a parameter")
        let covariance = try reader.doubles(parameters.count * parameters.count, "a covariance")
        for index in theta.indices where covariance[index * (theta.count + 1)] < 0 {
            throw .outOfRange("a negative variance of '\(parameters[index].name)'")
        }
        filter = ParameterFilter(like: filter, theta: theta, covariance: covariance)
        calibration = CalibrationScale(factor: try reader.double("the calibration"))
        readings = Int(truncatingIfNeeded: try reader.integer(UInt64.self) & 0xFFFF_FFFF_FFFF)
        refused = Int(truncatingIfNeeded: try reader.integer(UInt64.self) & 0xFFFF_FFFF_FFFF)
        outliers = Int(truncatingIfNeeded: try reader.integer(UInt64.self) & 0xFFFF_FFFF_FFFF)
        outlierRun = Int(truncatingIfNeeded: try reader.integer(UInt64.self) & 0xFFFF_FFFF_FFFF)
        let turn = Int(truncatingIfNeeded: try reader.integer(UInt64.self) & 0xFFFF_FFFF_FFFF)
        phoneBias.restore(try ChannelEngine.rows(&reader, atMost: phoneBias.capacity, ids: .max))
        cellOffset.restore(try ChannelEngine.rows(&reader, atMost: cells, ids: UInt32(cells)))
        for row in cellOffset.rows { cellOffsets[Int(row.id)] = row.mean }
        latest.restore(try ChannelEngine.latest(&reader, atMost: latest.capacity, cells: cells))
        let count = try reader.count(atMost: points.capacity, "inducing points")
        for index in points.floats.indices {
            let width = points.width(ofArray: index)
            points.setFloats(index, try reader.floats(count * width, "an inducing point"))
        }
        points.cell = try reader.integers(count)
        points.phone = try reader.integers(count)
        points.seconds = try reader.doubles(count, "a time")
        for cell in points.cell where Int(cell) >= cells { throw .outOfRange("cell \(cell) of \(cells)") }
        for weight in points.weight where weight <= 0 { throw .outOfRange("a weight of \(weight)") }
        for share in points.share where share < 0 { throw .outOfRange("a share of \(share)") }
        guard turn == 0 || turn < count else { throw .outOfRange("a turn of \(turn)") }
        points.adopt(count: count, turn: turn)
    }

    private static func latest(
        _ reader: inout SnapshotReader, atMost: Int, cells: Int
    ) throws(SnapshotError) -> [LatestReadings.Row] {
        var rows: [LatestReadings.Row] = []
        for _ in 0..<(try reader.count(atMost: atMost, "last readings")) {
            let row = LatestReadings.Row(
                phone: try reader.integer(UInt32.self), cell: try reader.integer(UInt32.self),
                level: try reader.float("a reading"), seconds: try reader.double("a time"))
            guard Int(row.cell) < cells, row.phone != .max,
                rows.last.map({ ($0.phone, $0.cell) < (row.phone, row.cell) }) ?? true
            else { throw .outOfRange("last reading of device \(row.phone)") }
            rows.append(row)
        }
        return rows
    }

    private static func rows(
        _ reader: inout SnapshotReader, atMost: Int, ids: UInt32
    ) throws(SnapshotError) -> [OffsetTable.Row] {
        var rows: [OffsetTable.Row] = []
        for _ in 0..<(try reader.count(atMost: atMost, "offsets")) {
            let id = try reader.integer(UInt32.self)
            let (mean, variance) = (try reader.float("an offset"), try reader.float("a variance"))
            let stamp = try reader.integer(UInt64.self)
            guard id < ids, variance >= 0, rows.last.map({ $0.id < id }) ?? true, stamp < 1 << 62 else {
                throw .outOfRange("offset of \(id)")
            }
            rows.append(OffsetTable.Row(id: id, mean: mean, variance: variance, stamp: stamp))
        }
        return rows
    }
}
