internal import Glibc

/// What devices read beside each other on the same ground: their readings of one cell in one square, whatever the
/// baseline. An engine whose map is free to bend takes a device that reads 20 dB less for a street in shadow; where
/// another device drove the same street, it cannot be one.
struct DevicesSideBySide {
    /// Edge of a square, metres: two lanes and the error of a position.
    private static let squareMetres = 25.0
    /// Squares that two devices share at least, so that one parked lorry is no difference of devices.
    private static let fewestSquares = 5
    /// Devices that are compared in one square.
    private static let mostInSquare = 32

    /// One device's readings of a cell in a square.
    private struct Entry {
        var key: (cell: UInt32, column: Int, row: Int)
        var phone: UInt32
        var readingDb: Double
    }

    /// By device, what it reads above the others: of its differences to each of them the middle one, the lesser of two
    /// middle ones, so that one device that is off does not make those off that drove with it. Nil where it shares too
    /// little ground.
    private(set) var offsetsDb: [Double?] = []

    init(_ rows: [DriveReading]) {
        offsetsDb = Array(repeating: nil, count: rows.map { Int($0.phone) + 1 }.max() ?? 0)
        var differences = DevicesSideBySide.differences(DevicesSideBySide.entries(rows))
        differences.sort { ($0.one, $0.other, $0.db) < ($1.one, $1.other, $1.db) }
        var told: [(phone: UInt32, db: Double)] = []
        var first = 0
        while first < differences.count {
            let pair = differences[first]
            let end = differences[first...].firstIndex { ($0.one, $0.other) != (pair.one, pair.other) }
            let shared = differences[first..<(end ?? differences.count)]
            if shared.count >= DevicesSideBySide.fewestSquares {
                let middle = DevicesSideBySide.median(shared.map(\.db))
                told += [(pair.one, middle), (pair.other, -middle)]
            }
            first = end ?? differences.count
        }
        for phone in offsetsDb.indices {
            let own = told.filter { Int($0.phone) == phone }.map(\.db).sorted { abs($0) < abs($1) }
            if !own.isEmpty { offsetsDb[phone] = own[(own.count - 1) / 2] }
        }
    }

    /// Readings with a place, by square and device.
    private static func entries(_ rows: [DriveReading]) -> [Entry] {
        let entries = rows.compactMap { row -> Entry? in
            guard let place = row.position, row.readingDb.isFinite, max(abs(place.x), abs(place.y)) < 1e9 else {
                return nil
            }
            let (column, line) = (floor(place.x / squareMetres), floor(place.y / squareMetres))
            return Entry(key: (row.cell, Int(column), Int(line)), phone: row.phone, readingDb: row.readingDb)
        }
        return entries.sorted { one, other in
            one.key != other.key ? one.key < other.key : one.phone < other.phone
        }
    }

    /// Of each square, what the middle reading of one device is above that of another.
    private static func differences(_ entries: [Entry]) -> [(one: UInt32, other: UInt32, db: Double)] {
        var found: [(one: UInt32, other: UInt32, db: Double)] = []
        var square: [(phone: UInt32, db: Double)] = []
        var first = 0
        while first < entries.count {
            let head = entries[first]
            let isNew = first == 0 || entries[first - 1].key != head.key
            if isNew { square.removeAll(keepingCapacity: true) }
            var end = first
            while end < entries.count, entries[end].key == head.key, entries[end].phone == head.phone { end += 1 }
            let own = median(entries[first..<end].map(\.readingDb))
            if square.count < mostInSquare {
                for other in square { found.append((other.phone, head.phone, other.db - own)) }
                square.append((head.phone, own))
            }
            first = end
        }
        return found
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
    }
}
