/// How far a prediction for a device is drawn towards the level that it reported last.
///
/// Shadowing on a drive is partly that of the day: what a map of another drive says of the next hundred metres holds
/// their mean, not their ups and downs. The last reading is a second predictor, whose errors are others than the map's;
/// a fixed share of it lowers the error of both (Bates and Granger 1969, combination of forecasts).
package struct ReadingPersistence: Sendable, Equatable {
    /// Share of the last reading of the asked cell, while it is new; 0...1.
    package var sameCell: Float = 0
    /// The same where the device reported another cell last: it hears one cell at a time, and the level at a handover
    /// is that of both. 0 where devices report several cells at once.
    package var otherCell: Float = 0
    /// Age at which the share has halved, seconds.
    package var seconds: Float = 15

    package init() {}

    package var isUsable: Bool {
        (0...1).contains(sameCell) && (0...1).contains(otherCell) && seconds.isFinite && seconds > 0
    }

    /// Share of a reading `age` seconds old.
    func share(isSameCell: Bool, age: Double) -> Double {
        Double(isSameCell ? sameCell : otherCell) / (1 + abs(age) / Double(seconds))
    }
}

/// The last reading of each device and cell: at most `capacity`, the oldest gives way.
struct LatestReadings: Sendable, Equatable {
    struct Row: Sendable, Equatable {
        var phone: UInt32
        var cell: UInt32
        /// dB.
        var level: Float
        var seconds: Double

        fileprivate var key: UInt64 { UInt64(phone) << 32 | UInt64(cell) }
    }

    let capacity: Int
    /// Ascending by device, then cell.
    private(set) var rows: [Row] = []

    init(capacity: Int) { self.capacity = capacity }

    /// Takes over rows read from a snapshot.
    mutating func restore(_ rows: [Row]) {
        precondition(rows.count <= capacity)
        self.rows = rows
    }

    mutating func note(_ row: Row) {
        guard row.phone != .max else { return }
        var place = place(of: row.key)
        if place < rows.count, rows[place].key == row.key {
            rows[place] = row
            return
        }
        if rows.count == capacity {
            var oldest = 0
            for index in rows.indices where rows[index].seconds < rows[oldest].seconds { oldest = index }
            rows.remove(at: oldest)
            place = self.place(of: row.key)
        }
        rows.insert(row, at: place)
    }

    mutating func forget(cell: UInt32) { rows.removeAll { $0.cell == cell } }

    /// The reading of a device that tells most of a cell: its newest, whose cell may be another; of the asked cell only
    /// where `otherCells` is not set. nil where there is none.
    func newest(phone: UInt32, cell: UInt32, otherCells: Bool) -> Row? {
        guard phone != .max else { return nil }
        var place = place(of: UInt64(phone) << 32)
        var best: Row?
        while place < rows.count, rows[place].phone == phone {
            let row = rows[place]
            if row.cell == cell || otherCells, row.seconds >= best?.seconds ?? -.infinity { best = row }
            place += 1
        }
        return best
    }

    private func place(of key: UInt64) -> Int { partitionPoint(rows.count) { rows[$0].key < key } }
}
