/// A change of local time that is to come.
package struct ClockShift: Hashable, Sendable {
    /// Seconds until then, and how far clocks are set forward, below 0 for back.
    package var inSeconds: Double
    package var bySeconds: Double

    package init(inSeconds: Double, bySeconds: Double) {
        self.inSeconds = inSeconds
        self.bySeconds = bySeconds
    }

    /// The next within eight days: a wish names no later time.
    ///
    /// - Parameter offset: local time less UTC in seconds, so many seconds from now.
    package static func next(offset: (Int) -> Int) -> ClockShift? {
        let hour = 3_600
        let now = offset(0)
        guard let end = (1...8 * 24).first(where: { offset($0 * hour) != now }) else { return nil }
        var (before, after) = ((end - 1) * hour, end * hour)
        while after - before > 1 {
            let middle = (before + after) / 2
            if offset(middle) == now { before = middle } else { after = middle }
        }
        return ClockShift(inSeconds: Double(after), bySeconds: Double(offset(after) - now))
    }
}
