package import NetworkModel

extension ChannelEngine {
    /// What has been learnt of one cell: its inducing points and its offset. Kept of a condition, and gone back to.
    package struct CellSnapshot: Sendable {
        fileprivate var points: InducingPoints
        fileprivate var offset: OffsetTable.Row?

        /// Inducing points that are kept.
        package var count: Int { points.count }
    }

    package func snapshot(ofCell cell: UInt32) -> CellSnapshot {
        var kept = InducingPoints(
            capacity: settings.inducingPoints, parameters: parameters.count, groups: settings.pathGroups)
        for index in 0..<points.count where points.cell[index] == cell { kept.append(copyOf: points, index) }
        return CellSnapshot(points: kept, offset: cellOffset.rows.first { $0.id == cell })
    }

    /// Puts what was kept of a cell in the place of what is known of it now; within the engine's memory.
    package mutating func recall(_ snapshot: CellSnapshot, cell: UInt32) {
        guard Int(cell) < cells else { return }
        forget(cell: cell)
        for index in 0..<snapshot.points.count where points.count < points.capacity {
            points.append(copyOf: snapshot.points, index)
        }
        guard let offset = snapshot.offset else { return }
        cellOffset.restore((cellOffset.rows + [offset]).sorted { $0.id < $1.id })
        cellOffsets[Int(cell)] = offset.mean
    }

    /// Bounds of what orders may set.
    private static let memories = 50.0...1e6
    private static let mapTimes: ClosedRange<Float> = 10...1e8
    private static let trackTimes: ClosedRange<Float> = 1...1e3
    private static let noises: ClosedRange<Float> = 0.1...100

    /// Multiplies a parameter of the whole engine, within bounds.
    package mutating func scale(_ parameter: TwinParameter, by factor: Double) {
        switch parameter {
        case .memory:
            let memory = (factor / max(1e-9, 1 - settings.forgetting)).clamped(to: ChannelEngine.memories)
            settings.forgetting = 1 - 1 / memory
            filter.forgetting = settings.forgetting
        case .residualTime:
            settings.kernel.mapSeconds = (settings.kernel.mapSeconds * Float(factor)).clamped(
                to: ChannelEngine.mapTimes)
            settings.kernel.trackSeconds = (settings.kernel.trackSeconds * Float(factor)).clamped(
                to: ChannelEngine.trackTimes)
        case .readingNoise:
            settings.kernel.readingVariance = (settings.kernel.readingVariance * Float(factor * factor)).clamped(
                to: ChannelEngine.noises)
        }
    }
}

extension InducingPoints {
    /// Takes over a point of another's with all that it holds; the two have the same parameters and groups.
    mutating func append(copyOf other: InducingPoints, _ index: Int) {
        precondition(count < capacity && parameters == other.parameters && groups == other.groups)
        appendBare(other, index)
        reading.append(other.reading[index])
        gain.append(other.gain[index])
        known.append(other.known[index])
        share += other.share[(index * groups)..<((index + 1) * groups)]
        let width = groups * parameters
        interactions += other.interactions[(index * width)..<((index + 1) * width)]
        sensitivity += other.sensitivity[(index * parameters)..<((index + 1) * parameters)]
    }
}
