internal import ArgumentParser
internal import Foundation

/// Times of the context database, microseconds since 1970, as the command line has them.
package enum ContextTime {
    /// `2026-11-28T17:48:14Z` with or without a fraction of a second, or seconds since 1970.
    package static func parse(_ text: String) throws -> Int64 {
        if let seconds = Double(text), abs(seconds) < 1e11 { return Int64((seconds * 1e6).rounded()) }
        let style = Date.ISO8601FormatStyle()
        for style in [style, Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
            guard let date = try? style.parse(text) else { continue }
            return Int64((date.timeIntervalSince1970 * 1e6).rounded())
        }
        throw ValidationError("'\(text)' is no time: write 2026-11-28T17:48:14Z, or seconds since 1970")
    }

    /// In UTC, to the millisecond.
    package static func text(_ time: Int64) -> String {
        let date = Date(timeIntervalSince1970: (Double(time) / 1e3).rounded(.down) / 1e3)
        return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
