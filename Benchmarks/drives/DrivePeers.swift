internal import Foundation
internal import Learning
internal import Measurements

/// What the engine is compared with on real drives; all see the same positions.
enum DrivePeers {
    /// Mean of the row's cell in the training drive.
    static func cellMean(_ train: MeasurementSet, _ rows: [DriveReading]) -> [Double] {
        levels(LogDistanceBaseline(fitting: train, isFlat: true), rows)
    }

    /// Log-distance with fitted site, level and exponent per cell.
    static func logDistance(_ train: MeasurementSet, _ rows: [DriveReading]) -> [Double] {
        levels(LogDistanceBaseline(fitting: train), rows)
    }

    private static func levels(_ baseline: LogDistanceBaseline, _ rows: [DriveReading]) -> [Double] {
        rows.map { row in
            row.position.map { baseline.levelDb(cell: row.cell, position: $0) } ?? baseline.meanDb
        }
    }

    /// Mean of the nearest readings by position. Their number, and whether they must be of the same cell, are chosen by
    /// cross-validation over five blocks of 60 s of the training drive.
    static func nearest(_ train: MeasurementSet, _ rows: [DriveReading]) -> [Double] {
        let placed = train.rows.filter { $0.position != nil }
        let start = placed.first?.seconds ?? 0
        var best: (cost: Double, k: Int, sameCell: Bool) = (.infinity, 5, false)
        for sameCell in [false, true] {
            for k in [1, 3, 5, 10, 20, 50] {
                var cost = 0.0
                for block in 0..<5 {
                    let isHeld = { (row: DriveReading) in Int((row.seconds - start) / 60) % 5 == block }
                    let held = placed.filter(isHeld)
                    let others = placed.filter { !isHeld($0) }
                    guard !held.isEmpty, others.count >= k else { continue }
                    let predicted = nearest(others, held, k: k, sameCell: sameCell)
                    for (value, row) in zip(predicted, held) {
                        cost += (value - row.readingDb) * (value - row.readingDb)
                    }
                }
                if cost < best.cost { best = (cost, k, sameCell) }
            }
        }
        return nearest(placed, rows, k: best.k, sameCell: best.sameCell)
    }

    private static func nearest(
        _ known: [DriveReading], _ rows: [DriveReading], k: Int, sameCell: Bool
    ) -> [Double] {
        let mean = known.reduce(0) { $0 + $1.readingDb } / Double(max(1, known.count))
        var last: (position: SIMD3<Double>, cell: UInt32, level: Double)?
        return rows.map { row in
            guard let position = row.position else { return mean }
            if let last, last.position == position, last.cell == row.cell { return last.level }
            var keys: [Double] = []
            var levels: [Double] = []
            let hasCell = sameCell && known.contains { $0.cell == row.cell }
            for other in known where !hasCell || other.cell == row.cell {
                guard let place = other.position else { continue }
                let key = ((place - position) * (place - position)).sum()
                guard keys.count < k || key < keys[keys.count - 1] else { continue }
                var at = keys.count
                while at > 0, keys[at - 1] > key { at -= 1 }
                keys.insert(key, at: at)
                levels.insert(other.readingDb, at: at)
                if keys.count > k {
                    keys.removeLast()
                    levels.removeLast()
                }
            }
            let level = levels.isEmpty ? mean : levels.reduce(0, +) / Double(levels.count)
            last = (position, row.cell, level)
            return level
        }
    }

    /// The last reading that is at least `ahead` seconds old; before the first, `start`.
    static func lastValue(_ rows: [DriveReading], ahead: Double, start: [Double]) -> [Double] {
        var known = -1
        return rows.indices.map { index in
            while known + 1 < index, rows[known + 1].seconds <= rows[index].seconds - ahead { known += 1 }
            return known >= 0 ? rows[known].readingDb : start[index]
        }
    }
}
