internal import NetworkModel

/// Lengths of time and bit rates as a topology file writes them.
enum SpanText {
    /// `20ms`, `1.5ms`, `363ns`, `2s`: the largest unit that leaves at least 1, at most four significant digits.
    static func of(_ span: Instant.Span) -> String {
        let seconds = span.seconds
        for (symbol, unit) in [("s", 1.0), ("ms", 1e-3), ("us", 1e-6)] where abs(seconds) >= unit * 0.99995 {
            return digits(seconds / unit) + symbol
        }
        return "\(span.nanoseconds)ns"
    }

    /// `10Gbit/s`, `333.3Mbit/s`, `unlimited`.
    static func of(bitsPerSecond rate: Double) -> String {
        guard rate.isFinite else { return "unlimited" }
        for (symbol, unit) in [("Gbit/s", 1e9), ("Mbit/s", 1e6), ("kbit/s", 1e3)] where rate >= unit * 0.99995 {
            return digits(rate / unit) + symbol
        }
        return digits(rate) + "bit/s"
    }

    /// At most four significant digits, no trailing zeros, without an exponent for 0.001 to 9999.
    static func digits(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        var scale = 1.0
        while abs(value) * scale < 1000, scale < 1e6 { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int64(rounded))" : "\(rounded)"
    }
}
