/// Why a measured round-trip trace could not be used.
package struct MeasuredTraceError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }
}

/// One-way delays of a link from a trace of measured round trips (the CICV5G layout: blank-separated columns with a
/// header that names `delay(ms)`).
package enum MeasuredTrace {
    /// Delays kept; a longer trace is cut.
    package static let maximumDelays = 16_384
    /// Rows that may be unusable before the trace is refused.
    package static let maximumUnusableFraction = 0.5

    /// Half of each round trip in nanoseconds, in the order of the rows.
    ///
    /// Rows without a finite delay from 0 to 60 s (`-`, missing columns) are left out. Throws where the header has no
    /// `delay(ms)`, or where more than half of the rows are unusable or none is left.
    package static func oneWayDelays(of text: String) throws(MeasuredTraceError) -> [Int64] {
        var lines = text.utf8.split(separator: 0x0A).makeIterator()
        let header = (lines.next().map(columns) ?? []).map { String(decoding: $0, as: UTF8.self) }
        guard let column = header.firstIndex(of: "delay(ms)") else {
            throw MeasuredTraceError(description: "line 1 has no column 'delay(ms)'")
        }
        var delays: [Int64] = []
        var unusable = 0
        while let line = lines.next(), delays.count < maximumDelays {
            let row = columns(line)
            if row.isEmpty { continue }
            let value = column < row.count ? Double(String(decoding: row[column], as: UTF8.self)) : nil
            guard let value, value.isFinite, value >= 0, value <= 60_000 else {
                unusable += 1
                continue
            }
            delays.append(Int64((value * 5e5).rounded()))
        }
        guard !delays.isEmpty, Double(unusable) <= maximumUnusableFraction * Double(unusable + delays.count) else {
            throw MeasuredTraceError(description: "\(unusable) rows without a delay, \(delays.count) with one")
        }
        return delays
    }

    private static func columns(_ line: Substring.UTF8View) -> [Substring.UTF8View] {
        line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }
}
